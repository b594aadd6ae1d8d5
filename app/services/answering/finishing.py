"""Finishing: an answer and the end of the procedure, in one transaction."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Disposition
from app.errors import InvalidInput
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


class NoEndingOfAnswer(InvalidInput):
    """A case cannot end like that with its answer."""

    code = "no_ending_of_answer"


def check_ending(disposition: Disposition | None) -> None:
    """Hold that a case may end like that with its answer; None: it stays open.

    Raises:
        NoEndingOfAnswer: It may not.
    """
    if disposition is not None and disposition not in ENDINGS:
        raise NoEndingOfAnswer(
            f"no answer ends a case as {disposition}", field="disposition"
        )


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
        NoEndingOfAnswer: The case cannot end like that with its answer.
        AppError: See `replies.answer` and `replies.close`; then neither was done.
    """
    check_ending(written.disposition)
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
