"""Status codes, as mail systems give them and as they only say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.machinery.status import is_dead, is_final, status_in


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("5.1.1", "5.1.1"),
        ("smtp; 550 5.1.1 <li@m.example>: user unknown", "5.1.1"),
        ("550-5.2.2 the mailbox is over quota", "5.2.2"),
        ("2.1.5", "2.1.5"),
        ("450 4.2.1 greylisted", "4.2.1"),
        ("4.4.7 (delivery time expired)", "4.4.7"),
    ],
)
def test_a_code_that_is_given_counts(said: str, status: str) -> None:
    assert status_in(said) == status


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("550 5.0.0 no such user here", "5.1.1"),
        ("550 Mailbox not found", "5.1.1"),
        ("550 该用户不存在", "5.1.1"),
        ("收件人邮箱已满", "5.2.2"),
        ("552 mailbox is full", "5.2.2"),
        ("452 mailbox is full", "4.2.2"),
        ("this account has been disabled", "5.2.1"),
        ("554 message too large", "5.3.4"),
        ("554 DT:SPM spam detected", "5.7.1"),
        ("550 邮件被拒收", "5.7.1"),
        ("Host or domain name not found", "5.1.2"),
        ("connection timed out", "5.4.1"),
    ],
)
def test_words_tell_where_no_code_does(said: str, status: str) -> None:
    assert status_in(said) == status


@pytest.mark.parametrize(
    ("said", "status"),
    [("550 no", "5.0.0"), ("421 later", "4.3.2"), ("553 no", "5.1.3"), ("no", "")],
)
def test_a_reply_code_is_better_than_nothing(said: str, status: str) -> None:
    assert status_in(said) == status


@pytest.mark.parametrize(
    "said", ["sent by mail.example [10.5.1.1]", "version 2.5.1.1", "at 12:55:01"]
)
def test_not_every_number_is_a_code(said: str) -> None:
    assert status_in(said) == ""


@pytest.mark.parametrize("status", ["5.1.1", "5.1.2", "5.1.10", "5.2.1", "5.4.1"])
def test_an_address_that_is_not_there_is_dead(status: str) -> None:
    assert is_dead(status)


@pytest.mark.parametrize(
    "status", ["4.1.1", "5.2.2", "5.3.4", "5.7.1", "5.0.0", "2.1.5", "5.1.8", ""]
)
def test_an_address_that_may_take_the_next_letter_is_not_dead(status: str) -> None:
    assert not is_dead(status)


@given(st.text())
def test_whatever_is_said_is_a_status_or_nothing(said: str) -> None:
    status = status_in(said)

    assert status == "" or len(status.split(".")) == 3
    assert is_final(status) == status.startswith("5")
