"""An answer that waits for its signature while the case goes on without it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.answering import Verdict
from app.domain.batch import BatchStep, Deed
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Role, Status
from app.errors import AppError
from app.models import Answer, AuditEvent, SubmittedAnswer
from app.premises import Premises
from app.services import replies, triage
from app.services.answering import awaiting, countersigning, overtaking
from app.services.answering.countersigning import AnswerDecided
from app.services.answering.written import Written
from app.services.citizen import reviewing, withdrawing
from app.services.queue import assigning, batches
from app.services.queue.batch_steps import Pick
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import START, FakeClock
from tests.services import campaigning, matters
from tests.services.offices.liaising import open_given

TEXT = "灯已经修好。"
GoneOn = Callable[[Premises, Person, str], Awaitable[object]]


@pytest.fixture
async def number(premises: Premises, clerk: Person, officer: Person) -> str:
    """A case with the officer's answer, which waits."""
    number = await open_given(premises, clerk, officer.office_id)
    await submit(premises, officer, number)
    return number


async def submit(premises: Premises, person: Person, number: str) -> None:
    """Put an answer before whoever signs."""
    revision = (await case_of(premises, number)).revision
    written = Written(revision=revision, text=TEXT)
    async with premises.database.writing() as session:
        await countersigning.submit(session, person, number, written, now=START)


async def submitted(premises: Premises) -> SubmittedAnswer:
    async with premises.database.reading() as session:
        return (await session.scalars(select(SubmittedAnswer))).one()


async def close(premises: Premises, person: Person, number: str) -> None:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.close(
            session, person, premises.house, number,
            revision=revision, disposition=Disposition.REFERRED, now=START,
        )  # fmt: skip


async def _withdraw(premises: Premises, _: Person, number: str) -> None:
    opinion_id = (await case_of(premises, number)).opinion_id
    async with premises.database.writing() as session:
        await withdrawing.withdraw(session, opinion_id, now=START)


async def _assign(premises: Premises, person: Person, number: str) -> None:
    await matters.assign(premises, person, number, "青岚县教育局")


async def _take_back(premises: Premises, person: Person, number: str) -> None:
    await matters.take(
        premises, number,
        lambda session, revision: triage.return_case(
            session, person, premises.house, number,
            revision=revision, reason="督查室自己办", now=START,
        ),
    )  # fmt: skip


async def _take_over(premises: Premises, person: Person, number: str) -> None:
    await matters.take(
        premises, number,
        lambda session, revision: assigning.take_over(
            session, person, number, revision=revision, now=START
        ),
    )  # fmt: skip


async def _restrict(premises: Premises, person: Person, number: str) -> None:
    await matters.take(premises, *matters.restrict(premises, person, number))


async def _join(premises: Premises, person: Person, number: str) -> None:
    other = await campaigning.write(premises)
    await campaigning.join(premises, person, other, number)


GOING_ON: tuple[GoneOn, ...] = (
    close, _withdraw, _assign, _take_back, _take_over, _restrict, _join,
)  # fmt: skip


@pytest.mark.parametrize("go_on", GOING_ON, ids=lambda each: each.__name__.strip("_"))
async def test_it_ends_when_the_case_is_closed_or_goes_elsewhere_and_that_is_on_record(
    premises: Premises, clerk: Person, number: str, go_on: GoneOn
) -> None:
    await go_on(premises, clerk, number)

    row = await submitted(premises)
    assert (row.verdict, row.decided_at) == (Verdict.OVERTAKEN, START)
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.ANSWER_OVERTAKEN)
        )
        assert found.one().facts == {"submitted_id": row.id}


async def test_it_ends_with_a_matter_that_is_taken_back_into_another(
    premises: Premises, clerk: Person
) -> None:
    number = await matters.two_matters(premises)
    further = f"{number}-2"
    await submit(premises, clerk, further)

    await matters.take(premises, *matters.merge(clerk, further))

    assert (await submitted(premises)).verdict is Verdict.OVERTAKEN


async def test_it_ends_when_the_citizen_has_the_first_answer_looked_at_again(
    premises: Premises, officer: Person, number: str
) -> None:
    await matters.answer(premises, officer, number)
    async with premises.database.writing() as session:
        answer = (await session.scalars(select(Answer))).one()
        opinion_id = (await case_of(premises, number)).opinion_id
        await reviewing.ask(
            session, premises.house, opinion_id, answer.id, reason="还是不亮", now=START
        )

    assert (await submitted(premises)).verdict is Verdict.OVERTAKEN


