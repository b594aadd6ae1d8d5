"""What may be put before the public of a question and its answer."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.publication import (
    MOST_TITLE,
    QUOTED,
    BadWording,
    Wording,
    check,
    new_name,
    quotes,
)

OPINION = "我家楼下的路灯坏了三个月，晚上孩子放学回家看不见路。"


def wording(**changes: str) -> Wording:
    facts = {
        "title": "路灯检修",
        "summary": "一位居民反映小区路灯长期不亮。",
        "question": "",
        "answer": "路灯已于本周修好。",
    }
    return Wording(**(facts | changes))


def faults(said: Wording, *, may_quote: bool) -> dict[str, str]:
    try:
        check(said, may_quote=may_quote, opinion=OPINION)
    except BadWording as refused:
        return refused.faults
    return {}


def test_a_summary_and_an_answer_need_no_consent() -> None:
    assert faults(wording(), may_quote=False) == {}


def test_the_citizens_words_need_consent() -> None:
    assert faults(wording(question=OPINION), may_quote=True) == {}
    assert faults(wording(question="路灯"), may_quote=False) == {
        "question": "no_consent"
    }


def test_without_consent_the_summary_is_the_offices_own() -> None:
    copied = wording(summary="来信说:我家楼下的路灯坏了三个月 晚上孩子放学。")

    assert faults(copied, may_quote=False) == {"summary": "quotes"}
    check(copied, may_quote=True, opinion=OPINION)


def test_all_that_is_wrong_is_said_at_once() -> None:
    said = wording(title="长" * (MOST_TITLE + 1), summary=" ", answer="")

    assert faults(said, may_quote=True) == {
        "title": "too_long", "summary": "missing", "answer": "missing",
    }  # fmt: skip


@given(st.text(min_size=QUOTED, alphabet="路灯坏了三个月"), st.text(), st.text())
def test_words_are_known_again_wherever_they_stand(
    words: str, before: str, after: str
) -> None:
    assert quotes(f"{before}，{words}。{after}", words)


@given(st.text(max_size=QUOTED - 1), st.text())
def test_a_few_signs_are_nobodys_words(words: str, text: str) -> None:
    folded = "".join(sign for sign in words.casefold() if sign.isalnum())

    assert len(folded) >= QUOTED or not quotes(words, text)


def test_no_two_publications_are_called_the_same() -> None:
    names = {new_name() for _ in range(1000)}

    assert len(names) == 1000
    assert {len(name) for name in names} == {9}
