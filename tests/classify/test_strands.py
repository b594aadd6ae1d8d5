"""Which letters are about several matters, and which words about which."""

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.classify.ensemble import Classifier
from app.classify.sections import sections_of
from app.classify.strands import MOST_STRANDS, Matter, matters
from app.classify.turns import passages
from app.domain.outline import parse_outline
from tests import make
from tests.classify.written import HERE, classifier_for

LETTERS = tomllib.loads(
    Path(__file__).with_name("strands.toml").read_text(encoding="utf-8")
)["letter"]
MATTERS = tomllib.loads(
    Path(__file__).with_name("matters.toml").read_text(encoding="utf-8")
)["letter"]
SHARED = Path(__file__).parents[3] / "shared"

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("停车学位电梯水压第一二、1.（）另外还有，。！？\n ；…①"),
    ),
    max_size=200,
)


@cache
def classifier() -> Classifier:
    """Return the classifier of the sample notice."""
    return Classifier.from_sections(
        sections_of(parse_outline(make.notice_source().decode()))
    )


def split(text: str, of: Classifier | None = None) -> tuple[Matter, ...]:
    """Return the matters of a text."""
    place = of or classifier()
    whole = place.classify(subject="", text=text, listen=True)
    return matters(place, text=text, whole=whole)


def sections(text: str) -> list[str]:
    return [matter.section for matter in split(text)]


@given(TEXTS)
def test_passages_are_the_whole_text_in_its_order(text: str) -> None:
    found = passages(text)

    assert "".join(text[each.start : each.stop] for each in found) == text
    assert all(each.start < each.stop for each in found)


@settings(deadline=None)  # the first one builds the classifier
@given(TEXTS)
def test_places_of_matters_are_in_order_and_in_the_text(text: str) -> None:
    found = split(text)

    places = sorted(place for matter in found for place in matter.places)
    edges = [edge for place in places for edge in place]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= len(text)
    assert len(found) <= MOST_STRANDS


def test_a_passage_says_how_something_further_begins() -> None:
    found = passages("停车难。另外，电梯坏了。\n二、水压低。没有水")

    assert [each.opening for each in found] == [None, "words", "point", None]


def test_a_letter_on_parking_and_school_places_is_on_two_matters() -> None:
    text = "小区门口天天停满车，没有车位。孩子今年上小学，学位又满了，怎么办？"

    first, second = split(text)

    assert (first.section, second.section) == ("2.1.2", "2.1.1")
    assert text[slice(*second.places[0])].startswith("孩子今年")


def test_points_of_one_matter_stay_together() -> None:
    text = "对停车的意见。第一，泊位太少。第二，收费不透明。第三，机关院落不开放。"

    assert sections(text) == []


def test_what_is_only_mentioned_makes_no_matter() -> None:
    text = "学校的事我就不说了。老城区停车实在太难，每天找车位要半个小时，请多划泊位。"

    assert sections(text) == []


def test_nothing_more_is_classified_of_a_short_opinion() -> None:
    class Once(Classifier):
        def classify(self, **facts: Any) -> Any:
            raise AssertionError(facts)

    once = Once.__new__(Once)
    whole = classifier().classify(subject="", text="路灯坏了", listen=True)

    assert matters(once, text="路灯坏了三个月，请尽快修好", whole=whole) == ()


def test_of_our_own_letters_nearly_all_splits_are_right() -> None:
    found = {letter["text"]: sections(letter["text"]) for letter in LETTERS}

    splits = [each for each in LETTERS if found[each["text"]]]
    right = [
        each
        for each in splits
        if sorted(found[each["text"]]) == sorted(each["sections"])
    ]
    several = [each for each in LETTERS if len(each["sections"]) > 1]
    assert all(len(each["sections"]) > 1 for each in splits)
    assert len(right) >= 0.9 * len(splits)
    assert len(right) >= 0.65 * len(several)


def test_two_matters_are_told_apart_where_nothing_announces_the_second() -> None:
    place = classifier_for(HERE / "notices" / "city.txt")

    found = [[matter.section for matter in split(m["text"], place)] for m in MATTERS]

    several = [
        (sections, each["sections"])
        for sections, each in zip(found, MATTERS, strict=True)
        if len(each["sections"]) > 1
    ]
    falsely = [
        each["text"]
        for sections, each in zip(found, MATTERS, strict=True)
        if sections and len(each["sections"]) == 1
    ]
    right = [sections for sections, true in several if sorted(sections) == sorted(true)]
    assert len(right) >= 0.75 * len(several)
    assert len(falsely) <= 1


@pytest.mark.parametrize(
    "text",
    [
        "停车场的收费员自己定价，乱收钱。这些钱够建一所小学了，学位年年不够。",
        "停车收费太乱。学位也不够，可我要反映的是停车收费。",
    ],
)
def test_who_points_back_or_says_what_it_comes_to_writes_of_one(text: str) -> None:
    assert sections(text) == []


def test_opinions_on_one_matter_are_nearly_never_split() -> None:
    source = SHARED / "opinions" / "opinions.jsonl"
    notice = SHARED / "notices" / "00-guangzhou-2015.txt"
    if not source.exists():
        pytest.skip("the shared opinions are not here")
    place = Classifier.from_sections(
        sections_of(parse_outline(notice.read_text(encoding="utf-8")))
    )
    rows = [
        json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()
    ]

    wrong = [row["id"] for row in rows if split(row["text"], place)]

    assert len(wrong) <= 0.01 * len(rows)
