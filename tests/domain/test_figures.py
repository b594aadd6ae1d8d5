"""What is counted of cases, and the rates that are told of them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.domain.figures import AGES, Figures, monday_of, mondays, together

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTS = st.integers(0, 10_000)
FIGURES = st.builds(
    Figures,
    in_time=COUNTS, late=COUNTS, waiting=COUNTS, overdue=COUNTS,
    received=COUNTS, closed=COUNTS, adopted=COUNTS,
)  # fmt: skip


def test_the_response_rate_leaves_out_what_is_not_due_yet() -> None:
    figures = Figures(received=10, in_time=6, late=1, overdue=1, waiting=2)

    assert figures.response_rate == 6 / 8


def test_a_rate_of_nothing_is_none() -> None:
    nothing = Figures()

    assert nothing.response_rate is None
    assert nothing.closing_rate is None
    assert nothing.adoption_rate is None


@given(st.lists(FIGURES, max_size=5))
def test_parts_add_up_to_the_whole(parts: list[Figures]) -> None:
    whole = together(parts)

    assert whole.received == sum(part.received for part in parts)
    assert whole.overdue == sum(part.overdue for part in parts)


def test_a_week_begins_where_the_office_is() -> None:
    late_on_sunday_in_utc = datetime(2026, 11, 29, 17, tzinfo=UTC)

    assert monday_of(late_on_sunday_in_utc, SHANGHAI) == date(2026, 11, 30)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 1000))
def test_every_day_of_a_time_lies_in_one_of_its_weeks(first: date, days: int) -> None:
    last = date.fromordinal(first.toordinal() + days)

    found = mondays(first, last)

    assert found[0] <= first
    assert found[-1] <= last
    assert (last - found[-1]).days < 7
    assert all(each.weekday() == 0 for each in found)


def test_every_age_stands_in_one_class() -> None:
    days = [
        [age for age in AGES if age.least <= day and (age.most or day) >= day]
        for day in range(400)
    ]

    assert {len(found) for found in days} == {1}
