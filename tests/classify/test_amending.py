"""The lexicon as an office has amended it."""

from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.amending import (
    MOST_FORMS,
    MOST_TERM,
    MOST_TEXT,
    MOST_WORD,
    amended,
    count_words,
    faults_of,
    name_of,
    words_in,
)
from app.classify.ensemble import Classifier
from app.classify.learned import Example
from app.classify.learner import learn
from app.classify.lexicon import (
    STRENGTHS,
    Topic,
    built_in_tables,
    built_in_topics,
    expand,
)
from app.classify.spotting import Spotter
from app.classify.text import fold
from app.domain.topics import ADDED, STRUCK, TERM_LISTS, Amendment
from tests.classify.samples import SECTIONS

PARKING = "parking"
OWN = Amendment(topic="own_ferry", zh="渡口", en="Ferry", added={"strong": "渡船"})


def parking(**changes: Any) -> Topic:
    """Return the topic of parking with ``changes``."""
    topics = amended([Amendment(topic=PARKING, **changes)])
    return next(topic for topic in topics if topic.name == PARKING)


def codes(**changes: Any) -> list[tuple[str, str]]:
    """Return what is wrong with such changes of parking, by field."""
    found = faults_of(Amendment(topic=PARKING, **changes))
    return [(fault.field, fault.code) for fault in found]


def test_the_lists_are_those_of_the_lexicon() -> None:
    assert tuple(STRENGTHS) == TERM_LISTS


def test_nothing_said_leaves_the_lexicon_as_it_is() -> None:
    assert amended([]) == built_in_topics()
    assert amended([Amendment(topic=PARKING)]) == built_in_topics()


def test_only_the_topic_that_is_meant_changes() -> None:
    topics = amended([Amendment(topic=PARKING, added={"strong": "飞线"})])

    changed = [
        new.name
        for new, old in zip(topics, built_in_topics(), strict=True)
        if new != old
    ]
    assert changed == [PARKING]


def test_an_added_word_counts_as_much_as_its_list() -> None:
    terms = parking(added={"strong": "飞线", "hints": "圆盘"}).terms

    assert (terms["飞线"], terms["圆盘"]) == (STRENGTHS["strong"], STRENGTHS["hints"])


def test_a_word_of_ours_can_be_made_to_count_for_less() -> None:
    assert parking().terms[fold("咪表")] == STRENGTHS["strong"]
    assert parking(added={"hints": "咪表"}).terms[fold("咪表")] == STRENGTHS["hints"]


def test_signs_of_a_chinese_keyboard_are_understood() -> None:
    terms = parking(added={"strong": "（甲｜乙）……霸，car＿spot"}).terms

    assert {"甲…霸", "乙…霸", "car spot"} <= terms.keys()


def test_a_word_is_struck_out_of_what_citizens_say_alone() -> None:
    topic = parking(struck={"terms": "停车"})

    assert "停车" not in topic.terms
    assert "停车" in topic.official
    assert "停车费" in topic.terms


def test_phrases_stand_on_lines_and_can_be_struck_out() -> None:
    ours = parking().phrases[0]

    phrases = parking(
        added={"phrases": "门口 都是 车\n\n没有地方"}, struck={"phrases": ours}
    ).phrases

    assert ours not in phrases
    assert phrases[-2:] == ("门口都是车", "没有地方")


def test_a_topic_of_its_own_comes_last_and_places_opinions() -> None:
    topics = amended([OWN])

    classifier = Classifier.from_sections(
        SECTIONS, topics=topics, given={"own_ferry": {"2.7": 0.9}}
    )

    assert topics[-1].name == "own_ferry"
    said = classifier.classify(subject="", text="渡船什么时候能恢复？渡船没有了。")
    assert said.section == "2.7"


def test_an_own_topic_without_words_is_left_out() -> None:
    nothing = Amendment(topic="own_ferry", zh="渡口", en="Ferry")

    assert amended([nothing]) == built_in_topics()


