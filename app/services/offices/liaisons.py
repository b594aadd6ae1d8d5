"""Liaisons (联络员): at which addresses cases of an office are answered by mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.intake_address import IntakeAddress
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import is_mailbox
from app.domain.vocabulary import Language
from app.errors import Conflict, InvalidInput, NotFound
from app.keys import new_key
from app.models import Liaison, Office
from app.services import audit
from app.services.enclosing import email_digest
from app.services.house import House
from app.services.staff import NoSuchOffice, Person


class BadLiaison(InvalidInput):
    """It is no mail address, or one of ours."""

    code = "bad_liaison"


class LiaisonThere(Conflict):
    """The office has that address already."""

    code = "liaison_there"


class NoSuchLiaison(NotFound):
    """There is none of that key."""

    code = "no_such_liaison"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiaisonEntry:
    """A liaison as one line of the list."""

    id: int
    office: str
    address: str
    active: bool
    since: datetime
    language: Language


async def entries(
    session: AsyncSession, person: Person, house: House
) -> Sequence[LiaisonEntry]:
    """Return every office's liaisons, by office.

    Raises:
        NotAllowed: The role does not look after them.
    """
    permission.check(person.role, Duty.LIAISONS)
    rows = await session.execute(
        select(Liaison, Office.name)
        .join(Office, Office.id == Liaison.office_id)
        .order_by(Office.name, Liaison.id)
    )
    return [
        LiaisonEntry(
            id=row.id,
            office=office,
            address=address_of(house, row),
            active=row.active,
            since=row.since,
            language=row.language,
        )
        for row, office in rows
    ]


def address_of(house: House, row: Liaison) -> str:
    """Return the address that a row keeps sealed."""
    return house.seal.open(row.sealed, purpose="liaison").decode()


async def add(
    session: AsyncSession,
    person: Person,
    house: House,
    *,
    office_id: int,
    address: str,
    language: Language = Language.ZH,
    now: datetime,
) -> None:
    """Let cases that are given to an office be mailed to ``address`` from now on.

    Letters there are in ``language``.

    Raises:
        NotAllowed: The role does not look after liaisons.
        NoSuchOffice: There is no office of that key.
        BadLiaison: It is no address, or our own: letters would go in circles.
        LiaisonThere: The office has it already.
    """
    permission.check(person.role, Duty.LIAISONS)
    office = await session.get(Office, office_id)
    if office is None:
        raise NoSuchOffice("there is no such office")
    address = address.strip()
    ours = IntakeAddress.of(house.settings.intake_address)
    if not is_mailbox(address) or ours.takes(address):
        raise BadLiaison("this is no mail address of theirs", field="address")
    row = Liaison(
        id=new_key(), office_id=office_id, active=True, since=now, language=language,
        sealed=house.seal.close(address.encode(), purpose="liaison"),
        email_digest=email_digest(house.seal, address), staff_id=person.staff_id,
    )  # fmt: skip
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise LiaisonThere("the office has this address") from None
    _note(session, person, row, now=now)


async def switch(
    session: AsyncSession, person: Person, key: int, *, active: bool, now: datetime
) -> None:
    """Mail cases to a liaison again, or no more: then older letters are void, too.

    Raises:
        NotAllowed: The role does not look after liaisons.
        NoSuchLiaison: There is none of that key.
    """
    row = await _in_hand(session, person, key)
    if row.active == active:
        return
    row.active, row.staff_id = active, person.staff_id
    if active:
        row.since = now
    _note(session, person, row, now=now)
    await session.flush()


async def write_in(
    session: AsyncSession,
    person: Person,
    key: int,
    *,
    language: Language,
    now: datetime,
) -> None:
    """Write to a liaison in ``language`` from the next letter on.

    Raises:
        NotAllowed: The role does not look after liaisons.
        NoSuchLiaison: There is none of that key.
    """
    row = await _in_hand(session, person, key)
    if row.language is not language:
        row.language, row.staff_id = language, person.staff_id
        _note(session, person, row, now=now)
        await session.flush()


async def _in_hand(session: AsyncSession, person: Person, key: int) -> Liaison:
    permission.check(person.role, Duty.LIAISONS)
    row = await session.get(Liaison, key, with_for_update=True)
    if row is None:
        raise NoSuchLiaison("there is no such liaison")
    return row


def _note(
    session: AsyncSession, person: Person, row: Liaison, *, now: datetime
) -> None:
    audit.record(
        session, Action.LIAISON_CHANGED, at=now, staff_id=person.staff_id,
        liaison_id=row.id, office_id=row.office_id, active=row.active,
        language=row.language,
    )  # fmt: skip
