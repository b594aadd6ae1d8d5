"""What falls overdue, who is chased, and who gets more time."""

import pytest
from sqlalchemy import select

from app.domain.deadlines.chasing import ExtensionState, Supervision
from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, Role, Tab
from app.errors import InvalidInput, NotAllowed
from app.models import OutboxMessage
from app.premises import Premises
from app.services import letters, queues, tabs
from app.services.clocks import extensions, supervision
from app.services.clocks.extensions import (
    ExtensionPending,
    NoLongerWaiting,
    NotExtendable,
    NothingAsked,
)
from app.services.clocks.supervision import LowerLevel
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.workers import deadlines
from tests import at_desk, make
from tests.at_desk import UNIT, case_of
from tests.clocks.acting import actions, clock_of, day_due, do, set_policy, working_days
from tests.fakes import FakeClock


async def ask(premises: Premises, person: Person, number: str) -> bool:
    asked = await do(
        premises,
        lambda session, revision: extensions.ask(
            session, person, premises.house, number,
            revision=revision, reason="灯杆还没有到货。", now=premises.clock(),
        ),
        number,
    )  # fmt: skip
    return bool(asked)


async def decide(
    premises: Premises, person: Person, number: str, *, granted: bool = True
) -> None:
    await do(
        premises,
        lambda session, revision: extensions.decide(
            session, person, premises.house, number,
            revision=revision, granted=granted, now=premises.clock(),
        ),
        number,
    )  # fmt: skip


async def chase(
    premises: Premises,
    person: Person,
    number: str,
    level: Supervision = Supervision.REMINDED,
) -> None:
    await do(
        premises,
        lambda session, revision: supervision.chase(
            session, person, number,
            revision=revision, level=level, text="请本周答复。", now=premises.clock(),
        ),
        number,
    )  # fmt: skip


async def in_tab(premises: Premises, person: Person, tab: Tab) -> list[str]:
    now, house = premises.clock(), premises.house
    soon = house.clocks.rule(house.settings).soon(now)
    async with premises.database.reading() as session:
        wanted = Wanted(tab=tab, soon=soon)
        found = await queues.page(session, person, wanted, now=now)
        counts, _ = await tabs.counts(session, person, now=now, soon=soon)
    assert counts[tab] == len(found.rows)
    return [row.number for row in found.rows]


