"""What surely reports wrongdoing of those in office, and what does not."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.kind import guess_kind
from app.classify.reporting import guess, reported
from app.domain.vocabulary import Kind

TEXTS = tomllib.loads(
    Path(__file__).with_name("reports.toml").read_text(encoding="utf-8")
)
SHARED = Path(__file__).parents[3] / "shared" / "opinions"


def is_sure(text: str, subject: str = "") -> bool:
    kind = guess_kind(subject=subject, text=text).kind
    return reported(subject=subject, text=text, kind=kind).is_sure


@pytest.mark.parametrize("text", TEXTS["reports"])
def test_wrongdoing_of_somebody_in_office_is_a_report(text: str) -> None:
    assert is_sure(text)


@pytest.mark.parametrize("text", TEXTS["others"])
def test_a_complaint_of_a_service_is_none(text: str) -> None:
    assert not is_sure(text)


def test_it_shows_who_did_what() -> None:
    found = reported(subject="", text="举报：某镇科长收了好处费，有录音。")

    assert found.terms[:2] == ("科长", "收了好处费")


def test_traditional_signs_tell_the_same() -> None:
    assert is_sure("實名舉報：某局科長收受回扣，有錄音可提供。")


@pytest.mark.parametrize(
    "text",
    [
        "市第一医院医生做手术收红包三千元",
        "县中学班主任索要红包，不给就调座位。",
        "中医院的大夫开药拿回扣，药价翻了一倍。",
    ],
)
def test_taking_money_in_a_public_service_sounds_like_a_report(text: str) -> None:
    found = guess(subject="", text=text)

    assert found.kind is Kind.REPORT
    assert found.terms


@pytest.mark.parametrize(
    "text",
    [
        "感谢李医生，拒收红包，手术很成功！",
        "建议医院公开医生收红包的处理结果。",
        "培训机构的老师收红包才给好座位，没人管。",
        "医院停车乱收费，医生态度太差，没人管。",
    ],
)
def test_what_only_speaks_of_it_does_not(text: str) -> None:
    assert guess(subject="", text=text).kind is not Kind.REPORT


def test_hardly_any_message_to_a_city_sounds_like_one_by_that() -> None:
    source = SHARED / "messages-7class.jsonl"
    if not source.exists():
        pytest.skip("the shared messages are not here")
    rows = [
        json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()
    ]

    changed = [
        row["id"]
        for row in rows
        if not guess(subject=row["subject"], text=row["text"]).by_wording
    ]

    assert len(changed) <= 0.005 * len(rows)


@given(st.text(max_size=200), st.sampled_from([None, *Kind]))
def test_whatever_is_written_has_a_score(text: str, kind: Kind | None) -> None:
    found = reported(subject="", text=text, kind=kind)

    assert all(term in text for term in found.terms)


def test_hardly_anything_else_is_taken_for_a_report() -> None:
    source = SHARED / "opinions.jsonl"
    if not source.exists():
        pytest.skip("the shared opinions are not here")
    rows = [
        json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()
    ]
    others = [row for row in rows if row["kind"] != "report"]

    wrong = [row["id"] for row in others if is_sure(row["text"], row["subject"])]

    assert len(wrong) <= 0.01 * len(others)


def test_messages_to_a_city_are_not_hidden_from_its_clerks() -> None:
    source = SHARED / "messages-7class.jsonl"
    if not source.exists():
        pytest.skip("the shared messages are not here")
    rows = [
        json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()
    ]

    wrong = [row["id"] for row in rows if is_sure(row["text"], row["subject"])]

    assert len(wrong) <= 0.005 * len(rows)
