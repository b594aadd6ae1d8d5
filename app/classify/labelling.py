"""Place opinions among labels alone, where there is no notice to place them in."""

from app.classify.ensemble import (
    LEAST_CONFIDENCE,
    MOST_CANDIDATES,
    Candidate,
    Classification,
)
from app.classify.learned import Learned
from app.classify.text import CLAUSE_END, SENTENCE_END, fold


class Labeller:
    """Says which label an opinion has, as a classifier says which section."""

    def __init__(self, learned: Learned) -> None:
        """Take what was learned; it is no correction of a notice's classifier."""
        self._learned = learned

    def classify(self, *, subject: str, text: str) -> Classification:
        """Say which label an opinion has; ``section`` is the label."""
        if not fold(subject + text).strip(SENTENCE_END + CLAUSE_END):
            return Classification(section=None, confidence=1.0)
        chances = dict(self._learned.probabilities(subject=subject, text=text))
        nowhere = chances.pop(None, 0.0)
        ranked = sorted(chances.items(), key=lambda each: -each[1])
        candidates = tuple(
            Candidate(str(label), round(chance, 4))
            for label, chance in ranked[:MOST_CANDIDATES]
            if chance >= LEAST_CONFIDENCE
        )
        first = candidates[0] if candidates else None
        if first is None or first.confidence <= nowhere:
            return Classification(None, round(nowhere, 4), candidates)
        return Classification(first.section, first.confidence, candidates)
