"""Letters to liaisons (转办函): written when they are due, from what was promised.

Whoever gives a case to an office promises a letter there (`moving`); what the table
sends on its own is found here. The worker writes them, so that nobody who assigns a
case waits for a text to be gone through for names.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.striking import struck
from app.database import locked
from app.domain import lifecycle
from app.domain.passages import marks_from_json, own_words
from app.domain.receipt import case_number
from app.domain.record import Action
from app.keys import new_key
from app.mail.wordings import no_item, task
from app.models import (
    Case,
    CaseOffice,
    Contact,
    Liaison,
    LiaisonLetter,
    Notice,
    Office,
    Opinion,
    OutboxMessage,
    RoutedCase,
    SectionText,
    Strand,
)
from app.services import audit, letters
from app.services.house import House
from app.services.letters import Regarding
from app.services.offices import moving
from app.services.offices.correspondence import is_void
from app.services.offices.liaisons import address_of

_CAUGHT_UP: Final = timedelta(days=2)
"""How far back a letter is looked for that the table owes."""

_MOST: Final = 20


async def write_due(session: AsyncSession, house: House, *, now: datetime) -> None:
    """Put the letters that are due into the outbox."""
    known = list(await session.scalars(select(Liaison.id).where(Liaison.active)))
    if known:
        await _promise_routed(session, known, now=now)
    rows = await session.scalars(
        locked(
            select(LiaisonLetter)
            .where(LiaisonLetter.written_at.is_(None))
            .order_by(LiaisonLetter.id)
            .limit(_MOST)
        )
    )
    for row in rows:
        row.written_at = now
        await _write(session, house, row, now=now)
    await session.flush()


async def _promise_routed(
    session: AsyncSession, liaisons: list[int], *, now: datetime
) -> None:
    """Promise letters for cases that the table gave to an office, or asked it about.

    Each is owed once: the moment at which the office got the case is in its key.
    """
    since = now - _CAUGHT_UP
    led = (
        select(Case.id, Liaison.id, Liaison.office_id, RoutedCase.routed_at)
        .join(RoutedCase, RoutedCase.case_id == Case.id)
        .join(
            Liaison,
            and_(
                Liaison.office_id == RoutedCase.office_id,
                RoutedCase.routed_at >= Liaison.since,
            ),
        )
        .where(Case.office_id == RoutedCase.office_id, RoutedCase.routed_at > since)
    )
    helped = (
        select(Case.id, Liaison.id, Liaison.office_id, CaseOffice.since)
        .join(CaseOffice, CaseOffice.case_id == Case.id)
        .join(
            Liaison,
            and_(
                Liaison.office_id == CaseOffice.office_id,
                CaseOffice.since >= Liaison.since,
            ),
        )
        .where(CaseOffice.since > since)
    )
    for statement, helps in ((led, False), (helped, True)):
        owed = await session.execute(_owed(statement, liaisons))
        rows = [
            {
                "id": new_key(), "case_id": case_id, "office_id": office_id,
                "liaison_id": liaison_id, "helps": helps, "promised_at": at,
            }
            for case_id, liaison_id, office_id, at in owed
        ]  # fmt: skip
        await moving.promise(session, rows)


def _owed(
    statement: Select[int, int, int, datetime], liaisons: list[int]
) -> Select[int, int, int, datetime]:
    """Return what of ``statement`` was promised to nobody yet, and may be."""
    at = statement.selected_columns[3]
    there = (
        select(LiaisonLetter.id)
        .where(
            LiaisonLetter.case_id == Case.id,
            LiaisonLetter.liaison_id == Liaison.id,
            LiaisonLetter.promised_at >= at,
        )
        .correlate_except(LiaisonLetter)
        .exists()
    )
    return statement.where(
        Liaison.id.in_(liaisons),
        Case.status.in_(lifecycle.WAITING),
        Case.merged_at.is_(None),
        ~Case.restricted,
        ~there,
    ).limit(_MOST)


async def _write(
    session: AsyncSession, house: House, row: LiaisonLetter, *, now: datetime
) -> None:
    """Put one letter into the outbox, unless the case has moved on since."""
    case = await session.get_one(Case, row.case_id)
    liaison = await session.get_one(Liaison, row.liaison_id)
    opinion = await session.get_one(Opinion, case.opinion_id)
    over = case.status not in lifecycle.WAITING or opinion.disowned_at is not None
    if not liaison.active or over or is_void(row, case):
        row.void_at = row.void_at or now
        return
    office = await session.get_one(Office, row.office_id)
    notice = await session.get_one(Notice, case.notice_id)
    regarding = Regarding(
        opinion_id=opinion.id,
        case_id=case.id,
        receipt_number=case_number(opinion.receipt_number, case.ordinal),
        notice_title=notice.title,
        email=address_of(house, liaison),
        language=liaison.language,
        letter_id=None,
    )
    facts = {
        "office": office.name,
        "item": await _item(session, case) or no_item(liaison.language),
        "task": task(helps=row.helps, language=liaison.language),
        "text": await _text(session, house, case, opinion),
        "due_on": await _due_on(session, house, case, row),
    }
    letter = letters.to_liaison(house, regarding, key=row.id, facts=facts, now=now)
    session.add(OutboxMessage(**letter))
    audit.record(
        session, Action.LIAISON_WRITTEN, at=now, case_id=case.id, office_id=office.id
    )


async def _item(session: AsyncSession, case: Case) -> str:
    """Return what the item of a case is called; empty: it is about none."""
    found = await session.scalar(
        select(SectionText.heading)
        .where(SectionText.section_id == case.section_id)
        .order_by(SectionText.version_id.desc())
        .limit(1)
    )
    return " ".join((found or "").split())


async def _due_on(
    session: AsyncSession, house: House, case: Case, row: LiaisonLetter
) -> str:
    """Return the day on which the answer, or a co-office's opinion, is due."""
    part = await session.get(CaseOffice, (case.id, row.office_id))
    asked = part.due_at if row.helps and part is not None else None
    return (asked or case.due_at).astimezone(house.settings.zone).date().isoformat()


async def _text(
    session: AsyncSession, house: House, case: Case, opinion: Opinion
) -> str:
    """Return what the opinion says of this matter, without what leads to a person."""
    places: list[Any] | None = await session.scalar(
        select(Strand.places).where(
            Strand.case_id == case.id, Strand.opinion_id == opinion.id
        )
    )
    said = own_words(opinion.text, marks_from_json(opinion.marks)) or opinion.text
    if places:
        said = "\n".join(opinion.text[start:stop] for start, stop in places)
    known = [*await _writer(session, house, opinion), *_staff(house)]
    return struck(f"{opinion.subject}\n\n{said}".strip(), known=known)


async def _writer(
    session: AsyncSession, house: House, opinion: Opinion
) -> Iterable[str]:
    """Return name, address and telephone number of whoever wrote."""
    sealed = await session.scalar(
        select(Contact.sealed).where(Contact.opinion_id == opinion.id)
    )
    if sealed is None:
        return []
    details = json.loads(house.seal.open(sealed, purpose="contact"))
    return [value for value in details.values() if isinstance(value, str)]


def _staff(house: House) -> Iterable[str]:
    return (each.name for each in house.shelf.routing.named if each.staff_id)
