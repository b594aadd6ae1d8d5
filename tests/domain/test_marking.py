"""Marking: a text is marked where the house's search would find it."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.marking import Sought
from app.domain.search import phrases, tokens

TEXTS = st.text("停车难位的 ABab1。，Ａ１é\u0301（", max_size=30)


def marked(text: str, query: str) -> list[str]:
    return [text[start:stop] for start, stop in Sought(query).places(text)]


def indexed(text: str, query: str) -> bool:
    """Return whether the full-text index finds ``query`` in ``text``."""
    held = tokens(text).split()
    return all(_holds(held, phrase) for phrase in phrases(query))


def _holds(held: list[str], phrase: list[str]) -> bool:
    for place in range(len(held) - len(phrase) + 1):
        run = held[place : place + len(phrase)]
        last = phrase[-1]
        ends = run[-1].startswith(last[:-1]) if last.endswith("*") else run[-1] == last
        if ends and run[:-1] == phrase[:-1]:
            return True
    return False


def test_chinese_is_found_within_a_run_of_signs() -> None:
    assert marked("老城区停车难。停车位不足", "停车") == ["停车", "停车"]


def test_letters_are_found_from_the_beginning_of_a_word() -> None:
    assert marked("WiFi in the unwired wing", "wi") == ["Wi", "wi"]


def test_width_and_case_make_no_difference() -> None:
    assert marked("投入\uff13\uff16\uff10万元，\uff21级", "360 a") == [
        "\uff13\uff16\uff10",
        "\uff21",
    ]


def test_every_word_has_to_be_there() -> None:
    assert Sought("停车 学校").within("停车难", "学校门前")
    assert not Sought("停车 学校").within("停车难")


def test_words_that_overlap_are_marked_once() -> None:
    assert marked("老城区停车难", "城区停 停车") == ["城区停车"]


def test_a_query_without_a_sign_to_find_looks_for_nothing() -> None:
    assert not Sought(" ，。 ")


@given(TEXTS, TEXTS)
def test_what_is_marked_is_what_the_index_finds(text: str, query: str) -> None:
    assert Sought(query).within(text) == indexed(text, query)


@given(st.text(), st.text())
def test_marks_stand_in_the_text_in_order_and_apart(text: str, query: str) -> None:
    end = -1
    for start, stop in Sought(query).places(text):
        assert end < start < stop <= len(text)
        end = stop
