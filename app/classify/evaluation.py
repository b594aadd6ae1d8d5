"""Measure a classifier on opinions whose section is known; pure functions."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.classify.ensemble import Classification

BINS = 10
"""How many equal bins of confidence the calibration error is taken over."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One opinion: where it belongs, and what was said of it."""

    truth: str | None
    said: Classification


@dataclass(frozen=True, slots=True)
class Report:
    """How well a classifier did."""

    opinions: int
    placed: int
    """How many of them belong to a section."""
    first: float
    """Of those, the share whose section is the first candidate."""
    among_three: float
    answered: float
    """Of all opinions, the share whose answer (a section or none) is right."""
    macro_f1: float
    none_auc: float | None
    """None where every opinion, or no opinion, belongs to a section."""
    calibration_error: float
    coverage: float
    """The largest share of all opinions, surest first, of which 95 % are right."""


def report_on(outcomes: Sequence[Outcome]) -> Report:
    """Take all the measures at once."""
    return Report(
        opinions=len(outcomes),
        placed=sum(outcome.truth is not None for outcome in outcomes),
        first=share_among_first(outcomes, 1),
        among_three=share_among_first(outcomes, 3),
        answered=_mean(outcome.truth == outcome.said.section for outcome in outcomes),
        macro_f1=macro_f1(outcomes),
        none_auc=none_auc(outcomes),
        calibration_error=calibration_error(outcomes),
        coverage=coverage(outcomes, precision=0.95),
    )


def share_among_first(outcomes: Iterable[Outcome], number: int) -> float:
    """Say how often the right section is among the first candidates.

    Opinions that belong to no section do not count.
    """
    return _mean(
        outcome.truth in [c.section for c in outcome.said.candidates[:number]]
        for outcome in outcomes
        if outcome.truth is not None
    )


@dataclass(frozen=True, slots=True)
class Item:
    """How well one section, or "none of these", is told from the others."""

    section: str | None
    number: int
    """How many opinions belong to it."""
    precision: float
    """Of those that were given to it, the share that belongs there."""
    recall: float
    """Of those that belong to it, the share that was given to it."""
    f1: float


def items_of(outcomes: Sequence[Outcome]) -> list[Item]:
    """Measure section by section, in the order of their paths, and none at the end.

    An opinion that has a section counts by its first candidate, however sure that is;
    one that has none counts against the section that claims it.  Of "none" the answers
    count, so that what was left open lowers its precision.
    """
    pairs = [(outcome.truth, _counted(outcome)) for outcome in outcomes]
    true = Counter(truth for truth, _ in pairs)
    said = Counter(answer for _, answer in pairs)
    said[None] = sum(outcome.said.section is None for outcome in outcomes)
    right = Counter(truth for truth, answer in pairs if truth == answer)
    return [
        Item(
            section=path,
            number=true[path],
            precision=right[path] / said[path] if said[path] else 0.0,
            recall=right[path] / true[path],
            f1=2 * right[path] / (true[path] + said[path]),
        )
        for path in sorted(true, key=_in_order)
    ]


def macro_f1(outcomes: Sequence[Outcome]) -> float:
    """Give the mean F1 of the sections that occur; see `items_of`."""
    return _mean(item.f1 for item in items_of(outcomes) if item.section is not None)


def none_auc(outcomes: Sequence[Outcome]) -> float | None:
    """Say how well the best candidate's confidence tells opinions with a section apart.

    The probability that an opinion with a section gets more than one without (ROC).
    """
    inside = [_best(o) for o in outcomes if o.truth is not None]
    outside = [_best(o) for o in outcomes if o.truth is None]
    if not inside or not outside:
        return None
    ranks = _ranks([*inside, *outside])
    above = sum(ranks[: len(inside)]) - len(inside) * (len(inside) + 1) / 2
    return above / (len(inside) * len(outside))


def calibration_error(outcomes: Sequence[Outcome]) -> float:
    """Give the expected calibration error of the answers over equal bins."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for outcome in outcomes:
        confidence = outcome.said.confidence
        index = min(BINS - 1, math.floor(confidence * BINS))
        bins[index].append((confidence, outcome.said.section == outcome.truth))
    gaps = (
        abs(sum(right for _, right in held) - sum(sure for sure, _ in held))
        for held in bins
    )
    return sum(gaps) / len(outcomes) if outcomes else 0.0


def coverage(outcomes: Sequence[Outcome], *, precision: float) -> float:
    """Say how many sections could be given out unseen at this precision.

    The opinions that were given a section are taken surest first; the share is of all
    opinions.
    """
    given = [outcome for outcome in outcomes if outcome.said.section is not None]
    given.sort(key=lambda outcome: -outcome.said.confidence)
    right = longest = 0
    for number, outcome in enumerate(given, start=1):
        right += outcome.said.section == outcome.truth
        if right >= precision * number:
            longest = number
    return longest / len(outcomes) if outcomes else 0.0


def confusions(outcomes: Iterable[Outcome]) -> list[tuple[str | None, str | None, int]]:
    """Give the pairs (belongs to, was given), the commonest first."""
    pairs = Counter(
        (outcome.truth, outcome.said.section)
        for outcome in outcomes
        if outcome.truth != outcome.said.section
    )
    return [(truth, said, number) for (truth, said), number in pairs.most_common()]


def _counted(outcome: Outcome) -> str | None:
    candidates = outcome.said.candidates
    if outcome.truth is None or not candidates:
        return outcome.said.section
    return candidates[0].section


def _in_order(path: str | None) -> tuple[bool, list[tuple[int, str]]]:
    """Sort 2.10 behind 2.9, and none behind all."""
    steps = (path or "").split(".")
    return path is None, [(int(s) if s.isdigit() else 0, s) for s in steps]


def _best(outcome: Outcome) -> float:
    candidates = outcome.said.candidates
    return candidates[0].confidence if candidates else 0.0


def _mean(values: Iterable[float]) -> float:
    held = list(values)
    return sum(held) / len(held) if held else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Rank from 1; equal values share the mean of their ranks."""
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + 1 + end) / 2
        start = end
    return ranks
