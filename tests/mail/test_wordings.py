"""Wordings: what may stand in a letter, and what is said of what may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.vocabulary import Disposition, Language, MailPurpose
from app.mail.wordings import (
    MOST_SUBJECT,
    NEEDED,
    PLACES,
    Wording,
    channels,
    faults_of,
    filled,
    look_alikes,
    outcome,
    packaged,
)

PURPOSE = MailPurpose.ANSWER
SUBJECT, BODY = "答复 $receipt_number", "$receipt_number: $answer"

every_letter = pytest.mark.parametrize(
    ("purpose", "language"),
    [(purpose, language) for purpose in MailPurpose for language in Language],
)


def faults(subject: str = SUBJECT, body: str = BODY) -> list[tuple[str, ...]]:
    """Return what is wrong with an answer that says so."""
    wording = Wording(subject=subject, body=body)
    return [
        tuple(filter(None, (fault.field, fault.code, fault.place, fault.nearest)))
        for fault in (*faults_of(PURPOSE, wording), *look_alikes(PURPOSE, wording))
    ]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("＄receipt_number", ("place_misspelt", "＄receipt_number", "$receipt_number")),
        ("{受理编号}", ("place_misspelt", "{受理编号}", "$receipt_number")),
        (
            "｛Receipt Number｝",
            ("place_misspelt", "｛Receipt Number｝", "$receipt_number"),
        ),
        ("{承办单位}", ("place_misspelt", "{承办单位}", "$office")),
        ("{称呼}", ("place_unknown", "{称呼}")),
        ("＄weather", ("place_unknown", "＄weather")),
    ],
)
def test_what_would_stand_in_a_letter_as_it_was_typed_is_told(
    written: str, found: tuple[str, ...]
) -> None:
    assert faults(body=f"{BODY} {written}") == [("body", *found)]


def test_a_wording_that_was_saved_with_such_signs_stays_in_use() -> None:
    wording = Wording(subject=SUBJECT, body=f"{BODY} {{受理编号}}")

    assert faults_of(PURPOSE, wording) == []


@pytest.mark.parametrize("written", ["${answer}", "{x}", "＄ 5", "a {b c} d", "$$"])
def test_braces_and_signs_that_mean_no_place_may_stand(written: str) -> None:
    assert faults(body=f"{BODY} {written}") == []


@every_letter
def test_what_comes_with_the_package_may_stand(
    purpose: MailPurpose, language: Language
) -> None:
    assert faults_of(purpose, packaged(purpose, language)) == []


@every_letter
def test_a_letter_of_the_package_tells_all_that_it_is_given(
    purpose: MailPurpose, language: Language
) -> None:
    facts = {place: f"<{place}>" for place in PLACES[purpose]}

    letter = filled(packaged(purpose, language), facts)

    assert [fact for fact in facts.values() if fact not in letter.body] == []
    assert "$" not in letter.subject + letter.body


@pytest.mark.parametrize("purpose", MailPurpose)
def test_both_languages_tell_the_same(purpose: MailPurpose) -> None:
    told = [
        {
            place
            for place in PLACES[purpose]
            if f"${place}" in packaged(purpose, language).body
        }
        for language in Language
    ]

    assert told[0] == told[1] >= set(NEEDED[purpose])


@pytest.mark.parametrize("language", Language)
def test_every_ending_has_a_sentence_of_its_own(language: Language) -> None:
    sentences = {outcome(disposition, language) for disposition in Disposition}

    assert len(sentences) == len(Disposition)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"{BODY} $ofice", ("body", "place_misspelt", "$ofice", "$office")),
        (f"{BODY} ${{Answer}}", ("body", "place_misspelt", "$Answer", "$answer")),
        (f"{BODY} $weather", ("body", "place_unknown", "$weather")),
        ("$answer", ("body", "place_missing", "$receipt_number")),
        (f"{BODY} 5 $ 一盏", ("body", "stray_sign", "$")),
        ("  \n", ("body", "wording_empty")),
        (BODY * 1_000, ("body", "wording_too_long")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_text_is_said(body: str, said: tuple[str, ...]) -> None:
    assert faults(body=body) == [said]


def test_a_dollar_sign_is_written_twice() -> None:
    assert faults(body=f"{BODY} 5 $$") == []


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("$answer", ("subject", "place_not_here", "$answer")),
        ("", ("subject", "wording_empty")),
        ("长" * (MOST_SUBJECT + 1), ("subject", "wording_too_long")),
    ],
)
def test_what_everybody_sees_tells_no_more_than_it_may(
    subject: str, said: tuple[str, ...]
) -> None:
    assert faults(subject=subject) == [said]


def test_what_a_fact_says_is_not_filled_in_again() -> None:
    letter = filled(
        Wording(subject="s", body="$answer"),
        {"answer": "$query_code", "query_code": "x"},
    )

    assert letter.body == "$query_code"


def test_a_subject_stays_one_line() -> None:
    letter = filled(
        Wording(subject="$notice_title", body=""), {"notice_title": "通报\r\nBcc: x"}
    )

    assert letter.subject == "通报 Bcc: x"


@given(st.text(alphabet="$ {}abcénswer_答\n"))
def test_whatever_has_no_fault_can_be_filled(body: str) -> None:
    wording = Wording(subject=SUBJECT, body=f"{body} {BODY}")
    if faults_of(PURPOSE, wording):
        return

    letter = filled(wording, dict.fromkeys(PLACES[PURPOSE], "x"))

    assert "x" in letter.body


FACTS = dict.fromkeys(
    ("notice_title", "receipt_number", "track_url", "query_code", "not_me_url"), "x"
) | {"due_on": "2026-12-01"}


@pytest.mark.parametrize("language", Language)
def test_only_who_reports_is_told_of_discipline_inspection(language: Language) -> None:
    wording = packaged(MailPurpose.ACKNOWLEDGEMENT, language)

    told = filled(wording, FACTS | {"channels": channels(language)})
    others = filled(wording, FACTS | {"channels": ""})

    assert "12388" in told.body
    assert "12388" not in others.body
    assert "\n\n\n" not in others.body


def test_an_own_wording_without_the_place_tells_of_it_at_the_end() -> None:
    own = Wording(subject="x", body="$receipt_number")

    found = filled(own, FACTS | {"channels": "12388"})

    assert found.body == "x\n\n12388\n"
