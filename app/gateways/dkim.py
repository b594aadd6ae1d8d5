"""DKIM (RFC 6376): our letters are signed, and those of others checked where asked.

The library for it is an extra of the package, so it is looked for only where a setting
asks for it.
"""

import asyncio
import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from app.gateways.heads import field_names, head, is_unmistakable
from app.mail.authentication import SELF, Authentication, Finding, Method
from app.settings import Settings, SettingsError

LEAST_BITS: Final = 2048
Lookup = Callable[[str, float], bytes | None]
"""Returns what the DNS says under a name, within so many seconds; None: nothing.

Raises:
    TimeoutError: It says nothing in time.
"""

_SIGNED: Final = (
    b"from", b"to", b"reply-to", b"subject", b"date", b"message-id", b"in-reply-to",
    b"references", b"auto-submitted", b"mime-version", b"content-type",
    b"content-transfer-encoding", b"list-unsubscribe", b"list-unsubscribe-post",
    b"from", b"to", b"subject", b"reply-to",
)  # fmt: skip
"""The fields that a signature covers, some twice: then nobody can add another (RFC
6376, section 8.15). A mail program offers the one-click end only where it is covered
(RFC 8058, section 4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs letters with the key of a domain."""

    selector: str
    domain: str
    algorithm: str
    key: bytes = field(repr=False)
    library: ModuleType = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return who signs our letters; None: nobody does here.

        Raises:
            SettingsError: There is no such key, or the library for it is not there.
        """
        if settings.dkim_key is None or settings.dkim_selector is None:
            return None
        library = _library("HUIYIN_DKIM_KEY", "nacl")
        algorithm, key = _key(settings.dkim_key.get_secret_value())
        sender = settings.sender_address or settings.intake_address
        return cls(
            selector=settings.dkim_selector,
            domain=sender.rpartition("@")[2].encode("idna").decode(),
            algorithm=algorithm,
            key=key,
            library=library,
        )

    def signed(self, content: bytes) -> bytes:
        """Return a letter with its signature above it."""
        present = set(field_names(head(content)))
        signature: bytes = self.library.sign(
            content,
            self.selector.encode(),
            self.domain.encode(),
            self.key,
            canonicalize=(b"relaxed", b"relaxed"),
            signature_algorithm=self.algorithm.encode(),
            include_headers=[name for name in _SIGNED if name in present],
        )
        return signature + content


@dataclass(frozen=True, slots=True, kw_only=True)
class Checker:
    """Checks the signatures of letters."""

    library: ModuleType = field(repr=False)
    lookup: Lookup = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """Return who checks letters; None: it is not asked for.

        Raises:
            SettingsError: The library for it is not there.
        """
        if not settings.check_dkim:
            return None
        library = _library("HUIYIN_CHECK_DKIM", "nacl", "dns.resolver")
        return cls(library=library, lookup=_Dns(import_module("dns.resolver")))

    async def check(self, content: bytes) -> Authentication | None:
        """Return what the signatures of a letter are worth; None: it has none."""
        top = head(content)
        count = field_names(top).count(b"dkim-signature")
        if not count:
            return None
        if _is_costly(content) or not is_unmistakable(top):
            # What is signed and what readers show may be two things.
            return _found([Finding(method=Method.DKIM, result="policy", domain="")])
        return await asyncio.to_thread(
            self._check, content, min(count, MOST_SIGNATURES)
        )

    def _check(self, content: bytes, count: int) -> Authentication:
        try:
            letter = self.library.DKIM(content, logger=_Silence(), timeout=PATIENCE)
        except (self.library.DKIMException, *_ODD):
            return _found([Finding(method=Method.DKIM, result="permerror", domain="")])
        return _found([self._finding(letter, index) for index in range(count)])

    def _finding(self, letter: Any, index: int) -> Finding:
        """Return what one signature is worth (RFC 8601, section 2.7.1)."""
        letter.signature_fields = {}
        asked = _Asked(self.lookup)
        try:
            valid = letter.verify(index, dnsfunc=asked)
        except self.library.ValidationError:
            result = "fail"
        except (self.library.DKIMException, *_ODD):
            result = "permerror"
        else:
            result = "pass" if valid else "fail"
        fields = letter.signature_fields
        if asked.in_vain:
            result = "temperror"
        elif result == "pass" and (b"l" in fields or fields.get(b"a") == _OLD):
            # Text may follow what was signed; or the signature can be forged.
            result = "policy"
        domain = fields.get(b"d", b"").decode("ascii", "replace").casefold()
        return Finding(method=Method.DKIM, result=result, domain=domain)


class _Dns:
    """Asks the DNS, for a limited time."""

    def __init__(self, library: ModuleType) -> None:
        self._library = library
        self._resolver: Any = None

    def __call__(self, name: str, patience: float) -> bytes | None:
        errors = import_module("dns.exception")
        try:
            # The machine's own settings are read with the first question.
            self._resolver = self._resolver or self._library.Resolver()
            found = self._resolver.resolve(name, "TXT", lifetime=patience)
        except (self._library.NXDOMAIN, self._library.NoAnswer):
            return None
        except errors.DNSException as error:
            raise TimeoutError from error
        return b"".join(next(iter(found)).strings)


class _Asked:
    """Passes the library's questions on, and remembers where no answer came."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self.in_vain = False

    def __call__(self, name: bytes | str, timeout: float = 0.0) -> bytes | None:
        del timeout
        asked = name.decode("ascii", "replace") if isinstance(name, bytes) else name
        try:
            found = self._lookup(asked, PATIENCE)
        except TimeoutError:
            self.in_vain = True
            return None
        return found if found and len(found) <= MOST_KEY else None


