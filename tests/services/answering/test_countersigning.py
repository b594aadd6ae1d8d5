"""A second signature: nothing leaves without it, and with it exactly once."""

import asyncio

import pytest
from sqlalchemy import func, select

from app.domain.answering import DraftPart
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Role, Status
from app.errors import AppError
from app.models import Answer, AuditEvent, Office, OutboxMessage, SubmittedAnswer
from app.premises import Premises
from app.services import cases, replies
from app.services.answering import awaiting, countersigning, drafts, leaving
from app.services.answering.countersigning import (
    AnswerDecided,
    CaseMovedOn,
    OwnAnswer,
)
from app.services.answering.leaving import Left
from app.services.answering.signatures import NeedsSignature
from app.services.answering.written import Written
from app.services.cases import StaleCase
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import case_of
from tests.fakes import START

TEXT = "灯已经修好。"


@pytest.fixture
async def writer(premises: Premises) -> Person:
    """A clerk of the supervision office, whose answers need a second signature."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        await countersigning.switch(
            session, administrator, clerk.office_id, wanted=True, now=START
        )
    return clerk


@pytest.fixture
async def approver(premises: Premises) -> Person:
    """A supervisor of the same office."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


async def send(
    premises: Premises,
    person: Person,
    number: str,
    *,
    text: str = TEXT,
    disposition: Disposition | None = None,
) -> Left:
    revision = (await case_of(premises, number)).revision
    written = Written(revision=revision, text=text, disposition=disposition)
    async with premises.database.writing() as session:
        return await leaving.send(
            session, person, premises.house, number, written, now=START
        )


async def waiting(premises: Premises) -> SubmittedAnswer:
    async with premises.database.reading() as session:
        return (
            await session.scalars(
                select(SubmittedAnswer).order_by(SubmittedAnswer.id.desc()).limit(1)
            )
        ).one()


async def sign(
    premises: Premises, person: Person, number: str, *, text: str = TEXT
) -> None:
    key = (await waiting(premises)).id
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await countersigning.sign(
            session, person, premises.house, key,
            Written(revision=revision, text=text), now=START,
        )  # fmt: skip


async def left(premises: Premises) -> tuple[int, int]:
    """Return how many answers and how many letters with one there are."""
    async with premises.database.reading() as session:
        answers = await session.scalar(select(func.count(Answer.id)))
        letters = await session.scalar(
            select(func.count(OutboxMessage.id)).where(
                OutboxMessage.purpose == "answer"
            )
        )
    return answers or 0, letters or 0


async def test_an_answer_waits_and_nothing_leaves(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    due = (await case_of(premises, number)).due_at

    assert await send(premises, writer, number) is Left.SUBMITTED

    case = await case_of(premises, number)
    assert (case.status, case.due_at) == (Status.REGISTERED, due)
    assert await left(premises) == (0, 0)
    async with premises.database.reading() as session:
        page = await awaiting.page(session, approver)
        assert [row.number for row in page.rows] == [number]
        assert await awaiting.count(session, approver) == 1
        assert await awaiting.count(session, writer) == 0


async def test_no_other_way_leads_around_the_signature(
    premises: Premises, writer: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    with pytest.raises(NeedsSignature):
        async with premises.database.writing() as session:
            await replies.answer(
                session, writer, premises.house, number,
                revision=1, text=TEXT, now=START,
            )  # fmt: skip


async def test_signed_it_leaves_once_under_its_writers_name_and_ends_the_case(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number, disposition=Disposition.EXPLAINED)

    await sign(premises, approver, number, text="灯昨天已经修好。")

    case = await case_of(premises, number)
    assert (case.status, case.disposition) == (Status.CLOSED, Disposition.EXPLAINED)
    assert await left(premises) == (1, 1)
    row = await waiting(premises)
    assert (row.text, row.approved_text) == (TEXT, "灯昨天已经修好。")
    async with premises.database.reading() as session:
        answer = (await session.scalars(select(Answer))).one()
        actions = list(await session.scalars(
            select(AuditEvent.action).where(AuditEvent.case_id == case.id)
            .order_by(AuditEvent.id)
        ))  # fmt: skip
    assert (answer.staff_id, answer.text) == (writer.staff_id, "灯昨天已经修好。")
    assert actions[-4:] == [
        Action.ANSWER_SUBMITTED, Action.ANSWER_SIGNED, Action.ANSWERED, Action.CLOSED,
    ]  # fmt: skip


async def test_two_who_sign_at_once_send_it_once(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number)
    other = await at_desk.hire(premises, Role.SUPERVISOR)

    ends = await asyncio.gather(
        sign(premises, approver, number),
        sign(premises, other, number),
        return_exceptions=True,
    )

    refused = [end for end in ends if end is not None]
    assert len(refused) == 1
    assert isinstance(refused[0], StaleCase | AnswerDecided)
    assert await left(premises) == (1, 1)


async def test_nobody_signs_what_they_wrote(premises: Premises, writer: Person) -> None:
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, supervisor, number)

    with pytest.raises(OwnAnswer):
        await sign(premises, supervisor, number)

    assert writer.office_id == supervisor.office_id


async def test_what_is_sent_back_is_its_writers_draft_with_the_remark(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number)
    key = (await waiting(premises)).id
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await countersigning.send_back(
            session, approver, premises.house, key,
            revision=revision, remark="请写明日期", now=START,
        )  # fmt: skip

    case = await case_of(premises, number)
    assert case.unread
    async with premises.database.reading() as session:
        back = await awaiting.sent_back(session, writer)
        kept = await drafts.read(session, writer, premises.house, case.id, now=START)
    assert [(each.number, each.remark) for each in back] == [(number, "请写明日期")]
    assert kept[DraftPart.ANSWER].text == TEXT
    await send(premises, writer, number, text="灯十一月二日修好。")
    async with premises.database.reading() as session:
        assert await awaiting.sent_back(session, writer) == []
        assert await awaiting.count(session, approver) == 1


async def test_a_newer_answer_takes_the_place_of_the_one_that_waits(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number, text="第一稿")
    await send(premises, writer, number, text="第二稿")

    async with premises.database.reading() as session:
        assert await awaiting.count(session, approver) == 1
    assert (await waiting(premises)).text == "第二稿"


async def test_a_case_that_moved_on_needs_the_other_offices_answer(
    premises: Premises, writer: Person, approver: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number)
    async with premises.database.writing() as session:
        case = await cases.find(session, writer, number)
        case.office_id = await at_desk.office_named(session, at_desk.UNIT)

    with pytest.raises(CaseMovedOn):
        await sign(premises, approver, number)
    async with premises.database.reading() as session:
        assert await awaiting.count(session, approver) == 0


async def test_another_offices_supervisor_decides_nothing(
    premises: Premises, writer: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, writer, number)
    stranger = await at_desk.hire(premises, Role.SUPERVISOR, office="教育局")

    with pytest.raises(AppError):
        await sign(premises, stranger, number)
    async with premises.database.reading() as session:
        assert await awaiting.count(session, stranger) == 0


async def test_an_office_that_wants_none_answers_at_once(premises: Premises) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    number = (await at_desk.open_case(premises)).receipt_number

    assert await send(premises, clerk, number) is Left.ANSWERED

    assert await left(premises) == (1, 1)
    async with premises.database.reading() as session:
        assert not await session.scalar(select(func.count(Office.id)).where(
            Office.countersigns
        ))  # fmt: skip
