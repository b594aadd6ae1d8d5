"""Linear support vector machines, one against the rest, for all labels at once.

Dual coordinate descent with the squared hinge loss (Hsieh and others, "A dual
coordinate descent method for large-scale linear SVM", ICML 2008).  The order in which
the texts are visited is the same for every label, so that one step serves them all.
The weights may start from what is believed before any example is seen; they are drawn
back to it, and not to zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.classify.features import Numbers, Places

Weights = NDArray[np.float64]
"""A line for each feature, a column for each label."""

_ENOUGH = 0.02
"""A round whose largest step is below it is the last."""

_NOTHING = 1e-6
"""A smaller step is not taken."""

_SEED = 1


@dataclass(frozen=True, slots=True)
class Texts:
    """Encoded texts, one after the other: text ``i`` from ``bounds[i]``."""

    bounds: NDArray[np.intp]
    places: Places
    sizes: Numbers
    labels: NDArray[np.intp]
    heads: NDArray[np.float64]
    """For each text and label, the head start: what is added to the weights' sum."""

    def __len__(self) -> int:
        """Say how many texts there are."""
        return len(self.labels)


def descend(
    texts: Texts,
    before: Weights,
    costs: NDArray[np.float64],
    *,
    cost: float,
    rounds: int,
) -> Weights:
    """Find the weights that tell each label from the rest.

    ``cost`` is what it costs to claim a text, beside the length of the weights;
    ``costs`` says, for each label, how much more it costs to miss one of its own.
    """
    columns = before.shape[1]
    weights = before.copy()
    sides = np.where(np.arange(columns) == texts.labels[:, None], 1.0, -1.0)
    slack = np.where(sides > 0, 1 / (2 * cost * costs), 1 / (2 * cost))
    lengths = np.add.reduceat(np.append(texts.sizes, 0) ** 2.0, texts.bounds[:-1])
    alphas = np.zeros_like(sides)
    order = np.random.default_rng(_SEED)
    for _ in range(rounds):
        largest = 0.0
        for text in order.permutation(len(texts)):
            start, end = texts.bounds[text], texts.bounds[text + 1]
            places, sizes = texts.places[start:end], texts.sizes[start:end]
            side, alpha = sides[text], alphas[text]
            lines = weights.take(places, axis=0)
            margin = np.einsum("i,ij->j", sizes, lines) + texts.heads[text]
            slope = side * margin - 1
            slope += slack[text] * alpha
            moved = np.maximum(alpha - slope / (lengths[text] + slack[text]), 0.0)
            step = moved - alpha
            alphas[text] = moved
            far = float(np.abs(step).max())
            if far > _NOTHING:
                weights[places] = lines + np.multiply.outer(sizes, step * side)
            largest = max(largest, far)
        if largest < _ENOUGH:
            break
    return weights
