import pytest

from app.classify.ensemble import Classification
from app.classify.evaluation import Outcome
from app.classify.trial import compare


def outcomes(answers: str) -> list[Outcome]:
    """Give an outcome for each letter; what belongs to "a" is right if it is "a"."""
    return [Outcome("a", Classification(answer, 0.5)) for answer in answers]


def test_a_better_candidate_replaces_the_model_in_use() -> None:
    verdict = compare(outcomes("aabbbbbb"), outcomes("aaaaaabb"))
    assert verdict.replaces
    assert (verdict.in_use.accuracy, verdict.candidate.accuracy) == (0.25, 0.75)


def test_one_that_does_as_well_replaces_it_for_it_knows_more() -> None:
    assert compare(outcomes("aaaabbbb"), outcomes("bbbbaaaa")).replaces


def test_a_little_worse_may_be_chance() -> None:
    verdict = compare(outcomes("a" * 60), outcomes("a" * 59 + "b"))
    assert verdict.replaces
    assert verdict.margin == pytest.approx(1 / 60)


def test_clearly_worse_is_refused() -> None:
    assert not compare(outcomes("a" * 60), outcomes("a" * 50 + "b" * 10)).replaces


def test_no_opinions_are_no_reason_to_refuse() -> None:
    assert compare([], []).replaces


def test_other_opinions_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="same opinions"):
        compare(outcomes("aa"), outcomes("a"))
