"""For how long one may come back, and how a person's details are covered."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.following import (
    RATED_WITHIN,
    REVIEWED_WITHIN,
    covered,
    may_rate,
    may_review,
)

NOW = datetime(2026, 11, 30, tzinfo=UTC)
spans = st.timedeltas(timedelta(0), timedelta(days=400))


@given(spans)
def test_a_rating_may_change_for_some_days_after_the_end(ago: timedelta) -> None:
    assert may_rate(NOW - ago, now=NOW) == (ago <= RATED_WITHIN)


def test_what_has_not_ended_may_be_rated() -> None:
    assert may_rate(None, now=NOW)


@given(spans)
def test_a_review_is_asked_for_within_thirty_days(ago: timedelta) -> None:
    assert may_review(NOW - ago, now=NOW) == (ago <= REVIEWED_WITHIN)


@given(st.text(min_size=1, max_size=40).filter(lambda words: "@" not in words))
def test_most_of_what_is_covered_cannot_be_read(words: str) -> None:
    shown = covered(words)

    assert shown.endswith("…")
    assert len(shown) - 1 <= min(2, len(words) // 3)


@given(st.emails())
def test_of_an_address_the_host_stays(address: str) -> None:
    name, _, host = address.rpartition("@")

    shown, _, kept = covered(address).rpartition("@")
    assert kept == host
    assert shown.endswith("…")
    assert len(shown) - 1 <= min(2, len(name) // 3)
