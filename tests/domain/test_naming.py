"""Names that people give: what is left of one, and which read the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.naming import alike, plain_name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (" 城管局\n二科 ", "城管局 二科"),
        ("a\x00\u202eb", "ab"),
        ("民政局\u200b", "民政局"),
        ("\u2066\ufeff\u00ad", ""),
    ],
)
def test_a_name_is_one_line_of_what_is_seen(given: str, name: str) -> None:
    assert plain_name(given) == name


@given(st.text())
def test_a_plain_name_stays_as_it_is(text: str) -> None:
    name = plain_name(text)

    assert plain_name(name) == name
    assert "\x00" not in name
    assert "\n" not in name


@pytest.mark.parametrize("other", ["Admin", "ADMIN", "ａｄｍｉｎ", "ad\u200bmin"])
def test_names_that_read_the_same_are_alike(other: str) -> None:
    assert alike(other) == alike("admin")
    assert alike("admin2") != alike("admin")
