"""What time costs: nothing for an opinion, and an index for each look of the worker."""

import pytest
from sqlalchemy import event, select
from sqlalchemy.dialects import sqlite

from app.premises import Premises
from app.services.clocks import confirming, pauses, reckoning, reminders, supervision
from app.workers import deadlines
from tests import at_desk, make
from tests.at_desk import case_of
from tests.clocks.acting import enter_year, set_policy, working_days
from tests.fakes import FakeClock


@pytest.fixture
async def heard(premises: Premises) -> list[str]:
    """The statements that the database hears from now on."""
    said: list[str] = []
    async with premises.database.reading() as session:
        reader = (await session.connection()).sync_engine
    async with premises.database.writing() as session:
        writer = (await session.connection()).sync_engine
    # One and the same on PostgreSQL.
    for engine in {reader, writer}:
        event.listen(
            engine, "before_cursor_execute", lambda *call: said.append(call[2])
        )
    return said


async def test_reckoning_asks_the_database_nothing(
    premises: Premises, heard: list[str]
) -> None:
    await set_policy(premises, working_days(10))
    await enter_year(premises)
    heard.clear()
    await premises.register(make.submission())

    assert not [said for said in heard if "policy_version" in said]
    assert not [said for said in heard if "calendar_entry" in said]


async def test_a_reckoning_without_events_is_two_statements_for_any_cases(
    premises: Premises, heard: list[str]
) -> None:
    found = [
        await case_of(premises, (await at_desk.open_case(premises)).receipt_number)
        for _ in range(4)
    ]
    async with premises.database.reading() as session:
        heard.clear()
        await reckoning.read(session, premises.house, found)

    assert len([said for said in heard if said.startswith("SELECT")]) == 2


async def test_the_worker_asks_once_where_nothing_is_due(
    premises: Premises, heard: list[str]
) -> None:
    await at_desk.open_case(premises)
    await premises.shelf()
    heard.clear()

    assert await deadlines.look_around(premises) == 0
    assert len([said for said in heard if said.startswith("SELECT")]) == 1


async def test_each_look_of_the_worker_goes_by_an_index_of_its_own(
    premises: Premises, clock: FakeClock
) -> None:
    if not premises.database.sqlite:
        pytest.skip("PostgreSQL reads a table of a few rows as it stands")
    asked = (
        (supervision.any_overdue(clock()), "ix_case_lapses_at"),
        (pauses.any_over(clock()), "ix_clock_pause_until_at_open"),
        (confirming.any_guessed(premises.house), "ix_case_provisional"),
        (reminders.any_due(clock()), "ix_clock_pause_remind_at"),
    )
    async with premises.database.reading() as session:
        for condition, index in asked:
            compiled = select(condition).compile(
                dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
            )
            connection = await session.connection()
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")
            assert index in " ".join(str(row) for row in plan), index
