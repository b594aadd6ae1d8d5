"""Sessions: where somebody is signed in, for how long, and how that ends."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.accounts import Proof
from app.domain.record import Action
from app.errors import AppError, NotFound
from app.models import (
    CodeDevice,
    DeskChoice,
    FactorRule,
    KnownBrowser,
    Passkey,
    Staff,
)
from app.models import StaffSession as Session
from app.services import audit, staff
from app.services.house import House
from app.services.staff import NotSignedIn, Person

CONFIRMED_FOR: Final = timedelta(minutes=15)
"""How long somebody who showed who they are may do what is dangerous."""


class NoSuchSession(NotFound):
    """There is no such session, or it is somebody else's."""

    code = "no_such_session"


class ConfirmationDue(AppError):
    """Whoever is signed in has to show again who they are, before what is dangerous."""

    code = "confirmation_due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A session that lives."""

    person: Person
    session_id: int
    confirmed: bool
    """Whether it was shown a moment ago who it is."""

    touch: bool
    """Whether it is time to `touch` it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEntry:
    """One of somebody's sessions, as its owner sees it."""

    id: int
    browser: str | None
    proof: Proof
    created_at: datetime
    seen_at: datetime
    own: bool
    """Whether it is the one that asks."""


async def find(
    session: AsyncSession, house: House, token: str, *, now: datetime
) -> Kept:
    """Return the session of ``token``.

    Raises:
        NotSignedIn: There is none, or it has ended.
    """
    digest = _digest(house, token)
    row = (await session.execute(_finding(), {"digest": digest})).first()
    if row is None or not row.Staff.active:
        raise NotSignedIn("nobody is signed in")
    kept: Session = row.StaffSession
    settings = house.settings
    idle, age = now - kept.seen_at, now - kept.created_at
    if idle > settings.session_idle or age > settings.session_lifetime:
        raise NotSignedIn("the session has ended")
    shown = kept.confirmed_at
    return Kept(
        person=replace(
            staff.person(row.Staff),
            must_add_factor=row.lacks_factor,
            single_keys=row.single_keys is not False,
        ),
        session_id=kept.id,
        confirmed=shown is not None and now - shown < CONFIRMED_FOR,
        touch=idle > settings.session_idle / 10,
    )


@cache
def _finding() -> Select[*tuple[Any, ...]]:
    """Return the statement that finds a session; every page of the desk asks it."""
    return (
        select(
            Session,
            Staff,
            DeskChoice.single_keys,
            and_(_needs_factor(), ~has_factor(Staff.id)).label("lacks_factor"),
        )
        .join(Staff, Staff.id == Session.staff_id)
        .outerjoin(DeskChoice, DeskChoice.staff_id == Staff.id)
        .where(Session.token_digest == bindparam("digest"))
    )


def has_factor(staff_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that an account has a second factor that counts."""
    return or_(
        exists().where(
            CodeDevice.staff_id == staff_id, CodeDevice.confirmed_at.is_not(None)
        ),
        exists().where(Passkey.staff_id == staff_id),
    )


def _needs_factor() -> ColumnElement[bool]:
    return exists().where(
        FactorRule.role == Staff.role, FactorRule.since <= Session.created_at
    )


async def touch(
    session: AsyncSession, house: House, token: str, *, now: datetime
) -> None:
    """Note that the session of ``token`` was used, and its owner seen."""
    staff_id = await session.scalar(
        update(Session)
        .where(Session.token_digest == _digest(house, token))
        .values(seen_at=now)
        .returning(Session.staff_id)
    )
    await session.execute(update(Staff).where(Staff.id == staff_id).values(seen_at=now))


async def confirm(
    session: AsyncSession, house: House, session_id: int, *, now: datetime
) -> str:
    """Note that it was just shown whose session this is; return its new token.

    The token changes: one that somebody copied before is worth nothing.
    """
    token = secrets.token_urlsafe(32)
    await session.execute(
        update(Session)
        .where(Session.id == session_id)
        .values(confirmed_at=now, token_digest=_digest(house, token))
    )
    return token


async def entries(
    session: AsyncSession, house: House, person: Person, *, own: int, now: datetime
) -> Sequence[SessionEntry]:
    """Return where ``person`` is signed in, the one that asks first."""
    settings = house.settings
    rows = await session.scalars(
        select(Session)
        .where(
            Session.staff_id == person.staff_id,
            Session.seen_at >= now - settings.session_idle,
            Session.created_at >= now - settings.session_lifetime,
        )
        .order_by((Session.id == own).desc(), Session.seen_at.desc())
    )
    return [
        SessionEntry(
            id=row.id,
            browser=row.browser,
            proof=row.proof,
            created_at=row.created_at,
            seen_at=row.seen_at,
            own=row.id == own,
        )
        for row in rows
    ]


async def end(
    session: AsyncSession, person: Person, session_id: int, *, now: datetime
) -> None:
    """End one of the sessions of ``person``.

    Raises:
        NoSuchSession: It is none of theirs, or has ended.
    """
    ended = await session.scalar(
        delete(Session)
        .where(Session.id == session_id, Session.staff_id == person.staff_id)
        .returning(Session.id)
    )
    if ended is None:
        raise NoSuchSession("there is no such session")
    audit.record(session, Action.SESSIONS_ENDED, at=now, staff_id=person.staff_id)


async def end_others(
    session: AsyncSession, person: Person, *, own: int, now: datetime
) -> None:
    """End all sessions of ``person`` but one, and know no browser any more."""
    await session.execute(
        delete(Session).where(Session.staff_id == person.staff_id, Session.id != own)
    )
    await forget_browsers(session, person.staff_id)
    audit.record(session, Action.SESSIONS_ENDED, at=now, staff_id=person.staff_id)


async def forget_browsers(session: AsyncSession, staff_id: int) -> None:
    """Ask for the second factor again in every browser."""
    await session.execute(delete(KnownBrowser).where(KnownBrowser.staff_id == staff_id))


def _digest(house: House, token: str) -> bytes:
    return house.seal.digest(token, purpose="staff session")
