"""What the office does with the sample notice while the public looks on."""

from datetime import date

from sqlalchemy import update

from app.domain.vocabulary import NoticeState
from app.models import Notice
from app.premises import Premises
from app.services import notices
from tests import make
from tests.fakes import START


async def renew(premises: Premises, source: bytes) -> None:
    """Publish ``source`` as the next version."""
    async with premises.database.writing() as session:
        await notices.import_notice(
            session, source, slug=make.SLUG,
            opens_on=date(2026, 10, 1), closes_on=None, today=START.date(), now=START,
        )  # fmt: skip
        await notices.publish(session, make.SLUG, now=START)
    premises.house.shelf.expire()


async def set_window(premises: Premises, **days: date) -> None:
    """Change the days on which opinions are taken."""
    async with premises.database.writing() as session:
        await session.execute(update(Notice).values(**days))
    premises.house.shelf.expire()


async def withdraw(premises: Premises) -> None:
    """Make the notice a draft again."""
    async with premises.database.writing() as session:
        await session.execute(update(Notice).values(state=NoticeState.DRAFT))
    premises.house.shelf.expire()
