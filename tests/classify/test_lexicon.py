import re

import pytest

from app.classify.lexicon import (
    STRENGTHS,
    BadLexicon,
    built_in_topics,
    expand,
    read_topics,
)
from app.classify.text import fold

NAMED = {"zh": "停车", "en": "Parking"}


def test_choices_and_gaps_are_written_out() -> None:
    assert list(expand("(乱|多)收…(費|钱)")) == [
        "乱收…费",
        "乱收…钱",
        "多收…费",
        "多收…钱",
    ]


def test_an_underscore_stands_for_a_space() -> None:
    assert list(expand("Car_Park")) == ["car park"]


def test_a_term_in_two_lists_counts_as_the_stronger() -> None:
    (topic,) = read_topics({"parking": NAMED | {"strong": "泊位", "hints": "泊位 车"}})
    assert topic.terms == {"泊位": STRENGTHS["strong"], "车": STRENGTHS["hints"]}


def test_an_exception_names_a_term_and_what_cancels_it() -> None:
    (topic,) = read_topics({"parking": NAMED | {"unless": ["麻將: 吵 鄰居"]}})
    assert topic.unless == {"麻将": ("吵", "邻居")}


@pytest.mark.parametrize(
    "table",
    [
        {"zh": "停车"},
        NAMED | {"colour": "red"},
        NAMED | {"strong": ["泊位"]},
        NAMED | {"strong": "…"},
        NAMED | {"unless": ["no colon"]},
        NAMED | {"unless": "麻将: 吵"},
        NAMED | {"kin": "nowhere 0.5"},
        NAMED | {"kin": "parking much"},
        "not a table",
    ],
)
def test_a_table_that_breaks_the_schema_is_refused(table: object) -> None:
    with pytest.raises(BadLexicon):
        read_topics({"parking": table})


def test_the_built_in_lexicon_is_valid_and_broad() -> None:
    assert len(built_in_topics()) > 70


def test_every_built_in_topic_has_words_and_ways_of_speaking() -> None:
    assert [t.name for t in built_in_topics() if not (t.terms and t.phrases)] == []


def test_no_built_in_topic_repeats_a_phrase() -> None:
    for topic in built_in_topics():
        assert len(set(topic.phrases)) == len(topic.phrases), topic.name


def test_every_exception_is_about_a_term_of_its_topic() -> None:
    for topic in built_in_topics():
        for word in topic.unless:
            assert any(word in term for term in topic.terms), (topic.name, word)


def test_names_of_topics_are_unique_in_both_languages() -> None:
    topics = built_in_topics()
    assert len({t.zh for t in topics}) == len({t.en for t in topics}) == len(topics)


def test_terms_are_folded_and_no_longer_than_an_expression() -> None:
    for topic in built_in_topics():
        for term in topic.terms:
            assert all(piece == fold(piece) for piece in term.split("…")), term
            assert len(term) <= 30, term


def test_the_lexicon_names_no_single_office_or_person() -> None:
    named = re.compile(r"\d{9,}|@|第[一二三四五六七八九]巡视组")
    words = [t for topic in built_in_topics() for t in (*topic.terms, *topic.phrases)]
    assert [word for word in words if named.search(word)] == []
