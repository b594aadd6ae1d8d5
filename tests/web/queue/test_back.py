"""What was snoozed and is back stands on the page, above all others."""

from datetime import timedelta

from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.queue import snoozing
from tests import at_desk
from tests.fakes import START, FakeClock


async def test_a_case_that_was_snoozed_is_back_on_top_of_the_page(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    first, second = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(2)
    ]
    async with premises.database.writing() as session:
        await snoozing.snooze(
            session, clerk, second, until=START + timedelta(days=1), now=START,
            revision=(await at_desk.case_of(premises, second)).revision,
        )  # fmt: skip
    await at_desk.sit(client, premises, clerk)

    away = at_desk.numbers(await client.get("/desk?tab=new"))
    clock.advance(days=2)
    await at_desk.sit(client, premises, clerk)
    back = at_desk.numbers(await client.get("/desk?tab=new"))

    assert away == [first]
    assert back == [second, first]
