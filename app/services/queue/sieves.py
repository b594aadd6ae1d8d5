"""Sieves: what each filter of the queue asks of a case, and how its cases are found.

A filter can do up to three things: hold for a case that is looked at, name its cases by
an index (so that few of them are all looked at), and name them in the order in which
they were registered (so that a list can follow it).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select, true

from app.domain import lifecycle
from app.domain.record import Action
from app.domain.views import Mark
from app.domain.vocabulary import Status
from app.models import (
    Answer,
    AuditEvent,
    Case,
    CaseWatch,
    HotTopicOpinion,
    Joining,
    Mention,
    Rating,
    Strand,
)
from app.services.cases import restricted_to, unrestricted
from app.services.queue.seldom import seldom
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.standing import stands_in

_NO_NEWS: Final = (
    Action.TAKEN_UP, Action.PUT_BACK, Action.CONTACT_SEEN, Action.ATTACHMENT_SEEN,
    Action.ORIGINAL_SEEN,
)  # fmt: skip


_UNHEARD: Final = (Status.REGISTERED, Status.ASSIGNED)
"""As the index of those who heard nothing has them (`ix_case_contact_due_at`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """One thing that is asked of a case."""

    holds: ColumnElement[bool]
    """Said of a case that is being looked at."""

    keys: Select[int] | None = None
    """Its cases, by an index; None: there is none to count them by."""

    by_moment: bool = False
    """Whether that index has them in the order of their registration."""


def sieves(person: Person, wanted: Wanted, *, now: datetime) -> list[Sieve]:
    """Return what is asked of each case beside the tab and the words."""
    found = [_column(column, value) for column, value in _equal(wanted)]
    if wanted.section_ids is not None and len(wanted.section_ids) != 1:
        chosen = Case.section_id.in_(wanted.section_ids)
        found.append(Sieve(holds=chosen, keys=select(Case.id).where(chosen)))
    if wanted.unassigned:
        found.append(Sieve(holds=Case.assignee_id.is_(None)))
    if wanted.assignee_id is not None:
        theirs = Case.assignee_id == wanted.assignee_id
        found.append(Sieve(holds=theirs, keys=select(Case.id).where(theirs)))
    if wanted.status is not None:
        so = stands_in([wanted.status])
        found.append(Sieve(holds=so, keys=select(Case.id).where(so)))
    if wanted.opened_from is not None or wanted.opened_before is not None:
        found.append(_indexed(opened(wanted), by_moment=True))
    if wanted.due_from is not None or wanted.due_before is not None:
        found.append(Sieve(holds=_between(Case.due_at, wanted.due_from,
                                          wanted.due_before)))  # fmt: skip
    found += [_MARKS[mark](person, wanted, now) for mark in sorted(wanted.marks)]
    if wanted.topic_id is not None:
        found += [_topic(wanted.topic_id), Sieve(holds=unrestricted())]
    return found


def opened(wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition for the days of registration; it holds if none is asked."""
    return _between(Case.opened_at, wanted.opened_from, wanted.opened_before)


def due_soon(now: datetime, soon: datetime | None) -> ColumnElement[bool]:
    """Return the condition that holds for cases that will be overdue ``soon``."""
    return and_(_running(), Case.due_at.between(now, now if soon is None else soon))


def overdue(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for cases that are overdue."""
    return and_(_running(), Case.due_at < now)


def acceptance_late(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for cases that nobody has had in time."""
    nobodys = stands_in([Status.REGISTERED])
    return and_(nobodys, seldom(Case.acceptance_due_at < now))


def contact_late(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for cases whose citizen has heard nothing."""
    return and_(
        Case.contacted_at.is_(None),
        stands_in(_UNHEARD),
        Case.contact_due_at < now,
    )


def _running() -> ColumnElement[bool]:
    """Return whether somebody waits for the answer, and the clock does not stand."""
    return and_(stands_in(lifecycle.WAITING), Case.paused_at.is_(None))


def supervised() -> ColumnElement[bool]:
    """Return the condition that holds for cases that are chased, by their own index."""
    return Case.supervised_at.is_not(None)


def snoozed(now: datetime) -> ColumnElement[bool]:
    """Return the condition that holds for cases that are out of the way."""
    return and_(Case.snoozed_until.is_not(None), Case.snoozed_until > now)


def watched_by(person: Person) -> Sieve:
    """Return the sieve for the cases that ``person`` follows."""
    mine = select(CaseWatch.case_id).where(CaseWatch.staff_id == person.staff_id)
    here = mine.where(CaseWatch.case_id == Case.id).correlate(Case)
    return Sieve(holds=here.exists(), keys=mine)


def has_news(person: Person) -> ColumnElement[bool]:
    """Return whether something happened to a case that ``person`` follows.

    What they did themselves is no news to them, nor who looked at what.
    """
    return (
        select(AuditEvent.id)
        .join(CaseWatch, CaseWatch.case_id == AuditEvent.case_id)
        .where(
            AuditEvent.case_id == Case.id,
            CaseWatch.staff_id == person.staff_id,
            AuditEvent.id > CaseWatch.seen_key,
            AuditEvent.staff_id.is_distinct_from(person.staff_id),
            AuditEvent.action.not_in(_NO_NEWS),
        )
        .correlate(Case)
        .exists()
    )


def mentioning(person: Person) -> Sieve:
    """Return the sieve for cases with a note that names ``person``, not yet seen."""
    mine = select(Mention.case_id).where(
        Mention.staff_id == person.staff_id, Mention.seen_at.is_(None)
    )
    here = mine.where(Mention.case_id == Case.id).correlate(Case)
    return Sieve(holds=here.exists(), keys=mine.distinct())


def _indexed(holds: ColumnElement[bool], *, by_moment: bool = False) -> Sieve:
    return Sieve(holds=holds, keys=select(Case.id).where(holds), by_moment=by_moment)


def _equal(wanted: Wanted) -> list[tuple[Any, Any]]:
    """Return which columns have to have which value; each is at the head of an index.

    The one that says most comes first.
    """
    only = wanted.section_ids or ()
    asked = {
        Case.section_id: next(iter(only)) if len(only) == 1 else None,
        Case.sounds: wanted.kind,
        Case.office_id: wanted.office_id,
        Case.channel: wanted.channel,
        Case.notice_id: wanted.notice_id,
    }
    found: list[tuple[Any, Any]] = [
        (column, value) for column, value in asked.items() if value is not None
    ]
    return [*found, (Case.section_id, None)] if wanted.unsure else found


def _column(column: Any, value: Any) -> Sieve:
    return _indexed(column.is_(None) if value is None else column == value,
                    by_moment=True)  # fmt: skip


def _between(
    column: Any, first: datetime | None, before: datetime | None
) -> ColumnElement[bool]:
    found = [true()]
    if first is not None:
        found.append(column >= first)
    if before is not None:
        found.append(column < before)
    return and_(*found)


def _campaign() -> Sieve:
    stands = select(Joining.into_case_id).where(Joining.separated_at.is_(None))
    here = stands.where(Joining.into_case_id == Case.id).correlate(Case)
    return Sieve(holds=here.exists(), keys=stands.distinct())


def _rated() -> Sieve:
    said = select(Rating.id).where(Rating.answer_id == Answer.id).exists()
    rated = select(Answer.case_id).where(said)
    here = rated.where(Answer.case_id == Case.id).correlate(Case)
    return Sieve(holds=here.exists(), keys=rated.distinct())


def _topic(topic_id: int) -> Sieve:
    tied = (
        select(Strand.case_id)
        .join(HotTopicOpinion, HotTopicOpinion.opinion_id == Strand.opinion_id)
        .where(HotTopicOpinion.topic_id == topic_id)
    )
    here = tied.where(Strand.case_id == Case.id).correlate(Case)
    return Sieve(holds=here.exists(), keys=tied)


_MARKS: Final[Mapping[Mark, Callable[[Person, Wanted, datetime], Sieve]]] = {
    Mark.SOON: lambda _, wanted, now: _indexed(due_soon(now, wanted.soon)),
    Mark.OVERDUE: lambda *facts: _indexed(overdue(facts[-1])),
    Mark.ACCEPTANCE_LATE: lambda *facts: _indexed(acceptance_late(facts[-1])),
    Mark.CONTACT_LATE: lambda *facts: _indexed(contact_late(facts[-1])),
    Mark.ANSWERED: lambda *_: Sieve(holds=Case.answered_at.is_not(None)),
    Mark.UNREAD: lambda *_: _indexed(Case.unread.expression, by_moment=True),
    Mark.FILES: lambda *_: _indexed(Case.has_files.expression, by_moment=True),
    Mark.LATE: lambda *_: _indexed(Case.late.expression, by_moment=True),
    Mark.CAMPAIGN: lambda *_: _campaign(),
    Mark.RATED: lambda *_: _rated(),
    Mark.WATCHED: lambda person, *_: watched_by(person),
    Mark.SNOOZED: lambda *facts: _indexed(snoozed(facts[-1])),
    Mark.RESTRICTED: lambda person, *_: _indexed(restricted_to(person)),
}
