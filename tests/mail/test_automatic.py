"""Whether a machine wrote a letter, and whether a machine may answer it."""

import pytest

from app.mail.letter import read_letter
from app.mail.machinery.automatic import automatic_reason, may_be_answered
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
        ({"from": "PostMaster@qq.com"}, "mail_system"),
        ({"from": "MicrosoftExchange" + "0a" * 16 + "@m.example"}, "mail_system"),
        ({"from": "Big_AntiVirus_for_SMTP@m.example"}, "mail_system"),
        ({"from": f"{word('系统退信', 'gbk')} <r@m.example>"}, "mail_system"),
        ({"return_path": "<MAILER-DAEMON@m.example>"}, "mail_system"),
        ({"x_autoreply": "yes"}, "auto_reply_header"),
        ({"x_ms_exchange_message_is_ndr": ""}, "auto_reply_header"),
        ({"x_autorespond": "away"}, "auto_reply_header"),
        ({"precedence": "auto_reply"}, "auto_reply_header"),
    ],
)
def test_headers_tell_of_a_machine(fields: dict[str, str], reason: str) -> None:
    assert read_letter(letter(**fields)).automatic == reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("message/delivery-status", "report"),
        ("message/global-delivery-status", "report"),
        ("text/rfc822-headers", "report"),
        ("message/disposition-notification", "receipt"),
        ("message/feedback-report", "feedback"),
    ],
)
def test_a_report_within_is_a_machines(kind: str, reason: str) -> None:
    part = f"Content-Type: {kind}\n\nAction: failed"

    assert read_letter(multipart("\nhello", part)).automatic == reason


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("delivery-status", "report"),
        ("disposition-notification", "receipt"),
        ("feedback-report", "feedback"),
    ],
)
def test_a_report_is_one_even_if_its_parts_are_lost(kind: str, reason: str) -> None:
    named = letter(content_type=f"multipart/report; report-type={kind}")

    assert read_letter(named).automatic == reason


def test_a_letter_returned_by_nobody_is_a_report() -> None:
    part = "Content-Type: message/rfc822\n\nSubject: yours\n\nhello"
    sender = {"from": "Big Mail <no-reply@m.example>"}

    assert read_letter(multipart("\nsorry", part, **sender)).automatic == "report"
    assert read_letter(multipart("\nlook", part)).automatic is None


def test_a_digest_of_a_list_holds_letters_of_people() -> None:
    part = "Content-Type: message/rfc822\n\nSubject: theirs\n\nhello"
    digest = multipart(part, list_id="<x>", **{"from": "x-request@list.example"})

    assert read_letter(digest).automatic is None


def test_a_bounce_that_a_person_attaches_leaves_the_letter_a_persons() -> None:
    bounce = "From: mailer-daemon@m.example\nAuto-Submitted: auto-replied\n\nfailed"
    part = f"Content-Type: message/rfc822\n\n{bounce}"

    assert read_letter(multipart("\nmy letter came back", part)).automatic is None


def test_a_calendar_invites_and_a_person_attaches() -> None:
    invitation = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR"

    sent = multipart("\nmeet", invitation, kind="alternative")
    assert read_letter(sent).automatic == "calendar"
    assert read_letter(multipart("\nmeet", invitation)).automatic is None


@pytest.mark.parametrize(
    "subject",
    [
        *("自动回复：路灯", "自动答复: 路灯", "自動回覆", "系统退信", "退信/路灯"),
        *("Automatic reply: lamp", "Out of Office", "Out of office AutoReply: lamp"),
        *("Undelivered Mail Returned to Sender", "Undeliverable: lamp"),
        *("Delivery Status Notification (Failure)", "failure notice", "邮件投递失败"),
        *("外出自动回复", "外出", "假期自动回复：路灯", "我不在办公室", "休假回复"),
        *(
            "郵件傳遞失敗",
            "未送达: 路灯",
            "退信通知",
            "系统退信/System bounce",
        ),
        *("[EXTERNAL] Out of the office: lamp", "Vacation reply", "OOO: lamp"),
        *("Abwesenheitsnotiz: Lampe", "自動回復", "自動回复"),
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
        *(
            "外出务工人员的社保",
            "假期公交太少",
            "自动回复机器人答非所问",
            "快递未送达我家",
        ),
        *(
            "Auto-theft in our street",
            "Delivery delayed for weeks",
            "Failure notices",
            "Undelivered mail in Elm Street",
            "Returned mail lost by the post office",
            "Mail could not be delivered to us for weeks",
            "Delivery report is wrong",
            "不在办公室办公的干部",
            "退回的保证金",
            "OOOOO",
            "Vacation homes by the lake",
        ),
        "Automatic replyer",
    ],
)
def test_a_person_may_write_about_such_things(subject: str) -> None:
    assert read_letter(letter(subject=word(subject, "utf-8"))).automatic is None


@pytest.mark.parametrize("subject", ["退信", "退回邮件", "無法投遞", "未送达"])
def test_a_short_subject_is_a_machines_only_with_what_a_machine_says(
    subject: str,
) -> None:
    written = word(subject, "utf-8")
    reported = "您的邮件无法投递到 li@m.example，原因：邮箱已满。"
    told = "你们寄来的信被邮局退回了，请核实地址后再寄一次。"

    assert read_letter(letter(reported, subject=written)).automatic == "subject"
    assert read_letter(letter("", subject=written)).automatic == "subject"
    assert read_letter(letter(told, subject=written)).automatic is None


