import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.domain.submission import ContactDetails
from app.domain.vocabulary import MailState
from app.gateways import delivery
from app.gateways.delivery import Delivery, Failure, Transport
from app.mail.outgoing import OutgoingLetter
from app.models import OutboxMessage
from app.premises import Premises
from app.services import letters, outbox
from app.services.outbox import LEASE
from app.workers.outbox import TIRED_AFTER, send_due
from tests import make
from tests.fakes import FakeClock
from tests.gateways.relay import Relay, relay


class Recorder:
    """A transport that notes what it delivers, and fails as it is told to."""

    def __init__(self, *failures: Failure | Exception | None) -> None:
        self.delivered: list[OutgoingLetter] = []
        self._failures = list(failures)

    async def deliver(self, letter: OutgoingLetter) -> Failure | None:
        self.delivered.append(letter)
        failure = self._failures.pop(0) if self._failures else None
        if isinstance(failure, Exception):
            raise failure
        return failure

    async def hang_up(self) -> None:
        """Do nothing."""


async def promise(premises: Premises, number: int = 1) -> None:
    """Promise some acknowledgements."""
    for count in range(number):
        contact = ContactDetails(email=f"citizen{count}@example.org")
        await premises.register(make.submission(contact=contact))


async def send(premises: Premises, transport: Transport) -> int:
    """Make one round."""
    return await send_due(premises, transport, stop=asyncio.Event())


async def rows(premises: Premises) -> list[OutboxMessage]:
    """Return every letter in the outbox."""
    async with premises.database.reading() as session:
        found = await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        return list(found)


@asynccontextmanager
async def delivering(**replies: str) -> AsyncIterator[tuple[Relay, Delivery]]:
    async with relay(**replies) as to:
        sending = Delivery(delivery.Relay.from_url(to.url))
        yield to, sending


async def test_a_promised_letter_is_sent_and_what_it_said_is_gone(
    premises: Premises,
) -> None:
    await promise(premises)
    async with delivering() as (to, sending):
        assert await send(premises, sending) == 1

    assert len(to.letters) == 1
    (row,) = await rows(premises)
    assert (row.state, row.sealed) == (MailState.SENT, None)
    assert row.sent_at is not None


async def test_an_acknowledgement_tells_machines_not_to_answer(
    premises: Premises,
) -> None:
    submission = make.submission(letter_id="<theirs@example.org>")
    await premises.register(submission)
    async with delivering() as (to, sending):
        await send(premises, sending)

    (letter,) = to.letters
    (row,) = await rows(premises)
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["In-Reply-To"] == "<theirs@example.org>"
    assert letter["References"] == "<theirs@example.org>"
    assert letter["Message-ID"] == row.message_id
    replied = letter["Reply-To"].addresses[0].addr_spec
    assert letters.replied_opinion(premises.house, replied) == row.opinion_id


async def test_nobody_writes_to_an_anonymous_citizen(premises: Premises) -> None:
    await premises.register(make.submission(anonymous=True))

    assert await send(premises, Recorder()) == 0


async def test_a_letter_not_taken_is_tried_again_after_growing_pauses(
    premises: Premises, clock: FakeClock
) -> None:
    await promise(premises)
    later = Failure(error="451 later")
    recorder = Recorder(later, later, later)
    pauses = []
    for _ in range(3):
        await send(premises, recorder)
        (row,) = await rows(premises)
        pauses.append(row.next_attempt_at - clock())
        assert await send(premises, recorder) == 0
        clock.now = row.next_attempt_at

    assert pauses == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert await send(premises, recorder) == 1
    assert {one.message_id for one in recorder.delivered} == {row.message_id}


async def test_a_letter_refused_for_good_is_parked(premises: Premises) -> None:
    await promise(premises)
    async with delivering(RCPT="550 5.7.1 not from you") as (_, sending):
        await send(premises, sending)

    (row,) = await rows(premises)
    assert row.state is MailState.PARKED
    assert row.last_error == "550 5.7.1 not from you"


