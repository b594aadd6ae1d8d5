"""Second factors: who has which, which roles need one, and help for who lost them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.accounts import AccountNote
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.models import (
    CodeDevice,
    FactorRule,
    KnownBrowser,
    Passkey,
    RecoveryCode,
    Staff,
)
from app.services import audit, staff
from app.services.accounts import codes, passkeys, sessions
from app.services.accounts.passkeys import PasskeyEntry
from app.services.house import House
from app.services.staff import NoSuchAccount, Person

KNOWN_FOR: Final = timedelta(days=30)
"""How long a browser is remembered as one that showed the second factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The second factors of somebody."""

    codes_since: datetime | None
    """Since when a device shows codes; None: there is none."""

    passkeys: Sequence[PasskeyEntry]
    recovery_codes_left: int

    @property
    def any(self) -> bool:
        """Whether there is one that counts."""
        return self.codes_since is not None or bool(self.passkeys)


async def of(session: AsyncSession, staff_id: int) -> Factors:
    """Return the second factors of somebody."""
    device = await session.get(CodeDevice, staff_id)
    return Factors(
        codes_since=device.confirmed_at if device else None,
        passkeys=await passkeys.entries(session, staff_id),
        recovery_codes_left=await codes.recovery_codes_left(session, staff_id),
    )


async def recovery_codes_due(
    session: AsyncSession, house: House, person: Person, *, now: datetime
) -> list[str]:
    """Return the first codes for paper, with the first factor; none are due later."""
    if await codes.recovery_codes_left(session, person.staff_id):
        return []
    return await codes.make_recovery_codes(session, house, person, now=now)


async def tidy(session: AsyncSession, staff_id: int) -> None:
    """Void what belongs to second factors, where the last of them is gone."""
    if not (await of(session, staff_id)).any:
        await _void(session, staff_id)


async def reset(
    session: AsyncSession, person: Person, staff_id: int, *, now: datetime
) -> None:
    """Take away the second factors of somebody who lost them, and tell them so.

    Raises:
        NotAllowed: The role does not look after accounts.
        NoSuchAccount: There is none of that key.
    """
    permission.check(person.role, Duty.STAFF)
    member = await session.get(Staff, staff_id)
    if member is None:
        raise NoSuchAccount("there is no such account")
    for table in (CodeDevice, Passkey):
        await session.execute(delete(table).where(table.staff_id == staff_id))
    await _void(session, staff_id)
    await staff.end_sessions(session, staff_id)
    member.note = AccountNote.FACTORS_RESET
    audit.record(
        session, Action.FACTORS_RESET, at=now,
        staff_id=person.staff_id, account_id=staff_id,
    )  # fmt: skip


async def required(session: AsyncSession) -> frozenset[Role]:
    """Return the roles whose people need a second factor."""
    return frozenset(await session.scalars(select(FactorRule.role)))


async def require(
    session: AsyncSession, person: Person, roles: frozenset[Role], *, now: datetime
) -> None:
    """Say which roles need a second factor, from everybody's next sign-in on.

    Raises:
        NotAllowed: The role does not look after accounts.
    """
    permission.check(person.role, Duty.STAFF)
    before = await required(session)
    await session.execute(delete(FactorRule).where(FactorRule.role.in_(before - roles)))
    session.add_all(FactorRule(role=role, since=now) for role in roles - before)
    for role in sorted(before ^ roles):
        audit.record(
            session, Action.FACTOR_RULE_CHANGED, at=now,
            staff_id=person.staff_id, role=role, needed=role in roles,
        )  # fmt: skip


async def remember(
    session: AsyncSession, house: House, staff_id: int, *, now: datetime
) -> str:
    """Remember a browser that showed the second factor; return its token."""
    token = secrets.token_urlsafe(32)
    stale = KnownBrowser.created_at < now - KNOWN_FOR
    await session.execute(
        delete(KnownBrowser).where(KnownBrowser.staff_id == staff_id, stale)
    )
    session.add(
        KnownBrowser(
            staff_id=staff_id, token_digest=_digest(house, token), created_at=now
        )
    )
    return token


async def awaited(
    session: AsyncSession,
    house: House,
    staff_id: int,
    *,
    browser_token: str | None,
    now: datetime,
) -> bool:
    """Return whether somebody has to show the second factor in this browser."""
    has = await session.scalar(
        select(sessions.has_factor(Staff.id)).where(Staff.id == staff_id)
    )
    if not has:
        return False
    known = await session.scalar(
        select(KnownBrowser.id).where(
            KnownBrowser.staff_id == staff_id,
            KnownBrowser.token_digest == _digest(house, browser_token or ""),
            KnownBrowser.created_at > now - KNOWN_FOR,
        )
    )
    return known is None


async def _void(session: AsyncSession, staff_id: int) -> None:
    for table in (RecoveryCode, KnownBrowser):
        await session.execute(delete(table).where(table.staff_id == staff_id))


def _digest(house: House, token: str) -> bytes:
    return house.seal.digest(token, purpose="known browser")
