"""Joint handling: who owes an opinion by when, and what was written."""

from datetime import date, timedelta

import pytest

from app.domain.vocabulary import Role
from app.models import Note
from app.premises import Premises
from app.services import co_offices, triage
from app.services.cases import NoSuchCase
from app.services.helping import NotLeading
from app.services.offices import joint
from app.services.offices.joint import BadCoDay, NoSuchContribution, Part
from app.services.staff import NoSuchOffice, Person
from tests import at_desk
from tests.fakes import START, FakeClock
from tests.routing_table import OTHER
from tests.services.offices.liaising import open_given

DAY = date(2026, 11, 4)


@pytest.fixture
async def helper(premises: Premises) -> Person:
    """An officer of the office that is asked what it thinks."""
    return await at_desk.hire(premises, Role.OFFICER, office=OTHER)


@pytest.fixture
async def number(
    premises: Premises, clerk: Person, officer: Person, helper: Person
) -> str:
    """A case that `UNIT` answers and `OTHER` is asked about."""
    opened = await open_given(premises, clerk, officer.office_id)
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, opened,
            revision=2, office_id=helper.office_id, now=START,
        )  # fmt: skip
    return opened


async def set_day(
    premises: Premises, person: Person, number: str, office: int, day: date = DAY
) -> None:
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await joint.set_due(
            session, person, premises.house, number,
            revision=seen, office_id=office, day=day, now=premises.clock(),
        )  # fmt: skip


async def write(premises: Premises, person: Person, number: str, text: str) -> None:
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await triage.note(
            session, person, number, revision=seen, text=text, now=premises.clock()
        )


async def part(premises: Premises, number: str) -> Part:
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        (found,) = await joint.parts(session, case, now=premises.clock())
    return found


async def test_a_co_office_owes_its_opinion_until_the_day_that_the_lead_sets(
    premises: Premises, officer: Person, helper: Person, number: str, clock: FakeClock
) -> None:
    await set_day(premises, officer, number, helper.office_id)

    assert not (await part(premises, number)).overdue
    clock.advance(days=3)
    assert (await part(premises, number)).overdue


async def test_what_it_writes_is_its_contribution_and_the_lead_is_told(
    premises: Premises, officer: Person, helper: Person, number: str, clock: FakeClock
) -> None:
    await set_day(premises, officer, number, helper.office_id)

    await write(premises, helper, number, "线路由我局下周更换")

    clock.advance(days=5)
    done = await part(premises, number)
    assert (done.done_at, done.overdue) == (START, False)
    assert (await at_desk.case_of(premises, number)).unread


async def test_the_lead_takes_a_contribution_over(
    premises: Premises, officer: Person, helper: Person, number: str
) -> None:
    await write(premises, officer, number, "一条普通批注")
    await write(premises, helper, number, "线路由我局下周更换")
    case = await at_desk.case_of(premises, number)

    async with premises.database.reading() as session:
        (found,) = await joint.contributions(session, case)
        taken = await joint.contribution(session, officer, number, found.id)
        with pytest.raises(NoSuchContribution):
            await joint.contribution(session, officer, number, 1)
        with pytest.raises(NotLeading):
            await joint.contribution(session, helper, number, found.id)

    assert (taken.office, taken.text) == (OTHER, "线路由我局下周更换")


async def test_an_opinion_that_its_writer_takes_away_is_owed_again(
    premises: Premises, helper: Person, number: str
) -> None:
    await write(premises, helper, number, "看错了件")
    async with premises.database.writing() as session:
        case = await at_desk.case_of(premises, number)
        (found,) = await joint.contributions(session, case)
        await session.delete(await session.get_one(Note, found.id))

    assert (await part(premises, number)).done_at is None


@pytest.mark.parametrize("days", [-1, 400])
async def test_a_day_lies_between_today_and_the_day_the_case_is_due(
    premises: Premises, officer: Person, helper: Person, number: str, days: int
) -> None:
    with pytest.raises(BadCoDay):
        await set_day(
            premises, officer, number, helper.office_id,
            START.date() + timedelta(days=days),
        )  # fmt: skip


async def test_a_co_office_sets_itself_no_day_and_a_stranger_none_at_all(
    premises: Premises, officer: Person, helper: Person, number: str
) -> None:
    stranger = await at_desk.hire(premises, Role.OFFICER, office="教育局")

    with pytest.raises(NotLeading):
        await set_day(premises, helper, number, helper.office_id)
    with pytest.raises(NoSuchCase):
        await set_day(premises, stranger, number, helper.office_id)
    with pytest.raises(NoSuchOffice):
        await set_day(premises, officer, number, stranger.office_id)
