"""The numbers that turn matches into probabilities, and where they come from.

They were fitted by coordinate descent on the mean negative log-likelihood of the right
answer. What counted most were written opinions on a real notice that nobody had looked
at while the lexicon was written (97, a sealed fifth); then real messages of a city's
board, nine in ten of them on matters outside that notice (233), opinions of our own on
six other notices (98) and, a tenth as much, the opinions that the lexicon had seen.
On the sealed fifth the right section came first in 0.73 of cases before the fit and in
0.77 after it, among three in 0.93 both times; none-AUC was 0.98, and the calibration
error of all that was not seen, taken together, 0.06.

Of `app.classify.prior` the constants ENOUGH and _SHARPNESS were fitted together with
these.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the views of a text are weighed and how sure the sum of them is."""

    terms: float = 1.67
    """Weight of the lexicon's terms that stand in the text."""

    sound: float = 1.5
    """Weight of how much the text sounds like a topic (character n-grams)."""

    silence: float = 3.0
    """Score of "no topic at all", against which every topic has to stand up."""

    doubt: float = 0.00035
    """What a section gets that no topic points to."""

    wording: float = 30.0
    """Weight of the text's closeness to the section's own wording."""

    nowhere: float = 1.2
    """Added to "none of these" before the last step."""

    temperature: float = 1.05
    """Above 1, less sure than the scores alone would be."""


FITTED = Calibration()
