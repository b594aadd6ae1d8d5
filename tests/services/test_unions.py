"""Cases that say the same become one, and every opinion gets its answer."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.domain.lifecycle import CaseJoined
from app.domain.record import Action
from app.domain.vocabulary import Disposition, MailPurpose, Role, Status
from app.errors import NotAllowed
from app.models import AuditEvent, Case, Joining, Opinion, OutboxMessage, Strand
from app.premises import Premises
from app.services import additions, partings, replies, tracking, unions, words
from app.services.cases import NoSuchCase, StaleCase
from app.services.staff import Person
from app.services.tracked import Tracked
from app.services.unions import NothingToJoin, NotJoinable
from tests import at_desk, make
from tests.classify.campaign_letters import LETTERS, OWN
from tests.fakes import FakeClock
from tests.services.campaigning import TEXT, campaign, join, write


async def opinion_of(premises: Premises, number: str) -> Opinion:
    """Return the opinion of that receipt number."""
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(Opinion).where(Opinion.receipt_number == number)
        )
        return found.one()


async def tracked(premises: Premises, number: str) -> Tracked:
    """Return what the citizen reads."""
    opinion = await opinion_of(premises, number)
    async with premises.database.reading() as session:
        return await tracking.follow(session, premises.house, opinion.id)


async def count(premises: Premises, *where: Any) -> int:
    """Return how many letters there are of which all of that holds."""
    async with premises.database.reading() as session:
        statement = select(func.count()).select_from(OutboxMessage).where(*where)
        return (await session.scalars(statement)).one()


async def answer(premises: Premises, person: Person, number: str, text: str) -> None:
    """Answer a case as it now stands."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.answer(
            session, person, premises.house, number,
            revision=revision, text=text, now=premises.clock(),
        )  # fmt: skip


