"""The conditions of the reading room: what a reader is given, and how it may fail."""

import json
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from struct import Struct
from typing import Final, Self

from app.mail.parts.limits import Limits
from app.mail.reading import Reading
from app.mail.view import Wish
from app.reading_room.coding import fingerprint

LETTER_HEAD: Final = Struct(">QH")
"""Before each letter on its way to the reader: its length, and that of the JSON of a
wish, which comes first; 0: there is none."""

REPLY_HEAD: Final = Struct(">QQ")
"""Before each reply: the length of its JSON, and of the bytes of files behind that."""

READ: Final = "app.mail.reading:read"
"""The module and the function that reads a letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What a reader is told when it begins."""

    cpu_seconds: float = 2.0
    """CPU time for one letter; a reader that takes more is ended by the kernel."""

    memory_mb: int = 256
    """Memory that a letter may take, beyond what the bare reader needs."""

    limits: Limits = field(default_factory=Limits)

    read: str = READ
    """Who reads: ``module:function``, taking the bytes, ``limits``, and a ``wish``."""

    def as_words(self) -> str:
        """Return the conditions as one argument of a command line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_words(cls, words: str) -> Self:
        """Return the conditions that `as_words` wrote."""
        facts = json.loads(words)
        return cls(**(facts | {"limits": Limits(**facts["limits"])}))


class Cause(StrEnum):
    """Why a letter was not read to its end."""

    CPU = "cpu"
    """It took more CPU time than a letter may."""

    TIME = "time"
    """No CPU time, but more time than anybody waits."""

    MEMORY = "memory"
    """It took more memory than a letter may."""

    CRASH = "crash"
    """The reader's process ended."""

    ERROR = "error"
    """The reader met an error of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A letter that broke its reader; nothing is known of what it says."""

    cause: Cause

    trace: str = ""
    """The kind of error and its way through the code, without a word of the letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a reader sends for each letter: exactly one of the two."""

    reading: Reading | None = None
    broken: Broken | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exchange:
    """All that crosses the pipe."""

    wish: Wish
    reply: Reply


READY: Final = fingerprint(_Exchange)
"""What a reader says once, when it is prepared and confined.

While a service runs its program may be replaced by another version, from which new
readers begin: they say something else, and letters wait for the service, too.
"""
