"""Journeys: whatever a statement returns comes back, however much it is."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.database import Database
from app.premises import Premises

NUMBERS = text(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)"
    " SELECT i FROM n"
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def database(bare_premises: Premises) -> Database:
    return bare_premises.database


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
