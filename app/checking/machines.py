"""Machines: what folders and file names of collections say who wrote a letter.

In sisimai's collection the folder ``not`` holds what is no bounce, names tell of
feedback (``arf-``) and answering machines (``rfc3834-``), and all else are bounces; in
flufl's all are, and some by name warn of delays only.
"""

import re
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from app.checking.points import Point, compared
from app.mail.machinery.signs import AutomaticReason
from app.mail.reading import Reading

POINTS: Final = (
    "machines.bounce",
    "machines.bounce_without_subject",
    "machines.auto_reply",
    "machines.auto_reply_without_subject",
    "machines.feedback",
    "machines.feedback_without_subject",
    "machines.no_false_bounce",
    "machines.report_read",
)


class Machine(StrEnum):
    """Who wrote a letter, according to the collection."""

    BOUNCE = "bounce"
    WARNING = "warning"
    """A bounce that says that a mail system goes on trying."""

    AUTO_REPLY = "auto_reply"
    FEEDBACK = "feedback"
    NOT_A_BOUNCE = "not_a_bounce"


def machine_of(path: PurePath) -> Machine | None:
    """Return what the place of a letter says of its writer; None: nothing."""
    name = path.name.casefold()
    folders = [part.casefold() for part in path.parts[:-1]]
    known = any("sisimai" in part or "flufl" in part for part in folders)
    if not known and not _SISIMAI.match(name):
        return None
    if "not" in folders:
        return Machine.NOT_A_BOUNCE
    if name.startswith("arf-"):
        return Machine.FEEDBACK
    if name.startswith("rfc3834-"):
        return Machine.AUTO_REPLY
    return Machine.WARNING if "warn" in name else Machine.BOUNCE


def compare(reading: Reading, machine: Machine) -> list[Point]:
    """Return whether the machine is known, by whatever sign and without its words.

    No false bounce: what is none is not taken for a mail system's report. A report is
    read where at least one receiver is understood.
    """
    letter = reading.letter
    sign = letter.automatic if letter else None
    if machine is Machine.NOT_A_BOUNCE:
        taken = sign in _OF_BOUNCES or reading.report is not None
        return [
            compared("machines.no_false_bounce", sign, "no bounce", agrees=not taken)
        ]
    name = f"machines.{_NAMES.get(machine, machine)}"
    in_words = {AutomaticReason.SUBJECT, AutomaticReason.TEXT}
    by_other = sign is not None and sign not in in_words
    points = [
        compared(name, sign, machine, agrees=sign is not None),
        compared(f"{name}_without_subject", sign, machine, agrees=by_other),
    ]
    if machine in {Machine.BOUNCE, Machine.WARNING}:
        read = reading.report is not None
        points.append(compared("machines.report_read", read, True))
    return points


_NAMES: Final = {Machine.WARNING: Machine.BOUNCE}
_OF_BOUNCES: Final = frozenset(
    {
        AutomaticReason.REPORT,
        AutomaticReason.FAILED_RECIPIENTS,
        AutomaticReason.MAIL_SYSTEM,
    }
)
_SISIMAI: Final = re.compile(r"(?:[lr]host|rfc3464|rfc3834|arf)-.*\d+\.eml$")