@pytest.mark.parametrize(
    "name",
    [
        "postmaster Zhang",
        "Wang Postmaster",
        "Li (postoffice)",
        "root",
        "Mail-Daemon Wu",
    ],
)
def test_a_person_may_be_called_almost_like_a_mail_system(name: str) -> None:
    read = read_letter(letter(**{"from": f'"{name}" <zhang@m.example>'}))

    assert read.automatic is None


@pytest.mark.parametrize(
    "name",
    [
        *("Postmaster", "MAILER-DAEMON", "Mail Delivery Subsystem", "Mailer Daemon"),
        *("The Postmaster", "postmaster@m.example", "Internet Mail Postmaster"),
        *("Postmaster of m.example", "Postmaster (Mail Service)"),
    ],
)
def test_a_mail_system_is_known_by_its_name_alone(name: str) -> None:
    read = read_letter(letter(**{"from": f'"{name}" <x@m.example>'}))

    assert read.automatic == "mail_system"


@pytest.mark.parametrize(
    "text",
    [
        "这是一封自动回复邮件。\n我在休假，回来后尽快回复您。",
        "您好，这是来自休假期间的自动回复。",
        "【自动回复】\n我在外地。",
        "自动回复：我已收到您的邮件。",
        "本邮件由系统自动发送，请勿回复。",
        "此邮件为系统自动回复",
        "您好：\n您的来信已收到，我会尽快回复您！",
        "我正在休假，回来后尽快给您回复。",
        "This is an automated reply. I am away.",
        "Hello,\nThis message was automatically generated.",
        "I am currently out of the office until Monday.",
    ],
)
def test_a_letter_that_calls_itself_automatic_is_a_machines(text: str) -> None:
    assert read_letter(letter(text)).automatic == "text"


@pytest.mark.parametrize(
    "text",
    [
        "我打热线，听到的总是“这是自动回复”，没有人接。",
        "上次来信只得到系统自动回复，没有下文。",
        "自动回复太多，没有人真正处理。",
        "你们说邮件已收到，会尽快回复，三个月了也没有。",
        "这是我第三次写信，自动回复我不要，请人来办。",
        "收到您的来信后我们开了会，居民都同意，希望尽快修好路灯，"
        + "请大家帮忙。" * 20,
        "I am out of patience until the lamp is mended.",
        "The automatic reply that I got says nothing.",
        "This is an automatic gate that never opens.",
    ],
)
def test_a_person_may_speak_of_automatic_replies(text: str) -> None:
    assert read_letter(letter(text)).automatic is None


def test_what_is_quoted_or_carried_by_a_list_calls_nobody_a_machine() -> None:
    automatic = "这是一封自动回复邮件。"
    quoted = f"没有人处理吗？\n\n2026年11月1日，督查室 <a@b.cn> 写道：\n> {automatic}\n"

    assert read_letter(letter(quoted)).automatic is None
    assert read_letter(letter(automatic, list_id="<x>")).automatic is None


def test_auto_submitted_no_is_a_persons() -> None:
    assert read_letter(letter(auto_submitted="no")).automatic is None


@pytest.mark.parametrize("sender", ["", "<>"])
def test_the_null_sender_of_the_envelope_is_a_machines(sender: str) -> None:
    read = read_letter(letter())

    assert automatic_reason(read, sender) == "null_sender"
    assert automatic_reason(read, None) is None
    assert automatic_reason(read, "li@mail.example") is None
    assert automatic_reason(read, "MAILER-DAEMON@mail.example") == "mail_system"


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
        ({"from": "wuxuhuifu@m.example"}, "no_reply_sender"),
        (
            {"from": f"{word('通知（请勿回复）', 'utf-8')} <a@m.example>"},
            "no_reply_sender",
        ),
        ({"from": "Shop - do not reply <a@m.example>"}, "no_reply_sender"),
        ({"list_archive": "<https://x.example>"}, "list"),
    ],
)
def test_some_letters_are_never_answered(fields: dict[str, str], reason: str) -> None:
    assert may_be_answered(read_letter(letter(**fields)), None) == (False, reason)


@pytest.mark.parametrize(
    "fields", [{"from": "us@here.example"}, {"reply_to": "us@here.example"}]
)
def test_we_do_not_answer_ourselves(fields: dict[str, str]) -> None:
    def is_ours(address: str) -> bool:
        return address == "us@here.example"

    own = (False, "own_address")
    assert may_be_answered(read_letter(letter(**fields)), None, is_ours=is_ours) == own
    read = read_letter(letter())
    assert may_be_answered(read, "us@here.example", is_ours=is_ours) == own
    assert may_be_answered(read, None, is_ours=is_ours) == (True, "")


def test_a_receipt_may_be_refused_and_an_answer_welcome() -> None:
    read = read_letter(letter(x_auto_response_suppress="DR, RN, NRN"))

    assert may_be_answered(read, None) == (True, "")


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
