"""IMAP: a folder on somebody's mail server, whose letters are fetched (RFC 3501).

Letters are asked for by UID, in the order of their UIDs, and in stretches: no answer
is larger than a stretch, and none has to come through at once. They are read with
``BODY.PEEK``: the server changes nothing until it is told to.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final, Self

from app.domain.correspondence import MailboxSecurity, MailboxTrouble
from app.domain.mailbox import MailboxTerms, Password
from app.gateways.imap_faults import CommandRefused, MailboxFault, Patience
from app.gateways.imap_grammar import Fetched, Response, fetched, folder_name, quoted
from app.gateways.imap_wire import Wire

STRETCH: Final = 2**19
"""Bytes of a letter that are asked for at once: 9 KB/s are enough to be in time."""

HEADER: Final = 2**16
"""Bytes of a header that are kept of a letter which is not fetched."""

WINDOW: Final = 2_000
"""UIDs that are looked through at once."""

_LARGEST: Final = 2**20
"""The largest literal that may come: a stretch, and a server that counts loosely."""

_LAST: Final = 2**32 - 1
_ID: Final = 'ID ("name" "huiyin")'


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What shows for a while that a mailbox is ours (XOAUTH2)."""

    value: str


Proof = Password | AccessToken


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTooLarge:
    """A letter that turned out to be larger than allowed, whatever was announced."""

    header: bytes


class ImapFolder:
    """A folder that was opened."""

    def __init__(self, wire: Wire, capabilities: frozenset[bytes]) -> None:
        """Read it over ``wire``, whose server has ``capabilities``."""
        self._wire = wire
        self._capabilities = capabilities
        self.uid_validity = 0
        """As long as it is the same, a UID names the same letter."""

        self._uid_next = 0

    @property
    def exists(self) -> int:
        """How many letters are there."""
        return self._wire.exists

    @property
    def tells_of_news(self) -> bool:
        """Whether the server tells of new letters by itself (RFC 2177)."""
        return b"IDLE" in self._capabilities

    async def select(self, folder: str) -> Self:
        """Open ``folder``.

        Raises:
            MailboxFault: It cannot be opened.
        """
        try:
            said = await self._wire.ask(f"SELECT {folder_name(folder)}")
        except CommandRefused as refused:
            raise MailboxFault(MailboxTrouble.NO_FOLDER, refused.said) from None
        codes = dict(response.code() for response in said)
        self.uid_validity = _number(codes.get(b"UIDVALIDITY", b""))
        self._uid_next = _number(codes.get(b"UIDNEXT", b""))
        return self

    async def listed(self, *, after: int) -> list[Fetched]:
        """Return the next letters with a UID above ``after``; none: there are none.

        Raises:
            MailboxFault: The server does not say.
        """
        first, width = after + 1, WINDOW
        # To some servers a range of letters in an empty folder is a mistake.
        while first <= _LAST and self._wire.exists > 0:
            # Only behind what there was when the folder was opened are there few.
            last = first + width - 1
            until = str(last) if last < self._uid_next else "*"
            said = await self._list(f"{first}:{until}")
            found = {letter.uid: letter for letter in fetched(said)}
            # ``n:*`` names the last letter even where its UID is below n.
            new = sorted(uid for uid in found if uid > after)
            if new or until == "*":
                return [found[uid] for uid in new]
            first, width = last + 1, 2 * width
        return []

    async def _list(self, uids: str) -> list[Response]:
        try:
            return await self._wire.ask(
                f"UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE)"
            )
        except CommandRefused:
            # For its size a server may have to open a letter that is broken.
            return await self._wire.ask(f"UID FETCH {uids} (UID INTERNALDATE)")

    async def state(self, uid: int) -> Fetched | None:
        """Return what the server says of a letter; None: it is gone.

        Raises:
            MailboxFault: The server does not say.
        """
        said = await self._wire.ask(f"UID FETCH {uid} (UID FLAGS INTERNALDATE)")
        return next((one for one in fetched(said) if one.uid == uid), None)

    async def letter(
        self, uid: int, *, size: int, most: int
    ) -> bytes | LetterTooLarge | None:
        """Return the bytes of a letter; None: it is gone.

        ``size`` is how large the server says it is, which with some is a guess.

        Raises:
            MailboxFault: The server does not give them out.
        """
        content = bytearray()
        while True:
            part = await self._stretch(uid, start=len(content))
            if part is None or (part.content is None and not content):
                await self._check_gone(uid)
                return None
            content += part.content or b""
            if len(content) > most:
                return LetterTooLarge(header=bytes(content[:HEADER]))
            short = len(part.content or b"") < STRETCH
            if not part.partial or not part.content or (short and len(content) >= size):
                return bytes(content)

    async def header(self, uid: int) -> bytes:
        """Return the header of a letter, or as much of it as is worth keeping.

        Raises:
            MailboxFault: The server does not give it out.
        """
        said = await self._wire.ask(
            f"UID FETCH {uid} (UID BODY.PEEK[HEADER]<0.{HEADER}>)"
        )
        found = next((one for one in fetched(said) if one.uid == uid), None)
        return (found.content or b"")[:HEADER] if found else b""

    async def mark(self, uid: int, *, filed_in: str | None) -> None:
        """Mark a letter as seen, or move it to the folder ``filed_in``.

        Raises:
            CommandRefused: The server does not let us.
            MailboxFault: Something else is in the way.
        """
        await self._wire.ask(f"UID STORE {uid} +FLAGS.SILENT (\\Seen)")
        if filed_in is None:
            return
        folder = folder_name(filed_in)
        if b"MOVE" in self._capabilities:
            await self._wire.ask(f"UID MOVE {uid} {folder}")
            return
        await self._wire.ask(f"UID COPY {uid} {folder}")
        await self._wire.ask(f"UID STORE {uid} +FLAGS.SILENT (\\Deleted)")
        if b"UIDPLUS" in self._capabilities:
            # Without it EXPUNGE would take away what others marked as deleted.
            await self._wire.ask(f"UID EXPUNGE {uid}")

    async def check_filing(self, filed_in: str) -> None:
        """Make sure that there is a folder ``filed_in``, or raise `CommandRefused`."""
        await self._wire.ask(f"STATUS {folder_name(filed_in)} (UIDNEXT)")

    async def wait(self, wake: asyncio.Event, *, idle: float, poll: float) -> None:
        """Return when there may be news, or somebody sets ``wake``.

        Afterwards the server is known to be there: it has answered.

        Raises:
            MailboxFault: It is not.
        """
        if self.tells_of_news:
            await self._wire.idle(wake, seconds=idle)
        else:
            with suppress(TimeoutError):
                async with asyncio.timeout(poll):
                    await wake.wait()
        await self._wire.ask("NOOP")

    async def _stretch(self, uid: int, *, start: int) -> Fetched | None:
        said = await self._wire.ask(
            f"UID FETCH {uid} (UID BODY.PEEK[]<{start}.{STRETCH}>)"
        )
        return next((one for one in fetched(said) if one.uid == uid), None)

    async def _check_gone(self, uid: int) -> None:
        """Make sure that a letter of which nothing came is gone.

        Raises:
            MailboxFault: It is still there.
        """
        if await self.state(uid) is not None:
            raise MailboxFault(MailboxTrouble.ODD, "a letter without content")


