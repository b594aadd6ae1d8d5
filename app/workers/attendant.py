"""An attendant: reads one mailbox, letter by letter, and never gives up on it.

For each letter in turn: fetched, kept with the progress past it in one transaction,
and only then marked in the mailbox. Broken off before the commit it is fetched again;
broken off after it, all that is missing is the mark, which the next round makes up.
"""

import asyncio
import logging
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import SystemRandom
from typing import Final

from app.domain.correspondence import MailboxTrouble
from app.domain.mailbox import Password, TokenGrant, is_old
from app.domain.vocabulary import HoldReason
from app.gateways import imap, oauth
from app.gateways.imap import AccessToken, ImapFolder, LetterTooLarge, Proof
from app.gateways.imap_faults import CommandRefused, MailboxFault, Patience
from app.gateways.imap_grammar import Fetched
from app.gateways.oauth import IssuedToken
from app.premises import Premises
from app.sealing import BrokenSealError
from app.services import fetching
from app.services.fetching import OpenMailbox, Place
from app.workers.arriving import Arriving, kept_row
from app.workers.loop import outcome, whole

MOST_TRIES: Final = 3
"""How often a letter is fetched that something is in the way of each time. After as
many tries again for its header it is held without."""

_TIRESOME: Final = {MailboxTrouble.SIGN_IN_REFUSED, MailboxTrouble.TOKEN_REFUSED}
"""Troubles after which a quick second try does harm: accounts are locked for it."""

