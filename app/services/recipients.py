"""Recipients: whom a letter about a case goes to, if anybody."""

import json

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import MailPurpose
from app.models import Case, Contact, Notice, Opinion, OutboxMessage
from app.services.house import House
from app.services.letters import Regarding


async def regarding(
    session: AsyncSession, house: House, case: Case
) -> Regarding | None:
    """Return what a letter to the citizen of ``case`` is about, and whom it goes to.

    None: nobody may be written to. Who is anonymous or a machine gets no letter, nor
    does whoever said that the opinion is none of theirs.
    """
    row = (
        await session.execute(
            select(Opinion, Contact, Notice.title)
            .join(Contact, Contact.opinion_id == Opinion.id)
            .join(Notice, Notice.id == Opinion.notice_id)
            .where(Opinion.id == case.opinion_id)
        )
    ).first()
    if row is None or not may_mail(row.Opinion, row.Contact):
        return None
    contact = json.loads(house.seal.open(row.Contact.sealed, purpose="contact"))
    return Regarding(
        opinion_id=row.Opinion.id,
        case_id=case.id,
        receipt_number=row.Opinion.receipt_number,
        notice_title=row.title,
        email=contact["email"],
        language=row.Opinion.language,
        letter_id=row.Contact.letter_id or await _acknowledged(session, case),
    )


def may_mail(opinion: Opinion, contact: Contact | None) -> bool:
    """Return whether letters about ``opinion`` may go to its citizen."""
    if contact is None or opinion.anonymous:
        return False
    if opinion.disowned_at is not None or opinion.withdrawn_at is not None:
        return False
    return contact.may_mail


async def _acknowledged(session: AsyncSession, case: Case) -> str | None:
    """Return the Message-ID of our acknowledgement, which mail programs thread by."""
    found: str | None = await session.scalar(
        select(OutboxMessage.message_id)
        .where(
            OutboxMessage.opinion_id == case.opinion_id,
            OutboxMessage.purpose == MailPurpose.ACKNOWLEDGEMENT,
        )
        .order_by(OutboxMessage.id)
        .limit(1)
    )
    return found
