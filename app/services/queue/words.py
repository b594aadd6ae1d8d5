"""Words: which cases have an opinion that says something."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, false, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import search
from app.models import Case, Opinion, Strand
from app.searching import among, newest
from app.services.queue import lately
from app.services.queue.numbers import receipt_number_in
from app.services.queue.sieves import Sieve

MOST_FOUND: Final = 400
"""So many opinions with the words are looked at, the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Cases in which something is said."""

    sieve: Sieve
    reached: int | None = None
    """The opinion down to which was searched; None: all of them were."""


async def saying(
    session: AsyncSession, words: str, *, before: int | None = None
) -> Said:
    """Return the cases with an opinion that says ``words``.

    A receipt number stands for all cases of its opinion.
    """
    number = receipt_number_in(words)
    if number is not None:
        opinion = select(Opinion.id).where(Opinion.receipt_number == number)
        return Said(sieve=_tied(select(Strand.case_id).where(
            Strand.opinion_id.in_(opinion)
        )))  # fmt: skip
    phrases = search.phrases(words)
    if not phrases:
        return Said(sieve=_tied(select(Case.id).where(false())))
    found = await lately.newest(session, words, most=MOST_FOUND, before=before)
    if found is None:
        found = await newest(session, phrases, most=MOST_FOUND, before=before)
    keys = among(session.get_bind().dialect.name, found.keys)
    tied = select(Strand.case_id).where(Strand.opinion_id.in_(keys)).distinct()
    return Said(sieve=_tied(tied), reached=found.reached)


def _tied(keys: Select[int]) -> Sieve:
    return Sieve(holds=Case.id.in_(keys), keys=keys)
