"""Strike out of a text what leads to a person, and leave the rest as it was written.

What is looked for is looked for in the plain form of the text (`redaction`). People
read the result, and nobody's signs are changed for them: so each sign of the plain form
knows the stretch of the text that it came from, and what was not struck comes back as
that stretch.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from app.classify.redaction import MARKS, MOST_SIGNS, Change, plain_form, steps

_PUT: Final = -1
"""Where a sign came from that did not stand in the text."""

_FEIGNED: Final = re.compile("|".join(f"〔({mark[1:-1]})〕" for mark in MARKS))
_UNSEEN: Final = frozenset({"Cf", "Cs", "Co"})


@dataclass(frozen=True, slots=True)
class _Traced:
    """A text, and for each of its signs the number of the stretch it came from."""

    text: str
    origins: Sequence[int]

    def after(self, pattern: re.Pattern[str], change: Change) -> "_Traced":
        """Return it after one step; what a change leaves at its beginning is kept."""
        texts: list[str] = []
        origins: list[int] = []
        at = 0
        for found in pattern.finditer(self.text):
            put = change(found)
            same = _shared(found.group(), put)
            if same == len(found.group()):
                continue
            start = found.start() + same
            texts += (self.text[at:start], put[same:])
            origins += self.origins[at:start]
            origins += [_PUT] * (len(put) - same)
            at = found.end()
        return _Traced(
            "".join((*texts, self.text[at:])), [*origins, *self.origins[at:]]
        )


def struck(text: str, *, known: Iterable[str] = ()) -> str:
    """Return ``text`` without what names a person or leads to one.

    The rest comes back sign for sign, but for marks of ours that stood there and would
    say that something was struck; and nothing behind the first `MOST_SIGNS`.
    ``known`` are names and addresses that are struck wherever they stand.
    """
    stretches = list(_stretches(_FEIGNED.sub(_unfeigned, text[:MOST_SIGNS])))
    plain = [plain_form(each) for each in stretches]
    origins = [number for number, each in enumerate(plain) for _ in each]
    whole = "".join(plain)[:MOST_SIGNS]
    traced = _Traced(whole, origins[:MOST_SIGNS])
    for pattern, change in steps(known):
        traced = traced.after(pattern, change)
    return "".join(_written(traced, stretches, plain))


def _shared(before: str, after: str) -> int:
    """Return how many signs two texts begin with that are the same."""
    pairs = enumerate(zip(before, after, strict=False))
    return next(
        (at for at, (one, other) in pairs if one != other),
        min(len(before), len(after)),
    )


def _unfeigned(found: re.Match[str]) -> str:
    return f"[{found.group()[1:-1]}]"


def _written(
    traced: _Traced, stretches: Sequence[str], plain: Sequence[str]
) -> Iterator[str]:
    """Yield what was kept as it was written; a sign kept in part, plainly."""
    kept = Counter(traced.origins)
    before = _PUT
    for sign, origin in zip(traced.text, traced.origins, strict=True):
        if origin == _PUT or kept[origin] < len(plain[origin]):
            yield sign
        elif origin != before:
            yield stretches[origin]
        before = origin


def _stretches(text: str) -> Iterator[str]:
    """Yield ``text`` in stretches of which each has a plain form of its own.

    A sign that nobody sees goes with the one before it.
    """
    start, is_seen = 0, False
    for at, sign in enumerate(text):
        if unicodedata.category(sign) in _UNSEEN:
            continue
        if is_seen and not _is_bound(text[start:at], sign):
            yield text[start:at]
            start = at
        is_seen = True
    if start < len(text):
        yield text[start:]


def _is_bound(before: str, sign: str) -> bool:
    """Whether ``sign`` becomes one with what stands before it."""
    if unicodedata.combining(unicodedata.normalize("NFKD", sign)[0]):
        return True
    last = unicodedata.normalize("NFKC", before)[-1]
    alone = unicodedata.normalize("NFKC", sign)
    return unicodedata.normalize("NFKC", last + sign) != last + alone
