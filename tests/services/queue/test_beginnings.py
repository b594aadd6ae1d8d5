"""The beginning of a list is kept as a statement, and asked for each person anew."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.dialects import sqlite

from app.domain.views import Order
from app.domain.vocabulary import Role, Status, Tab
from app.models import Case
from app.premises import Premises
from app.services import queues
from app.services.paging import FIRST, Place, Turn
from app.services.queue import walks
from app.services.queue.moulds import filled
from app.services.queue.wanted import Wanted
from app.services.queues import PAGE
from app.services.staff import Person
from app.services.tabs import may_open
from tests import at_desk
from tests.fakes import START, FakeClock

OFFICE = "承办单位一"
ROLES = (Role.CLERK, Role.SUPERVISOR, Role.OFFICER, Role.AUDITOR)


@pytest.fixture
async def people(premises: Premises, clock: FakeClock) -> list[Person]:
    """One of each role, among whom cases of every kind of standing are spread."""
    found = [await at_desk.hire(premises, Role.CLERK)]
    found += [
        await at_desk.hire(premises, role, office=OFFICE)
        if role is Role.OFFICER
        else await at_desk.hire(premises, role)
        for role in ROLES
    ]
    standing = [Status.REGISTERED, Status.ASSIGNED, Status.ANSWERED, Status.CLOSED]
    for place in range(24):
        number = (await at_desk.open_case(premises)).receipt_number
        case = await at_desk.case_of(premises, number)
        someone = found[place % len(found)]
        async with premises.database.writing() as session:
            await session.execute(
                update(Case).where(Case.id == case.id).values(
                    status=standing[place % 4],
                    office_id=someone.office_id,
                    assignee_id=someone.staff_id if place % 3 else None,
                    due_at=START + timedelta(days=place - 8),
                    restricted=place % 7 == 0,
                    unread=place % 5 == 0,
                    snoozed_until=[START + timedelta(days=2), *[None] * 10][place % 11],
                )
            )  # fmt: skip
        clock.advance(minutes=1)
    return found


@pytest.mark.parametrize("order", [None, *Order])
@pytest.mark.parametrize("tab", Tab)
async def test_a_list_begins_with_what_follows_the_place_before_everything(
    premises: Premises, people: list[Person], tab: Tab, order: Order | None
) -> None:
    wanted = Wanted(tab=tab, order=order, soon=START + timedelta(days=3))
    years = timedelta(days=3_000)
    before = Place(key=2**62, at=START + years) if wanted.newest_first else Place(
        key=0, at=START - years
    )  # fmt: skip
    async with premises.database.reading() as session:
        for person in people:
            if not may_open(tab, person):
                continue
            first = await queues.page(session, person, wanted, turn=FIRST, now=START)
            again = await queues.page(
                session, person, wanted, turn=Turn(after=before), now=START
            )
            numbers = [row.number for row in first.rows]
            assert numbers == [row.number for row in again.rows]
            assert len(numbers) <= PAGE


async def test_what_one_has_in_hand_is_not_shown_to_the_next(
    premises: Premises, people: list[Person]
) -> None:
    wanted = Wanted(tab=Tab.MINE)
    async with premises.database.reading() as session:
        lists = [
            {row.number for row in (
                await queues.page(session, person, wanted, now=START)
            ).rows}
            for person in people
        ]  # fmt: skip

    assert sum(map(bool, lists)) >= 2
    assert sum(map(len, lists)) == len(set().union(*lists))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tab", [Tab.NEW, Tab.ALL, Tab.DUE_SOON])
async def test_each_part_of_a_list_is_read_in_the_order_of_its_index(
    premises: Premises, people: list[Person], tab: Tab
) -> None:
    keys = walks.beginning(Role.CLERK, tab, Order.DUE, PAGE).parts
    facts = filled(people[0], now=START, soon=START)
    async with premises.database.reading() as session:
        connection = await session.connection()
        for each in keys:
            asked = each.params(facts).compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")
            told = " ".join(str(row) for row in plan)
            assert "ix_case_status_due_at_id" in told
            assert "TEMP B-TREE" not in told
