"""Name a group of messages by words that its members share and others have not."""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import chain
from typing import Final

from app.classify.lexicon import built_in_topics
from app.classify.plain import is_cut, is_plain
from app.classify.sharing import ELSEWHERE
from app.classify.text import CLAUSE_END

MOST_TERMS: Final = 5
MOST_PLACES: Final = 4

_READ: Final = 40
"""Of a large group so many members are read for their words."""

_SHARE: Final = 0.2
"""In what share of the members a phrase has to stand, in two at least."""

_MOST_WORDS: Final = 3
_LONGEST: Final = 12
_OTHER_WORDS: Final = 0.3
"""What further words of a phrase count beside its most telling one."""

_WEIGHED: Final = 40
"""How many phrases are weighed by all their occurrences: the likeliest."""

_SURE: Final = 3
"""In so many letters a phrase stands that is surely said so."""

_SHORTEST_PLACE: Final = 3

Words = Sequence[str]
"""A message's words in their order; an empty one parts those that do not touch."""


@dataclass(frozen=True, slots=True)
class Name:
    """What a group is about, in folded words."""

    terms: tuple[str, ...]
    """The most telling first."""

    places: tuple[str, ...]
    """Those that end like a place or an institution; the most telling first."""


class Namer:
    """Names groups of messages, of which there are so ``many``."""

    def __init__(self, many: int) -> None:
        """Begin without a word."""
        self._many = many
        self._words: dict[int, list[str]] = defaultdict(list)
        self._common: Counter[str] = Counter()

    def hear(self, member: int, words: Words, *, grouped: bool) -> None:
        """Take in words of a message; those of one in no group are only counted."""
        self._common.update(set(words))
        if grouped:
            self._words[member] += words

    def name(self, group: Sequence[int]) -> Name:
        """Name a group, of which the members nearest to its middle come first."""
        read = group[:_READ]
        rows = [self._words[member] for member in read]
        own = Counter(word for row in rows for word in set(row))
        least = max(2, math.ceil(_SHARE * len(read)))
        tellings = {
            word: self._telling(word, number / len(read))
            for word, number in own.items()
            if number >= least and word
        }
        held: Counter[str] = Counter()
        worth: dict[str, float] = {}
        for row in rows:
            found = dict(_phrases(row, tellings))
            held.update(found.keys())
            worth |= found
        often = [phrase for phrase, number in held.items() if number >= least]
        often.sort(key=lambda phrase: (-worth[phrase] * held[phrase], phrase))
        texts = ["".join(word or CLAUSE_END for word in row) for row in rows]
        scores = {
            phrase: sum(phrase in text for text in texts) * worth[phrase]
            for phrase in often[:_WEIGHED]
        }
        ranked = sorted(scores, key=lambda phrase: (-scores[phrase], phrase))
        places = [place for phrase in ranked if (place := place_in(phrase))]
        whole = [phrase for phrase in ranked if _is_whole(phrase)]
        # What is known for a word, or stands in several letters, is no chance.
        whole.sort(key=lambda phrase: phrase not in _known() and held[phrase] < _SURE)
        return Name(terms=_apart(whole, MOST_TERMS), places=_apart(places, MOST_PLACES))

    def _telling(self, word: str, share: float) -> float:
        """Return how much commoner a word is in a group than overall, if it is."""
        overall = self._common[word] / (self._many + ELSEWHERE)
        return max(math.log(share / overall), 0.0)


def place_in(phrase: str) -> str | None:
    """Return the place or institution that a folded phrase names at its end, if any."""
    words = _places()
    place = words.before.sub("", words.inside.sub("", phrase))
    named = len(place) >= _SHORTEST_PLACE and words.ends.search(place)
    if not named or place in words.common or words.never.search(place):
        return None
    return place


@dataclass(frozen=True, slots=True)
class _PlaceWords:
    ends: re.Pattern[str]
    never: re.Pattern[str]
    before: re.Pattern[str]
    inside: re.Pattern[str]
    common: frozenset[str]


@cache
def _places() -> _PlaceWords:
    source = resources.files("app.classify").joinpath("places.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    lists = {name: "|".join(words.split()) for name, words in tables.items()}
    return _PlaceWords(
        ends=re.compile(f"(?:{lists['ends']})$"),
        never=re.compile(f"(?:{lists['never']})$"),
        before=re.compile(f"^(?:{lists['before']})+"),
        inside=re.compile(f"^.*(?:{lists['inside']})"),
        common=frozenset(tables["common"].split()),
    )


def _is_whole(phrase: str) -> bool:
    """Whether a phrase may be a term: no connective, and nothing cut off a sentence."""
    return not is_plain(phrase) and (phrase in _known() or not is_cut(phrase))


@cache
def _known() -> frozenset[str]:
    """Return the folded words that the topics of the package know."""
    topics = built_in_topics()
    return frozenset(
        chain.from_iterable((*each.official, *each.terms) for each in topics)
    )


def _phrases(row: Words, tellings: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    """Yield each word and each few that touch, with what they tell together."""
    for start, first in enumerate(row):
        if first not in tellings or first.isdigit():
            continue
        phrase, total, most = "", 0.0, 0.0
        for word in row[start : start + _MOST_WORDS]:
            phrase += word
            if word not in tellings or len(phrase) > _LONGEST:
                break
            most = max(most, tellings[word])
            total += tellings[word]
            yield phrase, (most + _OTHER_WORDS * (total - most)) ** 2


def _apart(words: Sequence[str], most: int) -> tuple[str, ...]:
    """Return the first words, none of which is a part of another."""
    found: list[str] = []
    for word in words:
        if len(found) == most:
            break
        if not any(word in other or other in word for other in found):
            found.append(word)
    return tuple(found)
