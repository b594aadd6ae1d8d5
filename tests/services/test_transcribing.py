"""Whose words a letter is made of, and who is answered when somebody sent it on."""

import re
from dataclasses import replace

import pytest
from pydantic import SecretStr

from app.domain.passages import own_words
from app.domain.receipt import new_query_code
from app.domain.submission import ContactDetails, Submission
from app.mail.letter import Letter, read_letter
from app.sealing import Seal
from app.services.arrivals import Envelope, RawLetter
from app.services.house import House
from app.services.shelf import Shelf
from app.services.transcribing import (
    submission_of,
    without_codes,
    without_codes_within,
)
from app.services.wordings import Wordings
from app.settings import Settings
from tests.conftest import SECRET
from tests.fakes import START
from tests.gateways.post import INTAKE, letter

CLERK = "clerk@office.example"
VOUCHED = "mx.example.org; dmarc=pass header.from=office.example"
FORWARDED = (
    "请处理。\r\n\r\n"
    "---------- 转发的邮件 ---------\r\n"
    "发件人: 李明 <li@street.example>\r\n"
    "发送时间: 2026年11月20日 9:30\r\n"
    "收件人: <clerk@office.example>\r\n"
    "主题: 路灯\r\n\r\n"
    "门口的路灯坏了三个月。\r\n\r\n"
    "-- \r\n李明\r\n13800000000\r\n"
)


def house(*, systems: str, forwarders: str) -> House:
    """Return a house that trusts these mail systems, and these people."""
    return House(
        settings=Settings(
            secret_key=SecretStr(SECRET),
            trusted_mail_systems=systems,
            trusted_forwarders=forwarders,
        ),
        seal=Seal(SECRET),
        shelf=Shelf(),
        wordings=Wordings(),
    )


TRUSTING = house(systems="mx.example.org", forwarders="@office.example")


def forwarded(**headers: str) -> Letter:
    """Return a citizen's letter that a clerk sent on."""
    subject = {"Subject": "转发：路灯", "From": f"Clerk <{CLERK}>"}
    return read_letter(letter(FORWARDED, **(subject | headers)))


def transcribed(letter: Letter, where: House = TRUSTING) -> Submission:
    """Return what the letter becomes."""
    raw = RawLetter(
        content=b"",
        envelope=Envelope(sender=CLERK, recipients=(INTAKE,)),
        received_at=START,
    )
    return submission_of(where, raw, letter, notice="sample")


def test_the_writer_of_a_letter_that_a_trusted_person_sent_on_is_answered() -> None:
    sent = transcribed(forwarded(Authentication_Results=VOUCHED))

    assert sent.contact == ContactDetails(name="李明", email="li@street.example")
    assert sent.forwarding is not None
    assert sent.forwarding.vouched
    assert sent.forwarding.by_email == CLERK


@pytest.mark.parametrize(
    "said",
    [
        "",
        "mx.example.org; dmarc=fail header.from=office.example",
        "mx.example.org; dmarc=pass header.from=evil.example",
        "evil.example; dmarc=pass header.from=office.example",
    ],
)
def test_without_a_trusted_systems_word_the_writer_is_only_claimed(said: str) -> None:
    headers = {"Authentication_Results": said} if said else {}
    sent = transcribed(forwarded(**headers))

    assert sent.contact.email == CLERK
    assert sent.forwarding is not None
    assert not sent.forwarding.vouched
    assert sent.forwarding.writer_email == "li@street.example"


def test_somebody_whom_nobody_trusts_passes_on_a_claim() -> None:
    where = house(systems="mx.example.org", forwarders="")
    sent = transcribed(forwarded(Authentication_Results=VOUCHED), where)

    assert sent.contact.email == CLERK
    assert sent.forwarding is not None
    assert not sent.forwarding.vouched


@pytest.mark.parametrize("writer", ["noreply@street.example", INTAKE, "no address"])
def test_an_inner_address_that_takes_no_answer_is_not_written_to(writer: str) -> None:
    content = FORWARDED.replace("li@street.example", writer)
    sent_on = read_letter(
        letter(
            content,
            Subject="转发：路灯",
            From=CLERK,
            Authentication_Results=VOUCHED,
        )
    )

    assert transcribed(sent_on).contact.email == CLERK


