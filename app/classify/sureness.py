"""How sure scores may be: the sharpness that fits answers which were held back."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_USUAL = 2.0
"""Of a softmax of the learner's scores; where nothing else is known."""

_FIRMNESS = 4.0
"""How many answers it takes to move away from the usual."""

_SHARPNESSES = np.exp(np.linspace(np.log(0.2), np.log(12.0), 42))
_TRUSTS = np.linspace(0.5, 1.2, 15)


def sureness_of(
    scores: Sequence[NDArray[np.float64]],
    targets: NDArray[np.intp],
    beliefs: NDArray[np.float64],
) -> tuple[float, float]:
    """Give the factors under which the right answers are the likeliest, all in all.

    The first is that of the scores, the second that of ``beliefs``, log-probabilities
    which they are added to; without any, it is 1. Where a right answer was held for
    impossible nothing can be told from that, and they are as usual.
    """
    if not scores:
        return _USUAL, 1.0
    table = np.array(scores)
    trusts = _TRUSTS if beliefs.any() else np.ones(1)
    surprises = {
        (float(sharp), float(trust)): _surprise(
            table * sharp + beliefs * trust, targets
        )
        for sharp in _SHARPNESSES
        for trust in trusts
    }
    fitting = {tried: far for tried, far in surprises.items() if math.isfinite(far)}
    if not fitting:
        return _USUAL, 1.0
    return min(
        fitting,
        key=lambda tried: (
            fitting[tried]
            + _FIRMNESS * np.log(tried[0] / _USUAL) ** 2
            + _FIRMNESS * np.log(tried[1]) ** 2
        ),
    )


def _surprise(table: NDArray[np.float64], targets: NDArray[np.intp]) -> float:
    highest = table.max(axis=1)
    whole = highest + np.log(np.exp(table - highest[:, None]).sum(axis=1))
    right = table[np.arange(len(targets)), targets]
    return float((whole - right).sum())
