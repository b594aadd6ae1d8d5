"""Receipts that were lost: a letter names the receipts of an address, and a way back.

It says nothing of what was written; who reads along over a shoulder learns numbers.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Language, MailPurpose
from app.mail.wordings import filled
from app.models import Case, Contact, Notice, Opinion
from app.services import disowning, letters
from app.services.citizen.renewing import GOOD_FOR, Renewable, one_time_code, today
from app.services.enclosing import email_digest
from app.services.house import House

MOST: Final = 20
"""Receipts that one letter names: the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Own:
    opinion_id: int
    receipt_number: str
    query_digest: bytes
    email_digest: bytes
    registered_at: datetime
    title: str
    case_id: int


async def letter(
    session: AsyncSession,
    house: House,
    email: str,
    *,
    language: Language,
    now: datetime,
) -> dict[str, Any] | None:
    """Return the outbox row of the letter; None: nothing came from that address.

    It hangs on the newest of the opinions, so that it goes with that one's contact.
    """
    rows = await _own(session, email_digest(house.seal, email))
    if not rows:
        return None
    on = today(house, now)
    lines = [_line(house, row, on=on) for row in rows]
    wording = filled(
        house.wordings.of(MailPurpose.RECEIPTS, language),
        {
            "receipts": "\n\n".join(lines),
            "renew_url": letters.page_url(house, language, "track/renew"),
            "track_url": letters.page_url(house, language, "track"),
            "good_until": (on + GOOD_FOR).isoformat(),
        },
    )
    content = letters.LetterContent(
        to=email,
        subject=wording.subject,
        body=wording.body,
        reply_to=house.settings.intake_address,
        in_reply_to=None,
    )
    about = {"opinion_id": rows[0].opinion_id, "case_id": rows[0].case_id}
    return letters.promised(house, MailPurpose.RECEIPTS, content, now=now) | about


def _line(house: House, row: _Own, *, on: date) -> str:
    """Return what the letter says of one receipt."""
    of = Renewable(
        opinion_id=row.opinion_id,
        query_digest=row.query_digest,
        email_digest=row.email_digest,
    )
    code = one_time_code(house.seal, of, on=on)
    day = row.registered_at.astimezone(house.settings.zone).date()
    return f"{row.receipt_number}\n  {code}\n  {day} {row.title}"


async def _own(session: AsyncSession, address: bytes) -> list[_Own]:
    """Return the opinions of an address that letters may go to, the newest first."""
    rows = await session.execute(
        select(
            Opinion.id.label("opinion_id"),
            Opinion.receipt_number,
            Opinion.query_digest,
            Contact.email_digest,
            Opinion.registered_at,
            Notice.title,
            Case.id.label("case_id"),
        )
        .join(Contact, Contact.opinion_id == Opinion.id)
        .join(Notice, Notice.id == Opinion.notice_id)
        .join(Case, (Case.opinion_id == Opinion.id) & (Case.ordinal == 1))
        .where(
            Contact.email_digest == address,
            Contact.may_mail,
            ~Opinion.anonymous,
            disowning.counted(),
        )
        .order_by(Opinion.id.desc())
        .limit(MOST)
    )
    return [_Own(**row) for row in rows.mappings()]