_log = logging.getLogger(__name__)
_random = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often things are done, in seconds."""

    idle: float = 300.0
    """How long a server that tells of news is listened to before it is asked; some
    forget to tell, and none may be kept waiting for 30 minutes (RFC 2177)."""

    poll: float = 60.0
    """How often a server is asked that does not tell."""

    first_pause: float = 5.0
    longest_pause: float = 900.0
    """After trouble; doubled each time."""

    tiresome_pause: float = 60.0
    """After a sign-in that was refused, at least."""

    def pause(self, failures: int, fault: MailboxFault) -> float:
        """Return how long to wait: each mailbox another time, so none in step."""
        least = self.first_pause
        if fault.trouble in _TIRESOME:
            least = self.tiresome_pause
        pause = min(least * (1 << min(failures - 1, 10)), self.longest_pause)
        return pause * _random.uniform(0.75, 1.25)


@dataclass(slots=True)
class _Reading:
    """A mailbox as it is read on one connection."""

    folder: ImapFolder
    mailbox: OpenMailbox
    last_uid: int = field(default=0)
    unfiled: MailboxFault | None = field(default=None)
    """Why letters cannot be filed; None: they can, or nobody wants it."""


class Attendant:
    """Who reads one mailbox."""

    def __init__(
        self, premises: Premises, mailbox_id: int, *, pace: Pace, patience: Patience
    ) -> None:
        """Read the mailbox ``mailbox_id`` once `attend` runs."""
        self.wake = asyncio.Event()
        """Set to have the mailbox looked through at once."""

        self._premises = premises
        self._id = mailbox_id
        self._told: dict[str, object] = {"mailbox_id": mailbox_id}
        self._pace = pace
        self._patience = patience
        self._token: IssuedToken | None = None
        self._tries: Counter[tuple[int, int]] = Counter()
        self._failures = 0

    async def attend(self) -> None:
        """Read the mailbox until it is not to be read any more."""
        while True:
            error = await outcome(self._read())
            if error is None:
                return
            fault = self._fault(error)
            self._failures += 1
            await outcome(whole(self._note(fault)))
            await self._rest(self._pace.pause(self._failures, fault))

    async def _read(self) -> None:
        """Read the mailbox for as long as nothing is in the way.

        Raises:
            MailboxFault: Something is.
        """
        mailbox = await whole(self._open())
        if mailbox is None:
            return
        self._told["mailbox"] = mailbox.terms.name
        proof = await self._proof(mailbox)
        async with imap.opened(mailbox.terms, proof, patience=self._patience) as folder:
            reading = await self._begin(folder, mailbox)
            while True:
                self.wake.clear()
                await self._try_filing(reading)
                await self._look_through(reading)
                await whole(self._note_checked(reading.unfiled))
                await folder.wait(self.wake, idle=self._pace.idle, poll=self._pace.poll)
                # Not earlier: a server may hang up as soon as it is to wait.
                self._failures = 0

    async def _open(self) -> OpenMailbox | None:
        async with self._premises.database.reading() as session:
            return await fetching.open_mailbox(
                session, self._premises.house.seal, self._id
            )

    async def _proof(self, mailbox: OpenMailbox) -> Proof:
        """Return what to sign in with; a token is asked for only when one is due."""
        secret = mailbox.terms.secret
        if isinstance(secret, Password):
            return secret
        now = self._premises.clock()
        if self._token is None or now >= self._token.renew_at:
            self._token = await oauth.ask_token(secret, now=now)
            await whole(self._keep_rotated(secret, self._token.refresh_token))
        return AccessToken(self._token.value)

    async def _keep_rotated(self, grant: TokenGrant, token: str | None) -> None:
        if token is None or token == grant.refresh_token:
            return
        seal = self._premises.house.seal
        async with self._premises.database.writing() as session:
            await fetching.keep_refresh_token(session, seal, self._id, token)

    async def _begin(self, folder: ImapFolder, mailbox: OpenMailbox) -> _Reading:
        """Go back to where the last connection ended."""
        if folder.uid_validity != mailbox.uid_validity:
            await whole(self._start_over(folder.uid_validity))
            return _Reading(folder, mailbox)
        reading = _Reading(folder, mailbox, mailbox.last_uid)
        if reading.last_uid:
            await self._make_up(reading)
        return reading

    async def _start_over(self, uid_validity: int) -> None:
        async with self._premises.database.writing() as session:
            await fetching.start_over(session, self._id, uid_validity=uid_validity)

    async def _make_up(self, reading: _Reading) -> None:
        """Mark the last letter, where it was kept and then something came between."""
        last = await reading.folder.state(reading.last_uid)
        if last is None or self._is_left_alone(reading, last):
            return
        if rb"\SEEN" not in last.flags or reading.mailbox.terms.filed_in:
            await self._mark(reading, last.uid)

    async def _try_filing(self, reading: _Reading) -> None:
        """Ask for the folder that letters are filed in; they come in without, too."""
        filed_in, reading.unfiled = reading.mailbox.terms.filed_in, None
        try:
            if filed_in is not None:
                await reading.folder.check_filing(filed_in)
        except CommandRefused as refused:
            reading.unfiled = MailboxFault(MailboxTrouble.NOT_FILED, refused.said)

    async def _look_through(self, reading: _Reading) -> None:
        while listed := await reading.folder.listed(after=reading.last_uid):
            for one in listed:
                if not self._is_left_alone(reading, one):
                    await self._take(reading, one)
                reading.last_uid = one.uid
            # Those at the end may have been left alone.
            await whole(self._go_past(reading))

    def _is_left_alone(self, reading: _Reading, letter: Fetched) -> bool:
        mailbox = reading.mailbox
        old = is_old(letter.at, set_up_at=mailbox.set_up_at)
        return old and not mailbox.terms.old_letters

    async def _take(self, reading: _Reading, letter: Fetched) -> None:
        """Fetch a letter, keep it, and mark it."""
        key = reading.folder.uid_validity, letter.uid
        arriving = await outcome(self._fetch(reading, letter, self._tries[key]))
        if isinstance(arriving, Exception):
            self._tries[key] += 1
            raise arriving
        if arriving is None:
            return
        if await whole(self._keep(reading, letter.uid, arriving)):
            self._premises.letters_waiting.set()
            await self._mark(reading, letter.uid)
        del self._tries[key]

    async def _fetch(
        self, reading: _Reading, letter: Fetched, tries: int
    ) -> Arriving | None:
        """Return what can be had of a letter; None: it is gone."""
        folder, most = reading.folder, self._premises.settings.max_letter_bytes
        size = letter.size or 0
        if tries >= 2 * MOST_TRIES:
            return Arriving(letter, b"", HoldReason.NOT_FETCHED)
        if tries >= MOST_TRIES or size > most:
            reason = HoldReason.TOO_LARGE if size > most else HoldReason.NOT_FETCHED
            return Arriving(letter, await folder.header(letter.uid), reason)
        content = await folder.letter(letter.uid, size=size, most=most)
        if isinstance(content, LetterTooLarge):
            return Arriving(letter, content.header, HoldReason.TOO_LARGE)
        return None if content is None else Arriving(letter, content)

    async def _keep(self, reading: _Reading, uid: int, arriving: Arriving) -> bool:
        row = await asyncio.to_thread(
            kept_row,
            self._premises.house.seal,
            arriving,
            reading.mailbox,
            now=self._premises.clock(),
        )
        async with self._premises.database.writing() as session:
            return await fetching.keep(session, self._place(reading, uid), row)

    async def _go_past(self, reading: _Reading) -> None:
        async with self._premises.database.writing() as session:
            await fetching.go_past(session, self._place(reading, reading.last_uid))

    def _place(self, reading: _Reading, uid: int) -> Place:
        return Place(
            mailbox_id=self._id, uid_validity=reading.folder.uid_validity, uid=uid
        )

    async def _mark(self, reading: _Reading, uid: int) -> None:
        """Mark a letter that is kept; where the server forbids it, go on without."""
        try:
            await reading.folder.mark(uid, filed_in=reading.mailbox.terms.filed_in)
        except CommandRefused:
            _log.warning("a letter was not marked", extra=self._told)

    async def _note_checked(self, fault: MailboxFault | None) -> None:
        now, error = self._premises.clock(), str(fault) if fault else None
        async with self._premises.database.writing() as session:
            await fetching.note_checked(session, self._id, error=error, now=now)

    async def _note(self, fault: MailboxFault) -> None:
        now = self._premises.clock()
        async with self._premises.database.writing() as session:
            await fetching.note_trouble(session, self._id, str(fault), now=now)

    def _fault(self, error: Exception) -> MailboxFault:
        """Return what is in the way, and note it in the log, without what was said."""
        told = self._told
        if isinstance(error, MailboxFault):
            if error.trouble is MailboxTrouble.SIGN_IN_REFUSED:
                self._token = None
            _log.warning("a mailbox fails", extra=told | {"trouble": error.trouble})
            return error
        if isinstance(error, BrokenSealError):
            _log.error("a mailbox cannot be opened", extra=told | {"code": error.code})
            return MailboxFault(MailboxTrouble.SEALED)
        _log.error("an attendant stumbled", extra=told, exc_info=error)
        return MailboxFault(MailboxTrouble.FAULT, type(error).__name__)

    async def _rest(self, seconds: float) -> None:
        self.wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.wake.wait()
