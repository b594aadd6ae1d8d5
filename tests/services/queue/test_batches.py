"""Batches: one step on several cases, each for itself, and taken back within time."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.batch import BatchStep, Deed
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Kind, Role, Status
from app.errors import AppError, InvalidInput, NotAllowed
from app.models import AuditEvent, Batch, Case, ClockPause, Confirmation, Note
from app.premises import Premises
from app.services import cases, replies, triage
from app.services.queue import batches
from app.services.queue.batch_steps import Pick
from app.services.queue.batches import TooLateToUndo, UnreadFirst
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START

UNTIL = START + timedelta(days=3)


async def take(
    premises: Premises,
    person: Person,
    deed: Deed,
    *numbers: str,
    reason: str = "不归我们",
) -> tuple[int, list[str]]:
    """Take a step on cases; return the batch's key, and why it was not taken."""
    async with premises.database.writing() as session:
        key, _ = await batches.begin(
            session, person, deed.step, token="-".join(numbers), now=START
        )
    refused = []
    for number in numbers:
        case = await at_desk.case_of(premises, number)
        pick = Pick(number=number, revision=case.revision, reason=reason)
        try:
            async with premises.database.writing() as session:
                await batches.take(
                    session, person, premises.house, deed, pick, batch_id=key, now=START
                )
        except AppError as error:
            refused.append(error.code)
    return key, refused


async def undo(
    premises: Premises, person: Person, key: int, *, after: timedelta = timedelta(0)
) -> int:
    async with premises.database.writing() as session:
        return await batches.undo(session, person, key, now=START + after)


def facts(case: Case) -> dict[str, Any]:
    """Return what stands in a case, but for its revision."""
    return {
        column.name: getattr(case, column.name)
        for column in Case.__table__.columns
        if column.name != "revision"
    }


async def deeds(premises: Premises) -> list[Deed]:
    """Return a deed of each step."""
    async with premises.database.writing() as session:
        office = await at_desk.office_named(session, UNIT)
    section = next(iter(premises.house.shelf.notices[0].section_ids))
    return [
        Deed(step=BatchStep.ASSIGN, office_id=office),
        Deed(step=BatchStep.SECTION, section=section),
        Deed(step=BatchStep.KIND, kind=Kind.PRAISE),
        Deed(step=BatchStep.SNOOZE, until=UNTIL),
        Deed(step=BatchStep.CLOSE, disposition=Disposition.NOT_ACCEPTED),
    ]


async def test_every_step_is_taken_and_put_back_as_it_was(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    before = facts(await at_desk.case_of(premises, number))

    for deed in await deeds(premises):
        key, refused = await take(premises, clerk, deed, number)
        changed = facts(await at_desk.case_of(premises, number))
        assert (refused, changed != before) == ([], True), deed.step
        assert await undo(premises, clerk, key) == 1
        assert facts(await at_desk.case_of(premises, number)) == before, deed.step
        await fresh_token(premises, key)

    async with premises.database.reading() as session:
        assert (await session.scalars(select(Confirmation))).all() == []


async def test_a_clock_that_stood_stands_again_when_a_closing_is_taken_back(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.ask(
            session, clerk, premises.house, number,
            revision=revision, text="是哪一段路？", now=START,
        )  # fmt: skip
    before = facts(await at_desk.case_of(premises, number))

    closing = Deed(step=BatchStep.CLOSE, disposition=Disposition.NOT_ACCEPTED)
    key, _ = await take(premises, clerk, closing, number)
    closed = await at_desk.case_of(premises, number)
    await undo(premises, clerk, key)

    assert (before["paused_at"], closed.paused_at) == (START, None)
    assert facts(await at_desk.case_of(premises, number)) == before
    async with premises.database.reading() as session:
        pause = (await session.scalars(select(ClockPause))).one()
    assert (pause.ended_at, pause.ended_by, pause.due_after) == (None, None, None)


async def fresh_token(premises: Premises, key: int) -> None:
    """Let the next batch of the same cases be another one."""
    async with premises.database.writing() as session:
        batch = await session.get_one(Batch, key)
        batch.token = f"was {key}"


async def test_a_case_with_something_unread_is_refused(
    premises: Premises, clerk: Person
) -> None:
    read, unread = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(2)
    ]
    async with premises.database.writing() as session:
        await cases.bring_up(session, (await at_desk.case_of(premises, unread)).id)

    _, refused = await take(
        premises, clerk, Deed(step=BatchStep.KIND, kind=Kind.PRAISE), read, unread
    )

    assert refused == [UnreadFirst.code]
    assert (await at_desk.case_of(premises, read)).kind is Kind.PRAISE
    assert (await at_desk.case_of(premises, unread)).kind is Kind.COMPLAINT


async def test_what_somebody_changed_since_stays_as_it_is(
    premises: Premises, clerk: Person
) -> None:
    mine, theirs = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(2)
    ]
    key, _ = await take(
        premises, clerk, Deed(step=BatchStep.KIND, kind=Kind.PRAISE), mine, theirs
    )
    colleague = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await triage.set_kind(
            session, colleague, premises.house, theirs, revision=2, kind=Kind.INQUIRY,
            now=START,
        )  # fmt: skip

    assert await undo(premises, clerk, key) == 1

    assert (await at_desk.case_of(premises, mine)).kind is Kind.COMPLAINT
    assert (await at_desk.case_of(premises, theirs)).kind is Kind.INQUIRY


