"""The clause of a notice that meets an opinion."""

from hypothesis import given
from hypothesis import strategies as st

from app.classify.clauses import matching_clause

HEADING = "老城区停车难"
BODY = (
    "划定路内泊位860个，开放12个机关单位的院落供居民夜间停放。",
    "医院和学校周边设置30分钟限时停车位，超时停放由交警部门现场劝离。",
)


def test_the_clause_that_shares_most_is_found() -> None:
    found = matching_clause(
        HEADING, BODY, said="学校周边的限时停车位被人长期占着", terms=["限时停车位"]
    )

    assert found.text == BODY[1]
    assert "限时停车位" in found.shared


def test_without_a_common_word_the_heading_stands() -> None:
    found = matching_clause(HEADING, BODY, said="路灯", terms=[])

    assert (found.text, found.shared) == (HEADING, ())


def test_words_that_are_in_every_letter_show_no_clause() -> None:
    found = matching_clause(
        HEADING, BODY, said="这里的问题由部门现场管理，居民间有争", terms=[]
    )

    assert "居民" not in found.shared


def test_pairs_of_which_the_notice_is_full_are_passed_over() -> None:
    found = matching_clause(
        HEADING, BODY, said="泊位停放", terms=[], common={"泊位", "停放"}
    )

    assert found.shared == ()


def test_other_forms_of_signs_meet_too() -> None:
    found = matching_clause(HEADING, BODY, said="機關單位嘅院落唔開放", terms=[])

    assert found.text == BODY[0]


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_what_is_shared_stands_in_the_clause(
    heading: str, body: str, said: str
) -> None:
    found = matching_clause(heading, [body], said=said, terms=[said[:4]])

    assert all(words in found.text for words in found.shared)