class _Silence:
    """Takes what the library says of letters, which no log is to hold."""

    def debug(self, *_said: object) -> None:
        """Say nothing."""

    info = warning = error = debug

    def isEnabledFor(self, _level: int) -> bool:  # noqa: N802 - as loggers call it
        """Return that nobody listens."""
        return False


def _library(setting: str, *others: str) -> ModuleType:
    """Return the library for signatures, if all that it needs is there."""
    try:
        for name in others:
            import_module(name)
        return import_module("dkim")
    except ImportError:
        raise SettingsError(
            f"{setting}: needs the extra that checks and makes signatures;"
            " pip install --require-hashes -r requirements/postgres.txt"
        ) from None


def _key(value: str) -> tuple[str, bytes]:
    """Return algorithm and key as the library takes them.

    Raises:
        SettingsError: It is none, or too weak.
    """
    try:
        pem = value.encode() if "-----BEGIN" in value else Path(value).read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
    except (OSError, ValueError, TypeError):
        raise SettingsError(
            "HUIYIN_DKIM_KEY: must be a private key without a password, in PEM"
        ) from None
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519-sha256", base64.b64encode(key.private_bytes_raw())
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise SettingsError(
            f"HUIYIN_DKIM_KEY: must be Ed25519, or RSA of at least {LEAST_BITS} bits"
        )
    plain = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    return "rsa-sha256", plain


def _found(findings: list[Finding]) -> Authentication:
    return Authentication(by=SELF, findings=tuple(findings))


def _is_costly(content: bytes) -> bool:
    """Return whether the library would take long over a letter that was made for it.

    It joins folded lines one by one, and looks for the end of a run of blanks from
    each blank of it.
    """
    if len(head(content)) > MOST_HEAD:
        return True
    runs = (len(run[0]) for run in _BLANKS.finditer(content))
    return sum(run * run for run in runs) > MOST_COST


PATIENCE: Final = 5.0
"""Seconds for the DNS to answer."""

MOST_SIGNATURES: Final = 3
"""Of more, the first are checked."""

MOST_KEY: Final = 1_500
"""Bytes of a public key: one of RSA with 4096 bits has half of it."""

MOST_HEAD: Final = 2**16
MOST_COST: Final = 20_000_000
_OLD: Final = b"rsa-sha1"
"""Not to be believed any more (RFC 8301, section 3.1)."""

_ODD: Final = (
    ArithmeticError, AssertionError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What the library raises besides its own, over what strangers write."""

_BLANKS: Final = re.compile(rb"[\t ]{8}[\t ]*+")
