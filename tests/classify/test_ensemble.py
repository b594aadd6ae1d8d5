import time
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.classify.ensemble import Classification, Classifier, likeliest
from app.classify.jsonl import classification_as_json
from app.classify.lexicon import Topic
from tests.classify.samples import ELSEWHERE, OPINIONS, SECTIONS

PARKING = "老街口有人收停车费，没有票据。"


@cache
def classifier() -> Classifier:
    return Classifier.from_sections(SECTIONS)


def classify(text: str, subject: str = "") -> Classification:
    return classifier().classify(subject=subject, text=text)


@pytest.mark.parametrize(("text", "section"), OPINIONS)
def test_an_opinion_finds_its_section_among_the_first(text: str, section: str) -> None:
    assert section in [c.section for c in classify(text).candidates[:2]]


def test_most_opinions_find_their_section_first() -> None:
    right = sum(classify(text).section == section for text, section in OPINIONS)
    assert right >= 0.8 * len(OPINIONS)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_belongs_elsewhere_is_given_no_section(text: str) -> None:
    assert classify(text).section is None


def test_traditional_characters_are_placed_as_simplified_ones() -> None:
    simplified = classify("违建举报三个月，农贸市场档口还是没有灯。")
    traditional = classify("違建舉報三個月，農貿市場檔口還是沒有燈。")
    assert traditional.candidates == simplified.candidates


def test_full_width_forms_are_placed_as_half_width_ones() -> None:
    assert classify("停车收费ＡＰＰ，１０元！").candidates == (
        classify("停车收费app,10元!").candidates
    )


def test_evidence_is_in_the_citizens_own_words() -> None:
    text = "老街口有人收停車費，沒有票據。"
    evidence = classify(text).evidence
    assert evidence
    assert all(item.term in text for item in evidence)


def test_evidence_comes_from_the_lexicon_and_from_the_notice() -> None:
    found = classify("收停车费没有手续收费点太多")
    own = [item for item in found.evidence if item.section == found.section]
    assert {item.source for item in own} == {"topic", "notice"}


@pytest.mark.parametrize(
    "text",
    ["收停车费的地方没有手续，交委的副主任管这个问题", "物业的人不在，这地方的问题"],
)
def test_what_anything_is_written_with_is_no_evidence(text: str) -> None:
    words = [item.term for item in classify(text).evidence if item.source == "notice"]

    assert not {"委的", "地方", "问题", "的副", "的问题"} & set(words)
    assert not any(set(each) & set("的了是在") for each in words)


def test_a_pair_that_no_topic_knows_may_be_of_two_words() -> None:
    words = [item.term for item in classify("收停车费没有手续，也没挂牌").evidence]

    assert "手续" in words
    assert "挂牌" not in words


def test_evidence_is_given_for_a_section_that_was_not_guessed() -> None:
    said = classifier().evidence_of("2.3", subject="", text="收停车费，路灯也不亮")

    assert [item.section for item in said] == ["2.3"] * len(said)
    assert "收停车费" in [item.term for item in said]
    assert classifier().evidence_of("none", subject="", text="收停车费") == ()


def test_confidences_are_probabilities_in_falling_order() -> None:
    for text, _ in OPINIONS:
        confidences = [c.confidence for c in classify(text).candidates]
        assert confidences == sorted(confidences, reverse=True)
        assert len(confidences) <= 5
        assert 0 < sum(confidences) <= 1.001


def test_the_confidence_is_that_of_the_answer() -> None:
    found = classify(PARKING)
    assert found.section == found.candidates[0].section
    assert found.confidence == found.candidates[0].confidence


def test_an_answer_of_none_still_ranks_the_sections() -> None:
    found = classify("快递车停在路口，包裹丢了没人赔。")
    assert found.section is None
    assert found.candidates


@pytest.mark.parametrize("text", ["", "   \n", "！！！……"])
def test_an_empty_text_is_given_no_section(text: str) -> None:
    assert classify(text) == Classification(section=None, confidence=1.0)


def test_the_subject_alone_can_tell() -> None:
    assert classify("", subject="老城区停车收费").section == "2.3"


def test_the_same_words_get_the_same_answer() -> None:
    again = Classifier.from_sections(SECTIONS).classify(subject="", text=PARKING)
    assert again == classify(PARKING)


def test_a_notice_without_sections_places_nothing() -> None:
    found = Classifier.from_sections([]).classify(subject="", text=PARKING)
    assert (found.section, found.candidates) == (None, ())


@pytest.mark.parametrize("text", [text for text, _ in OPINIONS])
def test_an_opinion_is_for_the_notice_that_alone_would_be_surest(text: str) -> None:
    halves = {
        "first": Classifier.from_sections(SECTIONS[::2]),
        "second": Classifier.from_sections(SECTIONS[1::2]),
        "empty": Classifier.from_sections([]),
    }
    found = {
        name: half.classify(subject="", text=text).candidates
        for name, half in halves.items()
    }
    surest = max(
        found, key=lambda name: found[name][0].confidence if found[name] else 0
    )

    assert likeliest(halves, subject="", text=text) == surest


@given(st.text(), st.text())
def test_any_text_is_for_some_notice(subject: str, text: str) -> None:
    assert likeliest({"only": classifier()}, subject=subject, text=text) == "only"


def test_an_administrators_own_topics_can_be_used() -> None:
    own = Topic(
        name="drones",
        zh="无人机",
        en="Drones",
        official=("饮水",),
        terms={"无人机": 3.0},
    )
    mine = Classifier.from_sections(SECTIONS, topics=[own])
    candidate = mine.classify(subject="", text="无人机飞来飞去").candidates[0]
    assert candidate.section == "2.2"


def test_json_has_exactly_the_promised_words() -> None:
    printed = classification_as_json("x1", classify(PARKING))
    assert list(printed) == ["id", "section", "confidence", "candidates", "evidence"]
    assert set(printed["candidates"][0]) == {"section", "confidence"}
    assert set(printed["evidence"][0]) == {"term", "section", "weight", "source"}


@given(st.text(max_size=60), st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_classified(subject: str, text: str) -> None:
    found = classify(text, subject)
    assert 0 <= found.confidence <= 1


def test_a_huge_text_takes_no_more_than_a_long_one() -> None:
    huge = PARKING * 6_000
    classify(huge)
    started = time.process_time()
    classify(huge)
    assert time.process_time() - started < 0.1
