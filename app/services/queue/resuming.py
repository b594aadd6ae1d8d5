"""Resuming a batch: a page sent again ends what was broken off and repeats nothing.

A batch is a transaction for each case. Where the database or the process goes away
between two of them, the page that is sent again has some cases done and others not.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import receipt
from app.models import Batch, BatchCase, Case, Opinion
from app.services.queue.batch_steps import Pick


async def still_to_do(
    session: AsyncSession, batch_id: int, picks: Sequence[Pick]
) -> list[Pick]:
    """Return those of ``picks`` that the batch has not dealt with.

    Of one that was taken back these are none: what somebody undid is not done again.
    """
    batch = await session.get_one(Batch, batch_id)
    if batch.undone_at is not None:
        return []
    rows = await session.execute(
        select(Opinion.receipt_number, Case.ordinal)
        .join(Case, Case.opinion_id == Opinion.id)
        .join(BatchCase, BatchCase.case_id == Case.id)
        .where(BatchCase.batch_id == batch_id)
    )
    done = {receipt.case_number(number, ordinal) for number, ordinal in rows}
    return [each for each in picks if each.number not in done]
