"""The numbers that turn matches into probabilities, and where they come from.

They were fitted by coordinate descent on the mean negative log-likelihood of the right
answer, over a mixture: the lexicon's own phrases, a fifth at a time, each placed by a
lexicon without it (813); opinions of our own on ten notices (293, those that nobody
looks at left out); real messages of a city's board (114, nine in ten on matters outside
the notice, these counted a third); and, a fourth as much, written opinions that the
lexicon had seen (442).

On what was written after the lexicon and the fit (145 opinions on a real notice, most
of them oblique) the right section came first in 0.75 of cases, 0.70 before, and among
three in 0.90; none-AUC was 0.90, the calibration error 0.05 (0.09 before).  On the 442
written opinions that the lexicon had seen it is 0.03 (0.07 before).

``long`` is what the fit gained most by: of written opinions that show nothing, nearly
all are short and do belong somewhere, of real messages nearly all are long and do not.

Of `app.classify.prior` the constants ENOUGH and _SHARPNESS were fitted earlier, in the
same way.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the views of a text are weighed and how sure the sum of them is."""

    terms: float = 1.63
    """Weight of the lexicon's terms that stand in the text."""

    sound: float = 1.3
    """Weight of how much the text sounds like a topic (character n-grams)."""

    silence: float = 0.0
    """Score of "no topic at all", against which every topic has to stand up."""

    doubt: float = 0.00035
    """What a section gets that no topic points to."""

    wording: float = 16.0
    """Weight of the text's closeness to the section's own wording."""

    nowhere: float = 0.98
    """Added to "none of these" before the last step, for a text of `USUAL` length."""

    long: float = 1.3
    """How much more is added for each e-fold of length: whoever writes much and is
    still on none of the sections mostly writes of something else, while a short text
    may only be short of words."""

    temperature: float = 0.89
    """Above 1, less sure than the scores alone would be."""

    def of_nowhere(self, length: int) -> float:
        """Give what is added to "none of these" for so many characters."""
        told = min(max(length, SHORTEST), LONGEST) / USUAL
        return self.nowhere + self.long * math.log(told)


USUAL = 40
SHORTEST = 8
LONGEST = 400

FITTED = Calibration()
