"""Moments: when something is due, and how a pause or an extension moves that."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadlines.moments import Rule
from app.domain.deadlines.policy import (
    Milestone,
    Term,
    Unit,
    packaged,
    policy_as_json,
    policy_from_json,
)
from app.domain.deadlines.shipped import calendar_of
from app.domain.permission import Duty

ZONE = ZoneInfo("Asia/Shanghai")
RULE = Rule(calendar=calendar_of({}), zone=ZONE)
FRIDAY = datetime(2026, 2, 13, 9, 0, tzinfo=ZONE)
"""Before the Spring Festival, whose make-up days are 14 and 28 February."""

MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2026, 6, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)


def term(amount: int, unit: Unit = Unit.WORKING_DAYS) -> Term:
    return Term(amount=amount, unit=unit)


def test_working_days_end_with_the_last_of_them() -> None:
    due = RULE.due(FRIDAY, term(2))

    assert due.at == datetime(2026, 2, 24, 23, 59, 59, tzinfo=ZONE)
    assert not due.provisional


def test_calendar_days_run_through_holidays() -> None:
    assert RULE.day(RULE.due(FRIDAY, term(3, Unit.CALENDAR_DAYS)).at) == date(
        2026, 2, 16
    )


def test_hours_run_through_the_night() -> None:
    due = RULE.due(FRIDAY, term(24, Unit.HOURS))

    assert due.at == FRIDAY + timedelta(hours=24)


def test_the_day_begins_where_the_office_is() -> None:
    late_evening = datetime(2026, 11, 29, 17, 0, tzinfo=UTC)  # Monday, one o'clock

    assert RULE.day(RULE.due(late_evening, term(1)).at) == date(2026, 12, 1)


def test_a_year_without_data_makes_it_provisional() -> None:
    december = datetime(2026, 12, 28, 9, 0, tzinfo=ZONE)

    assert not RULE.due(december, term(3)).provisional
    assert RULE.due(december, term(4)).provisional


def test_a_pause_counts_the_working_days_after_the_question() -> None:
    asked = datetime(2026, 12, 3, 10, 0, tzinfo=ZONE)
    saturday = datetime(2026, 12, 5, 10, 0, tzinfo=ZONE)

    assert RULE.stood(asked, asked, Unit.WORKING_DAYS) == 0
    assert RULE.stood(asked, saturday, Unit.WORKING_DAYS) == 1
    assert RULE.stood(asked, saturday, Unit.CALENDAR_DAYS) == 2
    assert RULE.stood(asked, saturday, Unit.HOURS) == 48 * 3600


@given(MOMENTS, st.integers(1, 30), st.integers(0, 20), st.sampled_from(Unit))
def test_a_pause_never_shortens_a_term(
    start: datetime, amount: int, days: int, unit: Unit
) -> None:
    due = RULE.due(start, term(amount, unit))
    stood = RULE.stood(start, start + timedelta(days=days), unit)

    moved = RULE.moved(due.at, stood, unit)

    assert moved.at >= due.at
    assert (moved.at == due.at) == (stood == 0)


@given(MOMENTS, st.integers(1, 30))
def test_soon_is_two_working_days_before(start: datetime, amount: int) -> None:
    due = RULE.due(start, term(amount)).at

    assert RULE.soon(working_days_before(due, 2)) >= due
    assert RULE.soon(working_days_before(due, 3)) < due


def working_days_before(moment: datetime, count: int) -> datetime:
    """Return the beginning of the ``count``-th working day before ``moment``."""
    day = RULE.day(moment)
    for _ in range(count):
        day -= timedelta(days=1)
        while not RULE.calendar.is_working_day(day):
            day -= timedelta(days=1)
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("setting", "answer"),
    [
        (timedelta(days=15), term(15, Unit.CALENDAR_DAYS)),
        (timedelta(hours=36), term(36, Unit.HOURS)),
        (timedelta(minutes=1), term(1, Unit.HOURS)),
    ],
)
def test_the_setting_is_the_answer_of_the_first_policy(
    setting: timedelta, answer: Term
) -> None:
    policy = packaged(setting)

    assert policy.answer == answer
    assert policy.approver is Duty.EXTEND
    assert all(policy.term(step).fits for step in Milestone)


def test_a_policy_comes_back_from_the_database_as_it_was() -> None:
    policy = packaged(timedelta(days=15))

    assert policy_from_json(policy_as_json(policy)) == policy
