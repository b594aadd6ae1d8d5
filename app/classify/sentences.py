"""Where the sentences of a letter turn to something else, each read by itself.

Most who write of two things number nothing and use no word such as "further": one
sentence is about parking, the next about school places. Read alone, each surely says
so. Reading them all costs as much as reading the letter again, so it is done only where
its words speak for several sections.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final

from app.classify.ensemble import Classification, Classifier
from app.classify.turns import Passage

_MOST_SENTENCES: Final = 12
"""A longer letter is a story, with paragraphs where it turns."""

_SURE: Final = 0.9
"""How surely a sentence has to be about a section to say that the letter turns."""

_AUDIBLE: Final = 0.5
"""What terms for a section have to be worth to make it worth a closer look."""

_FOLLOWS: Final = re.compile(
    r"[\s，,“\"]*(?:因为|所以|因此|结果|于是|导致|害得|造成|弄得|搞得|其中|连|更)"
    r"|[^，,。！？]{0,8}(?:这|那些|此事|上述|以上|对此|每次|当初|试问|难道|回答|答复|至今|一直)"
)
"""A sentence that begins so gives the cause of the one before it, or what came of it,
or points back to it."""

_POINTED_OUT: Final = re.compile(
    r"我?(?:要|想)?(?:反映|投诉|举报|说|讲|问|气|关心|要求)的(?:只)?(?:就)?是|问题的?关键|归根|说到底|说白了|根子"
)
"""Who says what it comes down to writes of one thing."""


def turns_between(
    classifier: Classifier,
    *,
    text: str,
    whole: Classification,
    found: Sequence[Passage],
) -> list[int]:
    """Return where ``text`` turns from one section to another, never to come back.

    ``whole`` is what the classifier says of all of it, ``found`` are its passages.
    """
    if not 1 < len(found) <= _MOST_SENTENCES or _POINTED_OUT.search(text):
        return []
    loudest = _loudest_two(found, whole)
    surely = {place: _surely(classifier, text, found[place]) for place in loudest[:1]}
    # Most letters end here: what speaks less for its own section is not surely of it.
    if not all(surely.values()) or not loudest:
        return []
    for place, each in enumerate(found):
        if place not in surely:
            surely[place] = _surely(classifier, text, each)
    told = [(found[place].start, surely[place]) for place in sorted(surely)]
    return _turns(text, [(start, section) for start, section in told if section])


def _surely(classifier: Classifier, text: str, passage: Passage) -> str | None:
    said = classifier.classify(subject="", text=text[passage.start : passage.stop])
    return said.section if said.confidence >= _SURE else None


def _turns(text: str, told: Sequence[tuple[int, str]]) -> list[int]:
    """Return where the sections ``told`` of change, if none of them comes back."""
    turns = [two for one, two in pairwise(told) if not kin(one[1], two[1])]
    sections = [told[0][1], *(section for _, section in turns)] if turns else []
    comes_back = any(kin(one, other) for one, other in combinations(sections, 2))
    if comes_back or any(_FOLLOWS.match(text, start) for start, _ in turns):
        return []
    return [start for start, _ in turns]


def kin(one: str, other: str) -> bool:
    """Whether one section is the other, or a part of it."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _loudest_two(found: Sequence[Passage], whole: Classification) -> list[int]:
    """Return the passages in which terms speak most for two sections, the softer first.

    Nothing, where they speak for no two that have nothing to do with each other.
    """
    starts = [each.start for each in found]
    possible = {candidate.section for candidate in whole.candidates}
    worths: dict[tuple[str, int], float] = {}
    for place, section, worth in whole.heard:
        if section in possible:
            key = section, bisect_right(starts, place) - 1
            worths[key] = worths.get(key, 0.0) + worth
    ranked = sorted(worths, key=worths.__getitem__, reverse=True)
    for section, place in ranked[1:]:
        if worths[section, place] < _AUDIBLE:
            break
        if place != ranked[0][1] and not kin(section, ranked[0][0]):
            return [place, ranked[0][1]]
    return []
