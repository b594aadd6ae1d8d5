"""Points: single things on which our reading and somebody's expectation can agree."""

import re
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

MOST_SHOWN: Final = 160
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that was compared."""

    name: str
    """``format.thing``, one of those that its format's module lists."""

    agrees: bool
    ours: str = ""
    theirs: str = ""

    @property
    def difference(self) -> str:
        """What both said, from shortly before they part, as far as a line has room."""
        pairs = zip(self.ours, self.theirs, strict=False)
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        start = max(0, same - _BEFORE)
        return f"ours {shown(self.ours, start)}, theirs {shown(self.theirs, start)}"


def compared(name: str, ours: Any, theirs: Any, *, agrees: bool | None = None) -> Point:
    """Return a point that agrees where both are equal, unless told otherwise."""
    agrees = ours == theirs if agrees is None else agrees
    if agrees:
        return Point(name=name, agrees=True)
    return Point(name=name, agrees=False, ours=str(ours), theirs=str(theirs))


def folded(text: str) -> str:
    """Return ``text`` with every white space as one blank."""
    return " ".join(text.split())


def packed(text: str) -> str:
    """Return ``text`` without white space and without a byte order mark."""
    return _SPACE.sub("", text)


def shown(text: str, start: int = 0) -> str:
    """Return ``text`` from ``start`` on, quoted and cut, on one line."""
    cut = text[start : start + MOST_SHOWN]
    before, after = "…" * (start > 0), "…" * (len(text) > start + MOST_SHOWN)
    return repr(f"{before}{cut}{after}")


_BEFORE: Final = 20
_SPACE: Final = re.compile(r"[\s\ufeff]+")
