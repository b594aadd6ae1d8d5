"""Two machines that answer each other come to rest, even if no header helps."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Channel
from app.mail.outgoing import OutgoingLetter
from app.models import AuditEvent, Case
from app.premises import Premises
from app.services import acknowledging
from app.settings import Settings
from app.workers.letters import settle_waiting
from tests import make
from tests.fakes import FakeClock
from tests.gateways import post
from tests.gateways.post import keep
from tests.workers.test_outbox import Recorder, rows, send

PER_SENDER = 4
PER_DAY = 9


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Limits that are soon reached."""
    return settings.model_copy(
        update={
            "acknowledgements_per_sender": PER_SENDER,
            "acknowledgements_per_day": PER_DAY,
        }
    )


class Echo(Recorder):
    """A robot that answers each letter with a fresh one, and shows no sign of it."""

    def __init__(self, premises: Premises, *, names: int = 1) -> None:
        super().__init__()
        self._premises = premises
        self._names = names

    async def write(self) -> None:
        """Begin, or go on."""
        number = len(self.delivered)
        sender = f"robot{number % self._names}@shop.example"
        letter = post.letter(
            f"Thank you for your message. {number}",
            From=f"Service <{sender}>",
            Message_ID=f"<{number}@shop.example>",
        )
        await keep(self._premises, letter, sender=sender)

    async def deliver(self, letter: OutgoingLetter) -> None:
        await super().deliver(letter)
        await self.write()


async def converse(premises: Premises, robot: Echo, *, rounds: int) -> None:
    """Let the robot and us write to each other."""
    for _ in range(rounds):
        await settle_waiting(premises)
        await send(premises, robot)


async def withheld(premises: Premises) -> Counter[str]:
    """Return how often a letter was not sent, by the ground."""
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent.facts).where(AuditEvent.action == Action.MAIL_WITHHELD)
        )
        return Counter(facts["ground"] for facts in found)


async def cases(premises: Premises) -> int:
    """Return how many cases there are."""
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Case)) or 0


async def test_an_echo_dies_away(premises: Premises) -> None:
    robot = Echo(premises)
    await robot.write()
    await converse(premises, robot, rounds=PER_SENDER + 3)

    assert len(robot.delivered) == PER_SENDER
    assert await cases(premises) == PER_SENDER + 1
    assert await withheld(premises) == {"sender_cap": 1}


async def test_an_echo_under_ever_new_names_dies_away(premises: Premises) -> None:
    robot = Echo(premises, names=1_000)
    await robot.write()
    await converse(premises, robot, rounds=PER_DAY + 3)

    assert len(robot.delivered) == PER_DAY
    assert await cases(premises) == PER_DAY + 1
    assert await withheld(premises) == {"day_cap": 1}


async def test_letters_that_come_at_once_are_counted_one_by_one(
    premises: Premises,
) -> None:
    for number in range(PER_SENDER + 3):
        await keep(premises, post.letter(Message_ID=f"<{number}@example.org>"))
    await settle_waiting(premises)

    assert len(await rows(premises)) == PER_SENDER
    assert await withheld(premises) == {"sender_cap": 3}


async def test_a_day_later_there_is_an_acknowledgement_again(
    premises: Premises, clock: FakeClock
) -> None:
    for number in range(PER_SENDER + 1):
        await keep(premises, post.letter(Message_ID=f"<{number}@example.org>"))
    await settle_waiting(premises)
    clock.now += acknowledging.RECENTLY
    await keep(premises, post.letter(Message_ID="<later@example.org>"))
    await settle_waiting(premises)

    assert len(await rows(premises)) == PER_SENDER + 1


async def test_a_writer_at_the_limit_takes_nothing_from_the_others(
    premises: Premises,
) -> None:
    for number in range(PER_SENDER + 2):
        await keep(premises, post.letter(Message_ID=f"<{number}@example.org>"))
    await keep(premises, post.letter(From="li@example.org"), sender="li@example.org")
    await settle_waiting(premises)

    assert len(await rows(premises)) == PER_SENDER + 1


async def test_zero_is_no_limit(bare_premises: Premises, settings: Settings) -> None:
    free = settings.model_copy(
        update={"acknowledgements_per_sender": 0, "acknowledgements_per_day": 0}
    )
    async with Premises(free, clock=bare_premises.clock) as premises:
        async with premises.database.writing() as session:
            await make.house(session)
        for number in range(PER_DAY + 1):
            await keep(premises, post.letter(Message_ID=f"<{number}@example.org>"))
        await settle_waiting(premises)

        assert len(await rows(premises)) == PER_DAY + 1


async def test_it_is_told_when_the_day_is_full(
    premises: Premises, clock: FakeClock
) -> None:
    async def is_full() -> bool:
        async with premises.database.reading() as session:
            return await acknowledging.is_day_full(
                session, premises.settings, now=clock()
            )

    for number in range(PER_DAY):
        assert not await is_full()
        contact = ContactDetails(email=f"{number}@example.org")
        await premises.register(make.submission(contact=contact, channel=Channel.API))

    assert await is_full()
    clock.now += acknowledging.RECENTLY
    assert not await is_full()
