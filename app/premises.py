"""The premises: the running parts of one process, opened at its start.

Every edge (web, mail, workers, command line) works on the same premises. They open
the transactions in which the services work.
"""

import asyncio
import gc
import os
import secrets
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from app.clock import Clock, utc_now
from app.database import Database
from app.domain.submission import Submission
from app.gathering import Gathering
from app.mail.authentication import Authentication
from app.precedence import Precedence
from app.reading_room.room import ReadingRoom, conditions_of
from app.sealing import Seal
from app.services import arrivals, intake, lexicon, models
from app.services.accounts.identities import Provider
from app.services.arrivals import RawLetter
from app.services.drafting import Draft, draw_up
from app.services.house import House
from app.services.intake import Registration
from app.services.lexicon import Lexicon
from app.services.shelf import Shelf
from app.settings import Settings, SettingsError
from app.thinking import Thinking

SignatureCheck = Callable[[bytes], Awaitable[Authentication | None]]
"""Returns what a letter's signatures are worth; None: it bears none."""

Submissions = Gathering[Draft, Registration]
Letters = Gathering[arrivals.Row, int]

_LARGE: Final = 2**18
"""Letters from this size on, in bytes, are sealed apart from the event loop."""


class Premises:
    """Database, seal, shelf and gatherings of one process, and its clock."""

    def __init__(
        self, settings: Settings, *, clock: Clock = utc_now, patience: int = 5
    ) -> None:
        """Prepare; nothing is connected before the first transaction.

        ``patience``: as `Database` has it.
        """
        self.settings = settings
        self.clock = clock
        url = settings.database_url.get_secret_value()
        self.database = Database(url, patience=patience)
        seal = Seal(secret_of(settings))
        self.house = House(settings=settings, seal=seal, shelf=Shelf())
        self._submissions = Submissions(self.database, intake.register_gathered)
        self._letters = Letters(self.database, arrivals.keep_all)
        self.reading_room = ReadingRoom(conditions_of(settings))
        """Where the letters of strangers are read, outside this process."""

        self.thinking = Thinking()
        """Where many letters at once are thought about."""

        self.signature_check: SignatureCheck | None = None
        """Checks who signed a letter (DKIM), where the settings ask for it."""

        self.provider: Provider | None = None
        """The office's own sign-in service, where the settings name one."""

        self._models = asyncio.Lock()
        """Held while models that came into use, or topics, are read."""

        self.letters_waiting = asyncio.Event()
        """Set when a letter was kept that nobody has read."""

        self.letters_first = Precedence()
        """What can wait lets letters that are being settled go first."""

        self.opinions_waiting = asyncio.Event()
        """Set when an opinion was registered that nobody has compared with others."""

        self.outbox_waiting = asyncio.Event()
        """Set when a letter was promised to a citizen."""

        self.wishes_waiting = asyncio.Event()
        """Set when somebody named an address and wants a letter there."""

        self.closing = False
        """Whether the service is about to stop: it takes no new visitors."""

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close."""
        await self.close()

    async def close(self) -> None:
        """Settle what was taken, take nothing more, and disconnect."""
        await self._submissions.close()
        await self._letters.close()
        await self.reading_room.close()
        await self.thinking.close()
        await self.database.close()

    async def shelf(self) -> Shelf:
        """Return the published notices, not older than `shelf.STALE_AFTER`."""
        shelf, now = self.house.shelf, self.clock()
        if shelf.is_stale(now):
            async with self.database.reading() as session:
                renewed = await shelf.refresh(session, now=now)
                await self.house.wordings.refresh(session)
                await self.house.clocks.refresh(session)
                await self.house.features.refresh(session)
            renewed |= await self._take_up_topics(shelf)
            if await self._take_up_models(shelf) or renewed:
                # A classifier is some hundred thousand objects that stay. The garbage
                # collector would stop everybody for a tenth of a second, again and
                # again, to find that they do.
                gc.freeze()
        return shelf

    async def _take_up_topics(self, shelf: Shelf) -> bool:
        """Read topics that were changed; return whether they were.

        Whoever comes meanwhile is served by what stands on the shelf.
        """
        if self._models.locked() or not shelf.awaits_topics:
            return False
        async with self._models:
            async with self.database.reading() as session:
                said = await lexicon.read(session)
            shelf.lexicon = await asyncio.to_thread(Lexicon.of, said)
            for notice in shelf.notices:
                shelf.put(await asyncio.to_thread(notice.by_topics, shelf.lexicon))
        return True

    async def _take_up_models(self, shelf: Shelf) -> bool:
        """Read the models that came into use; return whether there were any.

        Whoever comes meanwhile is served by what stands on the shelf.
        """
        if self._models.locked() or not shelf.awaiting:
            return False
        async with self._models:
            for notice, number in shelf.awaiting:
                async with self.database.reading() as session:
                    sealed = await models.sealed_model(session, notice.id, number)
                shelf.put(
                    await asyncio.to_thread(
                        models.read_by, notice, number, sealed, self.house.seal
                    )
                )
        return True

    async def register(self, submission: Submission) -> Registration:
        """Register an opinion that came by form or API; return once it is committed.

        Raises:
            AppError: See `intake.check_window`, `drafting.draw_up`, `KeyReused`.
        """
        await self.shelf()
        intake.check_window(self.house, submission)
        draft = draw_up(self.house, submission)
        registration = await self._submissions.add(draft)
        self.opinions_waiting.set()
        self.outbox_waiting.set()
        return registration

    async def keep(self, letter: RawLetter) -> int:
        """Keep a letter as it came; return its arrival once that is committed."""
        seal = self.house.seal
        if len(letter.content) < _LARGE:
            row = arrivals.sealed_row(seal, letter)
        else:
            row = await asyncio.to_thread(arrivals.sealed_row, seal, letter)
        arrival_id = await self._letters.add(row)
        self.letters_waiting.set()
        return arrival_id


def secret_of(settings: Settings) -> str:
    """Return the installation's secret, made at the first start on SQLite.

    Raises:
        SettingsError: There is none, and the database is one that others share.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    url = settings.database_url.get_secret_value()
    if not url.startswith("sqlite"):
        raise SettingsError("HUIYIN_SECRET_KEY: needed with PostgreSQL")
    path = Path(url.partition("///")[2]).with_name("huiyin.key")
    if not path.exists():
        with suppress(FileExistsError):
            _write_new(path, secrets.token_urlsafe(48))
    secret = path.read_text(encoding="ascii").strip()
    if not secret:
        # What is sealed with it would be open to everybody.
        raise SettingsError(
            f"{path} is empty: put back the one that you have,"
            " or remove it if nothing is stored yet"
        )
    return secret


def _write_new(path: Path, secret: str) -> None:
    """Write a file that only its owner reads, whole and durably; never over another."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        _name(Path(beside), path)
    finally:
        Path(beside).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _name(written: Path, path: Path) -> None:
    """Call a file by its name once it is whole, unless another is called so."""
    try:
        path.hardlink_to(written)
    except FileExistsError:
        raise
    except OSError:  # a file system that knows no links
        written.replace(path)
