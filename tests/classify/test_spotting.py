from typing import Any

from app.classify.lexicon import Topic
from app.classify.spotting import Spotter


def spotted(text: str, **words: Any) -> list[tuple[str, int, int]]:
    topic = Topic(name="t", zh="题", en="T", **words)
    return sorted((t.form, start, end) for t, start, end in Spotter([topic]).spot(text))


def test_a_term_is_found_wherever_it_stands() -> None:
    found = spotted("停车难，停车贵", terms={"停车": 1.0})
    assert found == [("停车", 0, 2), ("停车", 4, 6)]


def test_a_term_of_one_character_is_found_at_the_very_end() -> None:
    assert spotted("路很堵", terms={"堵": 1.0}) == [("堵", 2, 3)]


def test_a_gap_reaches_over_a_comma() -> None:
    assert spotted("停了车，还要收费", terms={"停…收费": 1.0}) == [("停…收费", 0, 8)]


def test_a_gap_does_not_reach_into_the_next_sentence() -> None:
    assert spotted("停车。收费", terms={"停车…收费": 1.0}) == []


def test_a_gap_has_an_end() -> None:
    assert spotted("停" + "了" * 9 + "收费", terms={"停…收费": 1.0}) == []


def test_two_gaps_follow_each_other() -> None:
    found = spotted("领导来之前连夜刷墙", terms={"领导…前…刷墙": 1.0})
    assert found == [("领导…前…刷墙", 0, 9)]


def test_a_longer_expression_masks_the_term_inside_it() -> None:
    words = {"terms": {"市场": 1.0}, "masks": ("人才市场",)}
    assert spotted("去人才市场找工作", **words) == []
    assert spotted("去市场买菜", **words) == [("市场", 1, 3)]


def test_a_context_cancels_a_term() -> None:
    words = {"terms": {"麻将": 1.0}, "unless": {"麻将": ("吵",)}}
    assert spotted("楼上打麻将很吵", **words) == []
    assert spotted("局长打麻将", **words) == [("麻将", 3, 5)]


def test_a_term_of_two_topics_counts_less_for_each() -> None:
    topics = [Topic(name=n, zh=n, en=n, terms={"收费": 2.0}) for n in "ab"]
    worths = [term.worth for term, _, _ in Spotter(topics).spot("收费")]
    assert [worth < 2.0 for worth in worths] == [True] * 2
