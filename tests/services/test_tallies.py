"""Tallies: what the public is told of how many wrote on an item."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects import sqlite

from app.domain.vocabulary import Disposition, Kind, Role
from app.models import Opinion
from app.premises import Premises
from app.services import replies
from app.services.tallies import (
    FRESH_FOR,
    LEAST,
    MOST,
    Tally,
    TallyBoard,
    count,
    counting,
)
from tests import at_desk, make
from tests.fakes import START, FakeClock

ITEM = "2.1.2"


async def write(premises: Premises, times: int, **changes: object) -> list[str]:
    """Return the numbers of ``times`` opinions on the item."""
    return [
        (
            await at_desk.open_case(
                premises, section=ITEM, text=f"停车太难，第{turn}次说。", **changes
            )
        ).receipt_number
        for turn in range(times)
    ]


async def told(premises: Premises, path: str = ITEM) -> Tally:
    """Return what is told of an item now."""
    notice = premises.house.shelf.notice(make.SLUG)
    async with premises.database.reading() as session:
        return (await count(session, notice)).at(path)


async def answer(premises: Premises, number: str) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, number)
    revision = (await at_desk.case_of(premises, number)).revision
    await at_desk.go(premises, steps["answer"], revision=revision)


async def test_opinions_and_those_with_an_answer_are_told(premises: Premises) -> None:
    numbers = await write(premises, 5)
    for number in numbers[:3]:
        await answer(premises, number)

    assert await told(premises) == Tally(opinions=5, dealt_with=3)
    assert await told(premises, "2.1.1") == Tally()


async def test_a_small_number_is_not_told(premises: Premises) -> None:
    numbers = await write(premises, LEAST - 1)
    await answer(premises, numbers[0])

    assert await told(premises) == Tally()


async def test_a_few_answers_among_many_opinions_are_not_told(
    premises: Premises,
) -> None:
    numbers = await write(premises, 4)
    await answer(premises, numbers[0])

    assert await told(premises) == Tally(opinions=4, dealt_with=0)


async def test_reports_and_disowned_opinions_count_nowhere(premises: Premises) -> None:
    numbers = await write(premises, 4)
    await write(premises, 2, kind=Kind.REPORT)
    assert (await told(premises)).opinions == 4

    async with premises.database.writing() as session:
        await session.execute(
            update(Opinion)
            .where(Opinion.receipt_number == numbers[0])
            .values(disowned_at=START)
        )

    assert (await told(premises)).opinions == 3


async def test_a_case_that_was_reopened_is_not_dealt_with(premises: Premises) -> None:
    numbers = await write(premises, 3)
    clerk = await at_desk.hire(premises, Role.CLERK)
    for number in numbers:
        await answer(premises, number)
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, numbers[0], revision=2,
            disposition=Disposition.EXPLAINED, now=START,
        )  # fmt: skip
    assert (await told(premises)).dealt_with == 3

    reopen = at_desk.steps(premises, clerk, numbers[0])["reopen"]
    revision = (await at_desk.case_of(premises, numbers[0])).revision
    await at_desk.go(premises, reopen, revision=revision)

    assert await told(premises) == Tally(opinions=3, dealt_with=0)


async def test_the_board_counts_anew_when_its_tallies_are_old(
    premises: Premises, clock: FakeClock
) -> None:
    board, notice = TallyBoard(), premises.house.shelf.notice(make.SLUG)
    await board.of(premises.database, notice, now=clock())
    await write(premises, 3)

    early = await board.of(premises.database, notice, now=clock())
    clock.now += FRESH_FOR + timedelta(seconds=1)
    late = await board.of(premises.database, notice, now=clock())

    assert early.at(ITEM).opinions == 0
    assert late.at(ITEM).opinions == 3
    assert early.name != late.name


def test_counting_ends_soon_after_what_is_told() -> None:
    statement = str(counting(1).compile(compile_kwargs={"literal_binds": True}))

    assert statement.count(f"LIMIT {MOST + 1}") == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_case_is_looked_at_that_is_not_counted(premises: Premises) -> None:
    statement = counting(1).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )

    async with premises.database.reading() as session:
        plan = str(
            (await session.execute(text(f"EXPLAIN QUERY PLAN {statement}"))).all()
        )

    assert "ix_case_dealt_with (section_id=?)" in plan
    assert "ix_case_section_id_opened_at_id (section_id=?)" in plan
