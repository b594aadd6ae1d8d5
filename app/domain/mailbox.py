"""A mailbox as it is set up: where it is, how to sign in, what becomes of letters."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from app.domain.correspondence import MailboxSecurity, MailboxSignIn
from app.errors import InvalidInput

PORTS: Final = {
    MailboxSecurity.TLS: 993,
    MailboxSecurity.STARTTLS: 143,
    MailboxSecurity.NONE: 143,
}
"""Where each kind of server listens unless told otherwise."""

MOST_NAME: Final = 60

GRACE: Final = timedelta(minutes=10)
"""How much older than the mailbox's entry a letter may be and still count as new: two
clocks differ, and a letter too many does less harm than one too few."""

_GIVEN: Final = ("name", "host", "user_name", "folder")

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_HOST: Final = re.compile(r"\w(?:[\w-]{0,62}\w)?(?:\.\w(?:[\w-]{0,62}\w)?)*\.?")
_MOST_HOST: Final = 253


class BadMailbox(InvalidInput):
    """A mailbox cannot be set up so."""

    code = "bad_mailbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Password:
    """What opens a mailbox for good."""

    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenGrant:
    """What access tokens are asked for with (RFC 6749, section 6)."""

    token_url: str
    client_id: str
    client_secret: str | None = field(default=None, repr=False)
    refresh_token: str = field(repr=False)
    scope: str | None = None


Secret = Password | TokenGrant


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxTerms:
    """Everything that there is to know of a mailbox before its first letter."""

    name: str
    host: str
    port: int
    security: MailboxSecurity
    user_name: str
    secret: Secret
    folder: str = "INBOX"

    filed_in: str | None = None
    """The folder that letters are moved to once they are kept; None: they stay and
    are marked as seen."""

    old_letters: bool = False
    """Whether letters are taken that came before the mailbox was set up."""

    @property
    def sign_in(self) -> MailboxSignIn:
        """How we show that it is ours."""
        if isinstance(self.secret, Password):
            return MailboxSignIn.PASSWORD
        return MailboxSignIn.OAUTH

    @property
    def address(self) -> str | None:
        """The address that its letters were sent to; None: its name does not say."""
        return self.user_name if all(self.user_name.partition("@")) else None


def check(terms: MailboxTerms, *, unprotected: bool = False) -> None:
    """Hold that a mailbox can be reached so; ``unprotected``: over any network.

    Raises:
        BadMailbox: It cannot, or the secret would cross a network in the clear.
    """
    _check_texts(terms)
    if not _is_host(terms.host):
        raise BadMailbox(
            "a host is a name or an address, without scheme and port",
            field="host", code="mailbox_host",
        )  # fmt: skip
    if len(terms.name) > MOST_NAME:
        raise BadMailbox(f"the name is longer than {MOST_NAME} signs", field="name")
    if not 0 < terms.port < 2**16:
        raise BadMailbox(f"{terms.port} is no port", field="port", code="mailbox_port")
    if terms.filed_in == terms.folder:
        raise BadMailbox(
            "letters cannot be filed where they are",
            field="filed_in", code="mailbox_filed",
        )  # fmt: skip
    clear = terms.security is MailboxSecurity.NONE
    if clear and not (unprotected or is_loopback(terms.host)):
        raise BadMailbox(
            "without TLS only a server on this machine is asked",
            field="security", code="mailbox_clear",
        )  # fmt: skip
    if isinstance(terms.secret, TokenGrant):
        check_token_url(terms.secret.token_url)


def _check_texts(terms: MailboxTerms) -> None:
    texts = {name: getattr(terms, name) for name in _GIVEN}
    for name, text in texts.items():
        if not text.strip():
            raise BadMailbox(
                "name, host, user and folder have to be given",
                field=name, code="mailbox_blank",
            )  # fmt: skip
    for name, text in (texts | {"filed_in": terms.filed_in or ""}).items():
        if _CONTROL.search(text):
            raise BadMailbox(
                "a line break or control sign has no place here", field=name
            )


def _is_host(host: str) -> bool:
    if len(host) <= _MOST_HOST and _HOST.fullmatch(host):
        return True
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def check_token_url(url: str) -> None:
    """Hold that tokens can be asked for at ``url`` without being overheard.

    Raises:
        BadMailbox: They cannot.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not host or not safe or _CONTROL.search(url):
        raise BadMailbox(
            "the token endpoint must be an https:// address",
            field="token_url", code="mailbox_token_url",
        )  # fmt: skip


def is_loopback(host: str) -> bool:
    """Return whether ``host`` is this machine itself."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def is_old(at: datetime | None, *, set_up_at: datetime) -> bool:
    """Return whether a letter came before its mailbox was set up here."""
    return at is not None and at < set_up_at - GRACE
