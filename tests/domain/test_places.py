"""Places in templates: both names hold, and what has no fact stays to be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.places import NAMES, Place, asked, fill, unfilled, unknown

FACTS: dict[Place, str | None] = {place: f"<{place}>" for place in Place}


@pytest.mark.parametrize("place", Place)
def test_a_place_is_filled_under_both_its_names(place: Place) -> None:
    chinese, english = NAMES[place]

    text = f"{{{chinese}}} {{{english}}} {{ {english.upper()} }}"

    assert fill(text, FACTS) == " ".join([f"<{place}>"] * 3)
    assert asked(text) == {place}


def test_wide_braces_are_braces() -> None:
    assert fill("｛称呼｝{日期｝", FACTS) == "<salutation><date>"
    assert unfilled("｛事项｝｛填写：x｝") == ["｛事项｝", "｛填写：x｝"]
    assert [each.nearest for each in unknown("｛称乎｝")] == ["{称呼}"]


def test_what_has_no_fact_stands_as_it_was_and_is_unfilled() -> None:
    text = fill("关于“{事项}”，{日期}。{事项}", {Place.DATE: "2026年11月2日"})

    assert text == "关于“{事项}”，2026年11月2日。{事项}"
    assert unfilled(text) == ["{事项}"]


@pytest.mark.parametrize(
    "ask", ["{填写：查到了什么}", "{fill in: what}", "{Fill in：x}"]
)
def test_what_the_writer_has_to_write_is_unfilled_and_known(ask: str) -> None:
    assert unfilled(ask) == [ask]
    assert unknown(ask) == []


def test_an_unknown_place_is_named_with_the_one_that_was_meant() -> None:
    found = unknown("{受理编码} {receipt nmber} {天气}")

    assert [(each.place, each.nearest) for each in found] == [
        ("{受理编码}", "{受理编号}"),
        ("{receipt nmber}", "{receipt number}"),
        ("{天气}", ""),
    ]


def test_braces_that_name_no_place_keep_nobody_from_sending() -> None:
    assert unfilled("f(x) = {x} {} {\n日期}") == []


@given(st.text(alphabet="{}ab填写：日期 \n"), st.text())
def test_filling_is_done_once_and_leaves_the_rest_alone(text: str, fact: str) -> None:
    filled = fill(text, {Place.DATE: fact})

    assert text.replace("{日期}", fact) == filled or not fact or "日期" in text
    assert fill(text, {}) == text


@given(st.text())
def test_what_is_neither_known_nor_asked_is_unknown(text: str) -> None:
    names = {each.place for each in unknown(text)}

    assert not names & set(unfilled(text))
