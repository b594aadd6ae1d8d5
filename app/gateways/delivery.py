"""Delivery: our letters, handed to the mail server that the settings name."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any, Final, Literal, Protocol, Self, get_args
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from app.gateways.dkim import Signer
from app.mail.outgoing import OutgoingLetter, compose
from app.settings import SettingsError

StartTls = Literal["never", "try", "must"]

PATIENCE: Final = 30.0
"""Seconds to wait for each answer of the other side."""

_PORTS: Final = {"smtp": 25, "smtps": 465}
_Refusal: Final = aiosmtplib.SMTPResponseException
_PERMANENT: Final = range(500, 600)
_ADDRESS: Final = re.compile(r"\S+@\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a letter was not taken."""

    error: str
    """In a few words, without anybody's address."""

    final: bool = False
    """Whether it will never be: the letter itself was refused."""

    receiver_refused: bool = False
    """Whether it was refused for the address that it goes to."""


class Transport(Protocol):
    """What hands letters over."""

    async def deliver(self, letter: OutgoingLetter) -> Failure | None:
        """Hand ``letter`` over; None: the other side has taken it on."""

    async def hang_up(self) -> None:
        """End the conversation, if there is one; the next letter begins another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """The mail server that takes our letters, and how to talk to it."""

    host: str
    port: int
    tls: bool = False
    start_tls: StartTls = "try"
    user_name: str | None = None
    password: str | None = None

    @classmethod
    def from_url(cls, url: str) -> Self:
        """Read ``smtp://[USER:PASSWORD@]HOST[:PORT][?starttls=never|try|must]``.

        Raises:
            SettingsError: It is none.
        """
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS.get(parts.scheme)
        except ValueError:
            port = None
        if port is None or not parts.hostname:
            raise SettingsError(
                "HUIYIN_RELAY_URL: must be an address such as smtp://mail.example.org:25"
            )
        return cls(
            host=parts.hostname,
            port=port,
            tls=parts.scheme == "smtps",
            start_tls=_start_tls(parse_qs(parts.query)),
            user_name=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class Delivery:
    """A transport that talks SMTP to a relay, several letters over one connection."""

    def __init__(
        self,
        relay: Relay,
        *,
        signer: Signer | None = None,
        patience: float = PATIENCE,
    ) -> None:
        """Connect to ``relay`` when there is a letter to deliver."""
        self._relay = relay
        self._signer = signer
        self._patience = patience
        self._client: aiosmtplib.SMTP | None = None

    async def deliver(self, letter: OutgoingLetter) -> Failure | None:
        """Hand ``letter`` over; None: the relay has taken it on."""
        try:
            message = compose(letter)
        except (ValueError, IndexError, MessageError):
            # The standard library's parser of addresses trips over some (IndexError).
            return Failure(error="the letter cannot be addressed so", final=True)
        try:
            client = await self._connected()
        except (aiosmtplib.SMTPException, OSError, ssl.SSLError) as error:
            # Whatever the relay has against us, it has nothing against this letter.
            return Failure(error=_in_words(error))
        try:
            return await self._hand_over(client, letter, message)
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.hang_up()
            return Failure(error=_in_words(error), final=_is_final(error))

    async def hang_up(self) -> None:
        """End the conversation, if there is one."""
        client, self._client = self._client, None
        if client is None:
            return
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=2.0)
        client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        relay = self._relay
        client = aiosmtplib.SMTP(
            hostname=relay.host,
            port=relay.port,
            username=relay.user_name,
            password=relay.password,
            use_tls=relay.tls,
            start_tls=None if relay.tls else _wanted(relay),
            validate_certs=relay.tls or _wanted(relay) is True,
            timeout=self._patience,
        )
        try:
            await client.connect()
        except (aiosmtplib.SMTPException, OSError):
            client.close()
            raise
        self._client = client
        return client

    async def _hand_over(
        self, client: aiosmtplib.SMTP, letter: OutgoingLetter, message: EmailMessage
    ) -> Failure | None:
        try:
            await self._transfer(client, letter, message)
        except aiosmtplib.SMTPResponseException as error:
            return Failure(error=_in_words(error), final=_is_final(error))
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            return Failure(
                error=_in_words(refused),
                final=_is_final(refused),
                receiver_refused=True,
            )
        except aiosmtplib.SMTPNotSupported as error:
            return Failure(error=_in_words(error), final=True)
        return None

    async def _transfer(
        self, client: aiosmtplib.SMTP, letter: OutgoingLetter, message: EmailMessage
    ) -> None:
        """Send ``message`` from the letter's return path.

        Some systems take letters from nobody but the account that signed in.
        """
        sender = letter.return_path or letter.sender_address
        try:
            await self._send(client, message, sender=sender, to=letter.to)
        except aiosmtplib.SMTPSenderRefused as error:
            if sender == letter.sender_address or not _is_final(error):
                raise
            sender = letter.sender_address
            await self._send(client, message, sender=sender, to=letter.to)

    async def _send(
        self, client: aiosmtplib.SMTP, message: EmailMessage, *, sender: str, to: str
    ) -> None:
        if self._signer is None:
            await client.send_message(message, sender=sender, recipients=[to])
            return
        # What was signed goes out to the byte, so nothing may write it anew.
        international = not f"{sender}{to}".isascii()
        content = message.as_bytes(policy=SMTPUTF8 if international else SMTP)
        signed = await asyncio.to_thread(self._signer.signed, content)
        options = ["SMTPUTF8"] if international else []
        await client.sendmail(sender, [to], signed, mail_options=options)


def _wanted(relay: Relay) -> bool | None:
    """Return whether the connection is to be encrypted; None: if it can be.

    A password is never sent in the clear, unless that is asked for.
    """
    if relay.start_tls == "never":
        return False
    if relay.start_tls == "must" or relay.user_name is not None:
        return True
    return None


def _start_tls(query: Mapping[str, list[str]]) -> StartTls:
    wanted = query.get("starttls", ["try"])[-1]
    for choice in get_args(StartTls):
        if choice == wanted:
            known: StartTls = choice
            return known
    raise SettingsError("HUIYIN_RELAY_URL: starttls is never, try or must")


def _is_final(error: Exception) -> bool:
    if isinstance(error, aiosmtplib.SMTPHeloError):
        # It has something against us, not against the letter.
        return False
    return getattr(error, "code", None) in _PERMANENT


def _in_words(error: Exception) -> str:
    """Return what went wrong; a refusal often repeats the address it is about."""
    if isinstance(error, asyncio.TimeoutError):
        return "the mail server did not answer in time"
    said: Any = getattr(error, "message", None) or getattr(error, "strerror", None)
    words = " ".join(str(said or type(error).__name__).split())
    code = f"{error.code} " if isinstance(error, _Refusal) else ""
    return code + _ADDRESS.sub("(address)", words)
