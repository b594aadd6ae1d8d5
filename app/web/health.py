"""Health: whether the process lives, and whether it can take visitors."""

import asyncio
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.web.dependencies import PremisesDep

WITHIN: Final = 2.0
"""Seconds in which the database has to answer."""

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    """Say that the process lives: whoever gets no answer starts another."""
    return PlainTextResponse("alive\n")


@router.get("/readyz")
async def ready(premises: PremisesDep) -> PlainTextResponse:
    """Say whether visitors can be sent here: not while closing or without database."""
    if premises.closing:
        return _not_ready("closing")
    try:
        async with asyncio.timeout(WITHIN), premises.database.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return _not_ready("no database")
    return PlainTextResponse("ready\n")


def _not_ready(why: str) -> PlainTextResponse:
    return PlainTextResponse(f"{why}\n", status_code=HTTPStatus.SERVICE_UNAVAILABLE)
