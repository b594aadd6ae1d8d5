"""Numbers: what somebody typed into the search field, if it is the number of a case."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.errors import InvalidInput
from app.models import Case, Opinion
from app.services.cases import seen_by
from app.services.staff import Person


def receipt_number_in(words: str) -> str | None:
    """Return the receipt number that ``words`` are; None: they are something else."""
    try:
        return receipt.parse_receipt_number(words)
    except InvalidInput:
        return None


async def only_one(session: AsyncSession, person: Person, number: str) -> bool:
    """Whether ``number`` names one case alone that the person sees.

    A number with an ordinal does; a receipt number stands for all cases of its opinion.
    """
    printed, ordinal = receipt.parse_case_number(number)
    statement = (
        select(Case.ordinal)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(Opinion.receipt_number == printed, seen_by(person))
    )
    found = (await session.scalars(statement)).all()
    return ordinal in found if ordinal > 1 else list(found) == [ordinal]