async def test_a_letter_tried_often_enough_is_parked(
    premises: Premises, clock: FakeClock
) -> None:
    await promise(premises)
    attempts = premises.settings.outbox_attempts
    recorder = Recorder(*[Failure(error="451 later")] * attempts)
    for _ in range(attempts):
        await send(premises, recorder)
        clock.advance(days=1)

    (row,) = await rows(premises)
    assert (row.state, row.attempts) == (MailState.PARKED, attempts)


async def test_a_parked_letter_does_not_keep_the_others(premises: Premises) -> None:
    await promise(premises, 3)
    recorder = Recorder(None, Failure(error="550 no", final=True))
    await send(premises, recorder)

    states = [row.state for row in await rows(premises)]
    assert sorted(states) == [MailState.PARKED, MailState.SENT, MailState.SENT]


async def test_a_fault_of_ours_does_not_keep_the_others(premises: Premises) -> None:
    await promise(premises, 2)
    assert await send(premises, Recorder(ZeroDivisionError())) == 2

    states = sorted(row.state for row in await rows(premises))
    assert states == [MailState.SENT, MailState.WAITING]


async def test_a_letter_that_does_not_open_is_parked_and_the_others_go(
    premises: Premises,
) -> None:
    await promise(premises, 2)
    first = (await rows(premises))[0].id
    async with premises.database.writing() as session:
        await session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == first)
            .values(sealed=b"something else")
        )
    assert await send(premises, Recorder()) == 1

    states = [row.state for row in await rows(premises)]
    assert states == [MailState.PARKED, MailState.SENT]


async def test_a_worker_that_died_gives_its_letters_back(
    premises: Premises, clock: FakeClock
) -> None:
    await promise(premises)
    async with premises.database.writing() as session:
        (lost,) = await outbox.claim_due(session, premises.house, now=clock())
    recorder = Recorder()
    assert await send(premises, recorder) == 0
    clock.now += LEASE

    assert await send(premises, recorder) == 1
    assert recorder.delivered[0].message_id == lost.letter.message_id


async def test_two_workers_never_send_the_same_letter(premises: Premises) -> None:
    await promise(premises, 30)
    recorder = Recorder()
    async with Premises(premises.settings, clock=premises.clock) as other:
        await asyncio.gather(
            *(send(one, recorder) for one in (premises, other, premises, other))
        )

    sent = [letter.message_id for letter in recorder.delivered]
    assert len(sent) == len(set(sent)) == 30


async def test_a_round_that_takes_too_long_gives_back_what_it_did_not_try(
    premises: Premises, clock: FakeClock
) -> None:
    class Slow(Recorder):
        async def deliver(self, letter: OutgoingLetter) -> Failure | None:
            clock.now += TIRED_AFTER * 2
            return await super().deliver(letter)

    await promise(premises, 2)
    assert await send(premises, Slow()) == 1

    assert await send(premises, Recorder()) == 1
    assert [row.attempts for row in await rows(premises)] == [1, 1]


async def test_a_worker_that_is_stopped_gives_back_what_it_did_not_try(
    premises: Premises,
) -> None:
    await promise(premises, 2)
    stop = asyncio.Event()
    stop.set()

    assert await send_due(premises, Recorder(), stop=stop) == 0
    assert await send(premises, Recorder()) == 2


async def test_a_late_failure_does_not_unsend_a_letter(
    premises: Premises, clock: FakeClock
) -> None:
    await promise(premises)
    async with premises.database.writing() as session:
        (slow,) = await outbox.claim_due(session, premises.house, now=clock())
    clock.now += LEASE
    await send(premises, Recorder())
    async with premises.database.writing() as session:
        await outbox.mark_failed(
            session, premises.house, slow.id, error="late", final=True, now=clock()
        )

    (row,) = await rows(premises)
    assert row.state is MailState.SENT


@pytest.mark.parametrize("command", ["MAIL", "END"])
async def test_a_relay_that_breaks_off_gets_the_letter_later(
    premises: Premises, clock: FakeClock, command: str
) -> None:
    await promise(premises)
    async with delivering(**{command: ""}) as (to, sending):
        await send(premises, sending)
        (before,) = await rows(premises)
        to.replies, clock.now = {}, before.next_attempt_at
        await send(premises, sending)

    (row,) = await rows(premises)
    assert (row.state, row.attempts) == (MailState.SENT, 2)
    assert {letter["Message-ID"] for letter in to.letters} == {row.message_id}
