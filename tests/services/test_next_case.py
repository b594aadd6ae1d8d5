"""The next case: whose it is, and that no two people are handed the same."""

import asyncio
from datetime import datetime, timedelta

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import next_case
from app.services.staff import Person
from tests import at_desk
from tests.fakes import START

MINUTE = timedelta(minutes=1)


async def next_of(
    premises: Premises,
    person: Person,
    *,
    leaving: str | None = None,
    now: datetime = START,
) -> str | None:
    async with premises.database.writing() as session:
        return await next_case.take_next(session, person, leaving=leaving, now=now)


async def test_ones_own_case_comes_before_a_new_one(
    premises: Premises, clerk: Person
) -> None:
    new = (await at_desk.open_case(premises)).receipt_number
    own = (await at_desk.open_case(premises)).receipt_number
    step = at_desk.steps(premises, clerk, own)["assign"]
    await at_desk.go(premises, step, revision=1)

    assert await next_of(premises, clerk) == own
    assert await next_of(premises, clerk, leaving=own) == new
    assert await next_of(premises, clerk, leaving=new) == own


async def test_leaving_one_after_the_other_leads_through_all_and_round_again(
    premises: Premises, clerk: Person
) -> None:
    there = [(await at_desk.open_case(premises)).receipt_number for _ in range(4)]

    way, here = [], await next_of(premises, clerk)
    for _ in range(5):
        way.append(here)
        here = await next_of(premises, clerk, leaving=here)

    assert way == [*there, there[0]]


async def test_two_clerks_get_two_different_cases(
    premises: Premises, clerk: Person
) -> None:
    colleague = await at_desk.hire(premises, Role.CLERK)
    there = {(await at_desk.open_case(premises)).receipt_number for _ in range(2)}

    got = await asyncio.gather(next_of(premises, clerk), next_of(premises, colleague))

    assert set(got) == there


async def test_who_comes_back_gets_the_case_that_is_still_in_hand(
    premises: Premises, clerk: Person
) -> None:
    there = [(await at_desk.open_case(premises)).receipt_number for _ in range(2)]

    assert [await next_of(premises, clerk) for _ in range(2)] == [there[0]] * 2


async def test_a_case_that_is_left_undone_is_offered_to_others(
    premises: Premises, clerk: Person
) -> None:
    colleague = await at_desk.hire(premises, Role.CLERK)
    first = (await at_desk.open_case(premises)).receipt_number
    second = (await at_desk.open_case(premises)).receipt_number
    await next_of(premises, clerk)

    assert await next_of(premises, clerk, leaving=first) == second
    assert await next_of(premises, colleague) == first


async def test_a_case_is_not_kept_from_others_for_ever(
    premises: Premises, clerk: Person
) -> None:
    colleague = await at_desk.hire(premises, Role.CLERK)
    number = (await at_desk.open_case(premises)).receipt_number
    await next_of(premises, clerk)
    soon = START + next_case.KEPT_FOR

    assert await next_of(premises, colleague, now=soon - MINUTE) is None
    assert await next_of(premises, colleague, now=soon) == number


async def test_who_only_reads_takes_nothing_up(
    premises: Premises, clerk: Person
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    number = (await at_desk.open_case(premises)).receipt_number

    assert await next_of(premises, auditor) == number
    assert await next_of(premises, clerk) == number


async def test_the_last_one_has_no_next(premises: Premises, clerk: Person) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    assert await next_of(premises, clerk, leaving=number) is None
