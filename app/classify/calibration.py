"""The numbers that turn matches into probabilities, and where they come from.

They were looked for by the mean negative log-likelihood of the right answer. A stranger
uses words that no lexicon has; so opinions of our own (488) and half of 442 written
ones were placed by lexicons of which three quarters of all terms and phrases were left
out by chance, beside half of the 197 opinions that were written after the lexicon.

On what none of this was made with (the other half, and 79 written before the search:
190) the right section comes first in 0.82 of cases, 0.80 before, and among three in
0.94 (0.92); none-AUC is 0.93, 0.43 could be placed unseen at a precision of 0.95
(0.37). The calibration error is 0.09, of which chance alone makes 0.05 among so few; on
the 442 it is 0.05.

Tried, and of no use: more words (see `tests.classify.written`), more weight for what is
asked or said last, blaming a topic for what it leaves out, a discriminative model of
the phrases, another confidence by how the views agree. Nor was any of these, tried
across folds of what the fit was made with (coverage there 0.40 and 0.53): the mean over
texts without their strongest terms or a part of their signs; a temperature by length,
by how much of the text is known or by how much one term weighs; the mean of six fits on
samples; a share for the sections that one is mistaken for; phrases one by one, triples,
pairs with a gap, clauses; a confidence learned from thirty such signs. None covered
over 0.01 more of both the 442 and our own opinions; that learned confidence was better
calibrated by 0.01 and covered 0.02 less of the 442.

Fitted anew (terms 2.1, sound 1.65, wording 18, speech 1.5, nowhere 3.1, temperature
1.6) the right answers there are likelier by 0.028 (standard error 0.006) and coverage
is 0.01 more; of the 190 no more could be placed and two fewer came first (0.81), so
it was left. Most of what is surely wrong speaks of two matters, and the words do not
tell which one is meant. Coverage differs by 0.1 from one 190 to another.

``long`` is what an earlier fit gained most by: of written opinions that show nothing,
nearly all are short and do belong somewhere, of real messages nearly all are long and
do not.

Of `app.classify.tying` the constants ENOUGH and _SHARPNESS were fitted earlier, in the
same way.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Calibration:
    """How the views of a text are weighed and how sure the sum of them is."""

    terms: float = 1.5
    """Weight of the lexicon's terms that stand in the text."""

    sound: float = 1.2
    """Weight of how much the text sounds like a topic (character n-grams)."""

    silence: float = 0.0
    """Score of "no topic at all", against which every topic has to stand up."""

    doubt: float = 0.0003
    """What a section gets that no topic points to."""

    wording: float = 16.0
    """Weight of the text's closeness to the section's own wording."""

    speech: float = 0.5
    """Weight of how much a section is spoken of so, by all of its topics and in its own
    words: what points a little to each of three topics of a section points to it."""

    nowhere: float = 0.8
    """Added to "none of these" before the last step, for a text of `USUAL` length."""

    long: float = 0.9
    """How much more is added for each e-fold of length: whoever writes much and is
    still on none of the sections mostly writes of something else, while a short text
    may only be short of words."""

    temperature: float = 0.97
    """Above 1, less sure than the scores alone would be."""

    def of_nowhere(self, length: int) -> float:
        """Give what is added to "none of these" for so many characters."""
        told = min(max(length, SHORTEST), LONGEST) / USUAL
        return self.nowhere + self.long * math.log(told)


USUAL = 40
SHORTEST = 8
LONGEST = 400

FITTED = Calibration()
