"""Advice: what an outside model's word on an opinion adds to our own model's.

A model that is asked how sure it is says a number that nobody has held against the
truth, mostly a high one. So its word counts for something, and never for much.
"""

import math
from typing import Final

MOST_HEARD: Final = 0.8
"""However sure the outside model says it is, it counts as no surer than this."""

MOST_TOGETHER: Final = 0.95
"""Two models that agree can both be wrong: they read the same words."""

_LEAST: Final = 0.0005


def joint_confidence(own: float, outside: float) -> float:
    """Return how sure two models are together that put the same section first.

    The logarithms of their odds are added up, as for witnesses who do not know of each
    other. The outside model's odds are held between 1 (it says nothing) and those of
    `MOST_HEARD`, so agreement never makes less sure; the sum ends at `MOST_TOGETHER`,
    unless our own model was surer than that alone.
    """
    own = min(max(own, _LEAST), 1 - _LEAST)
    heard = min(max(outside, 0.5), MOST_HEARD)
    together = 1 / (1 + math.exp(-(_log_odds(own) + _log_odds(heard))))
    return max(own, min(together, MOST_TOGETHER))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))