async def test_it_goes_on_waiting_where_a_colleague_of_the_office_gets_the_case(
    premises: Premises, officer: Person, number: str
) -> None:
    colleague = await at_desk.hire(premises, Role.OFFICER, office=UNIT)

    await _take_over(premises, colleague, number)

    assert (await submitted(premises)).verdict is None
    assert officer.office_id == colleague.office_id


async def test_its_writer_has_the_text_and_the_case_is_unread(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await close(premises, clerk, number)

    async with premises.database.reading() as session:
        told = await overtaking.told_to(session, officer, now=START)
        late = START + overtaking.TOLD_FOR + timedelta(days=1)
        nothing = await overtaking.told_to(session, officer, now=late)
    assert [(each.number, each.text, each.status) for each in told] == [
        (number, TEXT, Status.CLOSED)
    ]
    assert nothing == []
    assert (await case_of(premises, number)).unread


async def test_who_closes_it_knows_of_the_own_answer(
    premises: Premises, officer: Person, number: str
) -> None:
    await close(premises, officer, number)

    assert not (await case_of(premises, number)).unread


async def test_of_a_case_that_the_writer_sees_no_more_nothing_but_its_number_is_told(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await _restrict(premises, clerk, number)

    async with premises.database.reading() as session:
        (told,) = await overtaking.told_to(session, officer, now=START)
    assert (told.number, told.subject, told.text, told.status) == (
        number, None, "", None,
    )  # fmt: skip


async def test_it_can_be_signed_no_more(
    premises: Premises, clerk: Person, number: str
) -> None:
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    await close(premises, clerk, number)
    await matters.take(
        premises, number,
        lambda session, revision: replies.reopen(
            session, clerk, premises.house, number,
            revision=revision, reason="又坏了", now=START,
        ),
    )  # fmt: skip

    async with premises.database.reading() as session:
        assert (await awaiting.page(session, supervisor)).rows == []
    key, revision = (await submitted(premises)).id, (await case_of(premises, number))
    agreed = Written(revision=revision.revision, text=TEXT)
    with pytest.raises(AppError) as refused:
        async with premises.database.writing() as session:
            await countersigning.sign(
                session, supervisor, premises.house, key, agreed, now=START
            )
    assert isinstance(refused.value, AnswerDecided)


async def test_a_batch_that_is_taken_back_lets_it_wait_again(
    premises: Premises, clerk: Person, number: str
) -> None:
    case = await case_of(premises, number)
    deed = Deed(step=BatchStep.CLOSE, disposition=Disposition.REFERRED)
    pick = Pick(number=number, revision=case.revision, reason="转信访局")
    async with premises.database.writing() as session:
        key, _ = await batches.begin(session, clerk, deed.step, token="t", now=START)
        await batches.take(
            session, clerk, premises.house, deed, pick, batch_id=key, now=START
        )
    assert (await submitted(premises)).verdict is Verdict.OVERTAKEN

    async with premises.database.writing() as session:
        assert await batches.undo(session, clerk, key, now=START) == 1

    row = await submitted(premises)
    assert (row.verdict, row.decided_by, row.decided_at) == (None, None, None)


async def test_the_pages_warn_before_and_say_afterwards_what_became_of_it(
    client: AsyncClient, premises: Premises, clock: FakeClock, *, clerk: Person,
    officer: Person, number: str,
) -> None:  # fmt: skip
    await at_desk.sit(client, premises, clerk)
    before = await client.get(f"/desk/cases/{number}")
    await close(premises, clerk, number)
    clock.advance(minutes=1)
    await at_desk.sit(client, premises, officer)

    case = await client.get(f"/desk/cases/{number}")
    drafts = await client.get("/desk/drafts")
    unread = await client.get("/desk?tab=unread")

    assert "办结之后它不再发出，起草人会看到" in before.text
    assert "<strong>待签发的答复没有发出</strong>" in case.text
    assert 'href="/desk/drafts#overtaken"' in case.text
    assert TEXT in drafts.text.partition('id="overtaken"')[2].partition("</ul>")[0]
    assert at_desk.numbers(unread) == [number]
    assert '<span class="mark unread">待签发的答复没有发出</span>' in unread.text
