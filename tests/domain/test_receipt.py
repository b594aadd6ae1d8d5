from contextlib import suppress
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import receipt
from app.errors import InvalidInput

codes = st.binary(min_size=15, max_size=32).map(receipt.query_code)

_WIDENED = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def plain(printed: str) -> str:
    return printed.replace("-", "")


def number_refused(text: str) -> bool:
    try:
        receipt.parse_receipt_number(text)
    except InvalidInput:
        return True
    return False


def code_refused(text: str) -> bool:
    try:
        receipt.parse_query_code(text)
    except InvalidInput:
        return True
    return False


def exchanged(text: str, one: int, other: int) -> str:
    signs = list(text)
    signs[one], signs[other] = signs[other], signs[one]
    return "".join(signs)


def test_a_number_is_printed_in_three_groups_of_four() -> None:
    groups = receipt.new_receipt_number().split("-")

    assert [len(group) for group in groups] == [4, 4, 4]


def test_a_code_is_printed_in_five_groups_of_five() -> None:
    groups = receipt.new_query_code().split("-")

    assert [len(group) for group in groups] == [5, 5, 5, 5, 5]


def test_no_number_and_no_code_is_given_twice() -> None:
    assert len({receipt.new_receipt_number() for _ in range(1000)}) == 1000
    assert len({receipt.new_query_code() for _ in range(1000)}) == 1000


def test_every_sign_comes_up_in_every_place() -> None:
    numbers = [plain(receipt.new_receipt_number()) for _ in range(1000)]

    for place in range(receipt.NUMBER_SIGNS):
        assert {number[place] for number in numbers} == set(receipt.ALPHABET)


def test_a_code_holds_all_of_its_fifteen_bytes() -> None:
    bits = [receipt.query_code((1 << bit).to_bytes(15)) for bit in range(120)]

    assert len(set(bits)) == 120


def test_every_single_wrong_sign_in_a_number_is_noticed() -> None:
    number = plain(receipt.new_receipt_number())

    for place, right in enumerate(number):
        for wrong in set(receipt.ALPHABET) - {right}:
            assert number_refused(number[:place] + wrong + number[place + 1 :])


def test_every_exchange_of_two_signs_in_a_number_is_noticed() -> None:
    number = plain(receipt.new_receipt_number())

    for one, other in combinations(range(len(number)), 2):
        if number[one] != number[other]:
            assert number_refused(exchanged(number, one, other))


@given(codes, st.integers(0, 24), st.sampled_from(receipt.ALPHABET))
def test_every_single_wrong_sign_in_a_code_is_noticed(
    code: str, place: int, sign: str
) -> None:
    signs = plain(code)
    wrong = signs[:place] + sign + signs[place + 1 :]

    assert code_refused(wrong) == (sign != signs[place])


@given(codes, st.integers(0, 24), st.integers(0, 24))
def test_every_exchange_of_two_signs_in_a_code_is_noticed(
    code: str, one: int, other: int
) -> None:
    signs = plain(code)

    refused = code_refused(exchanged(signs, one, other))

    assert refused == (signs[one] != signs[other])


@given(codes)
def test_a_code_is_read_back_as_it_was_printed(code: str) -> None:
    assert receipt.parse_query_code(code) == code


@given(codes)
def test_small_letters_and_lookalikes_are_understood(code: str) -> None:
    for sign, alike in (("1", "I"), ("1", "L"), ("0", "O"), ("V", "U")):
        assert receipt.parse_query_code(code.replace(sign, alike).lower()) == code


@given(codes)
def test_full_width_signs_are_understood(code: str) -> None:
    assert receipt.parse_query_code(code.translate(_WIDENED)) == code


@given(codes, st.sampled_from(["", " ", "\u3000", "—", "–", "_", "\n"]))
def test_any_way_of_grouping_is_understood(code: str, between: str) -> None:
    typed = f" {between.join(plain(code))}\t"

    assert receipt.parse_query_code(typed) == code


@given(st.text())
def test_what_is_no_number_is_refused_and_nothing_else_happens(text: str) -> None:
    if not number_refused(text):
        assert len(plain(receipt.parse_receipt_number(text))) == receipt.NUMBER_SIGNS


def test_a_mistyped_number_and_code_name_their_fields() -> None:
    with pytest.raises(InvalidInput) as number:
        receipt.parse_receipt_number("ABCD")
    with pytest.raises(InvalidInput) as code:
        receipt.parse_query_code("ABCD")

    assert (number.value.field, number.value.code) == ("number", "bad_receipt_number")
    assert (code.value.field, code.value.code) == ("code", "bad_query_code")


numbers = st.integers(0).map(lambda _: receipt.new_receipt_number())


@given(numbers, st.integers(1, receipt.MOST_CASES), st.sampled_from("- –—_"))
def test_a_case_is_called_by_its_receipt_number_and_its_ordinal(
    number: str, ordinal: int, between: str
) -> None:
    called = receipt.case_number(number, ordinal)

    assert receipt.parse_case_number(called) == (number, ordinal)
    assert receipt.parse_case_number(called.replace("-", between).lower()) == (
        number, ordinal,
    )  # fmt: skip


@given(numbers)
def test_the_first_case_is_called_by_the_receipt_number_alone(number: str) -> None:
    assert receipt.case_number(number, 1) == number


@given(st.text())
def test_what_names_no_case_is_refused_and_nothing_else_happens(text: str) -> None:
    with suppress(InvalidInput):
        number, ordinal = receipt.parse_case_number(text)
        assert not number_refused(number)
        assert 1 <= ordinal <= receipt.MOST_CASES
