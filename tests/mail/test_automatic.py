"""Whether a machine wrote a letter, and whether a machine may answer it."""

import pytest

from app.mail.automatic import automatic_reason, may_be_answered
from app.mail.letter import read_letter
from tests.mail.writing import letter, multipart, word


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"x_huiyin": "1", "auto_submitted": "auto-replied"}, "own"),
        ({"auto_submitted": "auto-replied (vacation)"}, "auto_submitted"),
        ({"auto_submitted": "Auto-Generated; x=y"}, "auto_submitted"),
        ({"return_path": "<>"}, "null_sender"),
        ({"x_failed_recipients": "a@b.example"}, "failed_recipients"),
        ({"from": "MAILER-DAEMON"}, "mail_system"),
        ({"from": "Postmaster <postmaster@m.example>"}, "mail_system"),
        ({"x_autoreply": "yes"}, "auto_reply_header"),
        ({"x_autorespond": "away"}, "auto_reply_header"),
        ({"precedence": "auto_reply"}, "auto_reply_header"),
    ],
)
def test_headers_tell_of_a_machine(fields: dict[str, str], reason: str) -> None:
    assert read_letter(letter(**fields)).automatic == reason


@pytest.mark.parametrize("kind", ["delivery-status", "disposition-notification"])
def test_a_report_within_is_a_machines(kind: str) -> None:
    part = f"Content-Type: message/{kind}\n\nAction: failed"

    assert read_letter(multipart("\nhello", part)).automatic == "report"
    assert read_letter(multipart("\nhello", kind="report")).automatic == "report"


@pytest.mark.parametrize(
    "subject",
    [
        *("自动回复：路灯", "自动答复: 路灯", "自動回覆", "系统退信", "退信/路灯"),
        *("Automatic reply: lamp", "Out of Office", "Out of office AutoReply: lamp"),
        *("Undelivered Mail Returned to Sender", "Undeliverable: lamp"),
        *("Delivery Status Notification (Failure)", "failure notice", "邮件投递失败"),
    ],
)
def test_a_subject_tells_of_a_machine(subject: str) -> None:
    assert read_letter(letter(subject=word(subject, "utf-8"))).automatic == "subject"


@pytest.mark.parametrize(
    "subject",
    [
        *(
            "Re: 自动回复：路灯",
            "自动回复太慢",
            "关于退信",
            "退信用卡的押金",
            "失败的整改",
        ),
        *("Auto repair noise", "Out of office hours noise", "Delivery of parcels"),
        "Automatic replyer",
    ],
)
def test_a_person_may_write_about_such_things(subject: str) -> None:
    assert read_letter(letter(subject=word(subject, "utf-8"))).automatic is None


def test_auto_submitted_no_is_a_persons() -> None:
    assert read_letter(letter(auto_submitted="no")).automatic is None


@pytest.mark.parametrize("sender", ["", "<>"])
def test_the_null_sender_of_the_envelope_is_a_machines(sender: str) -> None:
    read = read_letter(letter())

    assert automatic_reason(read, sender) == "null_sender"
    assert automatic_reason(read, None) is None
    assert automatic_reason(read, "li@mail.example") is None


def test_a_person_may_be_answered() -> None:
    assert may_be_answered(read_letter(letter()), "li@mail.example") == (True, "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, "automatic"),
        ({"list_id": "<street.example>"}, "list"),
        ({"list_unsubscribe": "<https://x.example>"}, "list"),
        ({"precedence": "bulk"}, "bulk"),
        ({"precedence": "Junk"}, "bulk"),
        ({"x_auto_response_suppress": "DR, OOF, AutoReply"}, "response_suppressed"),
        ({"from": "no-reply@shop.example"}, "no_reply_sender"),
        ({"from": "street-bounces@list.example"}, "no_reply_sender"),
        ({"reply_to": "donotreply@shop.example"}, "no_reply_sender"),
        ({"from": "Nobody"}, "no_sender"),
    ],
)
def test_some_letters_are_never_answered(fields: dict[str, str], reason: str) -> None:
    assert may_be_answered(read_letter(letter(**fields)), None) == (False, reason)


def test_lists_and_bulk_are_written_by_people() -> None:
    read = read_letter(letter(list_id="<street.example>", precedence="bulk"))

    assert read.automatic is None


def test_an_envelope_that_takes_no_reply_gets_none() -> None:
    assert may_be_answered(read_letter(letter()), "owner-street@list.example") == (
        False,
        "no_reply_sender",
    )


@pytest.mark.parametrize("name", ["li.reply", "north", "notanswered", "root.zhang"])
def test_names_of_people_take_replies(name: str) -> None:
    read = read_letter(letter(**{"from": f"{name}@m.example"}))

    assert may_be_answered(read, None) == (True, "")
