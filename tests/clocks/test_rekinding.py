"""A case that becomes one of another kind is due by that kind's policy."""

from app.domain.batch import BatchStep, Deed
from app.domain.record import Action
from app.domain.vocabulary import Kind, Role
from app.premises import Premises
from app.services import replies, tracking, triage
from app.services.clocks import extensions
from app.services.intake import Registration
from app.services.queue import batches
from app.services.queue.batch_steps import Pick
from app.workers import deadlines
from tests import at_desk
from tests.clocks.acting import (
    actions,
    clock_of,
    day_due,
    do,
    enter_year,
    reply,
    set_policy,
    working_days,
)
from tests.fakes import FakeClock


async def opened(premises: Premises) -> Registration:
    """Return a complaint of Monday 2 November that is due in ten working days.

    Suggestions have twenty, inquiries five.
    """
    await set_policy(premises, working_days(10))
    await set_policy(premises, working_days(20), kind=Kind.SUGGESTION)
    await set_policy(premises, working_days(5), kind=Kind.INQUIRY)
    return await at_desk.open_case(premises)


async def call(premises: Premises, number: str, kind: Kind) -> None:
    """Have a clerk say what the case is."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: triage.set_kind(
            session, clerk, premises.house, number,
            revision=revision, kind=kind, now=premises.clock(),
        ),
        number,
    )  # fmt: skip


async def test_the_days_are_reckoned_from_registration_by_the_new_kinds_policy(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clock.advance(days=2)
    assert await day_due(premises, number) == "2026-11-16"

    await call(premises, number, Kind.SUGGESTION)

    assert await day_due(premises, number) == "2026-11-30"
    (seen,) = (await clock_of(premises, number)).rekindings
    assert seen.kind_after is Kind.SUGGESTION
    assert seen.due_after == (await at_desk.case_of(premises, number)).due_at
    assert seen.not_before is None


async def test_staff_and_citizen_are_told(premises: Premises, clock: FakeClock) -> None:
    case = await opened(premises)
    clock.advance(days=2)
    await call(premises, case.receipt_number, Kind.SUGGESTION)

    stored = await at_desk.case_of(premises, case.receipt_number)
    assert (await actions(premises, stored.id))[-2:] == [
        Action.KIND_SET, Action.DUE_RECKONED,
    ]  # fmt: skip
    async with premises.database.reading() as session:
        tracked = await tracking.follow(session, premises.house, case.opinion_id)
    assert Action.DUE_RECKONED in {step.action for step in tracked.history}
    assert len(tracked.matters[0].clock.rekindings) == 1


async def test_a_shorter_term_leaves_the_office_two_working_days(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clock.advance(days=8)  # Tuesday 10 November: an inquiry was due yesterday

    await call(premises, number, Kind.INQUIRY)

    assert await day_due(premises, number) == "2026-11-12"
    (seen,) = (await clock_of(premises, number)).rekindings
    assert seen.not_before == (await at_desk.case_of(premises, number)).due_at


async def test_nobody_gets_days_for_what_was_late_already(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clock.advance(days=20)
    await deadlines.look_around(premises)

    await call(premises, number, Kind.INQUIRY)

    assert await day_due(premises, number) == "2026-11-16"
    assert (await at_desk.case_of(premises, number)).overdue_at is not None


async def test_what_was_late_is_not_by_a_longer_term_and_can_fall_late_again(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clock.advance(days=16)
    await deadlines.look_around(premises)
    assert (await at_desk.case_of(premises, number)).overdue_at is not None

    await call(premises, number, Kind.SUGGESTION)
    assert (await at_desk.case_of(premises, number)).overdue_at is None
    clock.advance(days=20)
    await deadlines.look_around(premises)

    assert (await at_desk.case_of(premises, number)).overdue_at is not None


async def test_pauses_and_extensions_so_far_count_on(
    premises: Premises, clock: FakeClock
) -> None:
    case = await opened(premises)
    clerk = await at_desk.hire(premises, Role.CLERK)
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    number = case.receipt_number
    await do(
        premises,
        lambda session, revision: replies.ask(
            session, clerk, premises.house, number,
            revision=revision, text="哪里？", now=clock(),
        ),
        number,
    )  # fmt: skip
    clock.advance(days=3)
    await reply(premises, case.opinion_id)
    await do(
        premises,
        lambda session, revision: extensions.ask(
            session, clerk, premises.house, number,
            revision=revision, reason="要等材料", now=clock(),
        ),
        number,
    )  # fmt: skip
    await do(
        premises,
        lambda session, revision: extensions.decide(
            session, supervisor, premises.house, number,
            revision=revision, granted=True, now=clock(),
        ),
        number,
    )  # fmt: skip
    assert await day_due(premises, number) == "2026-11-26"  # 10 + 3 + 5

    await call(premises, number, Kind.SUGGESTION)

    assert await day_due(premises, number) == "2026-12-10"  # 20 + 3 + 5


async def test_the_policy_is_the_one_that_held_when_it_was_registered(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clock.advance(days=1)
    await set_policy(premises, working_days(90), kind=Kind.SUGGESTION)

    await call(premises, number, Kind.SUGGESTION)

    assert await day_due(premises, number) == "2026-11-30"


async def test_an_answered_case_keeps_its_day(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: replies.answer(
            session, clerk, premises.house, number,
            revision=revision, text="已经修好。", now=clock(),
        ),
        number,
    )  # fmt: skip

    await call(premises, number, Kind.SUGGESTION)

    assert await day_due(premises, number) == "2026-11-16"
    assert (await clock_of(premises, number)).rekindings == []


async def test_the_same_policy_moves_nothing_and_is_not_on_record(
    premises: Premises,
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await call(premises, number, Kind.SUGGESTION)

    case = await at_desk.case_of(premises, number)
    assert await day_due(premises, number) == "2026-11-17"
    assert Action.DUE_RECKONED not in await actions(premises, case.id)


async def test_a_year_that_becomes_known_keeps_the_days_that_were_left(
    premises: Premises, clock: FakeClock
) -> None:
    clock.advance(days=44)  # Wednesday 16 December
    await set_policy(premises, working_days(30))
    await set_policy(premises, working_days(12), kind=Kind.INQUIRY)
    number = (await at_desk.open_case(premises)).receipt_number
    clock.advance(days=20)  # Tuesday 5 January
    await call(premises, number, Kind.INQUIRY)
    assert await day_due(premises, number) == "2027-01-07"

    await enter_year(premises)
    await deadlines.look_around(premises)

    assert await day_due(premises, number) == "2027-01-07"


async def test_a_batch_that_is_taken_back_takes_the_days_back(
    premises: Premises, clock: FakeClock
) -> None:
    number = (await opened(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)
    before = await at_desk.case_of(premises, number)
    deed = Deed(step=BatchStep.KIND, kind=Kind.SUGGESTION)
    async with premises.database.writing() as session:
        key, _ = await batches.begin(
            session, clerk, deed.step, token="once", now=clock()
        )
        await batches.take(
            session, clerk, premises.house, deed,
            Pick(number=number, revision=before.revision), batch_id=key, now=clock(),
        )  # fmt: skip
    assert await day_due(premises, number) == "2026-11-30"

    async with premises.database.writing() as session:
        await batches.undo(session, clerk, key, now=clock())

    after = await at_desk.case_of(premises, number)
    assert (after.due_at, after.policy) == (before.due_at, before.policy)
    assert after.acceptance_due_at == before.acceptance_due_at
    assert (await clock_of(premises, number)).rekindings == []
