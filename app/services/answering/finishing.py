"""Finishing: an answer and the end of the procedure, in one transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Disposition
from app.services import cases, replies
from app.services.answering.signatures import Signature
from app.services.answering.written import Written
from app.services.house import House
from app.services.staff import Person

ENDINGS: Final = (
    Disposition.EXPLAINED,
    Disposition.ADOPTED,
    Disposition.PARTLY_ADOPTED,
    Disposition.REFERRED,
    Disposition.NOT_ACCEPTED,
)
"""How a case may end with its answer, the commonest first. What a citizen withdrew is
no matter for an answer and ends by itself."""


async def finish(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    written: Written,
    *,
    signed: Signature | None = None,
    now: datetime,
) -> bool:
    """Answer the citizen and, if so chosen, end the case.

    Return whether a letter was promised. Other cases get the answer and stay open: each
    matter has an end of its own.

    Raises:
        AppError: See `replies.answer` and `replies.close`; then neither was done.
    """
    mailed = await replies.answer(
        session, person, house, number,
        revision=written.revision, text=written.text, also=written.also,
        signed=signed, now=now,
    )  # fmt: skip
    if written.disposition is None:
        return mailed
    case = await cases.find(session, person, number)
    await replies.close(
        session, person, house, number,
        revision=case.revision, disposition=written.disposition, now=now,
    )  # fmt: skip
    return mailed
