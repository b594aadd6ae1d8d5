"""Try a candidate model against the one in use, on opinions that neither has seen."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.classify.evaluation import Outcome, report_on

_SIGNS = 1.0
"""How many standard deviations worse a candidate may be before it is refused."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well one model did on the opinions held back."""

    accuracy: float
    """The share whose answer (a section or none) is right."""
    macro_f1: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a trial."""

    opinions: int
    in_use: Measured
    candidate: Measured
    margin: float
    """By how much accuracy may fall before that is taken for more than noise."""
    replaces: bool
    """Whether it did no worse; whether it was tried on enough, the caller knows."""


def compare(in_use: Sequence[Outcome], candidate: Sequence[Outcome]) -> Verdict:
    """Say whether the candidate is to replace the model in use.

    Both are outcomes for the same opinions in the same order.  Only opinions that one
    of them has right and the other wrong tell them apart (McNemar): of their
    difference the standard deviation is the root of their number.  A candidate that
    does worse by more than that is refused; one that does as well replaces, for it has
    learned from more.

    Raises:
        ValueError: They are not of the same opinions.
    """
    if [outcome.truth for outcome in in_use] != [o.truth for o in candidate]:
        raise ValueError("the outcomes are not of the same opinions")
    number = len(in_use)
    differing = sum(
        _is_right(one) != _is_right(other)
        for one, other in zip(in_use, candidate, strict=True)
    )
    margin = _SIGNS * math.sqrt(differing) / number if number else 0.0
    before, after = _measured(in_use), _measured(candidate)
    return Verdict(
        opinions=number,
        in_use=before,
        candidate=after,
        margin=margin,
        replaces=after.accuracy >= before.accuracy - margin,
    )


def _measured(outcomes: Sequence[Outcome]) -> Measured:
    report = report_on(outcomes)
    return Measured(
        accuracy=report.answered,
        macro_f1=report.macro_f1,
        calibration_error=report.calibration_error,
    )


def _is_right(outcome: Outcome) -> bool:
    return outcome.said.section == outcome.truth
