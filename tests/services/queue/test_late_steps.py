"""Cases whose acceptance or first contact is late, as the queue lists them."""

import pytest
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from app.domain.views import Mark, Order
from app.domain.vocabulary import Role, Tab
from app.models import Case
from app.premises import Premises
from app.services import queues, replies, triage
from app.services.paging import Turn
from app.services.queue import sieves
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from tests import at_desk
from tests.clocks.acting import do, set_policy, working_days
from tests.fakes import FakeClock


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """A clerk, in a house that takes two days for acceptance and three for contact."""
    await set_policy(premises, working_days(10))
    return await at_desk.hire(premises, Role.CLERK)


async def listed(
    premises: Premises, person: Person, mark: Mark, *, order: Order | None = None
) -> list[str]:
    wanted = Wanted(tab=Tab.ALL, marks=frozenset({mark}), order=order)
    async with premises.database.reading() as session:
        found = await queues.page(session, person, wanted, now=premises.clock())
        return [row.number for row in found.rows]


async def ask(premises: Premises, person: Person, number: str) -> None:
    await do(
        premises,
        lambda session, revision: replies.ask(
            session, person, premises.house, number,
            revision=revision, text="是哪一盏灯？", now=premises.clock(),
        ),
        number,
    )  # fmt: skip


async def assign(premises: Premises, person: Person, number: str) -> None:
    await do(
        premises,
        lambda session, revision: triage.assign(
            session, person, number, revision=revision,
            assignee_id=person.staff_id, now=premises.clock(),
        ),
        number,
    )  # fmt: skip


async def test_who_has_nobody_in_time_is_in_the_list_until_somebody_has_it(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    assert await listed(premises, clerk, Mark.ACCEPTANCE_LATE) == []

    clock.advance(days=3)
    assert await listed(premises, clerk, Mark.ACCEPTANCE_LATE) == [number]

    await assign(premises, clerk, number)
    assert await listed(premises, clerk, Mark.ACCEPTANCE_LATE) == []


async def test_whose_citizen_heard_nothing_is_in_the_list_until_they_do(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    asked = (await at_desk.open_case(premises)).receipt_number
    await ask(premises, clerk, asked)
    clock.advance(days=4)
    await assign(premises, clerk, number)
    assert await listed(premises, clerk, Mark.CONTACT_LATE) == [number]

    await ask(premises, clerk, number)
    assert await listed(premises, clerk, Mark.CONTACT_LATE) == []


async def test_what_is_closed_is_late_for_nothing(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clock.advance(days=9)
    step = at_desk.steps(premises, clerk, number)["close"]
    await do(premises, step, number)

    assert await listed(premises, clerk, Mark.ACCEPTANCE_LATE) == []
    assert await listed(premises, clerk, Mark.CONTACT_LATE) == []


@pytest.mark.parametrize("order", list(Order))
async def test_pages_follow_each_other_and_lose_none(
    premises: Premises,
    clerk: Person,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    order: Order,
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    numbers = set()
    for _ in range(5):
        numbers.add((await at_desk.open_case(premises)).receipt_number)
        clock.advance(minutes=1)
    clock.advance(days=5)
    wanted = Wanted(tab=Tab.ALL, marks=frozenset({Mark.CONTACT_LATE}), order=order)
    seen: list[str] = []
    turn = Turn()
    async with premises.database.reading() as session:
        while True:
            found = await queues.page(
                session, clerk, wanted, turn=turn, now=premises.clock()
            )
            seen += [row.number for row in found.rows]
            if found.after is None:
                break
            turn = Turn(after=found.after)

    assert len(seen) == len(numbers)
    assert set(seen) == numbers


@pytest.mark.usefixtures("clerk")
async def test_an_office_sees_its_own_alone(
    premises: Premises, clock: FakeClock
) -> None:
    await at_desk.open_case(premises)
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    clock.advance(days=9)

    assert await listed(premises, officer, Mark.CONTACT_LATE) == []


async def test_each_list_goes_by_an_index_of_its_own(
    premises: Premises, clock: FakeClock
) -> None:
    if not premises.database.sqlite:
        pytest.skip("PostgreSQL reads a table of a few rows as it stands")
    asked = (
        (sieves.acceptance_late(clock()), "ix_case_acceptance_due_at"),
        (sieves.contact_late(clock()), "ix_case_contact_due_at"),
    )
    async with premises.database.reading() as session:
        for condition, index in asked:
            compiled = (
                select(Case.id)
                .where(condition)
                .compile(
                    dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
                )
            )
            connection = await session.connection()
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
            assert index in " ".join(str(row) for row in plan), index
