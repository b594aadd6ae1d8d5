import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import submission
from app.domain.submission import ContactDetails, clean, problems

signs = st.text(st.characters())  # lone surrogates, too


def faults(**changes: str) -> dict[str | None, str]:
    subject = changes.pop("subject", "路灯")
    text = changes.pop("text", "路灯坏了。")
    found = problems(subject=subject, text=text, contact=ContactDetails(**changes))
    return {problem.field: problem.code for problem in found}


@given(signs)
def test_what_is_clean_can_be_stored_and_stays_as_it_is(text: str) -> None:
    cleaned = clean(text)

    assert "\0" not in cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned


@given(signs)
def test_one_line_has_no_line_end_and_no_blank_twice(text: str) -> None:
    line = clean(text, lines=False)

    assert line == " ".join(line.split())


@given(st.text(st.characters(categories=["L", "N", "P", "S", "M"]), min_size=1))
def test_no_sign_that_a_reader_sees_is_lost(text: str) -> None:
    assert clean(text) == text


def test_line_ends_of_every_system_become_one() -> None:
    assert clean("甲\r\n乙\r丙\n丁") == "甲\n乙\n丙\n丁"


def test_marks_that_turn_the_writing_direction_are_dropped() -> None:
    assert clean("附件\u202egpj.exe\u2066") == "附件gpj.exe"


def test_a_whole_submission_has_no_problem() -> None:
    assert faults(name="张三", email="zhang@example.org", phone="010-1234") == {}


def test_contact_may_be_left_out() -> None:
    assert faults() == {}
    assert not ContactDetails()
    assert ContactDetails(phone="12345")


@pytest.mark.parametrize(
    "text",
    ["", "好", "\u200b" * 3, "\u3164 \u2800", "\ufeff好\ufe0f", "\U000e0041" * 9],
)
def test_a_text_that_says_nothing_is_named(text: str) -> None:
    assert faults(text=text) == {"text": "text_missing"}


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("subject", submission.MOST_SUBJECT),
        ("text", submission.MOST_TEXT),
        ("name", submission.MOST_NAME),
        ("phone", submission.MOST_PHONE),
    ],
)
def test_each_limit_is_kept_to_the_sign(field: str, most: int) -> None:
    assert faults(**{field: "字" * most}) == {}
    assert faults(**{field: "字" * (most + 1)}) == {field: "too_long"}


@pytest.mark.parametrize(
    "address", ["zhang", "zhang@", "@example.org", "a b@example.org", "a@b@c.org"]
)
def test_what_is_no_address_is_named(address: str) -> None:
    assert faults(email=address) == {"email": "bad_email"}


def test_an_address_in_chinese_is_one() -> None:
    assert faults(email="张三@例子.org") == {}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    wrong = faults(subject="字" * 201, text="", email="?", phone="1" * 41)

    assert set(wrong) == {"subject", "text", "email", "phone"}


@given(st.text(st.characters(categories=["L", "N", "P", "So"]), min_size=2))
def test_two_signs_that_a_reader_sees_say_something(text: str) -> None:
    blanks = "\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
    seen = [sign for sign in text if sign not in blanks]

    assert submission.says_something(text, least=2) is (len(seen) >= 2)
