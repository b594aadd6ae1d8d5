"""Who may do what: one table of roles and duties."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.domain.vocabulary import Role
from app.errors import NotAllowed


class Duty(StrEnum):
    """Something the console lets some roles do."""

    READ = "read"
    """See cases (an officer: those of the own office)."""

    READ_AUDIT = "read_audit"
    READ_CONTACT = "read_contact"
    WORK = "work"
    """Classify, note, answer and close."""

    ASSIGN = "assign"
    REOPEN = "reopen"
    REINSTATE = "reinstate"
    """Let an opinion count again whose address denied it."""

    ENTER = "enter"
    """Enter a call or a letter on paper."""

    READ_HELD = "read_held"
    """Look through the arrivals that are held."""

    HELD = "held"
    """Release held arrivals into cases, or discard them."""

    READ_OUTBOX = "read_outbox"
    """See parked letters."""

    OUTBOX = "outbox"
    """Try parked letters again."""

    READ_MAILBOXES = "read_mailboxes"
    """See whether letters come in from each mailbox."""

    MAILBOXES = "mailboxes"
    WORDINGS = "wordings"
    """Say what letters say."""

    NOTICES = "notices"
    STAFF = "staff"


_OFFICER: Final = frozenset({Duty.READ, Duty.WORK, Duty.READ_CONTACT})
_CLERK: Final = _OFFICER | {
    Duty.ASSIGN, Duty.REOPEN, Duty.REINSTATE, Duty.ENTER,
    Duty.READ_HELD, Duty.HELD,
    Duty.READ_OUTBOX, Duty.OUTBOX,
}  # fmt: skip
_SUPERVISOR: Final = _CLERK | {Duty.READ_AUDIT, Duty.READ_MAILBOXES}

DUTIES: Final[Mapping[Role, frozenset[Duty]]] = {
    Role.OFFICER: _OFFICER,
    Role.CLERK: _CLERK,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: frozenset(Duty),
    Role.AUDITOR: frozenset(
        {
            Duty.READ,
            Duty.READ_AUDIT,
            Duty.READ_HELD,
            Duty.READ_OUTBOX,
            Duty.READ_MAILBOXES,
        }
    ),
}


def may(role: Role, duty: Duty) -> bool:
    """Return whether ``role`` has ``duty``."""
    return duty in DUTIES[role]


def check(role: Role, duty: Duty) -> None:
    """Hold that ``role`` has ``duty``.

    Raises:
        NotAllowed: It has not.
    """
    if not may(role, duty):
        raise NotAllowed(f"the role {role} does not include {duty}")


def sees_all_offices(role: Role) -> bool:
    """Return whether ``role`` sees cases of every office, not only of its own."""
    return role is not Role.OFFICER
