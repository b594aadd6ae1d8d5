"""Say which section of a notice an opinion is about, how surely, and by which words.

Four views are joined: the lexicon's terms that stand in the text, the topics that it
sounds like (character n-grams), the notice's own wording, and how sections are spoken
of with all their topics; and, where clerks have confirmed opinions, a fifth: what was
learned from them.  "None of these" is an answer like any other.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.classify.calibration import FITTED, Calibration
from app.classify.evidence import Evidence, evidence_for
from app.classify.features import Seen, see, see_folded
from app.classify.joining import Joined
from app.classify.learned import Learned
from app.classify.lexicon import Topic
from app.classify.prior import SectionModel, SectionText, Shares
from app.classify.spotting import Hit
from app.classify.text import (
    CLAUSE_END,
    LONGEST,
    SENTENCE_END,
    Folded,
    fold,
    fold_with_origins,
)
from app.classify.voices import Voices, built_in_voices

MOST_CANDIDATES = 5
LEAST_CONFIDENCE = 0.0005
"""Candidates below it are left out."""

_EXPLAINED = 2
"""For how many candidates the evidence is given, if they are at least so likely:"""

_WORTH_EXPLAINING = 0.1

_LONGEST_SUBJECT = 300

_UNHEARD = 0.2
"""A term that speaks more weakly for its section is not told of."""

Heard = tuple[int, str, float]
"""A term in the text: where it stands, the section it speaks for, and how strongly."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A section that the opinion may be about."""

    section: str
    confidence: float
    """The probability that this section is the right one."""


@dataclass(frozen=True, slots=True)
class Classification:
    """What the words of an opinion say about its place."""

    section: str | None
    """The likeliest section; None: not sure, or none of these."""

    confidence: float
    """The probability that ``section`` (also when it is None) is the right answer."""

    candidates: tuple[Candidate, ...] = ()
    """Sections only, the likeliest first; also given when ``section`` is None."""

    evidence: tuple[Evidence, ...] = ()

    heard: tuple[Heard, ...] = ()
    """The terms in the text, in order; only where somebody asked for them and more than
    one section is possible."""


