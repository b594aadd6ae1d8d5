"""A reader's function that some letters break, each by the first word of its text."""

import os
import resource
import time
from dataclasses import replace
from pathlib import Path

from app.mail import reading
from app.mail.parts.limits import Limits
from app.mail.reading import NOTHING_MORE, Reading
from app.mail.view import Wish
from app.reading_room.conditions import Conditions
from app.reading_room.room import ReadingRoom


def room(*, within: float = 30.0) -> ReadingRoom:
    """Return a reading room in which letters are read so."""
    conditions = Conditions(
        read=f"{__name__}:read", cpu_seconds=0.2, memory_mb=48, limits=Limits(parts=10)
    )
    return ReadingRoom(conditions, within=within)


def read(  # noqa: C901 - a list of ways
    raw: bytes, *, limits: Limits, wish: Wish = NOTHING_MORE
) -> Reading:
    """Read ``raw``, unless its text says what to do instead."""
    found = reading.read(raw, limits=limits, wish=wish)
    word, _, rest = (found.letter.text if found.letter else "").strip().partition(" ")
    match word:
        case "loop":
            while True:
                pass
        case "sleep":
            time.sleep(60)
        case "eat":
            eaten = []
            while True:
                eaten.append(bytes(2**22))
        case "abort":
            os.abort()
        case "kill":
            os.kill(os.getpid(), 9)
        case "leave":
            os._exit(0)
        case "lie":
            os.write(0, b"\xff" * 64)
        case "raise":
            raise RecursionError(rest)
        case "write":
            Path(rest).write_bytes(b"x" * 2**16)
        case "tell":
            return _saying(found, _told())
    return found


def _told() -> str:
    """Return what a reader knows of the house, and what it may do."""
    process = Path("/proc/self/environ").read_text()
    names = ("CORE", "FSIZE", "NPROC")
    limits = [resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names]
    return f"{dict(os.environ)} {process} {limits}"


def _saying(found: Reading, text: str) -> Reading:
    assert found.letter is not None
    return replace(found, letter=replace(found.letter, text=text))
