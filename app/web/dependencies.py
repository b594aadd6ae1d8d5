"""What routes ask for: the premises, and a transaction to read or to write in."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Language
from app.premises import Premises
from app.web.pages import language_of, premises_of

PremisesDep = Annotated[Premises, Depends(premises_of)]
LanguageDep = Annotated[Language, Depends(language_of)]


def _now(premises: PremisesDep) -> datetime:
    return premises.clock()


async def _reading(premises: PremisesDep) -> AsyncIterator[AsyncSession]:
    async with premises.database.reading() as session:
        yield session


async def _writing(premises: PremisesDep) -> AsyncIterator[AsyncSession]:
    async with premises.database.writing() as session:
        yield session


NowDep = Annotated[datetime, Depends(_now)]
ReadingDep = Annotated[AsyncSession, Depends(_reading)]

# With FastAPI's default scope the commit would run after the response has left: a
# failed commit would still show a receipt.
WritingDep = Annotated[AsyncSession, Depends(_writing, scope="function")]
