"""Sureness: factors are chosen by what was held back, and never by nothing."""

import numpy as np
import pytest

from app.classify.sureness import sureness_of

USUAL = (2.0, 1.0)


def test_without_any_answer_the_factors_are_the_usual() -> None:
    assert sureness_of([], np.array([], np.intp), np.zeros((0, 2))) == USUAL


def test_scores_that_are_always_right_may_be_sharper_than_those_that_mislead() -> None:
    targets = np.array([0, 1] * 40, np.intp)
    right = [np.array([1.0, -1.0]), np.array([-1.0, 1.0])] * 40
    wrong = [each[::-1] for each in right[:30]] + right[30:]
    nothing = np.zeros((80, 2))

    sharp, _ = sureness_of(right, targets, nothing)
    blunt, _ = sureness_of(wrong, targets, nothing)

    assert blunt < 1 < sharp


@pytest.mark.parametrize("belief", [-np.inf, np.nan])
def test_of_an_answer_that_was_impossible_nothing_is_learned(belief: float) -> None:
    beliefs = np.array([[belief, 0.0], [-1.0, -0.5]])
    scores = [np.array([1.0, -1.0]), np.array([-1.0, 1.0])]

    assert sureness_of(scores, np.array([0, 1], np.intp), beliefs) == USUAL
