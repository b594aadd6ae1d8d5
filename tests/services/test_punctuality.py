from datetime import timedelta

from app.keys import made_at
from app.premises import Premises
from app.services.punctuality import LATE_AFTER, Punctuality, punctuality
from app.workers.letters import settle_waiting
from tests.fakes import FakeClock
from tests.gateways import post

SOON = LATE_AFTER - timedelta(seconds=1)
LATE = LATE_AFTER + timedelta(seconds=1)


async def looked_at(premises: Premises) -> Punctuality:
    async with premises.database.reading() as session:
        return await punctuality(session)


async def test_a_letter_that_nobody_reads_is_late_after_a_while(
    premises: Premises,
) -> None:
    kept_at = made_at(await post.keep(premises, post.letter()))
    await post.keep(premises, post.letter("another"))
    found = await looked_at(premises)

    assert found.unread_since == kept_at
    assert not found.reads_late(kept_at + SOON)
    assert found.reads_late(kept_at + LATE)


async def test_a_letter_that_is_not_sent_is_late_after_a_while(
    premises: Premises, clock: FakeClock
) -> None:
    await post.keep(premises, post.letter())
    await settle_waiting(premises)
    found = await looked_at(premises)

    assert found.unread_since is None
    assert not found.sends_late(clock() + SOON)
    assert found.sends_late(clock() + LATE)


async def test_where_nothing_waits_nothing_is_late(
    premises: Premises, clock: FakeClock
) -> None:
    found = await looked_at(premises)

    assert found == Punctuality(unread_since=None, unsent_since=None)
    assert not found.reads_late(clock())
    assert not found.sends_late(clock())
