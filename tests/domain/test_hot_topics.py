from datetime import UTC, datetime, timedelta

import pytest

from app.domain.hot_topics import Period, Trend, Written, period, same_topics

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def days_ago(*days: float) -> list[Written]:
    """Return what different people wrote."""
    return [
        Written(NOW - timedelta(days=each), number) for number, each in enumerate(days)
    ]


def counted(*, now: int, before: int) -> Period:
    return Period(opinions=now, people=now, before=before, parts=(now,))


def test_a_week_is_counted_by_days_the_last_one_now() -> None:
    found = period(days_ago(0, 0.5, 1.5, 6.9), 1, now=NOW)

    assert found.parts == (1, 0, 0, 0, 0, 1, 2)
    assert found.opinions == 4


def test_longer_times_are_counted_by_weeks() -> None:
    found = period(days_ago(0, 8, 8, 27), 4, now=NOW)

    assert found.parts == (1, 0, 2, 1)


def test_what_came_in_as_long_a_time_before_stands_beside_it() -> None:
    found = period(days_ago(1, 8, 13, 14.1, 90), 1, now=NOW)

    assert (found.opinions, found.before) == (1, 2)


def test_who_wrote_twice_is_one_person() -> None:
    twice = [Written(NOW, b"digest"), Written(NOW - timedelta(hours=1), b"digest")]

    found = period([*twice, *days_ago(2, 9)], 1, now=NOW)

    assert (found.opinions, found.people) == (3, 2)


def test_what_is_a_moment_ahead_of_the_clock_counts_as_now() -> None:
    found = period([Written(NOW + timedelta(seconds=1), 1)], 1, now=NOW)

    assert found.parts[-1] == 1


@pytest.mark.parametrize(
    ("now", "before", "trend"),
    [
        (3, 0, Trend.NEW),
        (9, 6, Trend.RISING),
        (4, 6, Trend.FALLING),
        (7, 6, Trend.STEADY),
        (2, 1, Trend.STEADY),
        (22, 20, Trend.STEADY),
    ],
)
def test_a_trend_needs_more_than_one_and_a_third(
    now: int, before: int, trend: Trend
) -> None:
    assert counted(now=now, before=before).trend is trend


def test_a_topic_stays_the_same_while_most_of_its_opinions_do() -> None:
    earlier = {1: 70, 2: 70, 3: 70, 4: 80, 5: 80}

    assert same_topics([[1, 2, 4, 9], [5, 6], [7, 8]], earlier) == [70, 80, None]


def test_of_a_topic_that_fell_apart_only_the_hotter_part_stays_the_same() -> None:
    earlier = dict.fromkeys(range(5), 70)

    assert same_topics([[0, 1, 2], [3, 4]], earlier) == [70, None]
