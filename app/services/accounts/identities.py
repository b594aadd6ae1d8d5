"""Identities: who somebody is to the office's own sign-in service (OpenID Connect)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.errors import AppError, Conflict
from app.models import LinkedIdentity, Staff
from app.services import audit
from app.services.staff import Person


class ProviderFault(AppError):
    """The sign-in service did not answer, or what it said does not hold."""

    code = "provider_fault"


class NotLinked(AppError):
    """The sign-in service knows them; we know no account of theirs."""

    code = "not_linked"


class LinkedOtherwise(Conflict):
    """That identity belongs to another account, or this account has another."""

    code = "linked_otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Where a browser is sent, and what has to come back with it."""

    address: str
    asked: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, as the sign-in service says and we have verified."""

    issuer: str
    subject: str
    user_name: str | None
    """What the claim says that settings name; None: it says nothing."""

    second_factor: bool
    """Whether it says that a second factor was shown there (RFC 8176: ``mfa``)."""


class Provider(Protocol):
    """A sign-in service."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def issuer(self) -> str:
        """What it calls itself."""

    async def question(self, *, back: str, now: datetime) -> Question:
        """Return how to ask it who somebody is; it sends them to ``back``.

        Raises:
            ProviderFault: It does not say how it wants to be asked.
        """

    async def answer(
        self, *, code: str, back: str, asked: dict[str, str], now: datetime
    ) -> Identity:
        """Return who it says somebody is.

        Raises:
            ProviderFault: It does not answer, or its word does not hold.
        """


async def owner(
    session: AsyncSession, identity: Identity, *, by_name: bool, now: datetime
) -> int:
    """Return whose identity this is; ``by_name`` links it to an account of its name.

    Raises:
        NotLinked: There is no such account, or it is closed.
        LinkedOtherwise: The account of that name belongs to another identity.
    """
    known: int | None = await session.scalar(
        select(Staff.id)
        .join(LinkedIdentity, LinkedIdentity.staff_id == Staff.id)
        .where(
            LinkedIdentity.issuer == identity.issuer,
            LinkedIdentity.subject == identity.subject,
            Staff.active,
        )
    )
    if known is None and by_name and identity.user_name:
        known = await session.scalar(
            select(Staff.id).where(Staff.user_name == identity.user_name, Staff.active)
        )
        if known is not None:
            await link(session, known, identity, now=now)
    if known is None:
        raise NotLinked("there is no account for this identity")
    return known


async def link(
    session: AsyncSession, staff_id: int, identity: Identity, *, now: datetime
) -> None:
    """Let an identity open an account.

    Raises:
        LinkedOtherwise: It opens another, or this one has another.
    """
    linked = LinkedIdentity(
        staff_id=staff_id,
        issuer=identity.issuer,
        subject=identity.subject,
        linked_at=now,
    )
    try:
        async with session.begin_nested():
            session.add(linked)
    except IntegrityError:
        raise LinkedOtherwise("that identity or account is linked otherwise") from None
    audit.record(session, Action.IDENTITY_LINKED, at=now, staff_id=staff_id)


async def unlink(session: AsyncSession, person: Person, *, now: datetime) -> None:
    """Let no identity open the account of ``person`` any more."""
    gone = await session.scalars(
        delete(LinkedIdentity)
        .where(LinkedIdentity.staff_id == person.staff_id)
        .returning(LinkedIdentity.id)
    )
    if gone.all():
        audit.record(
            session, Action.IDENTITY_UNLINKED, at=now, staff_id=person.staff_id
        )


async def issuers(session: AsyncSession, person: Person) -> Sequence[str]:
    """Return the sign-in services that know ``person``."""
    found = await session.scalars(
        select(LinkedIdentity.issuer).where(LinkedIdentity.staff_id == person.staff_id)
    )
    return found.all()
