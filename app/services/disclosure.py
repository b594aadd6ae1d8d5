"""Disclosure: what is kept sealed, shown to one person and noted in the record."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import ContactDetails, File, Forwarding, clean
from app.domain.vocabulary import Channel, ContactGround, Fate
from app.errors import InvalidInput, NotAllowed, NotFound
from app.models import Arrival, Attachment, Case, Contact, Strand
from app.services import audit, cases
from app.services.helping import check_leading
from app.services.house import House
from app.services.staff import Person

MOST_WHY: Final = 200
"""Signs in which somebody says why they look."""


class NoSuchFile(NotFound):
    """The case has no such file."""

    code = "no_such_file"


class DeskOnly(NotAllowed):
    """The citizen lets one desk alone open the contact details, and this is not it."""

    code = "desk_only"


class NoContact(NotFound):
    """The citizen left no way to be reached."""

    code = "no_contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How to reach the citizen, and who passed a letter on."""

    contact: ContactDetails
    forwarding: Forwarding | None


async def contact(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    ground: ContactGround,
    why: str = "",
    now: datetime,
) -> Reach:
    """Return how to reach the citizen, who can read when, why and by which role.

    ``why`` is the reason in words; none of the usual ones needs them.

    Raises:
        InvalidInput: There is no reason, or it is too long.
        NotAllowed: The role does not see contact details.
        NoSuchCase: There is none, or it is another office's.
        NoContact: There is nothing to see.
        DeskOnly: The citizen lets another desk alone see it.
    """
    permission.check(person.role, Duty.READ_CONTACT)
    case = await cases.find(session, person, number)
    check_leading(person, case)
    kept = await session.get(Contact, case.opinion_id)
    if kept is None:
        raise NoContact("the citizen left no contact details")
    if kept.desk_only and not opens_desk_only(house, person, case):
        raise DeskOnly("the citizen lets one desk alone open the contact details")
    why = _reason(ground, why)
    audit.record(
        session, Action.CONTACT_SEEN, at=now, staff_id=person.staff_id,
        case_id=case.id, ground=ground, role=person.role,
        **({"why": why} if why else {}),
    )  # fmt: skip
    facts = json.loads(house.seal.open(kept.sealed, purpose="contact"))
    forwarding = facts.pop("forwarding", None)
    return Reach(
        contact=ContactDetails(**facts),
        forwarding=Forwarding(**forwarding) if forwarding else None,
    )


def opens_desk_only(house: House, person: Person, case: Case) -> bool:
    """Return whether ``person`` is of the one desk that a citizen may have chosen."""
    shelf = house.shelf
    desk = shelf.report_office_id if case.restricted else shelf.lead_office_id
    return permission.opens_desk_only(
        person.role, office_id=person.office_id, desk_id=desk
    )


def _reason(ground: ContactGround, why: str) -> str:
    """Return why somebody looks, as it is kept and the citizen reads it.

    Raises:
        InvalidInput: It is missing where the ground says nothing, or too long.
    """
    why = clean(why, lines=False)
    if ground is ContactGround.OTHER and not why:
        raise InvalidInput("say why", field="why", code="why_missing")
    if len(why) > MOST_WHY:
        raise InvalidInput("this is too long", field="why", code="why_too_long")
    return why


async def attachment(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    attachment_id: int,
    *,
    now: datetime,
) -> File:
    """Return a file that came with the case's opinions or additions.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
        NoSuchFile: The file is not one of this case's.
    """
    case = await cases.find(session, person, number)
    file = await attached(session, house, case, attachment_id)
    audit.record(
        session, Action.ATTACHMENT_SEEN, at=now, staff_id=person.staff_id,
        case_id=case.id, attachment_id=attachment_id,
    )  # fmt: skip
    return file


async def attached(
    session: AsyncSession, house: House, case: Case, attachment_id: int
) -> File:
    """Return a file of ``case`` to a caller who has noted, or notes, who looks.

    Raises:
        NoSuchFile: The file is not one of this case's.
    """
    kept = await session.scalar(
        select(Attachment)
        .join(Strand, Strand.opinion_id == Attachment.opinion_id)
        .where(Attachment.id == attachment_id, Strand.case_id == case.id)
    )
    if kept is None:
        raise NoSuchFile("the case has no such file")
    return File(
        file_name=kept.file_name,
        media_type=kept.media_type,
        content=house.seal.open(kept.sealed, purpose="attachment"),
    )


async def original(
    session: AsyncSession, person: Person, house: House, number: str, *, now: datetime
) -> File:
    """Return the letter that opened the case, as it came; it names its writer.

    Raises:
        NotAllowed: The role does not see contact details.
        NoSuchCase: There is none, or it is another office's.
        NoSuchFile: The case was not opened by a letter that came by mail.
    """
    permission.check(person.role, Duty.READ_CONTACT)
    case = await cases.find(session, person, number)
    check_leading(person, case)
    kept = await session.scalar(select(Arrival).where(*is_letter_of(case)).limit(1))
    if kept is None:
        raise NoSuchFile("the case was not opened by a letter")
    audit.record(
        session, Action.ORIGINAL_SEEN, at=now, staff_id=person.staff_id,
        case_id=case.id, arrival_id=kept.id, role=person.role,
    )  # fmt: skip
    return File(
        file_name=f"{cases.parsed_number(number)}.eml",
        media_type="message/rfc822",
        content=house.seal.open(kept.sealed, purpose="arrival"),
    )


def is_letter_of(case: Case) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of the arrival by mail that opened ``case``, while kept."""
    return (
        Arrival.opinion_id == case.opinion_id,
        Arrival.fate == Fate.OPENED,
        Arrival.channel == Channel.EMAIL,
        Arrival.size > 0,
    )
