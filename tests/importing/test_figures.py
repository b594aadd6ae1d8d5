"""What was answered before it came here is in no figure that asks by when."""

from datetime import UTC, date, datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import delete, select, update

from app.domain.figures import Breakdown, Figures
from app.domain.vocabulary import Role
from app.models import Case, FigureReckoning, Opinion, WeekFigure
from app.premises import Premises
from app.services import replies
from app.services.figures import docket, reading, reckoning
from app.services.figures.docket import Wanted
from app.services.figures.reading import Asked, Report
from app.services.staff import Person
from app.workers import figures
from tests import at_desk, make, outcome
from tests.at_desk import UNIT
from tests.fakes import FakeClock
from tests.importing.bringing import bring

MARCH = Asked(first_on=date(2025, 3, 1), last_on=date(2025, 3, 31))
HEADS = "来信内容,收到日期,事项编号,承办单位,答复内容,答复日期\n"
ROWS = [
    f"护栏松了，第 {number} 处。,2025-03-0{number},2.1.4,{UNIT},已加固。,2025-06-20\n"
    for number in range(3, 8)
]
LIST = HEADS + "".join(ROWS)

pytestmark = pytest.mark.usefixtures("administrator")


async def march(premises: Premises, person: Person) -> Report:
    await figures.look_around(premises)
    async with premises.database.reading() as session:
        return await reading.report(session, person, MARCH)


async def test_an_answer_of_last_year_is_neither_in_time_nor_late(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await bring(client, premises, LIST.encode())

    found = await march(premises, administrator)

    assert found.whole == Figures(received=5, closed=5)
    assert found.whole.response_rate is None
    assert found.untimed == 5
    assert Breakdown.UNTIMED not in found.parts


async def test_weeks_reckoned_by_earlier_rules_are_reckoned_anew(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await bring(client, premises, LIST.encode())
    await figures.look_around(premises)
    async with premises.database.writing() as session:
        await session.execute(update(FigureReckoning).values(id=1))
        await session.execute(
            delete(WeekFigure).where(WeekFigure.breakdown == Breakdown.UNTIMED)
        )
        await session.execute(update(WeekFigure).values(in_time=5))

    found = await march(premises, administrator)

    assert (found.whole.in_time, found.untimed) == (0, 5)
    async with premises.database.reading() as session:
        (row,) = await session.scalars(select(FigureReckoning))
    assert row.id == reckoning.RULES


async def test_an_office_reads_how_many_of_its_own_are_left_out(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, (LIST + ROWS[0].replace(UNIT, "督查室")).encode())
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)

    found = await march(premises, officer)

    assert (found.whole.received, found.untimed) == (5, 5)


async def test_the_page_says_how_many_are_left_out_and_other_weeks_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())
    await figures.look_around(premises)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))

    last_year = await client.get("/desk/figures?since=2025-03-01&until=2025-03-31")
    this_year = await client.get("/desk/figures")
    printed = await client.get("/desk/figures/report?since=2025-03-01&until=2025-03-31")

    assert "其中 5 件是从往年登记表导入的已答复件" in last_year.text
    assert "往年登记表" not in this_year.text
    assert "已答复 5 件" in printed.text


async def test_a_case_that_is_opened_again_has_a_clock_of_this_house(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await bring(client, premises, (HEADS + ROWS[0]).encode())
    clerk = await at_desk.hire(premises, Role.CLERK)
    (number,) = at_desk.numbers(await client.get("/desk?tab=all"))
    clock.advance(hours=1)
    house, case = premises.house, await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await replies.reopen(
            session, clerk, house, number, reason="又松了",
            revision=case.revision, now=clock(),
        )  # fmt: skip
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await replies.answer(
            session, clerk, house, number, text="又修了一次。",
            revision=case.revision, now=clock(),
        )  # fmt: skip

    found = await march(premises, clerk)

    assert (found.whole.in_time, found.untimed) == (1, 0)


async def test_a_case_from_before_there_were_policies_keeps_its_date(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await bring(client, premises, (HEADS + ROWS[0]).encode())
    async with premises.database.writing() as session:
        await session.execute(update(Case).values(clock_began_at=None))

    found = await march(premises, administrator)

    assert (found.whole.in_time, found.untimed) == (1, 0)


async def test_the_docket_gives_no_due_date_that_nobody_kept(
    client: AsyncClient, premises: Premises, administrator: Person, clock: FakeClock
) -> None:
    await bring(client, premises, (HEADS + ROWS[0]).encode())

    wanted = Wanted(
        opened_from=datetime(2025, 1, 1, tzinfo=UTC),
        opened_before=datetime(2026, 1, 1, tzinfo=UTC),
    )
    async with premises.database.reading() as session:
        (line,) = await docket.batch(
            session, administrator, wanted, after=None, now=clock()
        )

    assert (line.due_at, line.late) == (None, False)
    assert line.answered_at is not None


async def test_the_public_board_counts_them_apart(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    board = f"/notices/{make.SLUG}/board"
    before = (await client.get(board)).text
    await bring(client, premises, LIST.encode())
    clock.advance(minutes=11)

    after = (await client.get(board)).text

    assert "以前已答复" not in before
    assert 'class="fill-earlier" x="0.0" y="0" width="100.0"' in after


async def test_other_systems_are_told_of_no_day_by_which_it_was_due(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await bring(client, premises, (HEADS + ROWS[0]).encode())
    async with premises.database.reading() as session:
        number = await session.scalar(select(Opinion.receipt_number))
    await outcome.publish(premises, administrator, str(number))

    page = await client.get("/open311/v2/requests.json?start_date=2025-03-01T00:00:00Z")

    (entry,) = page.json()
    assert entry["requested_datetime"] == "2025-03-03T00:00:00+08:00"
    assert entry["expected_datetime"] is None
