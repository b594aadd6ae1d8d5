"""Cursors in addresses, back and forth."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.paging import Place
from app.web.keyset import BadCursor, cursor, parse_cursor, parse_turn

keys = st.integers(min_value=0, max_value=(1 << 63) - 1)
moments = st.integers(min_value=0, max_value=10**16).map(
    lambda ticks: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=ticks)
)


@given(key=keys, at=moments | st.none())
def test_a_cursor_names_the_place_it_was_made_of(key: int, at: datetime | None) -> None:
    place = Place(key=key, at=at)

    assert parse_cursor(cursor(place), timed=at is not None) == place


@given(text=st.text(max_size=40), timed=st.booleans())
def test_any_other_text_is_refused_or_means_a_place(text: str, timed: bool) -> None:  # noqa: FBT001 - drawn
    try:
        place = parse_cursor(text, timed=timed)
    except BadCursor:
        return
    assert 0 <= place.key < 1 << 63
    assert (place.at is not None) == timed


@pytest.mark.parametrize(
    "text", ["1.a", "", "g", "١.a", "-1", "8" + "0" * 15, "1" * 17]
)
def test_a_place_of_another_order_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        parse_cursor(text, timed=False)


def test_without_a_cursor_it_is_the_first_page() -> None:
    assert parse_turn(after="", before="", timed=True).place is None
