"""What people do with cases for themselves: snooze, follow, be named, be given some."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.domain.submission import File
from app.domain.vocabulary import Channel, Kind, Role, Tab
from app.errors import AppError
from app.models import Mention
from app.premises import Premises
from app.services import next_case, queues, replies, tabs, triage
from app.services.additions import Addendum, add
from app.services.cases import NoSuchCase
from app.services.queue import assigning, snoozing, watching
from app.services.queue.wanted import Wanted
from app.services.queues import Listed
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START

UNTIL = START + timedelta(days=3)
LATER = UNTIL + timedelta(hours=1)


async def tab(
    premises: Premises, person: Person, which: Tab, *, now: datetime = START
) -> Listed:
    async with premises.database.reading() as session:
        return await queues.page(session, person, Wanted(tab=which), now=now)


async def snooze(
    premises: Premises, person: Person, number: str, *, until: datetime = UNTIL
) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await snoozing.snooze(
            session, person, number, revision=case.revision, until=until, now=START
        )


async def test_a_snoozed_case_is_away_and_comes_back_on_top(
    premises: Premises, clerk: Person
) -> None:
    first, second = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(2)
    ]
    await snooze(premises, clerk, second)

    away = await tab(premises, clerk, Tab.NEW)
    back = await tab(premises, clerk, Tab.NEW, now=LATER)

    assert [row.number for row in (*away.back, *away.rows)] == [first]
    assert [row.number for row in back.back] == [second]
    assert [row.number for row in back.rows] == [first]
    assert [row.number for row in (await tab(premises, clerk, Tab.SNOOZED)).rows] == [
        second
    ]


async def test_the_clock_of_a_snoozed_case_runs_on(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    due_at = (await at_desk.case_of(premises, number)).due_at
    await snooze(premises, clerk, number, until=START + timedelta(days=40))

    overdue = await tab(premises, clerk, Tab.OVERDUE, now=due_at + timedelta(days=1))

    assert [row.number for row in overdue.rows] == [number]


async def test_a_snoozed_case_is_back_at_once_when_the_citizen_adds_something(
    premises: Premises, clerk: Person
) -> None:
    opened = await at_desk.open_case(premises)
    await snooze(premises, clerk, opened.receipt_number)

    async with premises.database.writing() as session:
        said = Addendum(
            opinion_id=opened.opinion_id, channel=Channel.WEB, text="又坏了一盏",
            seal=premises.house.seal,
        )  # fmt: skip
        await add(session, said, retry_token="t", now=START)

    page = await tab(premises, clerk, Tab.NEW)
    assert [row.number for row in page.back] == [opened.receipt_number]


async def test_a_note_lets_a_case_sleep_and_a_step_ends_it(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await snooze(premises, clerk, number)

    for step, awake in (("note", False), ("set_kind", True)):
        case = await at_desk.case_of(premises, number)
        await at_desk.go(
            premises, at_desk.steps(premises, clerk, number)[step],
            revision=case.revision,
        )  # fmt: skip
        now = await at_desk.case_of(premises, number)
        assert (now.snoozed_until is None) is awake


@pytest.mark.parametrize("days", [-1, 0, 91])
async def test_a_case_is_snoozed_until_a_day_to_come_and_not_for_ever(
    premises: Premises, clerk: Person, days: int
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    with pytest.raises(AppError, match="within three months"):
        await snooze(premises, clerk, number, until=START + timedelta(days=days))


async def test_nobody_is_handed_a_snoozed_case(
    premises: Premises, clerk: Person
) -> None:
    await snooze(premises, clerk, (await at_desk.open_case(premises)).receipt_number)

    async with premises.database.writing() as session:
        assert (
            await next_case.take_next(session, clerk, leaving=None, now=START) is None
        )


async def counted(premises: Premises, person: Person, which: Tab) -> int:
    async with premises.database.reading() as session:
        counts, _ = await tabs.counts(session, person, now=START)
    return counts[which]


async def test_who_follows_a_case_sees_what_others_did_until_they_look(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    other = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await watching.watch(session, clerk, number)
    steps = at_desk.steps(premises, clerk, number)
    await at_desk.go(premises, steps["note"], revision=1)
    assert await counted(premises, clerk, Tab.WATCHED) == 0

    await at_desk.go(
        premises, at_desk.steps(premises, other, number)["set_kind"], revision=2
    )
    listed = (await tab(premises, clerk, Tab.WATCHED)).rows
    assert [(row.number, row.news) for row in listed] == [(number, True)]
    assert await counted(premises, clerk, Tab.WATCHED) == 1
    async with premises.database.writing() as session:
        key = await watching.is_unseen(session, clerk, number)
        await watching.see(session, clerk, key or 0, now=START)

    assert await counted(premises, clerk, Tab.WATCHED) == 0
    assert not (await tab(premises, clerk, Tab.WATCHED)).rows[0].news


async def test_who_follows_a_case_loses_sight_of_it_with_the_right_to_see_it(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.writing() as session:
        await watching.watch(session, clerk, number)
        await triage.set_kind(
            session, clerk, premises.house, number, revision=1, kind=Kind.REPORT,
            now=START,
        )  # fmt: skip

    assert (await tab(premises, clerk, Tab.WATCHED)).rows == []
    assert await counted(premises, clerk, Tab.WATCHED) == 0
    with pytest.raises(NoSuchCase):
        async with premises.database.writing() as session:
            await watching.watch(session, clerk, number)


async def note(premises: Premises, person: Person, number: str, text: str) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await triage.note(
            session, person, number, revision=case.revision, text=text, now=START
        )


async def test_who_is_named_in_a_note_has_the_case_before_them_until_they_look(
    premises: Premises, clerk: Person
) -> None:
    named = await at_desk.hire(premises, Role.CLERK, display_name="王芳")
    number = (await at_desk.open_case(premises)).receipt_number

    await note(premises, clerk, number, "请@王芳看一下，是不是你们去过？")

    rows = (await tab(premises, named, Tab.MENTIONED)).rows
    assert [row.number for row in rows] == [number]
    assert await counted(premises, named, Tab.MENTIONED) == 1
    async with premises.database.writing() as session:
        key = await watching.is_unseen(session, named, number)
        await watching.see(session, named, key or 0, now=START)
    assert (await tab(premises, named, Tab.MENTIONED)).rows == []


async def test_a_name_in_a_note_gives_nobody_a_way_to_a_case(
    premises: Premises, clerk: Person
) -> None:
    stranger = await at_desk.hire(
        premises, Role.OFFICER, office=UNIT, display_name="李强"
    )
    number = (await at_desk.open_case(premises)).receipt_number

    await note(premises, clerk, number, "@李强 @nobody 看看")

    async with premises.database.reading() as session:
        assert (await session.scalars(select(Mention))).all() == []
    assert (await tab(premises, stranger, Tab.MENTIONED)).rows == []


async def assign_by_load(premises: Premises, clerk: Person, number: str) -> int:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        return await assigning.assign_by_load(
            session, clerk, number, revision=case.revision,
            office_id=await at_desk.office_named(session, UNIT), now=START,
        )  # fmt: skip


async def test_cases_assigned_by_load_are_shared_out_evenly_also_at_once(
    premises: Premises, clerk: Person
) -> None:
    people = [await at_desk.hire(premises, Role.OFFICER, office=UNIT) for _ in range(3)]
    numbers = [(await at_desk.open_case(premises)).receipt_number for _ in range(6)]

    given = await asyncio.gather(
        *(assign_by_load(premises, clerk, number) for number in numbers)
    )

    assert sorted(given) == sorted([person.staff_id for person in people] * 2)


async def test_an_answered_case_is_no_load(premises: Premises, clerk: Person) -> None:
    busy, idle = [
        await at_desk.hire(premises, Role.OFFICER, office=UNIT) for _ in range(2)
    ]
    first, second, third = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(3)
    ]
    for number, person in ((first, busy), (second, idle)):
        async with premises.database.writing() as session:
            await triage.assign(
                session, clerk, number, revision=1, assignee_id=person.staff_id,
                now=START,
            )  # fmt: skip
    async with premises.database.writing() as session:
        await replies.answer(
            session, idle, premises.house, second, revision=2, text="修好了", now=START
        )

    assert await assign_by_load(premises, clerk, third) == idle.staff_id


async def test_an_office_without_people_cannot_be_given_a_case_by_load(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    with pytest.raises(assigning.NobodyThere):
        await assign_by_load(premises, clerk, number)


async def test_an_officer_takes_over_a_case_of_the_own_office_alone(
    premises: Premises, clerk: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = (await at_desk.open_case(premises)).receipt_number

    async def take_over(revision: int) -> None:
        async with premises.database.writing() as session:
            await assigning.take_over(
                session, officer, number, revision=revision, now=START
            )

    with pytest.raises(NoSuchCase):
        await take_over(1)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=1, office_id=officer.office_id, now=START
        )
    await take_over(2)

    assert (await at_desk.case_of(premises, number)).assignee_id == officer.staff_id


async def test_files_of_a_later_addition_count_as_files_of_the_case(
    premises: Premises,
) -> None:
    opened = await at_desk.open_case(premises)
    assert not (await at_desk.case_of(premises, opened.receipt_number)).has_files
    async with premises.database.writing() as session:
        await add(
            session,
            Addendum(
                opinion_id=opened.opinion_id, channel=Channel.WEB, text="见照片",
                files=(make_file(),), seal=premises.house.seal,
            ),
            retry_token="t", now=START,
        )  # fmt: skip

    assert (await at_desk.case_of(premises, opened.receipt_number)).has_files


def make_file() -> File:
    return File(file_name="a.txt", media_type="text/plain", content=b"a")


async def test_what_is_put_before_another_desk_is_not_asleep_there(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await snooze(premises, clerk, number)

    async with premises.database.writing() as session:
        await triage.set_kind(
            session, clerk, premises.house, number, revision=2, kind=Kind.REPORT,
            now=START,
        )  # fmt: skip

    assert (await at_desk.case_of(premises, number)).snoozed_until is None
