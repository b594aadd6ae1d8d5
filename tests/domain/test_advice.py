import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.advice import MOST_TOGETHER, joint_confidence

SHARE = st.floats(0, 1)


@pytest.mark.parametrize(
    ("own", "outside", "together"),
    [
        (0.5, 0.5, 0.5),
        (0.5, 0.8, 0.8),
        (0.4, 0.8, 0.727),
        (0.55, 0.7, 0.740),
        (0.1, 1.0, 0.308),
    ],
)
def test_two_that_agree_are_surer_than_one(
    own: float, outside: float, together: float
) -> None:
    assert joint_confidence(own, outside) == pytest.approx(together, abs=0.001)


def test_a_model_that_is_always_certain_counts_as_any_other() -> None:
    assert joint_confidence(0.4, 1.0) == joint_confidence(0.4, 0.8)


@given(SHARE, SHARE)
def test_agreement_never_makes_less_sure_and_never_certain(
    own: float, outside: float
) -> None:
    together = joint_confidence(own, outside)

    assert own - 0.001 <= together <= max(MOST_TOGETHER, own)


@given(SHARE, SHARE, SHARE)
def test_surer_words_make_surer(own: float, one: float, other: float) -> None:
    less, more = sorted((one, other))

    assert joint_confidence(own, less) <= joint_confidence(own, more)
