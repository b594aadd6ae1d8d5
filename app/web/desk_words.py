"""Words of the desk: items by name, deeds as sentences, evidence marked in a text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from app.domain.answering import TemplateDeed
from app.domain.correspondence import WithholdGround
from app.domain.deadlines.chasing import PauseEnd, Supervision
from app.domain.features import Feature
from app.domain.following import Solved
from app.domain.offices import DisputeGround
from app.domain.record import Action
from app.domain.vocabulary import (
    Channel,
    ContactGround,
    DiscardGround,
    Disposition,
    Kind,
    Language,
    MailPurpose,
    Role,
)
from app.services.directory import OfficeEntry
from app.services.shelf import ShelvedNotice
from app.web.wording import Catalogue

_HEADING: Final = 28
_LEAST_TERM: Final = 2
_MAILBOX: Final = re.compile(r"[^\s<>@,;:]+@")

_KINDS_OF_FACTS: Final[Mapping[tuple[Action, str], type[StrEnum]]] = {
    (Action.REGISTERED, "channel"): Channel,
    (Action.ADDED, "channel"): Channel,
    (Action.KIND_SET, "before"): Kind,
    (Action.KIND_SET, "after"): Kind,
    (Action.CLOSED, "disposition"): Disposition,
    (Action.REOPENED, "before"): Disposition,
    (Action.CONTACT_SEEN, "ground"): ContactGround,
    (Action.RATED, "solved"): Solved,
    (Action.HELD_DISCARDED, "ground"): DiscardGround,
    (Action.STAFF_ADDED, "role"): Role,
    (Action.STAFF_CHANGED, "role"): Role,
    (Action.STAFF_CHANGED, "role_before"): Role,
    (Action.INVITED, "role"): Role,
    (Action.INVITATION_WITHDRAWN, "role"): Role,
    (Action.FACTOR_RULE_CHANGED, "role"): Role,
    (Action.MAIL_BOUNCED, "purpose"): MailPurpose,
    (Action.MAIL_WITHHELD, "purpose"): MailPurpose,
    (Action.MAIL_WITHHELD, "ground"): WithholdGround,
    (Action.WORDING_CHANGED, "purpose"): MailPurpose,
    (Action.DISPUTED, "ground"): DisputeGround,
    (Action.WORDING_CHANGED, "language"): Language,
    (Action.SUPERVISED, "level"): Supervision,
    (Action.CLOCK_RESUMED, "by"): PauseEnd,
    (Action.POLICY_CHANGED, "kind"): Kind,
    (Action.FEATURE_SWITCHED, "feature"): Feature,
    (Action.EXPORT_ENDED, "of"): Action,
    (Action.TEMPLATE_CHANGED, "deed"): TemplateDeed,
}


_OTHERWISE_SAID: Final = (
    "rule", "receiver", "another_writer", "until", "why", "role_before", "active",
    "receives_reports", "after", "enabled", "cut_short", "title_before",
)  # fmt: skip
"""Facts with which an event has a sentence of its own."""

_OFFICES: Final = frozenset({"to_office", "office_before"})
"""Facts that are keys of offices."""


@dataclass(frozen=True, slots=True)
class SectionOption:
    """A section as it can be chosen from a list."""

    path: str
    name: str
    depth: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, marked or not."""

    text: str
    marked: bool

    mine: bool = True
    """Whether it is about the matter of the case that shows it."""


def section_name(path: str, heading: str) -> str:
    """Return what a section is called in a line: its path and the start of its name."""
    heading = " ".join(heading.split())
    short = heading if len(heading) <= _HEADING else f"{heading[: _HEADING - 1]}…"
    return f"{path} {short}".rstrip()


def section_options(notice: ShelvedNotice) -> list[SectionOption]:
    """Return the sections of ``notice`` in the order of its text."""
    return [
        SectionOption(
            path=node.path,
            name=section_name(node.path, node.heading or node.body),
            depth=node.path.count("."),
        )
        for node in notice.outline.nodes()
    ]


def named_section(
    notice: ShelvedNotice | None,
    section_id: int | None,
    *,
    path: str | None = None,
    heading: str | None = None,
) -> str | None:
    """Return what a section is called now, else what it was called; None: no section.

    ``path`` and ``heading`` are those of the version that an opinion was written on.
    """
    if section_id is None:
        return None
    current = notice.paths.get(section_id) if notice else None
    if notice is not None and current is not None:
        node = notice.nodes[current]
        return section_name(current, node.heading or node.body)
    return section_name(path or "", heading or "")


def told(
    words: Catalogue,
    action: Action,
    facts: Mapping[str, Any],
    *,
    offices: Sequence[OfficeEntry],
    people: Mapping[int, str] | None = None,
) -> str:
    """Return what was done, as a sentence; ``people`` are names of accounts by key."""
    key = f"event.{action}"
    for by in _OTHERWISE_SAID:
        if by in facts and f"{key}_by_{by}" in words:
            key = f"{key}_by_{by}"
    if facts.get("after") and facts.get("before") == facts["after"]:
        key = f"{key}_kept" if f"{key}_kept" in words else key
    if key not in words:
        return words.label(action)
    said = {
        name: _in_words(words, action, name, value) for name, value in facts.items()
    }
    called = {office.id: office.name for office in offices}
    for name in _OFFICES & facts.keys():
        said[name] = called.get(facts[name]) or words.text("event.somewhere")
    if people and facts.get("account_id") in people:
        said["account"] = people[facts["account_id"]]
    said["to"] = _whither(facts, offices) or words.text("event.somewhere")
    try:
        return words.text(key, **said)
    except KeyError:
        return words.label(action)


def marked(text: str, terms: Iterable[str]) -> Sequence[Piece]:
    """Return ``text`` in pieces, those marked in which one of ``terms`` stands."""
    known = sorted({term for term in terms if len(term) >= _LEAST_TERM}, key=len)
    if not known:
        return [Piece(text, marked=False)]
    either = "|".join(re.escape(term) for term in reversed(known))
    pieces = re.split(f"({either})", text, flags=re.IGNORECASE)
    return [
        Piece(piece, marked=index % 2 == 1) for index, piece in enumerate(pieces)
        if piece
    ]  # fmt: skip


def masked(text: str) -> str:
    """Return ``text`` with all but the hosts of mail addresses covered."""
    return _MAILBOX.sub("…@", text)


def _in_words(words: Catalogue, action: Action, name: str, value: object) -> str:
    kind = _KINDS_OF_FACTS.get((action, name))
    if value is None:
        return words.text("event.none")
    if isinstance(value, bool):
        return words.text("event.yes" if value else "event.no")
    if kind is not None and value in set(kind):
        return words.label(kind(str(value)))
    return str(value)


def _whither(facts: Mapping[str, Any], offices: Iterable[OfficeEntry]) -> str | None:
    """Return the office, and the person there, that a case was given to."""
    for office in offices:
        if office.id == facts.get("office_id"):
            names = [
                person.name
                for person in office.people
                if person.id == facts.get("assignee_id")
            ]
            return " · ".join([office.name, *names])
    return None
