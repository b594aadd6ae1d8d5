"""Letters on several matters, and what is done to their cases."""

from collections.abc import Awaitable, Callable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.vocabulary import Disposition, Kind
from app.models import Case
from app.premises import Premises
from app.services import merging, replies, restricting, splitting, triage
from app.services.staff import Person
from tests import at_desk, make
from tests.at_desk import case_of
from tests.fakes import START

Act = Callable[[AsyncSession, int], Awaitable[object]]


async def two_matters(premises: Premises) -> str:
    sent = await at_desk.open_case(premises, subject="", text=make.TWO_MATTERS)
    return sent.receipt_number


async def take(premises: Premises, number: str, act: Act) -> object:
    """Do something to a case as it now stands, in a transaction of its own."""
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await act(session, revision)


def restrict(premises: Premises, person: Person, number: str) -> tuple[str, Act]:
    return number, lambda session, revision: restricting.restrict(
        session, person, premises.house, number, revision=revision, now=START
    )


def report(premises: Premises, person: Person, number: str) -> tuple[str, Act]:
    return number, lambda session, revision: triage.set_kind(
        session, person, premises.house, number,
        revision=revision, kind=Kind.REPORT, now=START,
    )  # fmt: skip


def split(
    premises: Premises, person: Person, number: str, section: str = "2.1.3"
) -> tuple[str, Act]:
    return number, lambda session, revision: splitting.split(
        session, person, premises.house, number,
        revision=revision, section=section, now=START,
    )  # fmt: skip


def merge(person: Person, number: str) -> tuple[str, Act]:
    return number, lambda session, revision: merging.merge(
        session, person, number, revision=revision, now=START
    )


def withdraw(premises: Premises, person: Person, number: str) -> tuple[str, Act]:
    return number, lambda session, revision: replies.close(
        session, person, premises.house, number,
        revision=revision, disposition=Disposition.WITHDRAWN, now=START,
    )  # fmt: skip


async def answer(premises: Premises, person: Person, number: str) -> None:
    await take(
        premises, number,
        lambda session, revision: replies.answer(
            session, person, premises.house, number,
            revision=revision, text="已经答复。", now=START,
        ),
    )  # fmt: skip


async def assign(premises: Premises, person: Person, number: str, office: str) -> None:
    async with premises.database.writing() as session:
        key = await at_desk.office_named(session, office)
    await take(
        premises, number,
        lambda session, revision: triage.assign(
            session, person, number,
            revision=revision, office_id=key, despite=True, now=START,
        ),
    )  # fmt: skip


async def cases_of(premises: Premises, number: str) -> list[Case]:
    """Return all cases of the opinion, in their order."""
    first = await case_of(premises, number)
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(Case)
            .where(Case.opinion_id == first.opinion_id)
            .order_by(Case.ordinal)
        )
        return list(found)
