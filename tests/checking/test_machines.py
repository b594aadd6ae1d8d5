"""Folders and names of collections tell which letters machines wrote."""

from pathlib import PurePath

import pytest

from app.checking import machines
from app.checking.machines import Machine
from app.mail.parts.limits import Limits
from app.mail.reading import Reading, read
from tests.checking.agreement import wrong

BOUNCE = """From: MAILER-DAEMON@example.org
Subject: Delivery failed
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x

It could not be delivered.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; li@example.org
Action: failed
Status: 5.1.1

--x--
"""
PERSON = "From: li@example.org\nSubject: The lift\n\nIt stands still.\n"


def reading(text: str) -> Reading:
    return read(text.encode(), limits=Limits())


@pytest.mark.parametrize(
    ("place", "machine"),
    [
        ("sisimai/mails/bsd/lhost-postfix-01.eml", Machine.BOUNCE),
        ("sisimai/mails/bsd/arf-01.eml", Machine.FEEDBACK),
        ("elsewhere/rfc3834-02.eml", Machine.AUTO_REPLY),
        ("sisimai/mails/not/a.eml", Machine.NOT_A_BOUNCE),
        ("flufl-bounce/mails/qmail_01.txt", Machine.BOUNCE),
        ("flufl-bounce/mails/postfix_warning.txt", Machine.WARNING),
        ("enmime/mails/not/a.eml", None),
    ],
)
def test_the_place_of_a_letter_tells_who_wrote_it(
    place: str, machine: Machine | None
) -> None:
    assert machines.machine_of(PurePath(place)) is machine


def test_a_machine_that_is_known_agrees_and_a_person_is_none() -> None:
    assert wrong(machines.compare(reading(BOUNCE), Machine.BOUNCE)) == []
    assert wrong(machines.compare(reading(PERSON), Machine.NOT_A_BOUNCE)) == []
    assert wrong(machines.compare(reading(BOUNCE), Machine.NOT_A_BOUNCE)) == [
        "machines.no_false_bounce"
    ]
    assert wrong(machines.compare(reading(PERSON), Machine.WARNING)) == [
        "machines.bounce",
        "machines.bounce_without_subject",
        "machines.report_read",
    ]


def test_a_machine_that_only_its_subject_tells_is_counted_apart() -> None:
    away = PERSON.replace("The lift", "Out of office: back on Monday")

    assert wrong(machines.compare(reading(away), Machine.AUTO_REPLY)) == [
        "machines.auto_reply_without_subject"
    ]
