"""Say whether a letter is about several matters, and which of its words about which.

It is split only where its own form says that a further matter begins, or where the
words for two sections stand apart, and where each part alone is surely about a section
of its own. A second matter that is mentioned in passing does not count: a letter that
is split wrongly is answered twice by people who each see half of it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from app.classify.asides import in_passing
from app.classify.ensemble import Candidate, Classification, Classifier, Heard
from app.classify.sentences import kin, turns_between
from app.classify.turns import Opening, Passage, passages

MOST_STRANDS: Final = 4
_MOST_PARTS: Final = 10
"""A letter of more points than that is a list of measures, not of matters."""

_SURE: Final = 0.97
_SURE_BY_SENTENCES: Final = 0.9
"""Where each of its sentences was read by itself, too."""

_PLAIN: Final = 0.99
_TELLING_SIGNS: Final = 16
"""Sentences that are so sure, and so long, need no word that asks or complains."""

_SURE_BY_FORM: Final = 0.75
"""Where a point or a word such as "further" begins the part, less is enough."""

_LOUD: Final = 1.0
"""What the terms for a section have to be worth in a sentence that turns to it."""

_CLEARLY: Final = 1.25
"""How much more than those for the next, where only the terms tell."""

_SHARED: Final = 0.03
"""What one section may have at most in the words about the other."""

_LEAST_SECOND: Final = 0.002
"""What it has to have for a new paragraph to be a reason to look."""

_LEAST_SIGNS: Final = 11
_LEAST_SHARE: Final = 0.16

_ANNOUNCES: Final = re.compile(
    r"[两二三四](?:件|个)(?:事|问题)|[两三]件一起|第[二两]件|(?:另|另外|还有|还想|除了这)一?[件个](?:事|问题|，|,)"
    r"|分别(?:答复|回复|办理)|(?:还|再)(?:想|要)?(?:反映|说说|问|说)"
)
"""The writer says that there are several matters."""

_GOES_ON: Final = re.compile(
    r"[\s，,“\"]*(?:因为|所以|因此|结果|于是|导致|害得|造成|弄得|搞得|这样|这些|这种|这个|那些|其中|连|更"
    r"|但是?|不过|可是|然而|而且|就|他们?|她|它|那里|那边|里面|上面|到现在|至今|后来|当时|每次|反正|都|也)"
)
"""A passage that begins so belongs to what stands before it."""


@dataclass(frozen=True, slots=True)
class Matter:
    """One of several things that a letter is about."""

    section: str
    classification: Classification
    places: tuple[tuple[int, int], ...]
    """The parts of the text that are about it, as in slices, in order."""


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter, what is said of all of it, and by whom."""

    classifier: Classifier
    text: str
    whole: Classification
    found: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class _Part:
    """Neighbouring passages that are looked at as one."""

    start: int
    stop: int
    said: Classification

    wants: bool
    """Whether it is no mere mention: its form says so, or how sure it is."""

    enough: float
    """How sure a section has to be."""

    @property
    def section(self) -> str | None:
        """What it alone is surely about; None: nothing that is sure."""
        return self.said.section if self.said.confidence >= self.enough else None

    def share_of(self, section: str) -> float:
        """How probable ``section`` is here."""
        found = (c.confidence for c in self.said.candidates if c.section == section)
        return next(found, 0.0)


def matters(
    classifier: Classifier,
    *,
    text: str,
    whole: Classification,
    found: Sequence[Passage] | None = None,
) -> tuple[Matter, ...]:
    """Say which matters ``text`` is about, if it is surely several; else nothing.

    ``whole`` is what the classifier says of all of it, ``found`` are its passages,
    where somebody has them. Where neither the form of the text nor ``whole`` shows a
    second matter, nothing more is classified.
    """
    found = passages(text) if found is None else found
    cuts = _cuts_by_form(found, whole) or _cuts_by_words(text, found, whole)
    apart: tuple[Matter, ...] = ()
    letter = _Letter(classifier, text, whole, found)
    if 0 < len(cuts) < _MOST_PARTS and _is_promising(text, cuts, whole):
        apart = _apart(letter, cuts, by_sentences=False)
    if apart:
        return apart
    turns = turns_between(classifier, text=text, whole=whole, found=found)
    return _apart(letter, turns, by_sentences=True) if turns else ()


def _apart(
    letter: _Letter, cuts: Sequence[int], *, by_sentences: bool
) -> tuple[Matter, ...]:
    """Return what the parts between ``cuts`` are about, if that is surely several.

    ``by_sentences``: each sentence between them was read by itself, too.
    """
    text, whole = letter.text, letter.whole
    sure = _SURE_BY_SENTENCES if by_sentences else _SURE
    formal = {
        each.start
        for each in letter.found
        if each.opening not in {None, Opening.PARAGRAPH}
    }
    places = list(zip([0, *cuts], [*cuts, len(text)], strict=True))
    parts: list[_Part] = []
    for start, stop in sorted(places, key=lambda place: place[1] - place[0]):
        said = letter.classifier.classify(subject="", text=text[start:stop])
        by_form = bool(formal) and (start in formal or start == 0)
        plain = (
            by_sentences
            and said.confidence >= _PLAIN
            and _signs(text[start:stop]) >= _TELLING_SIGNS
        )
        enough = _SURE_BY_FORM if by_form else sure
        parts.append(_Part(start, stop, said, wants=by_form or plain, enough=enough))
        if len(places) == len("ab") and parts[0].section is None:
            return ()
    parts.sort(key=lambda part: part.start)
    apart = _told_apart(text, parts)
    if _ANNOUNCES.search(text) or all(_has_place(x.section, whole) for x in apart):
        return apart
    return ()


