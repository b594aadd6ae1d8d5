"""The bench: a reader of letters, with a meter for the time and memory that it takes.

The meter reads Linux's ``/proc``; elsewhere it shows nothing.
"""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.mail.reading import Reading
from app.reading_room.coding import BadCoding
from app.reading_room.conditions import Broken, Cause, Conditions
from app.reading_room.process import Reader
from app.reading_room.room import READ_WITHIN, TRIES, ReaderUnavailable

_PER_SECOND: Final = 1_000_000_000
_KIB_PER_MIB: Final = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a letter came to, and what that cost."""

    found: Reading | Broken
    cpu_seconds: float
    """Of a letter that ended its reader: as much as it may take, if that was why."""

    peak_mb: float
    """The most memory that its reader had in use so far."""


class Bench:
    """Reads letters one after another, as the reading room does."""

    def __init__(self, conditions: Conditions) -> None:
        """Prepare; the first letter starts the reader."""
        self._conditions = conditions
        self._reader: Reader | None = None

    async def read(self, raw: bytes) -> Measured:
        """Read ``raw``; what ends its reader is tried again, unless it took too long.

        Raises:
            ReaderUnavailable: No reader can be started.
        """
        tries, spent = 0, 0.0
        while True:
            tries += 1
            reader = await self._seated()
            pid = reader.process.pid
            before = _cpu_seconds(pid)
            found: list[Reading | Broken] = []
            ending = await reader.read([raw], found, within=READ_WITHIN)
            if ending is None:
                spent += _cpu_seconds(pid) - before
                peak = _peak_mb(pid)
                self._rest(reader)
                return Measured(found=found[0], cpu_seconds=spent, peak_mb=peak)
            self._reader = None
            if ending.cause is Cause.CPU:
                spent += self._conditions.cpu_seconds
            if ending.by_letter or tries == TRIES:
                broken = Broken(cause=ending.cause)
                return Measured(found=broken, cpu_seconds=spent, peak_mb=0.0)

    def close(self) -> None:
        """Send the reader away."""
        if self._reader is not None:
            self._reader.end()
            self._reader = None

    def _rest(self, reader: Reader) -> None:
        if reader.is_tired:
            reader.end()
            self._reader = None

    async def _seated(self) -> Reader:
        if self._reader is None:
            self._reader = await _started(self._conditions.as_words())
        return self._reader


async def _started(words: str) -> Reader:
    try:
        reader = Reader(words)
    except OSError as error:
        raise ReaderUnavailable(f"no reader can be started: {error.strerror}") from None
    try:
        await reader.prepare()
    except (OSError, EOFError, TimeoutError, BadCoding):
        reader.end()
        raise ReaderUnavailable("a reader ended before it was ready") from None
    except BaseException:
        reader.end()
        raise
    return reader


def _cpu_seconds(pid: int) -> float:
    """Return the time that a process was on a processor; 0: the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / _PER_SECOND
    return 0.0


def _peak_mb(pid: int) -> float:
    """Return the most memory that a process had in use; 0: the system does not say."""
    with suppress(OSError, ValueError, IndexError):
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / _KIB_PER_MIB
    return 0.0
