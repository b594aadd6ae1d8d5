"""Journeys: whatever a statement returns comes back, however much it is.

What reads little is done on the spot; what takes long leaves the event loop to others.
"""

import asyncio
from threading import get_ident

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import Database
from app.premises import Premises

NUMBERS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
    " SELECT i FROM n"
)

COUNTED = text(f"SELECT count(*), max(thread()) FROM ({NUMBERS})")  # noqa: S608 - our own
"""How many numbers there are, and in which thread they were counted."""

NUMBERS_COUNTED = text(f"SELECT count(*) FROM ({NUMBERS})")  # noqa: S608 - our own

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database(bare_premises: Premises) -> Database:
    return bare_premises.database


async def let_ask_for_the_thread(session: AsyncSession) -> None:
    connection = await session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    await raw.create_function("thread", 0, get_ident)


@pytest.mark.parametrize("most", [0, 1, 1_999, 2_000, 2_001, 5_000])
async def test_all_rows_come_in_their_order(database: Database, most: int) -> None:
    async with database.reading() as session:
        rows = (await session.scalars(NUMBERS, {"most": most})).all()

    assert rows == list(range(1, max(most, 1) + 1))


@pytest.mark.parametrize("at_once", [1, 700, 3_000])
async def test_many_rows_can_be_taken_in_portions(
    database: Database, at_once: int
) -> None:
    found: list[int] = []
    async with database.reading() as session:
        result = await session.stream_scalars(NUMBERS, {"most": 5_000})
        async for some in result.partitions(at_once):
            found += some

    assert found == list(range(1, 5_001))


async def test_a_stream_can_be_left_before_its_end(database: Database) -> None:
    async with database.reading() as session:
        result = await session.stream_scalars(NUMBERS, {"most": 5_000})
        first = await result.fetchmany(3)
        await result.close()
        after = await session.scalar(NUMBERS, {"most": 1})

    assert (first, after) == ([1, 2, 3], 1)


async def test_a_statement_that_fails_leaves_the_connection_whole(
    database: Database,
) -> None:
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
        await session.execute(
            text("INSERT INTO one VALUES (:id)"), [{"id": 1}, {"id": 2}]
        )
        with pytest.raises(IntegrityError):
            async with session.begin_nested():
                await session.execute(text("INSERT INTO one VALUES (1)"))
        changed = await session.execute(text("UPDATE one SET id = id + 10"))

    assert changed.rowcount == 2  # type: ignore[attr-defined]  # a result of a change


async def test_what_reads_little_is_done_on_the_spot(database: Database) -> None:
    async with database.reading() as session:
        await let_ask_for_the_thread(session)
        found = (await session.execute(COUNTED, {"most": 10})).one()

    assert tuple(found) == (10, get_ident())


async def test_what_takes_long_is_done_in_the_thread_from_its_beginning(
    database: Database,
) -> None:
    async with database.reading() as session:
        await let_ask_for_the_thread(session)
        number, thread = (await session.execute(COUNTED, {"most": 200_000})).one()

    assert number == 200_000
    assert thread != get_ident()


async def test_what_once_took_long_goes_to_the_thread_at_once(
    database: Database,
) -> None:
    async with database.reading() as session:
        await let_ask_for_the_thread(session)
        await session.execute(COUNTED, {"most": 200_000})
        _, thread = (await session.execute(COUNTED, {"most": 1})).one()

    assert thread != get_ident()


async def test_others_go_on_while_somebody_reads_much(database: Database) -> None:
    async def look_on() -> int:
        looks = 0
        while not reading.done():
            await asyncio.sleep(0.001)
            looks += 1
        return looks

    async with database.reading() as session:
        asked = session.scalar(NUMBERS_COUNTED, {"most": 2_000_000})
        reading = asyncio.ensure_future(asked)
        looks = await look_on()

    assert reading.result() == 2_000_000
    assert looks >= 10


async def test_a_transaction_sees_the_same_before_and_after_what_took_long(
    database: Database,
) -> None:
    seen = text("SELECT count(*) FROM one")
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
    async with database.reading() as session:
        before = await session.scalar(seen)
        await session.scalar(NUMBERS_COUNTED, {"most": 200_000})
        async with database.writing() as another:
            await another.execute(text("INSERT INTO one VALUES (1)"))
        after = await session.scalar(seen)
    async with database.reading() as session:
        later = await session.scalar(seen)

    assert (before, after, later) == (0, 0, 1)


async def test_what_is_left_in_the_middle_gives_its_connection_back(
    bare_premises: Premises,
) -> None:
    one = Database(str(bare_premises.database.url), readers=1)

    async def read(most: int) -> int:
        async with one.reading() as session:
            found = await session.execute(NUMBERS_COUNTED, {"most": most})
            return int(found.scalar_one())

    left = asyncio.create_task(read(3_000_000))
    await asyncio.sleep(0.02)
    left.cancel()
    with pytest.raises(asyncio.CancelledError):
        await left
    found = await read(3)
    await one.close()

    assert found == 3


async def test_changes_of_one_who_may_only_read_are_not_kept(
    database: Database,
) -> None:
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE one (id INTEGER PRIMARY KEY)"))
    async with database.reading() as session:
        await session.scalar(text("SELECT count(*) FROM one"))
        await session.execute(text("INSERT INTO one VALUES (1)"))
    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM one")) == 0
