"""Join what was learned with what a notice and the lexicon say by themselves."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.classify.features import Seen
from app.classify.learned import Learned
from app.classify.voices import Voices

_TRUST = 0.4
"""Weight of a model that was learned for itself, on a label of many examples."""

_HALF = 5.0
"""With how many examples a label has half of that weight."""


class Joined:
    """A learned model as one more view, for the sections of a notice."""

    def __init__(self, learned: Learned, paths: Sequence[str], voices: Voices) -> None:
        """Find which of the model's labels are sections; others are passed over."""
        column = {label: index for index, label in enumerate(learned.counts)}
        known = [
            (place, column[path])
            for place, path in enumerate([*paths, None])
            if path in column
        ]
        self._learned = learned
        self._encoder = learned.encoder(voices)
        self._places = np.array([place for place, _ in known], np.intp)
        self._columns = np.array([index for _, index in known], np.intp)
        numbers = np.array(list(learned.counts.values()), float)[self._columns]
        self._trust = _TRUST * numbers / (numbers + _HALF)

    def __call__(self, beliefs: NDArray[np.float64], seen: Seen) -> NDArray[np.float64]:
        """Add the view to the log-probabilities of the sections and of "none"."""
        joined = beliefs.copy()
        if self._learned.corrects:
            sums = self._learned.sums_of(seen, self._encoder)
            joined *= self._learned.trust
            joined[self._places] += sums[self._columns]
            return joined
        scores = self._learned.scores_of(seen, self._encoder)
        # An even share says nothing for or against a section.
        above_even = scores[self._columns] + np.log(len(scores))
        joined[self._places] += self._trust * above_even
        return joined