def test_the_reply_address_in_a_quoted_letter_of_ours_is_covered() -> None:
    quoted = f"还没修。\r\n> 发件人: opinions+r1f.{'0a' * 10}@localhost\r\n"
    sent = transcribed(read_letter(letter(quoted)))

    assert f"+r1f.{'*' * 20}@localhost" in sent.text


def test_nobody_is_acknowledged_whose_name_was_forged() -> None:
    forged = "mx.example.org; dmarc=fail header.from=example.org"
    honest = "mx.example.org; spf=fail smtp.mailfrom=list.example"

    assert not transcribed(read_letter(letter(Authentication_Results=forged))).may_mail
    assert transcribed(read_letter(letter(Authentication_Results=honest))).may_mail


def test_a_letter_that_was_not_sent_on_has_one_writer() -> None:
    assert transcribed(read_letter(letter("路灯坏了"))).forwarding is None


def test_what_the_inner_letter_says_is_the_writers_own() -> None:
    sent = transcribed(forwarded())

    assert sent.own_words == "请处理。\n\n门口的路灯坏了三个月。"
    assert "13800000000" in sent.text
    assert sent.subject == "路灯"


def test_of_a_reply_only_the_writers_own_words_are_not_marked() -> None:
    quoted = "在 2026年11月1日，office <a@b.example> 写道：\r\n> 已经安排"
    said = f"还是没修。\r\n\r\n{quoted}\r\n"
    sent = transcribed(read_letter(letter(said, Subject="回复：路灯")))

    assert own_words(sent.text, sent.marks) == "还是没修。"
    assert "已经安排" in sent.text


def test_marks_do_not_reach_beyond_a_text_that_was_cut() -> None:
    said = "长" * 19_990 + "\r\n\r\n> 引用" * 10
    sent = transcribed(read_letter(letter(said, Subject="回复：路灯")))

    assert all(mark.stop <= len(sent.text) for mark in sent.marks)


def test_a_letter_attached_to_an_empty_one_is_read_as_sent_on() -> None:
    inner = letter("门口的路灯坏了。", From="李明 <li@street.example>", Subject="路灯")
    body = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    outer = letter("", Subject="路灯", Content_Type="multipart/mixed; boundary=b")
    read = read_letter(outer + body)

    assert [one.writer and one.writer.address for one in read.sent_on] == [
        "li@street.example"
    ]
    assert transcribed(read).own_words == "门口的路灯坏了。"
    assert replace(read, marks=()).text.startswith("---------- 转发的邮件")


def test_an_earlier_letter_of_ones_own_is_not_somebody_elses() -> None:
    inner = letter("门口的路灯坏了。", Subject="路灯")
    body = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n"
    outer = letter("", Content_Type="multipart/mixed; boundary=b")

    assert transcribed(read_letter(outer + body)).forwarding is None


def test_what_is_encrypted_is_said_to_be() -> None:
    body = (
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        "--b\r\nContent-Type: application/octet-stream\r\n\r\nx\r\n--b--"
    )
    kind = 'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b'
    sent = transcribed(read_letter(letter(body, Content_Type=kind)))

    assert "信中有加密内容" in sent.text


@pytest.mark.parametrize(
    "page",
    [
        "<p>{0}<b>{1}</b>{2}</p>",
        "<b>查询码</b>{0}<i>{1}</i>{2}",
        "<td>x{0}</td><td>{1}{2}</td>",
        "<p>12345-{0}{1}<br>{2}</p>",
    ],
)
def test_a_query_code_that_markup_divides_is_covered(page: str) -> None:
    code = new_query_code()
    pieces = (code[:7], code[7:12], code[12:])

    dark = without_codes_within(page.format(*pieces))

    assert not any(piece in dark for piece in pieces)
    assert len(dark) == len(page.format(*pieces))
    assert re.findall("<[^>]*>", dark) == re.findall("<[^>]*>", page)


def test_a_query_code_is_covered_though_chinese_stands_beside_it() -> None:
    assert "查询码是***" in without_codes(f"查询码是{new_query_code()}。")
