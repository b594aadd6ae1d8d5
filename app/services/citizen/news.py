"""News: those who follow an item are told, so many at a time, and each once."""

from datetime import datetime
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import locked
from app.models import OutboxMessage, SectionNews, Subscription
from app.services.citizen import subscriptions
from app.services.house import House

_MOST_AT_ONCE: Final = 200


async def spread(session: AsyncSession, house: House, *, now: datetime) -> int:
    """Promise letters about what is due to be told; return how many steps were taken.

    The place in the list is kept with the letters of each step, so that nobody is told
    twice and nobody is forgotten if it breaks off.
    """
    news = await session.scalar(
        locked(
            select(SectionNews)
            .where(SectionNews.due_at <= now)
            .order_by(SectionNews.due_at)
            .limit(1)
        )
    )
    if news is None:
        return 0
    about = subscriptions.item(house, news.section_id)
    readers = (
        await session.scalars(
            select(Subscription)
            .where(
                Subscription.section_id == news.section_id,
                Subscription.id > news.told_upto,
                Subscription.confirmed_at.is_not(None),
            )
            .order_by(Subscription.id)
            .limit(_MOST_AT_ONCE)
        )
    ).all()
    if about is None or not readers:
        await session.delete(news)
        return 1
    posted = [
        subscriptions.progress(house, reader, about, now=now) for reader in readers
    ]
    await session.execute(insert(OutboxMessage), posted)
    news.told_upto = readers[-1].id
    return 1
