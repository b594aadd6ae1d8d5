"""Passkeys: the list of those that somebody has; `ceremonies` makes and tries them.

The library is an extra of the package: where it is not there, and where browsers do
not have passkeys, the pages do not speak of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.submission import clean
from app.errors import AppError, Conflict, InvalidInput, NotFound
from app.models import Passkey
from app.services import audit
from app.services.staff import Person
from app.settings import Settings

MOST_PASSKEYS: Final = 20
MOST_NAME: Final = 60


class WrongPasskey(AppError):
    """What the browser showed is no passkey that opens anything here."""

    code = "wrong_passkey"


class PasskeyThere(Conflict):
    """It was set up already, or there are as many as there may be."""

    code = "passkey_there"


class NoSuchPasskey(NotFound):
    """There is no such passkey, or it is somebody else's."""

    code = "no_such_passkey"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyEntry:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    used_at: datetime | None


def offered(settings: Settings) -> bool:
    """Return whether passkeys can be used: browsers have them over TLS only.

    ``localhost`` is as good as that (W3C, Secure Contexts).
    """
    host = urlsplit(settings.base_url).hostname
    return _installed() and (settings.secure or host == "localhost")


async def entries(session: AsyncSession, staff_id: int) -> Sequence[PasskeyEntry]:
    """Return the passkeys of somebody, the oldest first."""
    rows = await session.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.used_at)
        .where(Passkey.staff_id == staff_id)
        .order_by(Passkey.id)
    )
    return [PasskeyEntry(**row) for row in rows.mappings()]


async def rename(
    session: AsyncSession, person: Person, passkey_id: int, *, name: str
) -> None:
    """Give a passkey another name.

    Raises:
        NoSuchPasskey: It is none of theirs.
        InvalidInput: The name is empty or too long.
    """
    found = await session.scalar(
        update(Passkey)
        .where(Passkey.id == passkey_id, Passkey.staff_id == person.staff_id)
        .values(name=named(name))
        .returning(Passkey.id)
    )
    if found is None:
        raise NoSuchPasskey("there is no such passkey")


async def remove(
    session: AsyncSession, person: Person, passkey_id: int, *, now: datetime
) -> None:
    """Let a passkey open nothing any more.

    Raises:
        NoSuchPasskey: It is none of theirs.
    """
    found = await session.scalar(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.staff_id == person.staff_id)
        .returning(Passkey.id)
    )
    if found is None:
        raise NoSuchPasskey("there is no such passkey")
    record(session, Action.FACTOR_REMOVED, person, now=now)


def named(name: str) -> str:
    """Return ``name`` as a passkey may bear it.

    Raises:
        InvalidInput: It is empty or too long.
    """
    name = clean(name, lines=False)
    if not 0 < len(name) <= MOST_NAME:
        raise InvalidInput(
            f"a name has up to {MOST_NAME} signs", field="name", code="bad_account_name"
        )
    return name


def record(
    session: AsyncSession, action: Action, person: Person, *, now: datetime
) -> None:
    """Put down that somebody has a passkey more, or one less."""
    audit.record(session, action, at=now, staff_id=person.staff_id, factor="passkey")


@cache
def _installed() -> bool:
    return find_spec("webauthn") is not None
