"""The queue: who finds which case where, page by page, and what comes next."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from app.domain.vocabulary import Channel, Disposition, Kind, Role, Status, Tab
from app.models import Case
from app.premises import Premises
from app.services import queues, replies, tabs, triage
from app.services.cases import find
from app.services.paging import FIRST, Turn
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START, FakeClock

LATER = START + timedelta(days=30)


async def numbers(
    premises: Premises, person: Person, *, now: datetime = START, **wanted: Any
) -> list[str]:
    """Return the receipt numbers on the first page of what is ``wanted``."""
    async with premises.database.reading() as session:
        found = await queues.page(session, person, Wanted(**wanted), now=now)
    return [row.number for row in found.rows]


async def assign(
    premises: Premises, person: Person, number: str, *, to: Person | str
) -> None:
    async with premises.database.writing() as session:
        case = await find(session, person, number)
        office = (
            await at_desk.office_named(session, to) if isinstance(to, str) else None
        )
        await triage.assign(
            session,
            person,
            number,
            revision=case.revision,
            office_id=office,
            assignee_id=None if isinstance(to, str) else to.staff_id,
            now=START,
        )


async def test_a_new_case_is_new_until_it_is_assigned(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    assert await numbers(premises, clerk, tab=Tab.NEW) == [number]

    await assign(premises, clerk, number, to=UNIT)

    assert await numbers(premises, clerk, tab=Tab.NEW) == []
    assert await numbers(premises, clerk, tab=Tab.ALL) == [number]


async def test_an_office_finds_as_new_what_nobody_of_it_has(
    premises: Premises, clerk: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = (await at_desk.open_case(premises)).receipt_number
    assert await numbers(premises, officer, tab=Tab.NEW) == []

    await assign(premises, clerk, number, to=UNIT)
    assert await numbers(premises, officer, tab=Tab.NEW) == [number]
    assert await numbers(premises, officer, tab=Tab.MINE) == []

    await assign(premises, clerk, number, to=officer)
    assert await numbers(premises, officer, tab=Tab.NEW) == []
    assert await numbers(premises, officer, tab=Tab.MINE) == [number]


async def test_only_who_still_waits_for_an_answer_is_overdue(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    assert await numbers(premises, clerk, tab=Tab.OVERDUE, now=START) == []
    assert await numbers(premises, clerk, tab=Tab.OVERDUE, now=LATER) == [number]

    async with premises.database.writing() as session:
        await replies.answer(
            session, clerk, premises.house, number, revision=1, text="修好了", now=START
        )

    assert await numbers(premises, clerk, tab=Tab.OVERDUE, now=LATER) == []


async def test_an_addition_shows_also_after_the_case_was_closed(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, number,
            revision=1, disposition=Disposition.REFERRED, now=START,
        )  # fmt: skip
        await session.execute(update(Case).values(unread=True))

    assert await numbers(premises, clerk, tab=Tab.UNREAD) == [number]


async def test_the_one_that_is_due_first_comes_first(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    first = (await at_desk.open_case(premises)).receipt_number
    clock.advance(minutes=1)
    second = (await at_desk.open_case(premises)).receipt_number

    assert await numbers(premises, clerk, tab=Tab.NEW) == [first, second]
    assert await numbers(premises, clerk, tab=Tab.ALL) == [second, first]


@pytest.mark.parametrize("tab", [Tab.NEW, Tab.ALL])
async def test_pages_skip_and_repeat_nothing_while_cases_come_in(
    premises: Premises,
    clerk: Person,
    clock: FakeClock,
    monkeypatch: pytest.MonkeyPatch,
    tab: Tab,
) -> None:
    monkeypatch.setattr(queues, "PAGE", 3)
    there = set()
    chance = random.Random(tab)
    for _ in range(8):
        clock.now = START + timedelta(minutes=chance.randrange(3))
        there.add((await at_desk.open_case(premises)).receipt_number)

    turn: Turn | None = FIRST
    seen: list[str] = []
    while turn is not None:
        async with premises.database.reading() as session:
            found = await queues.page(
                session, clerk, Wanted(tab=tab), turn=turn, now=START
            )
        seen += [row.number for row in found.rows]
        if len(seen) < 20:
            clock.now = START + timedelta(minutes=chance.randrange(3))
            await at_desk.open_case(premises)
        turn = Turn(after=found.after) if found.after else None

    assert len(seen) == len(set(seen))
    assert there <= set(seen)


@pytest.mark.parametrize("tab", [Tab.NEW, Tab.ALL])
async def test_the_way_back_leads_over_the_same_pages(
    premises: Premises, clerk: Person, monkeypatch: pytest.MonkeyPatch, tab: Tab
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    for _ in range(5):
        await at_desk.open_case(premises)
    async with premises.database.reading() as session:
        pages = [await queues.page(session, clerk, Wanted(tab=tab), now=START)]
        while pages[-1].after:
            turn = Turn(after=pages[-1].after)
            pages.append(
                await queues.page(session, clerk, Wanted(tab=tab), turn=turn, now=START)
            )
        back = [pages[-1]]
        while back[-1].before:
            turn = Turn(before=back[-1].before)
            back.append(
                await queues.page(session, clerk, Wanted(tab=tab), turn=turn, now=START)
            )

    assert [len(found.rows) for found in pages] == [2, 2, 1]
    assert [found.rows for found in reversed(back)] == [found.rows for found in pages]


async def test_a_page_is_two_statements_however_many_cases_it_has(
    premises: Premises, clerk: Person
) -> None:
    for _ in range(12):
        await at_desk.open_case(premises)
    seen: list[str] = []
    async with premises.database.reading() as session:
        connection = await session.connection()
        event.listen(
            connection.sync_engine,
            "before_cursor_execute",
            lambda *call: seen.append(call[2]),
        )
        found = await queues.page(session, clerk, Wanted(tab=Tab.ALL), now=START)

    assert len(found.rows) == 12
    assert len(seen) == 2


@pytest.mark.parametrize(
    "words", ["路灯坏", "三个月", "灯", "个月,晚", "放学看不见路", "不亮"]
)
async def test_any_stretch_of_a_text_is_found(
    premises: Premises, clerk: Person, words: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.open_case(premises, subject="操场", text="学校操场晚上不开放。")

    assert await numbers(premises, clerk, tab=Tab.ALL, words=words) == [number]


@pytest.mark.parametrize("words", ["灯路", "三个年", "!!!", "停车"])
async def test_what_no_text_says_is_not_found(
    premises: Premises, clerk: Person, words: str
) -> None:
    await at_desk.open_case(premises)

    assert await numbers(premises, clerk, tab=Tab.ALL, words=words) == []


async def test_filters_leave_what_they_name(premises: Premises, clerk: Person) -> None:
    path = next(iter(premises.house.shelf.notices[0].section_ids))
    number = (
        await at_desk.open_case(
            premises, channel=Channel.API, kind=Kind.PRAISE, section=path
        )
    ).receipt_number
    async with premises.database.reading() as session:
        case = await find(session, clerk, number)
    hits: dict[str, Any] = {
        "notice_id": case.notice_id,
        "section_ids": frozenset({case.section_id}),
        "kind": Kind.PRAISE,
        "office_id": case.office_id,
        "status": Status.REGISTERED,
        "channel": Channel.API,
        "opened_from": START,
        "opened_before": LATER,
    }
    misses: dict[str, Any] = {
        "notice_id": 1,
        "section_ids": frozenset({1}),
        "unsure": True,
        "kind": Kind.REPORT,
        "office_id": 1,
        "status": Status.CLOSED,
        "channel": Channel.EMAIL,
        "opened_from": LATER,
        "opened_before": START,
    }

    for name, value in hits.items():
        assert await numbers(premises, clerk, **{name: value}) == [number], name
    for name, value in misses.items():
        assert await numbers(premises, clerk, **{name: value}) == [], name


async def test_a_kind_takes_what_sounds_so_where_nobody_has_said_it(
    premises: Premises, clerk: Person
) -> None:
    said = await at_desk.open_case(premises, kind=Kind.PRAISE)
    guessed = await at_desk.open_case(premises, kind=None, text="请问路灯几时修？")

    async with premises.database.reading() as session:
        page = await queues.page(session, clerk, Wanted(tab=Tab.ALL), now=START)

    assert [(row.kind, row.guessed) for row in page.rows] == [
        (None, Kind.INQUIRY), (Kind.PRAISE, None),
    ]  # fmt: skip
    for kind, sent in ((Kind.PRAISE, said), (Kind.INQUIRY, guessed)):
        found = await numbers(premises, clerk, tab=Tab.ALL, kind=kind)
        assert found == [sent.receipt_number]


async def test_counters_stop_counting(
    premises: Premises, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabs, "MOST_COUNTED", 2)
    for _ in range(3):
        await at_desk.open_case(premises)

    async with premises.database.reading() as session:
        counts, held = await tabs.counts(session, clerk, now=LATER)

    assert {tab: number for tab, number in counts.items() if number} == {
        Tab.NEW: 2, Tab.OVERDUE: 2,
    }  # fmt: skip
    assert held == 0
