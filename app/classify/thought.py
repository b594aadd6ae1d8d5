"""All that is thought about a text before it is filed: its matters, kinds, gravity.

It is a value of its own because it is by far the dearest part of registering an
opinion, and needs nothing but the text and a classifier: a batch of letters is thought
about in another process (`app.thinking`) while this one stores those before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.classify.ensemble import Classification, Classifier, likeliest
from app.classify.kind import KindGuess
from app.classify.reporting import guess as guess_kind
from app.classify.reporting import reported
from app.classify.strands import Matter, matters
from app.classify.turns import passages
from app.domain.passages import Marks, blanked, own_words
from app.domain.vocabulary import Kind

_ONLY_ONE: Final = 1


@dataclass(frozen=True, slots=True)
class Strand:
    """What is thought about one matter of a text."""

    classification: Classification
    guess: KindGuess

    places: tuple[tuple[int, int], ...] | None = None
    """The parts of the text that are about it, as in slices; None: all of it is."""


@dataclass(frozen=True, slots=True)
class Thought:
    """What is thought about a text."""

    strands: tuple[Strand, ...]
    """At least one; a section that was asked for comes first."""

    is_report: bool
    """Whether it is surely a report of wrongdoing."""


@dataclass(frozen=True, slots=True)
class Question:
    """A text to think about, and the classifiers of the notices that it may be for."""

    subject: str
    text: str
    marks: Marks
    candidates: tuple[str, ...]
    """At least one; what the classifiers are called among those who ask and answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is thought about a text, and by which of the candidates."""

    by: str
    thought: Thought


def think(
    classifier: Classifier,
    *,
    subject: str,
    text: str,
    marks: Marks = (),
    section: str | None = None,
) -> Thought:
    """Think about a text, of which ``marks`` are not the writer's own words.

    It is split only into matters that are each surely another's, and not where
    ``section``, which the citizen chose, is something else.
    """
    said = own_words(text, marks)
    plain = blanked(text, marks)
    found = passages(plain)
    # Places in one's own words are places in the text where nothing was quoted.
    listen = not marks and len(found) > _ONLY_ONE
    whole = classifier.classify(subject=subject, text=said, listen=listen)
    apart = _sorted(matters(classifier, text=plain, whole=whole, found=found), section)
    strands = tuple(
        Strand(each.classification, guess_kind(subject="", text=_words(text, each)),
               each.places)
        for each in apart
    ) or (Strand(whole, guess_kind(subject=subject, text=said)),)  # fmt: skip
    kinds = {each.guess.kind for each in strands if each.guess.by_wording}
    sounds = Kind.REPORT if Kind.REPORT in kinds else None
    sure = reported(subject=subject, text=said, kind=sounds).is_sure
    return Thought(strands, is_report=sure)


def best_of(
    candidates: Mapping[str, Classifier], *, subject: str, text: str, marks: Marks
) -> str:
    """Return the classifier that a text sounds most like something of."""
    if len(candidates) == _ONLY_ONE:
        return next(iter(candidates))
    return likeliest(candidates, subject=subject, text=own_words(text, marks))


def answer(classifiers: Mapping[str, Classifier], question: Question) -> Answer:
    """Think about a text by that of its candidates that it sounds most like."""
    facts = {"subject": question.subject, "text": question.text}
    candidates = {name: classifiers[name] for name in question.candidates}
    by = best_of(candidates, **facts, marks=question.marks)
    return Answer(by, think(classifiers[by], **facts, marks=question.marks))


def _sorted(found: Sequence[Matter], section: str | None) -> list[Matter]:
    """Return matters with the chosen one first; none where it is not among them."""
    if section is None:
        return list(found)
    chosen = [each for each in found if each.section == section]
    return [*chosen, *(each for each in found if each not in chosen)] if chosen else []


def _words(text: str, matter: Matter) -> str:
    return "".join(text[start:stop] for start, stop in matter.places)
