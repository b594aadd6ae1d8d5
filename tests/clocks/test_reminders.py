"""Who was asked and is silent is reminded once, while the clock still stands."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain.deadlines.moments import Rule
from app.domain.deadlines.reminding import reminder
from app.domain.deadlines.shipped import calendar_of
from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Channel, Language, MailPurpose, Role
from app.models import Opinion, OutboxMessage
from app.premises import Premises
from app.services import bounces, letters, replies, tracking
from app.services.citizen import withdrawing
from app.services.enclosing import email_digest
from app.services.intake import Registration
from app.services.letters import LetterContent
from app.workers import deadlines
from tests import at_desk, make
from tests.clocks.acting import (
    actions,
    clock_of,
    do,
    reply,
    set_policy,
    working_days,
)
from tests.fakes import FakeClock

RULE = Rule(calendar=calendar_of({}), zone=ZoneInfo("Asia/Shanghai"))
CANNOT_BE_MAILED: list[dict[str, Any]] = [
    {"anonymous": True},
    {"contact": ContactDetails(phone="020-1")},
    {"may_mail": False, "channel": Channel.EMAIL},
]


async def asked(premises: Premises, *, wait: int = 7, **changes: Any) -> Registration:
    """Return an opinion about which its citizen was asked on Monday 2 November."""
    await set_policy(premises, working_days(10, wait=wait))
    opened = await at_desk.open_case(premises, **changes)
    await ask(premises, opened, "是哪一盏灯？")
    return opened


async def ask(premises: Premises, opened: Registration, text: str) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises,
        lambda session, revision: replies.ask(
            session, clerk, premises.house, opened.receipt_number,
            revision=revision, text=text, now=premises.clock(),
        ),
        opened.receipt_number,
    )  # fmt: skip


async def reminders(premises: Premises) -> list[LetterContent]:
    """Return the letters that remind."""
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.REMINDER)
        )
        return [letters.unseal(premises.house.seal, row.sealed or b"") for row in rows]


async def done(premises: Premises, opened: Registration) -> list[Action]:
    case = await at_desk.case_of(premises, opened.receipt_number)
    return await actions(premises, case.id)


async def test_who_is_silent_is_reminded_once_three_days_before_the_clock_goes_on(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=3)
    await deadlines.look_around(premises)
    assert await reminders(premises) == []

    clock.advance(days=1)
    await deadlines.look_around(premises)
    await deadlines.look_around(premises)

    (letter,) = await reminders(premises)
    assert "是哪一盏灯？" in letter.body
    assert "2026-11-09" in letter.body
    assert letter.reply_to == letters.reply_address(premises.house, opened.opinion_id)
    (pause,) = (await clock_of(premises, opened.receipt_number)).pauses
    assert pause.reminded_at == clock()
    assert (await done(premises, opened)).count(Action.CITIZEN_REMINDED) == 1


async def test_the_reminder_speaks_the_language_of_the_citizen(
    premises: Premises, clock: FakeClock
) -> None:
    await asked(premises, language=Language.EN)
    clock.advance(days=5)
    await deadlines.look_around(premises)

    (letter,) = await reminders(premises)
    assert "We wait until 2026-11-09" in letter.body


async def test_the_newest_question_is_said_again(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    await ask(premises, opened, "哪一天看到的？")
    clock.advance(days=5)
    await deadlines.look_around(premises)

    (letter,) = await reminders(premises)
    assert "哪一天看到的？" in letter.body
    assert "是哪一盏灯？" not in letter.body


async def test_a_page_that_is_open_stays_good(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    before = (await at_desk.case_of(premises, opened.receipt_number)).revision
    clock.advance(days=5)
    await deadlines.look_around(premises)

    after = await at_desk.case_of(premises, opened.receipt_number)
    assert after.revision == before


async def test_who_replied_is_not_reminded(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=1)
    await reply(premises, opened.opinion_id)
    clock.advance(days=4)
    await deadlines.look_around(premises)

    assert await reminders(premises) == []
    assert Action.CITIZEN_REMINDED not in await done(premises, opened)


@pytest.mark.parametrize("changes", CANNOT_BE_MAILED)
async def test_whoever_may_not_be_written_to_gets_none_and_the_record_says_so(
    premises: Premises, clock: FakeClock, changes: dict[str, Any]
) -> None:
    opened = await asked(premises, **changes)
    clock.advance(days=5)
    await deadlines.look_around(premises)

    assert await reminders(premises) == []
    (pause,) = (await clock_of(premises, opened.receipt_number)).pauses
    assert (pause.remind_at, pause.reminded_at) == (None, None)
    assert Action.CITIZEN_REMINDED in await done(premises, opened)
    async with premises.database.reading() as session:
        seen = await tracking.follow(session, premises.house, opened.opinion_id)
    assert Action.CITIZEN_REMINDED not in {step.action for step in seen.history}


async def test_an_address_that_takes_no_letters_gets_none(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    digest = email_digest(premises.house.seal, make.EMAIL)
    async with premises.database.writing() as session:
        await bounces.shun(session, digest, status="5.1.1", now=clock())
    clock.advance(days=5)
    await deadlines.look_around(premises)

    assert await reminders(premises) == []
    (pause,) = (await clock_of(premises, opened.receipt_number)).pauses
    assert pause.reminded_at is None


async def test_what_was_disowned_or_withdrawn_reminds_nobody(
    premises: Premises, clock: FakeClock
) -> None:
    disowned = await asked(premises)
    withdrawn = await asked(premises)
    async with premises.database.writing() as session:
        row = await session.get_one(Opinion, disowned.opinion_id)
        row.disowned_at = clock()
        await withdrawing.withdraw(session, withdrawn.opinion_id, now=clock())
    clock.advance(days=5)
    await deadlines.look_around(premises)

    assert await reminders(premises) == []


async def test_a_worker_that_was_away_does_not_remind_of_what_is_over(
    premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises)
    clock.advance(days=30)
    await deadlines.look_around(premises)

    assert await reminders(premises) == []
    assert Action.CITIZEN_REMINDED not in await done(premises, opened)


async def test_where_the_clock_runs_on_nobody_is_reminded(
    premises: Premises, clock: FakeClock
) -> None:
    await asked(premises, wait=0)
    clock.advance(days=5)

    assert await deadlines.look_around(premises) == 0
    assert await reminders(premises) == []


@given(
    asked_at=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants it bare
        max_value=datetime(2027, 12, 1),  # noqa: DTZ001 - and gives it the zone
        timezones=st.just(RULE.zone),
    ),
    days=st.integers(min_value=0, max_value=365),
)
def test_a_reminder_leaves_time_before_it_and_after_it(
    asked_at: datetime, days: int
) -> None:
    until_at = RULE.end(RULE.day(asked_at) + timedelta(days=days))

    at = reminder(RULE, asked_at=asked_at, until_at=until_at)

    if days < 2:
        assert at is None
        return
    assert at is not None
    assert RULE.day(at) > RULE.day(asked_at)
    assert timedelta(days=1) < until_at - at < timedelta(days=4)
