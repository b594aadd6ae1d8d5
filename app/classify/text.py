"""Fold a text so that width, script, case and spacing no longer tell forms apart."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import chain, repeat

SENTENCE_END = "。"
"""What every mark that ends a sentence becomes."""

CLAUSE_END = "，"
"""What every other mark becomes."""

LONGEST = 800
"""How many characters of a text are looked at: its beginning and its end.

Of real messages one in a hundred has more than 600.
"""

MOST_FOLDED = 40_000
"""More signs than any opinion has."""

_TAIL = 200
_ENDS = frozenset("。！？!?；;\n\r\u2028\u2029…")
_DROPPED = frozenset({"Mn", "Me", "Cf", "Cc", "Sk", "Co", "Cs", "Cn"})
_SPACES = re.compile(r"(?<![a-z0-9]) +| ++(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and where each of its characters came from."""

    original: str
    text: str
    origins: Sequence[int]
    """For each folded character, the index of its original."""

    def quote(self, start: int, end: int) -> str:
        """Give the citizen's own characters for a stretch of the folded text."""
        return self.original[self.origins[start] : self.origins[end - 1] + 1]


class _Folding(dict[int, str]):
    """A translation table that works out each character the first time it is met."""

    def __init__(self, equivalents: Mapping[str, str]) -> None:
        super().__init__()
        self._equivalents = equivalents

    def __missing__(self, code: int) -> str:
        folded = "".join(map(self._fold, _widths(chr(code))))
        self[code] = folded
        return folded

    def _fold(self, character: str) -> str:
        if character in _ENDS:
            return SENTENCE_END
        if character.isspace():
            return " "
        category = unicodedata.category(character)
        if category in _DROPPED:
            return ""
        if category[0] in "PSZ" and category != "So":
            return CLAUSE_END
        return self._equivalents.get(character, character)


def _widths(character: str) -> str:
    if character in _ENDS:
        return character
    return unicodedata.normalize("NFKC", character).lower()


@cache
def _folding() -> _Folding:
    source = resources.files("app.classify").joinpath("characters.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    pairs = {}
    for name in ("traditional", "spoken"):
        pairs.update({pair[0]: pair[1] for pair in tables[name].split()})
    return _Folding({form: pairs.get(to, to) for form, to in pairs.items()})


def fold(text: str) -> str:
    """Fold a text, as `fold_with_origins` does, without the origins."""
    return _SPACES.sub("", _bounded(text).translate(_folding()))


@lru_cache(maxsize=1)  # what a text is about and what it asks for is asked in turn
def fold_with_origins(text: str) -> Folded:
    """Fold a text and remember where each character stood.

    Compatibility forms (Unicode NFKC) become the plain ones, traditional characters
    simplified ones, capitals small; marks become one of two; white space vanishes
    except between Latin words.  A very long text is cut to its beginning and end.
    """
    original = _bounded(text)
    table = _folding()
    quick = original.translate(table)
    if len(quick) == len(original) and not _SPACES.search(quick):
        return Folded(original, quick, range(len(quick)))
    characters = list(map(table.__getitem__, map(ord, original)))
    spaced = "".join(characters)
    each = map(repeat, range(len(original)), map(len, characters))
    origins = list(chain.from_iterable(each))
    gaps = [gap.span() for gap in _SPACES.finditer(spaced)]
    for start, end in reversed(gaps):
        del origins[start:end]
    return Folded(original, _SPACES.sub("", spaced), origins)


def fold_whole(text: str) -> str:
    """Fold all of ``text``, however long it is, up to `MOST_FOLDED` signs.

    One character can become eighteen, which would make a short text a long one.
    """
    found: list[str] = []
    room = MOST_FOLDED
    for start in range(0, len(text), LONGEST):
        folded = fold(text[start : start + LONGEST])[:room]
        found.append(folded)
        room -= len(folded)
        if not room:
            break
    return "".join(found)


def _bounded(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - _TAIL] + text[-_TAIL:]
