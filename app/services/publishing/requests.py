"""Requests: what another system may know of an opinion that it sent in.

It knows the receipt number and holds a key, but not the query code: so it learns where
the case stands and when it is due, and no words but those that everybody reads.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.receipt import parse_receipt_number
from app.domain.vocabulary import Channel, Method
from app.errors import InvalidInput, NotFound
from app.models import Arrival, Case, Classification, Office, Opinion, Strand
from app.services.clocks.kept import due_kept
from app.services.disowning import counted
from app.services.house import House
from app.services.publishing import published
from app.services.publishing.published import PublishedAnswer


class NoSuchRequest(NotFound):
    """No request has that number, or none that may be known of."""

    code = "no_such_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an opinion stands."""

    number: str
    notice_id: int
    section_id: int | None
    """The item that the citizen chose; None: none."""

    office: str
    closed: bool
    received_at: datetime
    changed_at: datetime
    due_at: datetime | None
    """None: it was answered before it came here, and by when was not kept."""

    published: PublishedAnswer | None


async def standing(session: AsyncSession, house: House, number: str) -> Standing:
    """Return where the opinion called ``number`` stands.

    A report of wrongdoing looks like what nobody has touched yet: that it is one is for
    few to know.

    Raises:
        NoSuchRequest: There is none.
    """
    found = (
        await session.execute(
            select(Opinion, Case, Office.name, due_kept())
            .join(Strand, Strand.opinion_id == Opinion.id)
            .join(Case, Case.id == Strand.case_id)
            .join(Office, Office.id == Case.office_id)
            .where(
                Opinion.receipt_number == _printed(number),
                counted(),
                Case.merged_at.is_(None),
            )
            .order_by(Strand.id)
            .limit(1)
        )
    ).first()
    if found is None:
        raise NoSuchRequest("there is no such request")
    opinion, case, office, kept = found
    chosen = await _chosen(session, opinion.id)
    if case.restricted:
        return await _untouched(session, house, opinion, chosen)
    own = case.opinion_id == opinion.id
    return Standing(
        number=opinion.receipt_number,
        notice_id=opinion.notice_id,
        section_id=chosen,
        office=office,
        closed=case.closed_at is not None,
        received_at=opinion.registered_at,
        changed_at=case.closed_at or case.answered_at or opinion.registered_at,
        due_at=case.due_at if kept else None,
        published=await published.of_case(session, case.id) if own else None,
    )


async def number_of(session: AsyncSession, house: House, retry_token: str) -> str:
    """Return the receipt number of what was sent in with ``retry_token``.

    Raises:
        NoSuchRequest: Nothing was.
    """
    key = house.seal.digest(retry_token, purpose="arrival key").hex()
    number: str | None = await session.scalar(
        select(Opinion.receipt_number)
        .join(Arrival, Arrival.opinion_id == Opinion.id)
        .where(
            Arrival.channel == Channel.API,
            Arrival.arrival_key == key,
            Arrival.fate.is_not(None),
        )
        .limit(1)
    )
    if number is None:
        raise NoSuchRequest("nothing was sent in with this token")
    return number


async def _untouched(
    session: AsyncSession, house: House, opinion: Opinion, chosen: int | None
) -> Standing:
    lead = await session.scalar(select(Office.name).where(Office.leads))
    clock = house.clocks.facts(house.settings, opinion.kind, opinion.registered_at)
    return Standing(
        number=opinion.receipt_number,
        notice_id=opinion.notice_id,
        section_id=chosen,
        office=lead or "",
        closed=False,
        received_at=opinion.registered_at,
        changed_at=opinion.registered_at,
        due_at=clock["due_at"].astimezone(UTC),
        published=None,
    )


async def _chosen(session: AsyncSession, opinion_id: int) -> int | None:
    found: int | None = await session.scalar(
        select(Classification.section_id)
        .join(Strand, Strand.id == Classification.strand_id)
        .where(Strand.opinion_id == opinion_id, Classification.method == Method.CITIZEN)
        .order_by(Classification.id)
        .limit(1)
    )
    return found


def _printed(number: str) -> str:
    try:
        return parse_receipt_number(number)
    except InvalidInput:
        raise NoSuchRequest("there is no such request") from None
