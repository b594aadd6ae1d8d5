"""Say which section of a notice an opinion is about, how surely, and by which words.

Three views are joined: the lexicon's terms that stand in the text, the topics that it
sounds like (character n-grams), and the notice's own wording.  "None of these" is an
answer like any other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from app.classify.calibration import FITTED, Calibration
from app.classify.emphasis import weigh
from app.classify.evidence import Evidence, evidence_for
from app.classify.grams import count_grams, times_of
from app.classify.lexicon import Topic
from app.classify.prior import SectionModel, SectionText
from app.classify.spotting import Hit, Term
from app.classify.text import CLAUSE_END, SENTENCE_END, fold, fold_with_origins
from app.classify.voices import Voices, built_in_voices

MOST_CANDIDATES = 5
LEAST_CONFIDENCE = 0.0005
"""Candidates below it are left out."""

_EXPLAINED = 2
"""For how many candidates the evidence is given, if they are at least so likely:"""

_WORTH_EXPLAINING = 0.1

_LONGEST_SUBJECT = 300

_NEGLIGIBLE = 1e-6
"""The probability below which a topic is left out of the sum."""

_REPETITION = 0.25
"""How much saying a term again adds."""


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


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was seen in one opinion."""

    hits: Sequence[Hit]
    weights: Sequence[float]
    topics: Sequence[float]
    """For each topic, how strongly the text points to it."""
    wording: Sequence[float]
    """For each section, how close the text is to its own words."""


class Classifier:
    """Places opinions among the sections of one notice; built once and then read."""

    def __init__(
        self,
        model: SectionModel,
        voices: Voices,
        calibration: Calibration = FITTED,
    ) -> None:
        """Join what a notice says with what citizens say."""
        self.model = model
        self._voices = voices
        self._calibration = calibration

    @classmethod
    def from_sections(
        cls,
        sections: Sequence[SectionText],
        *,
        topics: Sequence[Topic] | None = None,
    ) -> Self:
        """Build a classifier for a notice, with these topics or the built-in ones."""
        voices = built_in_voices() if topics is None else Voices(topics)
        return cls(SectionModel(sections, voices.topics), voices)

    def classify(self, *, subject: str, text: str) -> Classification:
        """Say which section an opinion is about; the same words, the same answer."""
        subject = subject[:_LONGEST_SUBJECT].strip()
        folded = fold_with_origins(f"{subject}\n{text}" if subject else text)
        if not folded.text.strip(SENTENCE_END + CLAUSE_END):
            return Classification(section=None, confidence=1.0)
        subject_length = len(fold(subject))
        opinion = self._read(folded.text, subject_length)
        probabilities, nowhere = self._probabilities(opinion)
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
        )

    def _read(self, text: str, subject_length: int) -> _Reading:
        weights = weigh(text[:subject_length], text[subject_length:])
        hits = self._voices.spotter.spot(text)
        times = times_of(count_grams(text, weights))
        calibration = self._calibration
        spoken = _activation(hits, weights, len(self._voices.topics))
        return _Reading(
            hits=hits,
            weights=weights,
            topics=[
                calibration.terms * math.log1p(terms) + calibration.sound * sound
                for terms, sound in zip(
                    spoken, self._voices.sound.score(times), strict=True
                )
            ],
            wording=self.model.wording.score(times),
        )

    def _probabilities(self, reading: _Reading) -> tuple[list[float], float]:
        """Give each section's probability, and that of "none of these"."""
        calibration = self._calibration
        *topics, silence = _softmax([*reading.topics, calibration.silence])
        told = [calibration.doubt] * len(self.model.paths)
        nowhere = silence + calibration.doubt
        for probability, shares in zip(topics, self.model.shares, strict=True):
            if probability < _NEGLIGIBLE:
                continue
            rest = 1.0
            for section, share in shares.items():
                told[section] += probability * share
                rest -= share
            nowhere += probability * max(0.0, rest)
        scores = [
            math.log(share) + calibration.wording * closeness
            for share, closeness in zip(told, reading.wording, strict=True)
        ]
        scores.append(math.log(nowhere) + calibration.nowhere)
        *sections, none = _softmax([s / calibration.temperature for s in scores])
        return sections, none


def _activation(
    hits: Sequence[Hit], weights: Sequence[float], topics: int
) -> list[float]:
    """Add up, for each topic, its terms in the text: each once, at its best place."""
    best: dict[Term, float] = {}
    times: dict[Term, int] = {}
    for term, start, _ in hits:
        worth = term.worth * weights[start]
        best[term] = max(best.get(term, 0.0), worth)
        times[term] = times.get(term, 0) + 1
    activation = [0.0] * topics
    for term, worth in best.items():
        activation[term.topic] += worth * (1 + _REPETITION * math.log(times[term]))
    return activation


def _softmax(scores: Sequence[float]) -> list[float]:
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    whole = sum(powers)
    return [power / whole for power in powers]
