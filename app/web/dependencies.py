"""What routes ask for: the premises, and a transaction to read or to write in.

Whatever a route depends on is a coroutine, even if it awaits nothing: FastAPI gives
everything else to a thread, which takes longer than most of it does.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Language
from app.premises import Premises
from app.web.pages import language_of, premises_of


async def _premises(request: Request) -> Premises:
    return premises_of(request)


async def _language(request: Request) -> Language:
    return language_of(request)


PremisesDep = Annotated[Premises, Depends(_premises)]
LanguageDep = Annotated[Language, Depends(_language)]


async def _now(premises: PremisesDep) -> datetime:
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