@asynccontextmanager
async def opened(
    terms: MailboxTerms, proof: Proof, *, patience: Patience
) -> AsyncIterator[ImapFolder]:
    """Open the folder of a mailbox, and leave it at the end.

    Raises:
        MailboxFault: It cannot be opened, or read.
    """
    wire = await Wire.open(
        terms.host,
        terms.port,
        security=terms.security,
        patience=patience,
        largest=_LARGEST,
    )
    try:
        if terms.security is MailboxSecurity.STARTTLS:
            await _secure(wire, terms.host)
        before = await _capabilities(wire)
        await _sign_in(wire, terms.user_name, proof, before)
        capabilities = await _capabilities(wire)
        if b"ID" in capabilities:
            # Some large Chinese providers open no folder for a client without a name.
            await wire.ask(_ID)
        yield await ImapFolder(wire, capabilities).select(terms.folder)
    finally:
        await wire.close()


async def _secure(wire: Wire, host: str) -> None:
    try:
        await wire.secure(host)
    except CommandRefused as refused:
        raise MailboxFault(MailboxTrouble.INSECURE, refused.said) from None


async def _sign_in(
    wire: Wire, user_name: str, proof: Proof, capabilities: frozenset[bytes]
) -> None:
    try:
        if isinstance(proof, AccessToken):
            await wire.ask("AUTHENTICATE XOAUTH2", more=[xoauth2(user_name, proof)])
        elif b"AUTH=PLAIN" in capabilities:
            await wire.ask("AUTHENTICATE PLAIN", more=[_plain(user_name, proof)])
        else:
            await wire.ask(f"LOGIN {quoted(user_name)} {quoted(proof.password)}")
    except CommandRefused as refused:
        raise MailboxFault(MailboxTrouble.SIGN_IN_REFUSED, refused.said) from None


def xoauth2(user_name: str, token: AccessToken) -> str:
    """Return what shows an access token, as the large providers document it."""
    words = f"user={user_name}\x01auth=Bearer {token.value}\x01\x01"
    return base64.b64encode(words.encode()).decode("ascii")


def _plain(user_name: str, proof: Password) -> str:
    """Return what shows a password (RFC 4616)."""
    words = f"\x00{user_name}\x00{proof.password}"
    return base64.b64encode(words.encode()).decode("ascii")


async def _capabilities(wire: Wire) -> frozenset[bytes]:
    said = await wire.ask("CAPABILITY")
    return frozenset(_words_of(said))


def _words_of(said: list[Response]) -> list[bytes]:
    return [
        word.upper()
        for response in said
        if response.name == b"CAPABILITY"
        for word in response.fields
        if isinstance(word, bytes)
    ]


def _number(value: bytes) -> int:
    return int(value) if value.isdigit() else 0