class Classifier:
    """Places opinions among the sections of one notice; built once and then read."""

    def __init__(
        self,
        model: SectionModel,
        voices: Voices,
        calibration: Calibration = FITTED,
        learned: Learned | None = None,
    ) -> None:
        """Join what a notice says with what citizens say."""
        self.model = model
        self._joined = Joined(learned, model.paths, voices) if learned else None
        self.learned = learned
        self.voices = voices
        self._calibration = calibration
        self._best = [
            max(
                ((model.paths[index], share) for index, share in shares.items()),
                key=lambda each: each[1],
                default=("", 0.0),
            )
            for shares in model.shares
        ]
        """For each topic the section that has most of it, and how much."""

    @classmethod
    def from_sections(
        cls,
        sections: Sequence[SectionText],
        *,
        topics: Sequence[Topic] | Voices | None = None,
        given: Shares | None = None,
        learned: Learned | None = None,
    ) -> Self:
        """Build a classifier for a notice, with these topics or the built-in ones.

        ``given`` is what somebody said of which sections the topics belong to.
        ``learned`` is what clerks confirmed (`app.classify.learner`), one more view.
        """
        if topics is None:
            topics = built_in_voices()
        voices = topics if isinstance(topics, Voices) else Voices(topics)
        model = SectionModel(sections, voices.topics, given, voices.sound)
        return cls(model, voices, learned=learned)

    def with_learned(self, learned: Learned) -> Self:
        """Give a classifier of the same notice that has learned this."""
        return type(self)(self.model, self.voices, self._calibration, learned)

    def classify(
        self, *, subject: str, text: str, listen: bool = False
    ) -> Classification:
        """Say which section an opinion is about; the same words, the same answer.

        ``listen`` asks where in the text which terms stand, too.
        """
        subject = subject[:_LONGEST_SUBJECT].strip()
        folded, opinion = self._seen(subject, text)
        if not folded.text.strip(SENTENCE_END + CLAUSE_END):
            return Classification(section=None, confidence=1.0)
        *probabilities, nowhere = _softmax(self.beliefs(opinion)).tolist()
        ranked = sorted(range(len(probabilities)), key=lambda i: -probabilities[i])
        best = [
            i for i in ranked[:MOST_CANDIDATES] if probabilities[i] >= LEAST_CONFIDENCE
        ]
        candidates = tuple(
            Candidate(self.model.paths[i], round(probabilities[i], 4)) for i in best
        )
        evidence = evidence_for(
            [i for i in best[:_EXPLAINED] if probabilities[i] >= _WORTH_EXPLAINING],
            text=folded,
            hits=opinion.hits,
            weights=opinion.weights,
            model=self.model,
        )
        first = candidates[0] if candidates else None
        is_placed = first is not None and first.confidence > nowhere
        return Classification(
            section=first.section if first and is_placed else None,
            confidence=first.confidence if first and is_placed else round(nowhere, 4),
            candidates=candidates,
            evidence=evidence,
            heard=self._heard(
                folded, opinion.hits, after=len(subject) + 1 if subject else 0
            )
            if listen and len(candidates) > 1
            else (),
        )

    def evidence_of(
        self, section: str, *, subject: str, text: str
    ) -> tuple[Evidence, ...]:
        """Give the words of an opinion that speak for a section, however unlikely."""
        folded, opinion = self._seen(subject[:_LONGEST_SUBJECT].strip(), text)
        return evidence_for(
            [self.model.paths.index(section)] if section in self.model.paths else [],
            text=folded, hits=opinion.hits, weights=opinion.weights, model=self.model,
        )  # fmt: skip

    def _seen(self, subject: str, text: str) -> tuple[Folded, Seen]:
        folded = fold_with_origins(f"{subject}\n{text}" if subject else text)
        return folded, see_folded(folded.text, len(fold(subject)), self.voices)

    def _heard(
        self, folded: Folded, hits: Sequence[Hit], *, after: int
    ) -> tuple[Heard, ...]:
        """Return the terms that stand beyond a place, each with its best section."""
        if len(folded.original) == LONGEST:  # it was cut: places would be wrong
            return ()
        best, origins = self._best, folded.origins
        return tuple(
            (
                origins[start] - after,
                best[term.topic][0],
                term.worth * best[term.topic][1],
            )
            for term, start, _ in hits
            if origins[start] >= after and term.worth * best[term.topic][1] > _UNHEARD
        )

    def beliefs(self, seen: Seen) -> NDArray[np.float64]:
        """Give the log-probability of each of the model's paths, then of "none"."""
        calibration = self._calibration
        spoken = calibration.terms * np.log1p(seen.spoken)
        sound = calibration.sound * seen.sound
        topics = _softmax(np.append(spoken + sound, calibration.silence))
        told = np.einsum("i,ij->j", topics[:-1], self.model.shared) + calibration.doubt
        told[-1] += topics[-1]
        scores = np.log(told)
        wording, speech = self.model.closeness.score(seen.grams)
        scores[:-1] += calibration.wording * wording
        scores += calibration.speech * speech
        scores[-1] += calibration.of_nowhere(len(seen.weights))
        scores /= calibration.temperature
        scores -= scores.max()
        scores -= np.log(np.exp(scores).sum())
        return self._joined(scores, seen) if self._joined else scores


def likeliest(classifiers: Mapping[str, Classifier], *, subject: str, text: str) -> str:
    """Return the classifier of the section that an opinion sounds most like, of any.

    It is read once by all that listen for the same topics.
    """
    subject = subject[:_LONGEST_SUBJECT].strip()
    voices = {classifier.voices for classifier in classifiers.values()}
    seen = {each: see(subject, text, each) for each in voices}

    def loudest(name: str) -> float:
        classifier = classifiers[name]
        *sections, _nowhere = classifier.beliefs(seen[classifier.voices])
        return max(sections, default=-math.inf)

    return max(classifiers, key=loudest)


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers: NDArray[np.float64] = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers
