"""Reading delivery reports, those of the standard and those of old mail systems."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mail.machinery.report import DeliveryAction, Report, read_report
from app.mail.parts.limits import Limits
from tests.mail.writing import letter, multipart, word

SENT = "Message-ID: <ours@here.example>\nSubject: lamp\n"


def read(raw: bytes) -> Report:
    """Read what has to be a report."""
    found = read_report(raw, limits=Limits())
    assert found is not None
    return found


def standard(*receivers: str, returned: str = SENT) -> bytes:
    """Return a report as RFC 3464 has it."""
    fields = "\n\n".join(("Reporting-MTA: dns; m.example", *receivers))
    return multipart(
        "\nIt could not be delivered.",
        f"Content-Type: message/delivery-status\n\n{fields}\n",
        f"Content-Type: text/rfc822-headers\n\n{returned}",
        kind="report",
    )


def in_words(text: str, **fields: str) -> bytes:
    """Return a report of a mail system that knows no standard."""
    return letter(text, **{"from": "MAILER-DAEMON@m.example"} | fields)


def test_a_standard_report_names_receiver_status_and_letter() -> None:
    report = read(
        standard("Final-Recipient: rfc822; Li@m.example\nAction: failed\nStatus: 5.1.1")
    )

    (receiver,) = report.receivers
    assert receiver.addresses == ("Li@m.example",)
    assert (report.action, report.status) == (DeliveryAction.FAILED, "5.1.1")
    assert report.message_ids[0] == "<ours@here.example>"


def test_both_addresses_of_a_receiver_count() -> None:
    fields = (
        "Original-Recipient: rfc822;li@m.example\n"
        "Final-Recipient: rfc822;<li@n.example>\nAction: failed\nStatus: 5.0.0"
    )

    (receiver,) = read(standard(fields)).receivers
    assert receiver.addresses == ("li@m.example", "li@n.example")


@pytest.mark.parametrize(
    ("fields", "action"),
    [
        ("Action: delayed\nStatus: 4.4.1", "delayed"),
        ("Action: Delivered (to mailbox)\nStatus: 2.0.0", "delivered"),
        ("Action: relayed\nStatus: 2.0.0", "relayed"),
        ("Action: failed\nStatus: 4.4.7", "failed"),
        ("Status: 4.2.2", "delayed"),
        ("Status: 5.2.2", "failed"),
        ("Status: 2.1.5", "delivered"),
    ],
)
def test_the_action_is_what_is_said_or_what_the_status_means(
    fields: str, action: str
) -> None:
    named = f"Final-Recipient: rfc822; li@m.example\n{fields}"

    assert read(standard(named)).action == action


def test_a_status_that_says_nothing_gives_way_to_the_diagnosis() -> None:
    fields = (
        "Final-Recipient: rfc822; li@m.example\nAction: failed\nStatus: 5.0.0\n"
        "Diagnostic-Code: smtp; 550 5.1.1 <li@m.example>\n  user unknown"
    )

    assert read(standard(fields)).status == "5.1.1"


def test_of_several_receivers_the_worst_counts() -> None:
    late = "Final-Recipient: rfc822; a@m.example\nAction: delayed\nStatus: 4.4.1"
    lost = "Final-Recipient: rfc822; b@m.example\nAction: failed\nStatus: 5.1.1"
    report = read(standard(late, lost))

    assert len(report.receivers) == 2
    assert (report.action, report.status) == (DeliveryAction.FAILED, "5.1.1")


def test_receivers_without_a_blank_line_between_them_are_two() -> None:
    one = "Final-Recipient: rfc822; a@m.example\nAction: failed\nStatus: 5.1.1"

    assert len(read(standard(f"{one}\n{one}")).receivers) == 2


def test_the_letter_is_known_by_what_is_enclosed() -> None:
    enclosed = f"Content-Type: message/rfc822\n\n{SENT}\nhello"
    fields = "Final-Recipient: rfc822; a@m.example\nAction: failed"
    status = f"Content-Type: message/delivery-status\n\n{fields}"

    assert read(multipart("\nno", status, enclosed)).message_ids == (
        "<ours@here.example>",
    )


@pytest.mark.parametrize("field", ["in_reply_to", "references"])
def test_the_letter_is_known_by_the_headers_of_the_report(field: str) -> None:
    said = in_words("user unknown: li@n.example", **{field: "<ours@here.example>"})

    assert read(said).message_ids == ("<ours@here.example>",)


def test_an_old_report_is_read_from_its_words() -> None:
    report = read(
        in_words(
            "This is the mail system at m.example. Your letter was not delivered:\n"
            "<li@n.example>: 550 no such user\n\n"
            f"--- Below this line is a copy of the message.\n\nReceived: x\n{SENT}"
        )
    )

    (receiver,) = report.receivers
    assert receiver.addresses == ("li@n.example",)
    assert (receiver.action, receiver.status) == (DeliveryAction.FAILED, "5.1.1")
    assert report.message_ids == ("<ours@here.example>",)


def test_a_chinese_report_is_read_from_its_words() -> None:
    text = "很抱歉，您的邮件无法送达 li@n.example，该用户不存在。"
    said = letter(
        text.encode("gbk"),
        content_type="text/plain; charset=gb2312",
        subject=word("系统退信", "gbk"),
        **{"from": "PostMaster@m.example"},
    )

    (receiver,) = read(said).receivers
    assert (receiver.addresses, receiver.status) == (("li@n.example",), "5.1.1")


def test_failed_receivers_in_the_header_are_believed() -> None:
    said = letter("Sorry.", x_failed_recipients="li@n.example, wang@n.example")

    (receiver,) = read(said).receivers
    assert receiver.addresses == ("li@n.example", "wang@n.example")


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Warning: could not send message for past 4 hours", "li@n.example"),
        ("failure notice", "not yet been delivered to li@n.example, will be retried"),
        ("退信通知", "暂时无法投递到li@n.example，系统将继续尝试"),
    ],
)
def test_a_delay_is_no_failure(subject: str, text: str) -> None:
    said = in_words(text, subject=word(subject, "utf-8"))

    assert read(said).action is DeliveryAction.DELAYED


@pytest.mark.parametrize(
    "raw",
    [
        letter("I was not delivered from evil; 550 5.1.1 a@m.example"),
        letter("I am away.", auto_submitted="auto-replied", return_path="<>"),
        letter("Away.", subject="Out of office: bounce", return_path="<>"),
        letter("Please call the postmaster.", **{"from": "postmaster@m.example"}),
        multipart("\nread", "Content-Type: message/disposition-notification\n\nx: y"),
    ],
)
def test_a_letter_that_reports_nothing_is_no_report(raw: bytes) -> None:
    assert read_report(raw, limits=Limits()) is None


def test_a_letter_past_the_limits_is_no_report() -> None:
    raw = standard("Final-Recipient: rfc822; a@m.example")

    assert read_report(raw, limits=Limits(parts=2)) is None


_LINES = st.lists(
    st.sampled_from(
        [
            *(
                "Final-Recipient: rfc822; a@b.example",
                "Action: failed",
                "",
                "\t folded",
            ),
            *("Status: 5.1.1", "Status:", "Received: x", "Message-ID: <", "<a@b>: 550"),
            *("Action: ?", "--edge", "Content-Type: message/delivery-status", "退信"),
        ]
    ),
    max_size=30,
)


@given(lines=_LINES, tail=st.binary(max_size=200))
def test_whatever_is_in_it_a_report_has_a_receiver(
    lines: list[str], tail: bytes
) -> None:
    raw = multipart(
        "\n" + "\n".join(lines), b"\n".join([*map(str.encode, lines), tail])
    )

    report = read_report(b"X-Failed-Recipients: a@b.example\n" + raw, limits=Limits())
    assert report is None or (report.receivers and report.action in DeliveryAction)


@pytest.mark.parametrize(
    "piece",
    [
        "user ",
        "a@b.example ",
        "message-id: <",
        "\n ",
        "mailbox",
        "@",
        "x",
        "5.1.",
        "\n",
    ],
)
def test_a_long_report_takes_no_longer_than_its_length_asks(piece: str) -> None:
    text = piece * (2**20 // len(piece))
    began = time.process_time()
    read_report(in_words(text, subject="failure notice"), limits=Limits())

    assert time.process_time() - began < 1
