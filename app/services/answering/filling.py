"""Filling in: a template becomes the beginning of an answer to one citizen."""

import json
from datetime import date, datetime
from typing import Final

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import places
from app.domain.permission import Duty, may
from app.domain.places import Place
from app.domain.record import Action
from app.domain.vocabulary import ContactGround, Language
from app.models import AnswerTemplate, Case, Contact, Office, Opinion, SectionText
from app.services import audit, cases
from app.services.answering.template_terms import PACKAGED, packaged
from app.services.answering.templates import NoSuchTemplate
from app.services.helping import check_leading
from app.services.house import House
from app.services.staff import Person

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December",
)  # fmt: skip


async def filled(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    key: int,
    *,
    now: datetime,
) -> str:
    """Return a template with what is known of the case put in, and count its use.

    What is not known stands in its braces, and no answer leaves with any. Whoever has
    the citizen addressed by name has seen the name, which is noted.

    Raises:
        NoSuchTemplate: There is none, or it is of an office that has no part in it.
        AppError: See `cases.find` and `check_leading`.
    """
    case = await cases.find(session, person, number)
    check_leading(person, case)
    opinion = await session.get_one(Opinion, case.opinion_id)
    body = await _body(session, person, case, opinion.language, key)
    facts = await _facts(session, person, house, case, opinion, now=now)
    if Place.SALUTATION in places.asked(body):
        name = await _name(session, person, house, case, now=now)
        facts[Place.SALUTATION] = salutation(name, opinion.language)
    return places.fill(body, facts)


def salutation(name: str | None, language: Language) -> str:
    """Return how an answer addresses its citizen."""
    if language is Language.EN:
        return f"Dear {name}," if name else "Dear Sir or Madam,"
    return f"{name}，您好：" if name else "您好："


def in_words(day: date, language: Language) -> str:
    """Return a day as a letter writes it."""
    if language is Language.EN:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


async def _body(
    session: AsyncSession, person: Person, case: Case, language: Language, key: int
) -> str:
    if key == PACKAGED:
        return packaged(language)[1]
    usable = or_(
        AnswerTemplate.office_id.is_(None),
        AnswerTemplate.office_id.in_([case.office_id, person.office_id]),
    )
    body: str | None = await session.scalar(
        select(AnswerTemplate.body).where(
            AnswerTemplate.id == key, AnswerTemplate.archived_at.is_(None), usable
        )
    )
    if body is None:
        raise NoSuchTemplate("there is no such template")
    await session.execute(
        update(AnswerTemplate)
        .where(AnswerTemplate.id == key)
        .values(used=AnswerTemplate.used + 1)
        .execution_options(synchronize_session=False)
    )
    return body


async def _facts(
    session: AsyncSession,
    person: Person,
    house: House,
    case: Case,
    opinion: Opinion,
    *,
    now: datetime,
) -> dict[Place, str | None]:
    office = await session.scalar(
        select(Office.name).where(Office.id == case.office_id)
    )
    heading = await session.scalar(
        select(SectionText.heading)
        .where(SectionText.section_id == case.section_id)
        .order_by(SectionText.version_id.desc())
        .limit(1)
    )
    zone, language = house.settings.zone, opinion.language
    return {
        Place.RECEIPT_NUMBER: opinion.receipt_number,
        Place.ITEM: " ".join(heading.split()) if heading else None,
        Place.OFFICE: office,
        Place.DUE_DATE: in_words(case.due_at.astimezone(zone).date(), language),
        Place.MY_NAME: person.display_name,
        Place.DATE: in_words(now.astimezone(zone).date(), language),
    }


async def _name(
    session: AsyncSession, person: Person, house: House, case: Case, *, now: datetime
) -> str | None:
    """Return the citizen's name, once it is noted who saw it; None: there is none."""
    if not may(person.role, Duty.READ_CONTACT):
        return None
    kept = await session.get(Contact, case.opinion_id)
    if kept is None:
        return None
    name: str | None = json.loads(house.seal.open(kept.sealed, purpose="contact")).get(
        "name"
    )
    if not name:
        return None
    audit.record(
        session, Action.CONTACT_SEEN, at=now, staff_id=person.staff_id,
        case_id=case.id, ground=ContactGround.REPLY,
    )  # fmt: skip
    return name