async def separate(premises: Premises, person: Person, number: str, **step: int) -> int:
    """Take apart what is joined as it now stands."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await partings.separate(
            session, person, number, revision=revision, now=premises.clock(), **step
        )


async def test_all_that_say_the_same_join_in_one_step(premises: Premises) -> None:
    clerk, (first, *others) = await campaign(premises)

    assert await join(premises, clerk, first) == 2

    statuses = [(await at_desk.case_of(premises, each)).status for each in others]
    assert statuses == [Status.JOINED, Status.JOINED]


async def test_one_case_can_be_joined_alone(premises: Premises) -> None:
    clerk, (first, second, third) = await campaign(premises)

    await join(premises, clerk, first, second)

    assert (await at_desk.case_of(premises, second)).status is Status.JOINED
    assert (await at_desk.case_of(premises, third)).status is Status.REGISTERED


async def test_an_answer_reaches_every_opinion_by_mail(premises: Premises) -> None:
    clerk, (first, *_) = await campaign(premises)
    await join(premises, clerk, first)

    await answer(premises, clerk, first, "泵站已经停用。")

    assert await count(premises, OutboxMessage.purpose == MailPurpose.ANSWER) == 3


async def test_each_tracking_page_shows_the_shared_answer(premises: Premises) -> None:
    clerk, numbers = await campaign(premises)
    await join(premises, clerk, numbers[0])
    await answer(premises, clerk, numbers[0], "泵站已经停用。")

    for number in numbers:
        (matter,) = (await tracked(premises, number)).matters
        assert matter.status is Status.ANSWERED
        assert [each.text for each in matter.answers] == ["泵站已经停用。"]


async def test_a_citizen_is_not_told_what_was_done_before_joining(
    premises: Premises, clock: FakeClock
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await at_desk.go(
        premises, at_desk.steps(premises, clerk, first)["assign"], revision=1
    )
    clock.advance(hours=1)

    await join(premises, clerk, first, second)

    (matter,) = (await tracked(premises, second)).matters
    assert [step.action for step in matter.history] == [
        Action.REGISTERED, Action.CASE_JOINED,
    ]  # fmt: skip


async def test_whoever_joins_an_answered_case_gets_its_answer(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await answer(premises, clerk, first, "泵站已经停用。")

    await join(premises, clerk, first, second)

    assert await count(premises, OutboxMessage.purpose == MailPurpose.ANSWER) == 2


async def test_what_came_apart_stands_as_before(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await at_desk.go(
        premises, at_desk.steps(premises, clerk, second)["assign"], revision=1
    )
    await join(premises, clerk, first, second)

    await separate(premises, clerk, second)

    case = await at_desk.case_of(premises, second)
    assert (case.status, case.assignee_id) == (Status.ASSIGNED, clerk.staff_id)
    (matter,) = (await tracked(premises, second)).matters
    assert matter.status is Status.ASSIGNED


async def test_a_whole_step_can_be_taken_back(premises: Premises) -> None:
    clerk, (first, *others) = await campaign(premises)
    await join(premises, clerk, first)
    async with premises.database.reading() as session:
        act = (await session.scalars(select(Joining.act_id).limit(1))).one()

    assert await separate(premises, clerk, first, act_id=act) == 2

    for number in others:
        case = await at_desk.case_of(premises, number)
        assert case.status is Status.REGISTERED


async def test_what_came_apart_is_not_suggested_again(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await separate(premises, clerk, second)

    with pytest.raises(NothingToJoin):
        await join(premises, clerk, first)


async def test_joining_and_taking_back_are_on_record(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first, second)
    await separate(premises, clerk, second)

    async with premises.database.reading() as session:
        actions = (
            await session.scalars(
                select(AuditEvent.action)
                .where(AuditEvent.staff_id == clerk.staff_id)
                .order_by(AuditEvent.id)
            )
        ).all()
    assert actions == [
        Action.CASE_JOINED, Action.CASES_JOINED,
        Action.CASE_SEPARATED, Action.CASES_SEPARATED,
    ]  # fmt: skip


async def test_the_same_step_sent_twice_is_taken_once(premises: Premises) -> None:
    clerk, (first, *_) = await campaign(premises)
    await join(premises, clerk, first)

    async with premises.database.writing() as session:
        with pytest.raises(StaleCase):
            await unions.join(
                session, clerk, premises.house, first, revision=1, now=premises.clock()
            )


async def test_of_two_clerks_who_join_at_once_one_is_told(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    other = await at_desk.hire(premises, Role.CLERK)

    done = await asyncio.gather(
        join(premises, clerk, first, second),
        join(premises, other, second, first),
        return_exceptions=True,
    )

    assert sorted(isinstance(each, Exception) for each in done) == [False, True]
    assert not any(isinstance(each, AssertionError) for each in done)
    async with premises.database.reading() as session:
        shared = await session.scalars(select(Strand.case_id).distinct())
        assert len(shared.all()) == 1


async def test_a_joined_case_takes_no_step_of_its_own(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first, second)
    case = await at_desk.case_of(premises, second)
    step = at_desk.steps(premises, clerk, second)["classify"]

    with pytest.raises(CaseJoined):
        await at_desk.go(premises, step, revision=case.revision)


async def test_a_closed_case_takes_no_others_in(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, first,
            revision=1, disposition=Disposition.REFERRED, now=premises.clock(),
        )  # fmt: skip

    with pytest.raises(NotJoinable):
        await join(premises, clerk, first, second)


async def test_a_report_of_wrongdoing_never_joins_what_others_see(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    async with premises.database.writing() as session:
        opinion = select(Opinion.id).where(Opinion.receipt_number == second)
        await session.execute(
            update(Case).where(Case.opinion_id.in_(opinion)).values(restricted=True)
        )

    with pytest.raises(NotJoinable):
        await join(premises, supervisor, first, second)
    with pytest.raises(NoSuchCase):
        await join(premises, clerk, first, second)
    with pytest.raises(NothingToJoin):
        await join(premises, supervisor, first)


async def test_an_officer_does_not_join(premises: Premises) -> None:
    _, (first, second) = await campaign(premises, TEXT, TEXT)
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)

    with pytest.raises(NotAllowed):
        await join(premises, officer, first, second)


async def test_a_disowned_opinion_gets_no_letter_in_a_campaign(
    premises: Premises,
) -> None:
    clerk, (first, second, _) = await campaign(premises)
    await join(premises, clerk, first)
    disowned = await opinion_of(premises, second)
    async with premises.database.writing() as session:
        await session.execute(
            update(Opinion)
            .where(Opinion.id == disowned.id)
            .values(disowned_at=premises.clock())
        )

    await answer(premises, clerk, first, "泵站已经停用。")

    answers = OutboxMessage.purpose == MailPurpose.ANSWER
    assert await count(premises, answers) == 2
    assert await count(premises, answers, OutboxMessage.opinion_id == disowned.id) == 0


async def test_what_a_citizen_adds_goes_where_the_opinion_is(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, OWN[0] + TEXT)
    await join(premises, clerk, first, second)
    opinion = await opinion_of(premises, second)

    addendum = additions.Addendum(
        opinion_id=opinion.id, channel=make.submission().channel, text="还有水管也漏。",
        seal=premises.house.seal,
    )  # fmt: skip
    async with premises.database.writing() as session:
        await additions.add(session, addendum, retry_token="once", now=premises.clock())

    shared = await at_desk.case_of(premises, first)
    async with premises.database.reading() as session:
        (said,) = await words.read(session, shared)
    assert shared.unread
    assert said.number == second
    await separate(premises, clerk, second)
    assert len((await tracked(premises, second)).additions) == 1


async def test_another_letter_is_joined_by_hand_alone(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, LETTERS[1])

    with pytest.raises(NothingToJoin):
        await join(premises, clerk, first)
    assert await join(premises, clerk, first, second) == 1


async def test_a_campaign_can_join_another(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    third = await write(premises, LETTERS[1], by="d")
    await join(premises, clerk, first, second)

    await join(premises, clerk, third, first)
    await answer(premises, clerk, third, "一并答复。")

    assert await count(premises, OutboxMessage.purpose == MailPurpose.ANSWER) == 3
    await separate(premises, clerk, first)
    (matter,) = (await tracked(premises, second)).matters
    assert matter.status is Status.ANSWERED