def test_what_is_said_of_a_topic_that_is_gone_is_passed_over() -> None:
    gone = Amendment(topic="telegraphs", added={"strong": "电报"})

    assert amended([gone]) == built_in_topics()


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("added_strong", "字" * (MOST_TEXT + 1), "topic_text_too_long"),
        ("added_words", "字" * (MOST_WORD + 1), "topic_word_too_long"),
        ("added_words", "(甲|乙)" * (MOST_TERM // 4), "topic_word_too_long"),
        ("added_words", "(a|b)(c|d)(e|f)(g|h)(i|j) " * 200, "topic_text_too_long"),
        ("added_hints", "(甲|乙", "topic_bad_choice"),
        ("added_masks", "甲|乙", "topic_bad_choice"),
        ("added_official", "(a|b)" * 9, "topic_too_many_forms"),
        ("added_strong", "一…二…三…四…五", "topic_too_many_gaps"),
        ("added_strong", "……", "topic_empty_word"),
        ("added_phrases", "！！", "topic_empty_word"),
        ("struck_terms", "没有这个词", "topic_not_ours"),
        ("struck_phrases", "没有这一句", "topic_not_ours"),
    ],
)
def test_what_is_wrong_is_named_beside_its_field(
    field: str, text: str, code: str
) -> None:
    which, _, name = field.partition("_")

    assert codes(**{which: {name: text}}) == [(field, code)]


def test_a_word_is_not_added_and_struck_out_at_once() -> None:
    assert codes(added={"hints": "咪表"}, struck={"terms": "咪表"}) == [
        ("struck_terms", "topic_in_both")
    ]


def test_as_many_forms_as_are_taken_are_taken() -> None:
    assert 2**8 <= MOST_FORMS < 2**9
    assert codes(added={"strong": "(a|b)" * 8}) == []


def test_words_are_counted_as_they_are_typed() -> None:
    assert count_words({"strong": "甲、乙 (丙|丁)", "phrases": "一 句\n两句"}) == 5


@pytest.mark.parametrize(
    ("en", "name"), [("Ferry & Pier", "own_ferry_pier"), ("渡口", ""), (" 3 ", "own_3")]
)
def test_an_own_topic_is_named_by_its_english_name(en: str, name: str) -> None:
    assert name_of(en) == name


def test_what_was_learned_outlives_a_change_of_topics() -> None:
    before = Classifier.from_sections(SECTIONS)
    text = "广场舞的音响太吵，大妈们跳到半夜。"
    learned = learn([Example("", text, "2.4")] * 12, before=before)

    after = Classifier.from_sections(
        SECTIONS,
        topics=amended([OWN, Amendment(topic=PARKING, struck={"terms": "停车费"})]),
    ).with_learned(learned)

    assert after.classify(subject="", text=text).section == "2.4"
    assert after.learned is learned


WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from("停车位收费…(|)（）_、 \n费a1。"), st.characters()
    ),
    max_size=60,
)
_TABLE = cast("dict[str, str]", built_in_tables()[PARKING])
OURS = st.sampled_from(words_in("strong", _TABLE["strong"]))
LISTS = st.dictionaries(st.sampled_from(ADDED), WORDS, max_size=3)


@given(added=LISTS, struck=st.dictionaries(st.sampled_from(STRUCK), WORDS, max_size=3))
def test_no_words_whatever_can_stop_the_reading(
    added: dict[str, str], struck: dict[str, str]
) -> None:
    faults_of(Amendment(topic=PARKING, added=added, struck=struck))
    topic = parking(added=added, struck=struck)

    hits = Spotter([topic]).spot(fold(" ".join((*added.values(), *struck.values()))))

    assert all(term.form in topic.terms for term, _, _ in hits if term.worth)


@given(words=st.lists(OURS, min_size=1, max_size=5), added=LISTS)
def test_a_word_that_was_struck_out_is_never_found(
    words: list[str], added: dict[str, str]
) -> None:
    topic = parking(added=added, struck={"terms": " ".join(words)})
    forms = {form for word in words for form in expand(word)}

    hits = Spotter([topic]).spot("。".join(form.replace("…", "几") for form in forms))

    assert {term.form for term, _, _ in hits if term.worth}.isdisjoint(forms)
