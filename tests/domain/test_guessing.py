import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.guessing import LEAST_WORTH, Common, length, worth

COMMON = Common.of(["password", "welcome", "woaini", "督查室", "ab"])
LETTERS = st.text("bdfhkmprtvxz", min_size=1, max_size=40)


@pytest.mark.parametrize(
    "password",
    [
        "password1234", "P@ssw0rd2026", "WELCOME password", "woaini5201314",
        "qwertyuiop[]", "1qaz2wsx3edc", "zxcvbnmasdfghjkl", "aaaaaaaaaaaaaaa",
        "20261130", "13812345678", "督查室2026", "xkxkxkxkxkxkxkxk", "ABCDEFGHIJKLMN",
        "passwordpasswordpassword", "ｐａｓｓｗｏｒｄ１２３４",
    ],
)  # fmt: skip
def test_what_a_guesser_tries_is_worth_little(password: str) -> None:
    assert worth(password, COMMON) < LEAST_WORTH


@pytest.mark.parametrize(
    "password",
    ["a river runs north 7", "木桥 铁壶 半张纸", "kT9#vQ2m!xLp", "tree lamp river 77"],
)
def test_words_that_do_not_belong_together_are_worth_much(password: str) -> None:
    assert worth(password, COMMON) >= LEAST_WORTH


def test_a_chinese_sign_counts_for_two() -> None:
    assert length("半张纸ab") == 8


def test_a_word_of_two_letters_stands_in_everything_and_counts_for_nothing() -> None:
    assert COMMON.words == {"password", "welcome", "woaini", "督查室"}


@given(st.text(max_size=60))
def test_every_text_has_a_worth_no_greater_than_its_length(password: str) -> None:
    assert 0 <= worth(password, COMMON) <= 2 * len(password) * 18


@given(LETTERS)
def test_a_common_word_is_worth_one_sign_wherever_it_stands(rest: str) -> None:
    assert worth(f"{rest}welcome", COMMON) <= len(rest) + 1


@given(LETTERS, st.integers(2, 5))
def test_saying_it_again_adds_nothing(said: str, times: int) -> None:
    assert worth(said * times, COMMON) <= worth(said, COMMON) + 1
