"""Tallies: what the public is told of how many wrote on an item."""

import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects import sqlite

from app.domain.small_counts import LEAST
from app.domain.vocabulary import Disposition, Kind, Role
from app.models import Opinion
from app.premises import Premises
from app.services import replies
from app.services.publishing import reckoning
from app.services.tallies import (
    MOST,
    Tally,
    counting,
    sheet_of,
)
from tests import at_desk, make
from tests.fakes import START

ITEM = "2.1.2"
ITEMS = ("2.1.1", ITEM, "2.1.3", "2.1.4")


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
        tally = await reckoning.count(
            session, notice, zone=premises.settings.zone, now=premises.clock()
        )
    return sheet_of(notice, tally.reckoning()).at(path)


async def answer(premises: Premises, number: str) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, number)
    revision = (await at_desk.case_of(premises, number)).revision
    await at_desk.go(premises, steps["answer"], revision=revision)


async def test_opinions_and_those_with_an_answer_are_told(premises: Premises) -> None:
    numbers = await write(premises, 6)
    for number in numbers[:3]:
        await answer(premises, number)

    assert await told(premises) == Tally(opinions=6, dealt_with=3)
    assert await told(premises, "2.1.1") == Tally()


async def test_a_small_number_is_not_told(premises: Premises) -> None:
    numbers = await write(premises, LEAST - 1)
    await answer(premises, numbers[0])

    assert await told(premises) == Tally(opinions=None)


async def test_a_few_answers_among_many_opinions_are_not_told(
    premises: Premises,
) -> None:
    numbers = await write(premises, 5)
    await answer(premises, numbers[0])

    assert await told(premises) == Tally(opinions=5, dealt_with=0)


async def test_all_but_a_few_with_an_answer_are_not_told_either(
    premises: Premises,
) -> None:
    numbers = await write(premises, 5)
    for number in numbers[:4]:
        await answer(premises, number)

    assert await told(premises) == Tally(opinions=5, dealt_with=0)


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


async def test_no_number_is_told_from_which_another_would_follow(
    premises: Premises,
) -> None:
    await write(premises, 4)
    for turn in range(2):
        await at_desk.open_case(premises, section="2.1.1", text=f"学位不够{turn}。")
    await at_desk.open_case(premises, section="2.1.3", text="电梯坏了。")

    found = {path: (await told(premises, path)).opinions for path in ITEMS}

    assert found == {"2.1.1": None, ITEM: 4, "2.1.3": None, "2.1.4": 0}


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
