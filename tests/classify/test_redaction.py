"""What names a person, or leads to one, does not leave the house."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.redaction import NAME, redacted
from app.domain.receipt import new_query_code, new_receipt_number

SENTENCES = tomllib.loads(
    Path(__file__).with_name("redactions.toml").read_text(encoding="utf-8")
)
HAN = st.text(
    st.sampled_from("路灯坏了没人修请尽快处理谢谢大家的孩子看不见，。"), max_size=20
)
DIGITS = st.text(st.sampled_from("0123456789"), min_size=1)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(("sentence", "words"), SENTENCES["gone"].items())
def test_what_leads_to_a_person_is_taken_out(sentence: str, words: str) -> None:
    sent = redacted(sentence)

    assert [word for word in words.split() if word in sent] == []


@pytest.mark.parametrize(("sentence", "words"), SENTENCES["stay"].items())
def test_places_institutions_amounts_and_days_stay(sentence: str, words: str) -> None:
    sent = redacted(sentence)

    assert [word for word in words.split() if word not in sent] == []


def test_what_is_known_is_taken_out_wherever_it_stands() -> None:
    sent = redacted(
        "都说禾苗苗最懂，问Ｈ.Ｍiao也行", known=["禾苗苗", "h.miao", "", "都"]
    )

    assert sent == f"都说{NAME}最懂,问{NAME}也行"


def test_the_longer_of_two_known_names_goes_first() -> None:
    assert redacted("禾苗苗来过", known=["禾苗", "禾苗苗"]) == f"{NAME}来过"


@given(HAN, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), HAN, st.data())
def test_no_telephone_number_survives(
    before: str, number: str, after: str, data: st.DataObject
) -> None:
    gap = data.draw(st.sampled_from(["", " ", "-", "\u3000", "\u200b", "."]))
    written = gap.join((number[:3], number[3:7], number[7:]))
    form = data.draw(st.sampled_from([written, written.translate(FULL_WIDTH)]))

    sent = redacted(f"{before}{form}{after}")

    assert not re.search(r"\d{4}", sent)


@given(HAN, st.from_regex(r"[1-9]\d{16}[\dXx]", fullmatch=True), HAN)
def test_no_number_of_an_identity_card_survives(
    before: str, number: str, after: str
) -> None:
    assert not re.search(r"\d{4}", redacted(f"{before}{number}{after}"))


@given(HAN, st.emails(), HAN)
def test_no_address_of_mail_survives(before: str, address: str, after: str) -> None:
    sent = redacted(f"{before} {address} {after}")

    assert address.rpartition("@")[2].lower() not in sent.lower()


@given(HAN, HAN)
def test_no_number_or_code_of_ours_survives(before: str, after: str) -> None:
    number, code = new_receipt_number(), new_query_code()

    sent = redacted(f"{before}{number}{after}{code}{before}")

    assert number not in sent
    assert code not in sent


@given(st.sampled_from("王李张刘陈"), st.sampled_from(["小明", "伟", "建国"]), HAN)
def test_a_name_behind_a_label_never_survives(
    family: str, given_name: str, after: str
) -> None:
    assert f"{family}{given_name}" not in redacted(
        f"联系人：{family}{given_name}，{after}"
    )


@given(st.text(max_size=300), st.lists(st.text(max_size=5), max_size=3))
def test_whatever_is_written_comes_back_as_text_that_can_be_sent(
    text: str, known: list[str]
) -> None:
    sent = redacted(text, known=known)

    assert sent.encode().decode() == sent


@given(st.integers(1, 999_999), st.sampled_from(["元", "万元", "平方米", "户", "人"]))
def test_amounts_stay(number: int, unit: str) -> None:
    assert f"{number}{unit}" in redacted(f"一共{number}{unit}。")
