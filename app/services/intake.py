"""Intake: the only way by which an opinion comes to be.

A submission is drawn up into a `Draft`, rows for every table that it touches, before
any transaction is open; then a batch of drafts is stored with one statement for each
table. Exactly once is the database's doing (`uq_arrival_kept`): a batch that meets a
repeat is undone and stored again one by one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.submission import Submission
from app.errors import AppError, Conflict
from app.models import (
    Arrival,
    Attachment,
    AuditEvent,
    Case,
    CaseOffice,
    Classification,
    ComplainedOf,
    Contact,
    Opinion,
    OutboxMessage,
    RoutedCase,
    Strand,
    Suggestion,
)
from app.services.drafting import Draft, draw_up
from app.services.house import House
from app.storing import store

_ORDER: Final = (
    Opinion,
    Contact,
    Case,
    CaseOffice,
    RoutedCase,
    ComplainedOf,
    Strand,
    Suggestion,
    Classification,
    Attachment,
    Arrival,
    AuditEvent,
    OutboxMessage,
)
"""Tables in the order of their foreign keys."""


class KeyReused(Conflict):
    """The same key came before, with something else."""

    code = "key_reused"

    def __init__(self, receipt_number: str | None) -> None:
        """Name the opinion that the key belongs to."""
        super().__init__("this key was used before for another submission")
        self.receipt_number = receipt_number


class NoticeClosed(Conflict):
    """The comment window of the notice is over."""

    code = "notice_closed"


class NoticeNotOpen(Conflict):
    """The comment window of the notice has not begun."""

    code = "notice_not_open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """What the citizen gets: the receipt (回执)."""

    receipt_number: str

    query_code: str | None
    """None for a repeat whose code only the first answer held."""

    opinion_id: int
    case_id: int | None
    registered_at: datetime
    due_at: datetime
    """When an answer is due."""

    provisional: bool
    """Whether that goes by a year whose holidays are not known yet."""

    repeated: bool = False
    """Whether the same submission had been registered before."""

    restricted: bool = False
    """Whether it is dealt with as a report of wrongdoing."""


def check_window(house: House, submission: Submission) -> None:
    """Hold that the notice takes opinions at the moment this one arrived.

    Raises:
        NoSuchNotice: No published notice has that name.
        NoticeNotOpen: It opens later.
        NoticeClosed: It closed before.
    """
    notice = house.shelf.notice(submission.notice)
    day = submission.received_at.astimezone(house.settings.zone).date()
    if day < notice.opens_on:
        raise NoticeNotOpen(f"opinions are taken from {notice.opens_on} on")
    if notice.closed_on(day):
        raise NoticeClosed(f"opinions were taken until {notice.closes_on}")


async def register(
    session: AsyncSession, house: House, submission: Submission
) -> Registration:
    """Register one submission within the caller's transaction.

    Raises:
        KeyReused: Its key came before, with other content.
        AppError: See `drafting.draw_up`.
    """
    draft = draw_up(house, submission)
    (result,) = await register_all(session, [draft])
    if isinstance(result, Exception):
        raise result
    return result


async def register_gathered(
    session: AsyncSession, drafts: Sequence[Draft]
) -> list[Registration | Exception]:
    """Store the only drafts of a transaction, which is undone if any of them fails.

    Then `gathering` offers them again one by one; so a batch needs no savepoint.

    Raises:
        IntegrityError: One of several drafts repeats what is there, or another.
    """
    if len(drafts) == 1:
        return [await _register_alone(session, drafts[0])]
    await _insert(session, drafts)
    return [_registration(draft) for draft in drafts]


async def register_all(
    session: AsyncSession, drafts: Sequence[Draft]
) -> list[Registration | Exception]:
    """Store ``drafts``; return for each its registration or what was wrong with it."""
    try:
        async with session.begin_nested():
            await _insert(session, drafts)
    except DBAPIError:
        return [await _register_alone(session, draft) for draft in drafts]
    return [_registration(draft) for draft in drafts]


async def _register_alone(
    session: AsyncSession, draft: Draft
) -> Registration | Exception:
    try:
        async with session.begin_nested():
            await _insert(session, [draft])
    except IntegrityError as error:
        return await _registered_before(session, draft) or error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        return error
    return _registration(draft)


async def _insert(session: AsyncSession, drafts: Sequence[Draft]) -> None:
    rows = {
        table: [row for draft in drafts for row in draft.rows.get(table, ())]
        for table in _ORDER
    }
    findable = [{"id": draft.opinion_id, "tokens": draft.tokens} for draft in drafts]
    await store(await session.connection(), rows, findable)


def _registration(draft: Draft) -> Registration:
    return Registration(
        receipt_number=draft.receipt_number,
        query_code=draft.query_code,
        opinion_id=draft.opinion_id,
        case_id=draft.case_id,
        registered_at=draft.submission.registered_at,
        due_at=draft.rows[Case][0]["due_at"],
        provisional=draft.rows[Case][0]["provisional"],
        restricted=draft.restricted,
    )


async def _registered_before(
    session: AsyncSession, draft: Draft
) -> Registration | AppError | None:
    """Return the registration that ``draft`` repeats; None: it repeats nothing."""
    before = (
        await session.execute(
            select(
                Arrival.content_digest,
                Arrival.opinion_id,
                Opinion,
                _has_case(Case.restricted).label("restricted"),
                _has_case(Case.provisional).label("provisional"),
                select(func.min(Case.due_at))
                .where(Case.opinion_id == Arrival.opinion_id)
                .scalar_subquery()
                .label("due_at"),
            )
            .outerjoin(Opinion, Opinion.id == Arrival.opinion_id)
            .where(
                Arrival.channel == draft.submission.channel,
                Arrival.arrival_key == draft.arrival_key,
                Arrival.fate.is_not(None),
            )
            .limit(1)
        )
    ).first()
    if before is None:
        return None
    opinion = before.Opinion
    same = before.content_digest == draft.content_digest
    if opinion is None or not same:
        return KeyReused(opinion.receipt_number if opinion else None)
    return Registration(
        receipt_number=opinion.receipt_number,
        query_code=draft.query_code if _is_code_of(draft, opinion) else None,
        opinion_id=opinion.id,
        case_id=None,
        registered_at=opinion.registered_at,
        due_at=before.due_at,
        provisional=before.provisional,
        repeated=True,
        restricted=before.restricted,
    )


def _has_case(mark: InstrumentedAttribute[bool]) -> Exists:
    """Whether the opinion of an arrival has a case that is marked so."""
    return exists().where(Case.opinion_id == Arrival.opinion_id, mark)


def _is_code_of(draft: Draft, opinion: Opinion) -> bool:
    """Whether the code of ``draft`` still opens the opinion: another may be set."""
    ours: bytes = draft.rows[Opinion][0]["query_digest"]
    return bool(draft.submission.retry_token) and ours == opinion.query_digest
