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
    READ_DESK_ONLY = "read_desk_only"
    """Open contact details that a citizen lets one desk alone see (只限一个部门)."""

    READ_RESTRICTED = "read_restricted"
    """See reports of wrongdoing that lie with the own office (受限办件)."""

    WORK = "work"
    """Classify, note, answer and close."""

    ASSIGN = "assign"
    REOPEN = "reopen"
    JOIN = "join"
    """Join cases that say the same, and take that back."""

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
    READ_HOT_TOPICS = "read_hot_topics"
    """See what many write about now."""

    READ_FIGURES = "read_figures"
    """See what became of the cases (an officer: those of the own office)."""

    EXPORT = "export"
    """Take lists of cases out of the house."""

    READ_MODEL = "read_model"
    """See what the model learned and how well it does."""

    MODEL = "model"
    """Choose which of the learned models is used."""

    JOINING_RULE = "joining_rule"
    """Say whether the same text joins its case by itself."""

    WORDINGS = "wordings"
    """Say what letters say."""

    TEMPLATES = "templates"
    """Write templates of answers for the own office."""

    HOUSE_TEMPLATES = "house_templates"
    """Write templates for everybody."""

    SIGN = "sign"
    """Agree to what a colleague answers, where an office wants a second signature."""

    COUNTERSIGNING = "countersigning"
    """Say which offices want one."""
    PUBLISH = "publish"
    """Put answers before the public, and take them down."""

    READ_PROGRESS = "read_progress"
    PROGRESS = "progress"
    """Say what was done about an item."""

    LIAISONS = "liaisons"
    """Say to which mail addresses the cases of an office go."""

    READ_ROUTING = "read_routing"
    """See the table by which cases go to offices."""

    ROUTING = "routing"
    READ_TOPICS = "read_topics"
    """See which words stand for which topic, and which items it belongs to."""

    TOPICS = "topics"
    EXTEND = "extend"
    """Decide whether a case may be answered later."""

    READ_SUPERVISION = "read_supervision"
    """See what is overdue, and what waits for a decision on more time."""

    SUPERVISE = "supervise"
    """Chase what is overdue (督办)."""

    READ_CLOCKS = "read_clocks"
    """See the working calendar and the policies."""

    CLOCKS = "clocks"
    """Enter a year of the calendar, and set policies."""

    IMPORT = "import"
    """Bring in opinions of earlier years from files."""

    FEATURES = "features"
    """Turn off what the service would offer."""

    NOTICES = "notices"
    OFFICES = "offices"
    """Set up offices, rename them, switch them off."""

    STAFF = "staff"


_WORKER: Final = frozenset(
    {
        Duty.READ,
        Duty.WORK,
        Duty.READ_CONTACT,
        Duty.READ_FIGURES,
        Duty.TEMPLATES,
    }
)
_OFFICER: Final = _WORKER | {Duty.READ_RESTRICTED, Duty.READ_DESK_ONLY}
"""Reports lie with an office of their own, or with the supervision office, in which
nobody is an officer."""

_CLERK: Final = _WORKER | {
    Duty.ASSIGN, Duty.REOPEN, Duty.JOIN, Duty.REINSTATE, Duty.ENTER,
    Duty.READ_HELD, Duty.HELD,
    Duty.READ_OUTBOX, Duty.OUTBOX, Duty.READ_SUPERVISION,
    Duty.PUBLISH, Duty.READ_PROGRESS,
}  # fmt: skip
_SUPERVISOR: Final = _CLERK | {
    Duty.READ_AUDIT, Duty.READ_MAILBOXES, Duty.READ_RESTRICTED, Duty.READ_MODEL,
    Duty.READ_ROUTING, Duty.READ_HOT_TOPICS, Duty.READ_TOPICS, Duty.READ_DESK_ONLY,
    Duty.EXPORT, Duty.SIGN, Duty.PROGRESS, Duty.LIAISONS,
    Duty.EXTEND, Duty.SUPERVISE, Duty.READ_CLOCKS,
}  # fmt: skip

DUTIES: Final[Mapping[Role, frozenset[Duty]]] = {
    Role.OFFICER: _OFFICER,
    Role.CLERK: _CLERK,
    Role.SUPERVISOR: _SUPERVISOR,
    # Who sets the service up could give out any role; but not by opening a page.
    Role.ADMINISTRATOR: frozenset(Duty) - {Duty.READ_DESK_ONLY},
    Role.AUDITOR: frozenset(
        {
            Duty.READ,
            Duty.READ_AUDIT,
            Duty.READ_HELD,
            Duty.READ_OUTBOX,
            Duty.READ_MAILBOXES,
            Duty.READ_HOT_TOPICS,
            Duty.READ_MODEL,
            Duty.READ_ROUTING,
            Duty.READ_TOPICS,
            Duty.READ_FIGURES,
            Duty.EXPORT,
            Duty.READ_SUPERVISION,
            Duty.READ_CLOCKS,
            Duty.READ_PROGRESS,
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


def opens_desk_only(role: Role, *, office_id: int, desk_id: int) -> bool:
    """Return whether contact details kept for the desk ``desk_id`` open to somebody.

    That desk is the supervision office, where its leader opens them; of a report of
    wrongdoing it is the office that receives those.
    """
    return may(role, Duty.READ_DESK_ONLY) and office_id == desk_id


def knows_of_restricted(role: Role) -> bool:
    """Return whether ``role`` sees of every report that there is one, not its text."""
    return role is Role.AUDITOR


def sees_all_offices(role: Role) -> bool:
    """Return whether ``role`` sees cases of every office, not only of its own."""
    return role is not Role.OFFICER
