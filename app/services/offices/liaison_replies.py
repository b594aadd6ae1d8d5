"""Liaisons' replies: each waits for a person, and goes to no citizen by itself.

A person takes it over, as the draft of an answer that leaves like any other, or as the
co-office's contribution; or sets it aside with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.offices import ReplyVerdict
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict, NotFound
from app.keys import new_key
from app.models import Case, LiaisonReply, Note, Office, Staff
from app.services import audit, cases, remarks
from app.services.answering import drafts
from app.services.helping import check_leading, leads
from app.services.house import House
from app.services.offices import liaison_files
from app.services.offices.liaison_files import FileEntry
from app.services.remarks import MOST_NOTE
from app.services.staff import Person

_MOST_SHOWN: Final = 50


class NoSuchReply(NotFound):
    """There is none of that key on the case."""

    code = "no_such_reply"


class ReplyDecided(Conflict):
    """Somebody was faster, or the case is with another office by now."""

    code = "reply_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A liaison's answer as the case's page tells it."""

    row: LiaisonReply
    office: str
    decider: str | None
    files: Sequence[FileEntry]


async def of_case(session: AsyncSession, person: Person, case: Case) -> Sequence[Reply]:
    """Return what liaisons answered to ``case``, the newest first.

    A co-office sees what its own liaisons wrote.
    """
    statement = (
        select(LiaisonReply, Office.name, Staff.display_name)
        .join(Office, Office.id == LiaisonReply.office_id)
        .outerjoin(Staff, Staff.id == LiaisonReply.decided_by)
        .where(LiaisonReply.case_id == case.id)
        .order_by(LiaisonReply.id.desc())
        .limit(_MOST_SHOWN)
    )
    if not leads(person, case):
        statement = statement.where(LiaisonReply.office_id == person.office_id)
    rows = (await session.execute(statement)).all()
    files = await liaison_files.of_replies(session, [row.id for row, _, _ in rows])
    return [
        Reply(row=row, office=office, decider=decider, files=files.get(row.id, ()))
        for row, office, decider in rows
    ]


async def take_over(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    key: int,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Take a liaison's answer over: as the person's draft, or as a contribution.

    Raises:
        NoSuchReply: There is none.
        ReplyDecided: Somebody was faster, or the case is with another office.
        AppError: See `cases.take_in_hand`.
    """
    case, row = await _in_hand(session, person, number, key, revision=revision)
    if not row.helps and row.office_id != case.office_id:
        raise ReplyDecided("the case is with another office by now")
    _decide(row, person, ReplyVerdict.TAKEN_OVER, now=now)
    if row.helps:
        text = row.text or await _files_named(session, row)
        session.add(
            Note(
                id=new_key(), case_id=case.id, staff_id=person.staff_id,
                text=text[:MOST_NOTE], noted_at=now, contributed_by=row.office_id,
            )
        )  # fmt: skip
    audit.record(
        session, Action.LIAISON_TAKEN_OVER, at=now, staff_id=person.staff_id,
        case_id=case.id, reply_id=key, office_id=row.office_id,
    )  # fmt: skip
    await cases.put_back(session, case)
    if row.text and not row.helps:
        await drafts.put_before(
            session, house, staff_id=person.staff_id, case=case, text=row.text, now=now
        )


async def set_aside(
    session: AsyncSession,
    person: Person,
    number: str,
    key: int,
    *,
    revision: int,
    remark: str,
    now: datetime,
) -> None:
    """Set a liaison's answer aside, and say why; it stays readable.

    Raises:
        InvalidInput: There is no reason given, or too long a one.
        AppError: See `take_over`.
    """
    case, row = await _in_hand(session, person, number, key, revision=revision)
    said = remarks.take(remark, field="remark")
    _decide(row, person, ReplyVerdict.SET_ASIDE, now=now)
    row.remark = said
    audit.record(
        session, Action.LIAISON_SET_ASIDE, at=now, staff_id=person.staff_id,
        case_id=case.id, reply_id=key, office_id=row.office_id,
    )  # fmt: skip
    await cases.put_back(session, case)


async def _in_hand(
    session: AsyncSession, person: Person, number: str, key: int, *, revision: int
) -> tuple[Case, LiaisonReply]:
    """Return the case and what is decided on, both held.

    A co-office decides on what its own liaisons wrote, and on nothing else.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision, helping=True
    )
    row = await session.scalar(
        select(LiaisonReply)
        .where(LiaisonReply.id == key, LiaisonReply.case_id == case.id)
        .with_for_update()
    )
    if row is None:
        raise NoSuchReply("there is no such reply")
    if row.office_id != person.office_id or not row.helps:
        check_leading(person, case)
    if row.verdict is not None:
        raise ReplyDecided("somebody decided on it before")
    return case, row


async def _files_named(session: AsyncSession, row: LiaisonReply) -> str:
    """Return what a contribution says that came as files alone; notes are Chinese."""
    files = await liaison_files.of_replies(session, [row.id])
    return f"（见附件：{'、'.join(file.file_name for file in files.get(row.id, ()))}）"


def _decide(
    row: LiaisonReply, person: Person, verdict: ReplyVerdict, *, now: datetime
) -> None:
    row.verdict, row.decided_by, row.decided_at = verdict, person.staff_id, now
