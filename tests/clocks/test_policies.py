"""Policies and calendar years: set by an administrator, kept with each case."""

from datetime import timedelta

import pytest

from app.domain.deadlines.policy import Policy, Term, Unit, packaged
from app.domain.record import Action
from app.domain.vocabulary import Kind, Role
from app.errors import NotAllowed
from app.premises import Premises
from app.services import replies
from app.services.clocks import calendars, policies
from app.services.clocks.calendars import BadCalendar
from app.services.clocks.policies import BadPolicy, StalePolicy
from app.workers import deadlines
from tests import at_desk, make
from tests.at_desk import case_of
from tests.clocks.acting import (
    actions,
    clock_of,
    day_due,
    do,
    enter_year,
    set_policy,
    working_days,
)
from tests.fakes import FakeClock


def days(amount: int) -> Term:
    return Term(amount=amount, unit=Unit.WORKING_DAYS)


DECEMBER = 46
"""Days from the tests' beginning to Friday 18 December."""


def faults(policy: Policy) -> dict[str, str]:
    """Return what is wrong with ``policy``, by its fields."""
    try:
        policies.check(policy)
    except BadPolicy as refused:
        return dict(refused.fields)
    return {}


async def test_without_a_policy_the_setting_holds(premises: Premises) -> None:
    opened = await at_desk.open_case(premises)

    case = await case_of(premises, opened.receipt_number)
    assert (case.policy, case.calendar, case.provisional) == (0, "2026", False)
    assert await day_due(premises, opened.receipt_number) == "2026-11-17"
    assert opened.due_at == case.due_at


async def test_a_new_version_holds_for_what_is_registered_after_it(
    premises: Premises,
) -> None:
    before = await at_desk.open_case(premises)
    number = await set_policy(premises, working_days(3))
    after = await at_desk.open_case(premises)

    assert (await case_of(premises, before.receipt_number)).policy == 0
    assert (await case_of(premises, after.receipt_number)).policy == number
    assert await day_due(premises, before.receipt_number) == "2026-11-17"
    assert await day_due(premises, after.receipt_number) == "2026-11-05"


async def test_each_kind_has_its_own(premises: Premises) -> None:
    await set_policy(premises, working_days(3), kind=Kind.INQUIRY)
    await set_policy(premises, working_days(1), kind=None)

    complaint = await at_desk.open_case(premises)
    inquiry = await at_desk.open_case(premises, kind=Kind.INQUIRY)
    unsaid = await at_desk.open_case(premises, kind=None)

    days = [await day_due(premises, one.receipt_number)
            for one in (complaint, inquiry, unsaid)]  # fmt: skip
    assert days == ["2026-11-17", "2026-11-05", "2026-11-03"]


async def test_a_report_goes_by_the_policy_for_reports(premises: Premises) -> None:
    await set_policy(premises, working_days(2), kind=Kind.REPORT)

    opened = await at_desk.open_case(premises, kind=None, text=make.REPORT)

    assert opened.restricted
    assert await day_due(premises, opened.receipt_number) == "2026-11-04"


async def test_two_who_set_a_policy_at_once_do_not_overwrite_each_other(
    premises: Premises,
) -> None:
    await set_policy(premises, working_days(3))
    admin = await at_desk.hire(premises, Role.ADMINISTRATOR)

    async with premises.database.writing() as session:
        with pytest.raises(StalePolicy):
            await policies.put(
                session, admin, Kind.PRAISE, working_days(4),
                newest=0, now=premises.clock(),
            )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"wait": 61}, "wait"), ({"extension": -1}, "extension")],
)
def test_terms_that_no_office_may_set_are_named(
    changes: dict[str, int], field: str
) -> None:
    assert list(faults(working_days(10, **changes))) == [field]


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"contact": days(11)}, {"answer": "answer_too_soon"}),
        ({"acceptance": days(4)}, {"contact": "contact_too_soon"}),
        ({"contact": Term(amount=15, unit=Unit.CALENDAR_DAYS)},
         {"answer": "answer_too_soon"}),
        ({"contact": Term(amount=100, unit=Unit.HOURS)},
         {}),
        ({"contact": Term(amount=14, unit=Unit.CALENDAR_DAYS)}, {}),
        ({"answer": days(2), "contact": days(1)}, {"contact": "contact_too_soon"}),
    ],
)  # fmt: skip
def test_no_step_has_less_time_than_the_one_before_it(
    changes: dict[str, Term], fields: dict[str, str]
) -> None:
    assert faults(working_days(10, **changes)) == fields


@pytest.mark.parametrize("hours", [1, 24, 30, 24 * 5, 24 * 15])
def test_what_the_setting_gives_is_a_policy_that_an_office_may_set(hours: int) -> None:
    assert faults(packaged(timedelta(hours=hours))) == {}


def test_no_answer_takes_less_than_a_day_or_more_than_a_year() -> None:
    assert all(faults(working_days(amount)) for amount in (0, -1, 366))
    assert not any(faults(working_days(amount)) for amount in (1, 365))


async def test_only_an_administrator_sets_policies(premises: Premises) -> None:
    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)

    async with premises.database.writing() as session:
        with pytest.raises(NotAllowed):
            await policies.put(
                session, supervisor, None, working_days(4),
                newest=0, now=premises.clock(),
            )  # fmt: skip


async def test_a_guess_is_reckoned_again_once_the_year_is_known(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(12))
    clock.advance(days=DECEMBER)
    opened = await at_desk.open_case(premises)
    assert (await case_of(premises, opened.receipt_number)).provisional
    assert await day_due(premises, opened.receipt_number) == "2027-01-05"

    await enter_year(premises)
    await deadlines.look_around(premises)

    case = await case_of(premises, opened.receipt_number)
    assert (case.provisional, case.calendar) == (False, "2026+1")
    assert await day_due(premises, opened.receipt_number) == "2027-01-07"
    assert case.lapses_at == case.due_at
    assert Action.DUE_CONFIRMED in await actions(premises, case.id)
    assert await deadlines.look_around(premises) == 0


async def test_a_year_counts_at_once_for_what_is_registered_next(
    premises: Premises, clock: FakeClock
) -> None:
    await set_policy(premises, working_days(12))
    await enter_year(premises)
    clock.advance(days=DECEMBER)

    opened = await at_desk.open_case(premises)

    assert not (await case_of(premises, opened.receipt_number)).provisional
    assert await day_due(premises, opened.receipt_number) == "2027-01-07"


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(BadCalendar) as refused:
        calendars.checked(year="2027", source="举例", text="元旦快乐")

    assert [slip.field for slip in refused.value.slips] == ["text"]


async def test_a_reopened_case_has_a_new_clock_by_the_policy_in_force(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await at_desk.open_case(premises)
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, opened.receipt_number)
    await do(premises, steps["close"], opened.receipt_number)
    number = await set_policy(premises, working_days(3))
    clock.advance(days=7)

    await do(
        premises,
        lambda session, revision: replies.reopen(
            session, clerk, premises.house, opened.receipt_number,
            revision=revision, reason="又坏了", now=clock(),
        ),
        opened.receipt_number,
    )  # fmt: skip

    seen = await clock_of(premises, opened.receipt_number)
    assert (seen.policy, seen.begun_again) == (number, True)
    assert await day_due(premises, opened.receipt_number) == "2026-11-12"
