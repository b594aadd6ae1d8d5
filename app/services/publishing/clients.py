"""Clients: other systems that may send opinions in over Open311, each by its key."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.record import Action
from app.domain.submission import clean, says_something
from app.errors import Conflict, InvalidInput, NotAllowed, NotFound
from app.models import ApiClient
from app.sealing import Seal
from app.services import audit

MOST_NAME: Final = 80
_BYTES: Final = 24


class ClientExists(Conflict):
    """Another system has that name, or had it."""

    code = "client_exists"


class NoSuchClient(NotFound):
    """No system of that name has a key that works."""

    code = "no_such_client"


class BadKey(NotAllowed):
    """The key is missing, none of ours, or was revoked."""

    code = "bad_api_key"


async def add(session: AsyncSession, seal: Seal, name: str, *, now: datetime) -> str:
    """Let the system ``name`` send opinions in; return its key, which is not kept.

    Raises:
        InvalidInput: The name is empty or too long.
        ClientExists: It is taken.
    """
    name = clean(name, lines=False)
    if not says_something(name) or len(name) > MOST_NAME:
        raise InvalidInput(f"a name has 1 to {MOST_NAME} signs", field="name")
    key = secrets.token_urlsafe(_BYTES)
    client = ApiClient(name=name, key_digest=_digest(seal, key), added_at=now)
    try:
        async with session.begin_nested():
            session.add(client)
    except IntegrityError:
        raise ClientExists(f"{name} has, or had, a key; choose another name") from None
    audit.record(session, Action.API_CLIENT_ADDED, at=now, name=name)
    return key


async def revoke(session: AsyncSession, name: str, *, now: datetime) -> None:
    """Take a system's key out of use, for good.

    Raises:
        NoSuchClient: There is none of that name, or it was revoked.
    """
    client: ApiClient | None = await session.scalar(
        select(ApiClient).where(
            ApiClient.name == clean(name, lines=False), ApiClient.revoked_at.is_(None)
        )
    )
    if client is None:
        raise NoSuchClient(f"no system called {name[:MOST_NAME]} has a key")
    client.revoked_at = now
    audit.record(session, Action.API_CLIENT_REVOKED, at=now, name=client.name)


async def entries(session: AsyncSession) -> Sequence[ApiClient]:
    """Return all systems that have, or had, a key; in the order in which they came."""
    return (await session.scalars(select(ApiClient).order_by(ApiClient.id))).all()


async def identify(session: AsyncSession, seal: Seal, key: str) -> ApiClient:
    """Return whose ``key`` this is.

    Raises:
        BadKey: Nobody's, or nobody's any more.
    """
    client: ApiClient | None = await session.scalar(
        select(ApiClient).where(
            ApiClient.key_digest == _digest(seal, key), ApiClient.revoked_at.is_(None)
        )
    )
    if client is None:
        raise BadKey("the api_key is missing, unknown or revoked")
    return client


def _digest(seal: Seal, key: str) -> bytes:
    return seal.digest(key, purpose="api key")