async def test_what_was_not_answered_is_put_down_as_overdue_once(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await at_desk.open_case(premises)
    clock.advance(days=16)

    assert await deadlines.look_around(premises) == 1
    assert await deadlines.look_around(premises) == 0

    case = await case_of(premises, opened.receipt_number)
    assert case.overdue_at == clock()
    assert (await actions(premises, case.id)).count(Action.FELL_OVERDUE) == 1
    assert case.revision == 1


async def test_what_was_answered_in_time_never_falls_overdue(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await at_desk.open_case(premises)
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, opened.receipt_number)
    await do(premises, steps["answer"], opened.receipt_number)
    clock.advance(days=30)

    assert await deadlines.look_around(premises) == 0


async def test_a_case_is_due_soon_then_overdue_and_never_in_both(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(5))
    clerk = await at_desk.hire(premises, Role.CLERK)
    number = (await at_desk.open_case(premises)).receipt_number
    stages = []
    for days in (0, 5, 3):
        clock.advance(days=days)
        stages.append(
            (
                await in_tab(premises, clerk, Tab.DUE_SOON) == [number],
                await in_tab(premises, clerk, Tab.OVERDUE) == [number],
            )
        )

    assert stages == [(False, False), (True, False), (False, True)]


async def test_a_chased_case_shows_in_its_offices_own_list(premises: Premises) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    stranger = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    async with premises.database.writing() as session:
        case = await session.merge(await case_of(premises, number))
        case.office_id = officer.office_id

    await chase(premises, supervisor, number, Supervision.SUPERVISED)

    assert await in_tab(premises, officer, Tab.SUPERVISED) == [number]
    assert await in_tab(premises, stranger, Tab.SUPERVISED) == []
    seen = await clock_of(premises, number)
    assert seen.supervision is Supervision.SUPERVISED


async def test_nobody_is_chased_less_hard_than_before(premises: Premises) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    await chase(premises, supervisor, number, Supervision.ESCALATED)

    with pytest.raises(LowerLevel):
        await chase(premises, supervisor, number, Supervision.REMINDED)


async def test_clerks_chase_nobody_and_nobody_chases_what_is_answered(
    premises: Premises,
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)

    with pytest.raises(NotAllowed):
        await chase(premises, clerk, number)
    await do(premises, at_desk.steps(premises, clerk, number)["answer"], number)
    with pytest.raises(NoLongerWaiting):
        await chase(premises, supervisor, number)


async def test_more_time_is_asked_for_granted_and_told_to_the_citizen(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(10))
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    clock.advance(days=10)

    assert not await ask(premises, clerk, number)
    assert await day_due(premises, number) == "2026-11-16"
    with pytest.raises(NotAllowed):
        await decide(premises, clerk, number)
    await decide(premises, supervisor, number)

    assert await day_due(premises, number) == "2026-11-23"
    async with premises.database.reading() as session:
        letter = await session.scalar(
            select(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.EXTENSION)
        )
    assert letter is not None
    body = letters.unseal(premises.house.seal, letter.sealed or b"").body
    assert "2026-11-23" in body
    assert "灯杆还没有到货。" in body


async def test_whoever_is_anonymous_gets_no_letter_but_the_time_all_the_same(
    premises: Premises,
) -> None:
    await set_policy(premises, working_days(10, approver=None))
    number = (await at_desk.open_case(premises, anonymous=True)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)

    assert await ask(premises, clerk, number)

    assert await day_due(premises, number) == "2026-11-23"
    async with premises.database.reading() as session:
        assert await session.scalar(select(OutboxMessage.id)) is None


async def test_one_extension_is_all_there_is(premises: Premises) -> None:
    await set_policy(premises, working_days(10))
    number = (await at_desk.open_case(premises)).receipt_number
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    await ask(premises, supervisor, number)

    with pytest.raises(ExtensionPending):
        await ask(premises, supervisor, number)
    await decide(premises, supervisor, number)
    with pytest.raises(NotExtendable):
        await ask(premises, supervisor, number)
    with pytest.raises(NothingAsked):
        await decide(premises, supervisor, number)


async def test_what_was_refused_may_be_asked_again(premises: Premises) -> None:
    await set_policy(premises, working_days(10))
    number = (await at_desk.open_case(premises)).receipt_number
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    await ask(premises, supervisor, number)
    await decide(premises, supervisor, number, granted=False)
    await ask(premises, supervisor, number)

    states = [each.state for each in (await clock_of(premises, number)).extensions]
    assert states == [ExtensionState.REFUSED, ExtensionState.ASKED]
    assert await day_due(premises, number) == "2026-11-16"


async def test_an_answer_makes_a_wish_for_more_time_lapse(premises: Premises) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    await ask(premises, clerk, number)
    await do(premises, at_desk.steps(premises, clerk, number)["answer"], number)

    states = [each.state for each in (await clock_of(premises, number)).extensions]
    assert states == [ExtensionState.LAPSED]


async def test_what_gets_more_time_when_overdue_can_fall_overdue_again(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(2, approver=None))
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    clock.advance(days=3)
    await deadlines.look_around(premises)
    await ask(premises, clerk, number)
    assert (await case_of(premises, number)).overdue_at is None
    clock.advance(days=20)

    assert await deadlines.look_around(premises) == 1


async def test_more_time_needs_a_reason(premises: Premises) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)

    for reason in (" ", "长" * 501):
        with pytest.raises(InvalidInput):
            async with premises.database.writing() as session:
                await extensions.ask(
                    session, clerk, premises.house, number,
                    revision=1, reason=reason, now=premises.clock(),
                )  # fmt: skip


async def test_a_report_shows_in_no_list_of_those_who_may_not_see_it(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises, text=make.REPORT)).receipt_number
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    clerk = await at_desk.hire(premises, Role.CLERK)
    await ask(premises, supervisor, number)
    await chase(premises, supervisor, number)
    clock.advance(days=30)

    async with premises.database.reading() as session:
        assert await extensions.requests(session, clerk) == []
        shown = await extensions.requests(session, supervisor)
    assert [each.number for each in shown] == [number]
    for tab in (Tab.OVERDUE, Tab.SUPERVISED):
        assert await in_tab(premises, clerk, tab) == []
        assert await in_tab(premises, supervisor, tab) == [number]


async def test_the_reckoning_says_what_was_done_when_and_what_was_late(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(10))
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, number)
    await do(premises, steps["assign"], number)
    clock.advance(days=10)

    acceptance, contact, answer = (await clock_of(premises, number)).steps
    assert acceptance.done_at is not None
    assert not acceptance.late(clock())
    assert contact.done_at is None
    assert contact.late(clock())
    assert not answer.late(clock())