def _has_place(section: str, whole: Classification) -> bool:
    """Whether the whole may be about ``section``; else it is an aspect of another."""
    return any(candidate.section == section for candidate in whole.candidates)


def _is_promising(text: str, cuts: Sequence[int], whole: Classification) -> bool:
    """Whether the parts speak of different things, as far as their terms tell.

    It costs next to nothing, and spares most letters the closer look.
    """
    if not whole.heard:
        return len(whole.candidates) > 1 or bool(_ANNOUNCES.search(text))
    parts = [
        Passage(start, stop)
        for start, stop in zip([0, *cuts], [*cuts, len(text)], strict=True)
    ]
    signs: dict[str, int] = {}
    for part, voice in zip(
        parts, _voices(parts, whole.heard, clearly=1.0), strict=True
    ):
        words = text[part.start : part.stop]
        if voice is not None and not in_passing(words, wants=True):
            signs[voice] = signs.get(voice, 0) + _signs(words)
    least = max(_LEAST_SIGNS, _LEAST_SHARE * _signs(text))
    weighty = [voice for voice in signs if signs[voice] >= least]
    if not _ANNOUNCES.search(text):
        weighty = [voice for voice in weighty if _has_place(voice, whole)]
    return any(not kin(one, other) for one, other in combinations(weighty, 2))


def _cuts_by_form(found: Sequence[Passage], whole: Classification) -> list[int]:
    """Return where further matters begin by the form of the text."""
    cuts = [
        each.start for each in found if each.opening not in {None, Opening.PARAGRAPH}
    ]
    second = _second(whole)
    if second is not None and second.confidence >= _LEAST_SECOND:
        cuts += [each.start for each in found if each.opening is Opening.PARAGRAPH]
    return sorted(cuts)


def _cuts_by_words(
    text: str, found: Sequence[Passage], whole: Classification
) -> list[int]:
    """Return where the words turn from one section to another, if they do so once."""
    voices = _voices(found, whole.heard, clearly=_CLEARLY)
    order = [(each, voice) for each, voice in zip(found, voices, strict=True) if voice]
    turns = [two[0].start for one, two in pairwise(order) if one[1] != two[1]]
    if len(turns) != 1 or _GOES_ON.match(text, turns[0]):
        return []
    return turns


def _voices(
    found: Sequence[Passage], heard: Sequence[Heard], *, clearly: float
) -> list[str | None]:
    """Return for each passage the section that its words are for, if they clearly are.

    What belongs to the section above or below another is taken for the same.
    """
    starts = [each.start for each in found]
    worths: list[dict[str, float]] = [{} for _ in found]
    for place, section, worth in heard:
        own = worths[bisect_right(starts, place) - 1]
        own[section] = own.get(section, 0.0) + worth
    voices: list[str | None] = []
    for own in worths:
        first, second = (*sorted(own, key=own.__getitem__, reverse=True), None, None)[
            :2
        ]
        rest = own.get(second, 0.0) if second else 0.0
        loud = first is not None and own[first] >= max(_LOUD, clearly * rest)
        voices.append(first if loud else None)
    return voices


def _second(whole: Classification) -> Candidate | None:
    """Return the likeliest candidate that is no part of the first, nor it of that."""
    best = whole.candidates[:1]
    others = (c for c in whole.candidates[1:] if not kin(c.section, best[0].section))
    return next(others, None)


def _told_apart(text: str, parts: Sequence[_Part]) -> tuple[Matter, ...]:
    """Return the matters of ``parts``, if each is surely one of its own."""
    mine: dict[str, list[_Part]] = {}
    last: str | None = None
    for part in parts:
        words = text[part.start : part.stop]
        section = None if in_passing(words, wants=part.wants) else part.section
        if section in mine and section != last:
            # Who comes back to it tells one story.
            return ()
        last = section or last
        if last is not None:
            mine.setdefault(last, []).append(part)
    sections = list(mine)
    if not 1 < len(sections) <= MOST_STRANDS or not _are_strangers(sections):
        return ()
    found = [_matter(section, mine[section]) for section in sections]
    whole = _signs(text)
    weighty = all(
        _signs(*(text[start:stop] for start, stop in each.places))
        >= max(_LEAST_SIGNS, _LEAST_SHARE * whole)
        for each in found
    )
    clean = all(
        part.share_of(other) <= _SHARED
        for section, some in mine.items()
        for part in some
        for other in sections
        if part.section == section and other != section
    )
    return tuple(found) if weighty and clean else ()


def _matter(section: str, parts: Sequence[_Part]) -> Matter:
    surest = max(
        (part for part in parts if part.section == section),
        key=lambda part: part.said.confidence,
    )
    return Matter(
        section, surest.said, tuple((part.start, part.stop) for part in parts)
    )


def _are_strangers(sections: Sequence[str]) -> bool:
    return not any(kin(a, b) for a, b in combinations(sections, 2))


def _signs(*texts: str) -> int:
    return sum(len("".join(text.split())) for text in texts)
