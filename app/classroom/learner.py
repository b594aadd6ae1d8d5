"""The learner: a process of its own that learns one model, tries it, and ends.

It is a fresh interpreter with nothing in its environment and no secret in its memory.
Before the first opinion reaches it, it may write no file and start no process, its
address space and CPU time are limited, and everything else goes before it.
"""

import os
import resource
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final

from app.classify.amending import amended
from app.classify.ensemble import Classifier
from app.classify.evaluation import Outcome
from app.classify.learned import Example, Learned
from app.classify.learner import learn
from app.classify.prior import SectionText
from app.classify.trial import Verdict, compare
from app.classroom.lesson import (
    FRAME,
    Trial,
    sections_from_bytes,
    taught_from_bytes,
    topics_from_bytes,
)
from app.domain.teaching import Taught
from app.reading_room.reader import confine

_NICER: Final = 10
"""Learning can wait for everything: it is added to how nice readers are."""


def main(words: Sequence[str]) -> None:
    """Take one lesson from standard input; write what came of it to standard output."""
    memory_mb, cpu_seconds = map(int, words)
    confine(memory_mb=memory_mb)
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    os.nice(_NICER)
    sections, topics, in_use, *chunks = _frames(sys.stdin.buffer)
    classifier = _words(sections_from_bytes(sections), topics)
    taught = [each for chunk in chunks for each in taught_from_bytes(chunk)]
    trial, model = study(classifier, in_use, taught)
    for frame in (trial.as_bytes(), model):
        sys.stdout.buffer.write(FRAME.pack(len(frame)) + frame)
    sys.stdout.buffer.flush()


def study(
    words: Classifier, in_use: bytes, taught: Sequence[Taught]
) -> tuple[Trial, bytes]:
    """Learn from what was ``taught``, but for what is held back to try the models on.

    ``taught`` comes newest first; the oldest is learned first.
    """
    known = {*words.model.paths, None}
    examples = [
        Example(subject=each.subject, text=each.text, label=each.label)
        for each in reversed(taught)
        if each.label in known and not each.held_back
    ]
    tried = [each for each in taught if each.held_back]
    before = _outcomes(_read_by(words, in_use), tried)
    if not examples:
        verdict = compare(before, before)
        return _trial(verdict, examples=0), b""
    candidate = learn(examples, before=words)
    verdict = compare(before, _outcomes(words.with_learned(candidate), tried))
    return _trial(verdict, examples=len(examples)), candidate.to_bytes()


def _trial(verdict: Verdict, *, examples: int) -> Trial:
    return Trial(
        opinions=verdict.opinions,
        examples=examples,
        before=verdict.in_use,
        candidate=verdict.candidate,
        replaces=verdict.replaces,
    )


def _words(sections: Sequence[SectionText], topics: bytes) -> Classifier:
    """Return the notice's classifier that has learned nothing, as it is in use."""
    amendments, links = topics_from_bytes(topics)
    return Classifier.from_sections(
        sections, topics=amended(amendments) if amendments else None, given=links
    )


def _read_by(words: Classifier, model: bytes) -> Classifier:
    """Return the classifier as the model in use makes it; without one, by its words."""
    try:
        return words.with_learned(Learned.from_bytes(model)) if model else words
    except ValueError:
        return words


def _outcomes(classifier: Classifier, tried: Sequence[Taught]) -> list[Outcome]:
    return [
        Outcome(
            truth=each.label,
            said=classifier.classify(subject=each.subject, text=each.text),
        )
        for each in tried
    ]


def _frames(source: BinaryIO) -> Iterator[bytes]:
    """Yield the frames that come, up to the first empty one behind the third."""
    number = 0
    while True:
        (size,) = FRAME.unpack(source.read(FRAME.size))
        number += 1
        if not size and number > len(("sections", "topics", "model in use")):
            return
        yield source.read(size)
