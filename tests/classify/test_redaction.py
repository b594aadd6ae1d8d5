"""What names a person, or leads to one, does not leave the house."""

import re
import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.redaction import DOOR, MAIL, NAME, NUMBER, redacted
from app.classify.striking import struck
from app.domain.receipt import new_query_code, new_receipt_number

SENTENCES = tomllib.loads(
    Path(__file__).with_name("redactions.toml").read_text(encoding="utf-8")
)
HAN = st.text(
    st.sampled_from("路灯坏了没人修请尽快处理谢谢大家的孩子看不见，。"), max_size=20
)
DIGITS = st.text(st.sampled_from("0123456789"), min_size=1)
SIGNS = st.text(
    st.sampled_from(
        "路灯，。？！：；（）〔〕“”ＡＢ１２ﾊﾟ㎡①㏘é\u0301\u200b\u200d한ᄒ\u1161\u11ab\n "
    )
)
UNSEEN = {"Cf", "Cs", "Co"}
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


def test_a_known_number_is_called_a_number_and_a_known_address_one() -> None:
    sent = redacted("打8230177或写a@b，找王", known=["8230177", "a@b"])

    assert sent == f"打{NUMBER}或写{MAIL},找王"


def test_what_is_known_says_what_was_taken_out() -> None:
    known = ["禾苗苗", "13912345678", "miao@example.org"]

    sent = redacted("联系人禾苗苗,13912345678,miao@example.org。", known=known)

    assert sent == f"联系人{NAME},{NUMBER},{MAIL}。"


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


def test_signs_around_what_is_struck_stay_as_they_were_written() -> None:
    written = (
        "我叫张三丰，电话：１３８ ００１３ ８０００；"
        "沪府办〔２０２４〕１５号，什么时候修？"
    )

    assert struck(written) == (
        f"我叫{NAME}，电话：{NUMBER}；沪府办〔２０２４〕１５号，什么时候修？"
    )


def test_a_sign_of_which_a_part_is_struck_is_written_plainly() -> None:
    written = "约㎢一处，住３栋２单元５０１室，①"

    assert struck(written, known=["km"]) == f"约{NAME}2一处，住{DOOR}，①"


def test_nobody_feigns_that_something_was_struck() -> None:
    assert (
        struck("〔姓名〕和〔号码〕，见〔2024〕5号") == "[姓名]和[号码]，见〔2024〕5号"
    )


@given(SIGNS, st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), SIGNS)
def test_what_is_struck_leaves_what_stands_around_it(
    before: str, number: str, after: str
) -> None:
    left, right = f"{before}。电话：", f"，{after}"
    kept = struck(f"{left}{number}{right}")

    assert number not in kept
    assert kept.startswith(left) or redacted(left) != _plain_form(left)
    assert kept.endswith(right) or redacted(right) != _plain_form(right)


@given(st.text(max_size=300) | SIGNS, st.lists(st.text(max_size=5), max_size=3))
def test_people_and_programs_are_kept_from_the_same(
    text: str, known: list[str]
) -> None:
    assert _plain_form(struck(text, known=known)) == _plain_form(
        redacted(text, known=known)
    )


def _plain_form(text: str) -> str:
    """Return a text in which nothing that width or shape may change stands out."""
    plain = unicodedata.normalize("NFKC", text)
    seen = (sign for sign in plain if unicodedata.category(sign) not in UNSEEN)
    return "".join(seen).translate({ord("〔"): "[", ord("〕"): "]"})
