import pytest

from app.classify.ensemble import Candidate, Classification
from app.classify.evaluation import (
    Outcome,
    calibration_error,
    confusions,
    coverage,
    items_of,
    macro_f1,
    none_auc,
    report_on,
    share_among_first,
)


def outcome(truth: str | None, *ranked: str, sure: float = 0.8) -> Outcome:
    candidates = tuple(
        Candidate(path, sure / (place + 1)) for place, path in enumerate(ranked)
    )
    section = ranked[0] if ranked else None
    return Outcome(truth, Classification(section, sure, candidates))


def test_the_first_and_the_first_three_are_counted_apart() -> None:
    outcomes = [outcome("1", "1", "2"), outcome("1", "2", "3", "1"), outcome(None, "2")]
    assert share_among_first(outcomes, 1) == 0.5
    assert share_among_first(outcomes, 3) == 1.0


def test_every_section_counts_the_same_in_macro_f1() -> None:
    outcomes = [outcome("1", "1"), outcome("1", "1"), outcome("2", "1")]
    assert macro_f1(outcomes) == pytest.approx((0.8 + 0.0) / 2)


def test_each_section_has_its_precision_recall_and_f1() -> None:
    outcomes = [outcome("1", "1"), outcome("1", "2", "1"), outcome("2", "2")]
    one, two = items_of(outcomes)
    assert (one.section, one.number, one.precision, one.recall) == ("1", 2, 1.0, 0.5)
    assert (two.section, two.number, two.precision, two.recall) == ("2", 1, 0.5, 1.0)
    assert one.f1 == two.f1 == pytest.approx(2 / 3)


def test_items_are_in_the_notices_order_and_none_is_last() -> None:
    outcomes = [outcome(path, "1") for path in (None, "2.10", "2.9", "1")]
    assert [item.section for item in items_of(outcomes)] == ["1", "2.9", "2.10", None]


def test_an_opinion_on_nothing_counts_against_the_section_that_claims_it() -> None:
    one, none = items_of([outcome("1", "1"), outcome(None, "1"), outcome(None)])
    assert (one.precision, none.recall, none.precision) == (0.5, 0.5, 1.0)


def test_what_was_left_open_lowers_the_precision_of_none() -> None:
    open_ = Outcome("1", Classification(None, 0.6, (Candidate("1", 0.3),)))
    one, none = items_of([open_, outcome(None)])
    assert (one.recall, none.precision) == (1.0, 0.5)


def test_auc_is_one_where_the_strangers_get_least() -> None:
    outcomes = [outcome("1", "1", sure=0.9), outcome(None, "1", sure=0.2)]
    assert none_auc(outcomes) == 1.0


def test_auc_is_a_half_where_all_get_the_same() -> None:
    assert none_auc([outcome("1", "1"), outcome(None, "1")]) == 0.5


def test_auc_needs_both_sorts() -> None:
    assert none_auc([outcome("1", "1")]) is None


def test_being_right_as_often_as_said_is_no_error() -> None:
    outcomes = [outcome("1", "1", sure=0.75)] * 3 + [outcome("2", "1", sure=0.75)]
    assert calibration_error(outcomes) == pytest.approx(0.0)


def test_saying_one_and_being_wrong_is_all_error() -> None:
    assert calibration_error([outcome("2", "1", sure=1.0)]) == 1.0


def test_coverage_stops_where_precision_falls() -> None:
    right = [outcome("1", "1", sure=0.9)] * 19
    wrong = [outcome("2", "1", sure=0.5)] * 2
    assert coverage([*right, *wrong], precision=0.95) == pytest.approx(20 / 21)


def test_confusions_are_named_commonest_first() -> None:
    outcomes = [outcome("1", "2"), outcome("1", "2"), outcome("3"), outcome("2", "2")]
    assert confusions(outcomes) == [("1", "2", 2), ("3", None, 1)]


def test_a_report_on_nothing_is_empty() -> None:
    assert report_on([]).opinions == 0