async def test_after_ten_minutes_or_once_it_was_undone_it_stays(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key, _ = await take(
        premises, clerk, Deed(step=BatchStep.SNOOZE, until=UNTIL), number
    )

    with pytest.raises(TooLateToUndo):
        await undo(premises, clerk, key, after=timedelta(minutes=10, seconds=1))
    await undo(premises, clerk, key, after=timedelta(minutes=10))
    with pytest.raises(TooLateToUndo):
        await undo(premises, clerk, key)


async def test_each_case_is_closed_with_a_reason_of_its_own(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    deed = Deed(step=BatchStep.CLOSE, disposition=Disposition.REFERRED)

    assert (await take(premises, clerk, deed, number, reason=" "))[1] == [
        "text_missing"
    ]
    assert (await at_desk.case_of(premises, number)).status is Status.REGISTERED
    async with premises.database.writing() as session:
        await session.delete(await session.get_one(
            Batch, (await session.scalars(select(Batch.id))).one()
        ))  # fmt: skip
    await take(premises, clerk, deed, number, reason="已转信访局")

    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        note = (await session.scalars(select(Note))).one()
    assert (case.status, note.text) == (Status.CLOSED, "已转信访局")


async def test_many_cases_are_neither_reports_nor_answered_nor_withdrawn_at_once(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    for deed in (
        Deed(step=BatchStep.KIND, kind=Kind.REPORT),
        Deed(step=BatchStep.CLOSE, disposition=Disposition.WITHDRAWN),
        Deed(step=BatchStep.CLOSE, disposition=Disposition.EXPLAINED),
    ):
        with pytest.raises(InvalidInput):
            async with premises.database.writing() as session:
                await batches.take(
                    session, clerk, premises.house, deed,
                    Pick(number=number, revision=1, reason="x"), batch_id=None,
                    now=START,
                )  # fmt: skip


async def test_the_same_page_sent_twice_is_one_batch(
    premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        first = await batches.begin(
            session, clerk, BatchStep.KIND, token="once", now=START
        )
        second = await batches.begin(
            session, clerk, BatchStep.KIND, token="once", now=START
        )

    assert second == (first[0], False)


async def test_an_officer_assigns_nothing_to_others_and_an_auditor_does_nothing(
    premises: Premises,
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    auditor = await at_desk.hire(premises, Role.AUDITOR)

    for person, step in ((officer, BatchStep.ASSIGN), (auditor, BatchStep.WATCH)):
        with pytest.raises(NotAllowed):
            async with premises.database.writing() as session:
                await batches.begin(session, person, step, token="x", now=START)


async def test_taking_a_batch_back_is_on_the_record_of_each_case(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key, _ = await take(
        premises, clerk, Deed(step=BatchStep.KIND, kind=Kind.PRAISE), number
    )
    await undo(premises, clerk, key)

    async with premises.database.reading() as session:
        done = await session.scalars(
            select(AuditEvent.action).where(AuditEvent.staff_id == clerk.staff_id)
        )
    assert {Action.KIND_SET, Action.BATCH_UNDONE} <= set(done)
