"""Disowning: whose address an opinion bears says "this was not me".

Such an opinion counts nowhere, and nothing more is sent about it; its case stays where
it is, for a person to look at. Whoever counts or publishes opinions asks `counted`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.correspondence import WithholdGround
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import MailState
from app.errors import Conflict, NotFound
from app.models import Notice, Opinion, OutboxMessage
from app.services import audit, cases, confirmed, siblings, triage
from app.services.house import House
from app.services.letters import denied_opinion
from app.services.staff import Person


class NoSuchLink(NotFound):
    """The link was not made by us, or leads to nothing: which, is not said."""

    code = "no_such_link"


class NotDisowned(Conflict):
    """The opinion counts already."""

    code = "not_disowned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deniable:
    """An opinion, as far as whoever has the link may know of it."""

    opinion_id: int
    receipt_number: str
    notice_title: str
    registered_at: datetime
    disowned_at: datetime | None


def counted() -> ColumnElement[bool]:
    """Return the condition that holds for the opinions which count.

    It stands in every statement that counts opinions or shows them to the public.
    """
    return Opinion.disowned_at.is_(None)


async def find(session: AsyncSession, house: House, token: str) -> Deniable:
    """Return the opinion that a link of ours is about.

    Raises:
        NoSuchLink: It is none of ours, or the opinion is gone.
    """
    row = (
        (
            await session.execute(
                select(
                    Opinion.id.label("opinion_id"),
                    Opinion.receipt_number,
                    Notice.title.label("notice_title"),
                    Opinion.registered_at,
                    Opinion.disowned_at,
                )
                .join(Notice, Notice.id == Opinion.notice_id)
                # Asked for a wrong link as well, so that it takes as long.
                .where(Opinion.id == (denied_opinion(house, token) or 0))
            )
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NoSuchLink("there is no such link")
    return Deniable(**row)


async def disown(
    session: AsyncSession, house: House, token: str, *, now: datetime
) -> bool:
    """Take an opinion out of all counts, and tell staff; False: it was before.

    Raises:
        NoSuchLink: The link is none of ours.
    """
    opinion = await find(session, house, token)
    if opinion.disowned_at is not None:
        return False
    # Rows are locked in the order in which the outbox worker and the desk do it.
    await session.execute(
        select(Opinion.id)
        .where(Opinion.id == opinion.opinion_id)
        .with_for_update(key_share=True)
    )
    await withhold(session, opinion.opinion_id, ground=WithholdGround.DISOWNED, now=now)
    brought_up = await cases.bring_up_all(session, opinion.opinion_id)
    changed = await session.scalars(
        update(Opinion)
        .where(Opinion.id == opinion.opinion_id, counted())
        .values(disowned_at=now)
        .returning(Opinion.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        return False
    await confirmed.forget(session, opinion.opinion_id)
    for case_id in brought_up:
        audit.record(session, Action.DISOWNED, at=now, case_id=case_id)
    return True


async def reinstate(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> None:
    """Let a disowned opinion count again, and letters about it go out again.

    Raises:
        InvalidInput: There is no reason given.
        NotDisowned: It counts already.
        AppError: See `siblings.hold` and `cases.take_in_hand`.
    """
    await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.REINSTATE, revision=revision
    )
    note = triage.written(reason, field="reason", case=case, person=person, now=now)
    opinion = await session.get_one(Opinion, case.opinion_id)
    if opinion.disowned_at is None:
        raise NotDisowned("the opinion counts already")
    opinion.disowned_at = None
    session.add(note)
    audit.record(
        session, Action.REINSTATED, at=now, staff_id=person.staff_id, case_id=case.id,
        note_id=note.id,
    )  # fmt: skip
    await cases.put_back(session, case)
    await confirmed.note(session, case, now=now)


async def withhold(
    session: AsyncSession, opinion_id: int, *, ground: WithholdGround, now: datetime
) -> None:
    """Hold back for good the letters that are on their way, and forget their words."""
    rows = await session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.opinion_id == opinion_id, OutboxMessage.sealed.is_not(None)
        )
        .with_for_update()
    )
    for row in rows:
        row.state, row.sealed = MailState.WITHHELD, None
        audit.record(
            session, Action.MAIL_WITHHELD, at=now, case_id=row.case_id,
            purpose=row.purpose, ground=ground,
        )  # fmt: skip
    await session.flush()
