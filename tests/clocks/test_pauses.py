"""Clocks that stand while the citizen is asked, and what that moves."""

from app.domain.deadlines.chasing import PauseEnd
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import replies
from app.services.intake import Registration
from app.workers import deadlines
from tests import at_desk
from tests.clocks.acting import (
    actions,
    clock_of,
    day_due,
    do,
    reply,
    set_policy,
    working_days,
)
from tests.fakes import FakeClock


async def asked(premises: Premises) -> Registration:
    """Return a complaint of Monday 2 November about which its citizen was asked."""
    await set_policy(premises, working_days(10))
    opened = await at_desk.open_case(premises)
    await ask(premises, opened)
    return opened


async def ask(premises: Premises, opened: Registration) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: replies.ask(
            session, clerk, premises.house, opened.receipt_number,
            revision=revision, text="是哪一盏灯？", now=premises.clock(),
        ),
        opened.receipt_number,
    )  # fmt: skip


async def answer(premises: Premises, opened: Registration) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: replies.answer(
            session, clerk, premises.house, opened.receipt_number,
            revision=revision, text="已经修好。", now=premises.clock(),
        ),
        opened.receipt_number,
    )  # fmt: skip


async def test_a_reply_moves_what_is_due_by_the_working_days_that_passed(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    assert await day_due(premises, opened.receipt_number) == "2026-11-16"

    clock.advance(days=3)
    await reply(premises, opened.opinion_id)

    case = await at_desk.case_of(premises, opened.receipt_number)
    (pause,) = (await clock_of(premises, opened.receipt_number)).pauses
    assert case.paused_at is None
    assert (pause.stood, pause.ended_by) == (3, PauseEnd.REPLIED)
    assert await day_due(premises, opened.receipt_number) == "2026-11-19"


async def test_a_second_question_and_a_second_reply_change_nothing_more(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=1)
    await ask(premises, opened)
    await reply(premises, opened.opinion_id)
    await reply(premises, opened.opinion_id, again=True)

    assert len((await clock_of(premises, opened.receipt_number)).pauses) == 1
    assert await day_due(premises, opened.receipt_number) == "2026-11-17"


async def test_a_clock_that_stood_long_enough_goes_on_by_itself(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=30)
    await deadlines.look_around(premises)

    (pause,) = (await clock_of(premises, opened.receipt_number)).pauses
    case = await at_desk.case_of(premises, opened.receipt_number)
    assert pause.ended_by is PauseEnd.TERM
    assert pause.ended_at == pause.until_at
    assert pause.stood == 5
    assert await day_due(premises, opened.receipt_number) == "2026-11-23"
    assert case.overdue_at is not None


async def test_a_case_whose_clock_stands_is_not_overdue(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(2, wait=20))
    opened = await at_desk.open_case(premises)
    await ask(premises, opened)
    clock.advance(days=10)

    assert await deadlines.look_around(premises) == 0
    seen = await clock_of(premises, opened.receipt_number)
    assert seen.overdue_by(clock()) is None


async def test_an_answer_ends_the_pause(premises: Premises, clock: FakeClock) -> None:
    opened = await asked(premises)
    clock.advance(days=1)
    await answer(premises, opened)

    seen = await clock_of(premises, opened.receipt_number)
    assert seen.paused_at is None
    assert [pause.ended_by for pause in seen.pauses] == [PauseEnd.SETTLED]
    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.lapses_at is None


async def test_a_policy_may_let_the_clock_run_on(premises: Premises) -> None:
    await set_policy(premises, working_days(10, wait=0))
    opened = await at_desk.open_case(premises)
    await ask(premises, opened)

    assert (await clock_of(premises, opened.receipt_number)).pauses == []


async def test_the_record_says_that_the_clock_stood(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=1)
    await reply(premises, opened.opinion_id)

    case = await at_desk.case_of(premises, opened.receipt_number)
    done = await actions(premises, case.id)
    assert done[-3:] == [Action.QUESTION_ASKED, Action.CLOCK_RESUMED, Action.ADDED]


async def test_a_page_that_is_open_when_a_pause_runs_out_stays_good(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    before = (await at_desk.case_of(premises, opened.receipt_number)).revision
    clock.advance(days=8)
    await deadlines.look_around(premises)

    after = (await at_desk.case_of(premises, opened.receipt_number)).revision
    assert after == before
