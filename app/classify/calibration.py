"""The numbers that turn matches into probabilities, and where they come from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the views of a text are weighed and how sure the sum of them is."""

    terms: float = 2.0
    """Weight of the lexicon's terms that stand in the text."""

    sound: float = 1.0
    """Weight of how much the text sounds like a topic (character n-grams)."""

    silence: float = 2.0
    """Score of "no topic at all", against which every topic has to stand up."""

    doubt: float = 0.0002
    """What a section gets that no topic points to."""

    wording: float = 20.0
    """Weight of the text's closeness to the section's own wording."""

    nowhere: float = 0.6
    """Added to "none of these" before the last step."""

    temperature: float = 1.0
    """Above 1, less sure than the scores alone would be."""


FITTED = Calibration()
