"""Attempts: sign-ins that are half done, each bound to one browser and good for once.

What was asked of the browser (a challenge, a state) is kept here and not in the page,
so that nobody answers a question that they asked themselves.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.accounts import AttemptPurpose
from app.errors import AppError
from app.models import SignInAttempt
from app.services.house import House

LIFETIME: Final = timedelta(minutes=10)

_SEAL: Final = "attempt"


class AttemptOver(AppError):
    """The sign-in took too long, was finished already, or began in another browser."""

    code = "attempt_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in that is half done."""

    staff_id: int | None
    asked: Mapping[str, str]
    """What was asked, and where to go on to."""


async def begin(
    session: AsyncSession,
    house: House,
    purpose: AttemptPurpose,
    *,
    staff_id: int | None = None,
    asked: Mapping[str, str],
    now: datetime,
) -> str:
    """Begin; return the token for the browser's cookie. What is stale is cleared."""
    await session.execute(
        delete(SignInAttempt).where(SignInAttempt.created_at < now - LIFETIME)
    )
    token = secrets.token_urlsafe(32)
    session.add(
        SignInAttempt(
            token_digest=_digest(house, token),
            purpose=purpose,
            staff_id=staff_id,
            sealed=_sealed(house, asked),
            created_at=now,
        )
    )
    return token


async def look_at(
    session: AsyncSession,
    house: House,
    token: str | None,
    purpose: AttemptPurpose,
    *,
    now: datetime,
) -> Attempt:
    """Return the attempt of ``token``, which goes on.

    Raises:
        AttemptOver: There is none for this purpose, or not any more.
    """
    row = await session.scalar(
        select(SignInAttempt).where(*_going_on(house, token, purpose, now))
    )
    if row is None:
        raise AttemptOver("this sign-in is over")
    return _opened(house, row)


async def ask(
    session: AsyncSession, house: House, token: str, asked: Mapping[str, str]
) -> None:
    """Put a new question in the place of what was asked before."""
    await session.execute(
        update(SignInAttempt)
        .where(SignInAttempt.token_digest == _digest(house, token))
        .values(sealed=_sealed(house, asked))
    )


async def take(
    session: AsyncSession,
    house: House,
    token: str | None,
    purpose: AttemptPurpose,
    *,
    now: datetime,
) -> Attempt:
    """Return the attempt of ``token`` and end it: the second answer finds nothing.

    Raises:
        AttemptOver: There is none for this purpose, or not any more.
    """
    row = await session.scalar(
        delete(SignInAttempt)
        .where(*_going_on(house, token, purpose, now))
        .returning(SignInAttempt)
    )
    if row is None:
        raise AttemptOver("this sign-in is over")
    return _opened(house, row)


def _going_on(
    house: House, token: str | None, purpose: AttemptPurpose, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the attempt of ``token`` while it may be answered."""
    return (
        SignInAttempt.token_digest == _digest(house, token or ""),
        SignInAttempt.purpose == purpose,
        SignInAttempt.created_at >= now - LIFETIME,
    )


def _sealed(house: House, asked: Mapping[str, str]) -> bytes:
    return house.seal.close(json.dumps(dict(asked)).encode(), purpose=_SEAL)


def _opened(house: House, row: SignInAttempt) -> Attempt:
    asked = json.loads(house.seal.open(row.sealed, purpose=_SEAL))
    return Attempt(staff_id=row.staff_id, asked=asked)


def _digest(house: House, token: str) -> bytes:
    return house.seal.digest(token, purpose="sign-in attempt")
