"""What desk and tracking page tell of a reminder, and how its letter travels."""

import pytest
from httpx import AsyncClient

from app.domain.submission import ContactDetails
from app.domain.vocabulary import Role
from app.mail.outgoing import compose
from app.premises import Premises
from app.services import outbox
from app.services.intake import Registration
from app.workers import deadlines
from tests import at_desk
from tests.clocks.test_reminders import asked
from tests.fakes import FakeClock


@pytest.fixture
async def opened(premises: Premises) -> Registration:
    """A case whose citizen was asked on Monday."""
    return await asked(premises)


async def case_page(
    client: AsyncClient, premises: Premises, opened: Registration
) -> str:
    """Return the case as a clerk sees it who signs in now."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    return (await client.get(f"/desk/cases/{opened.receipt_number}")).text


async def tracked(client: AsyncClient, opened: Registration) -> str:
    data = {"number": opened.receipt_number, "code": opened.query_code}
    return (await client.post("/track", data=data)).text


async def test_staff_and_citizen_read_when_the_reminder_goes_and_that_it_went(
    client: AsyncClient, premises: Premises, clock: FakeClock, opened: Registration
) -> None:
    before = await case_page(client, premises, opened)
    for page in (before, await tracked(client, opened)):
        assert "2026-11-06 发信提醒一次。" in page

    clock.advance(days=4)
    await deadlines.look_around(premises)

    assert "2026-11-06 已发信提醒。" in await case_page(client, premises, opened)
    page = await tracked(client, opened)
    assert "2026-11-06 给您发过一封提醒邮件。" in page
    assert "提醒您补充情况" in page


async def test_staff_read_that_nobody_could_be_reminded(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    opened = await asked(premises, contact=ContactDetails(phone="020-1"))
    clock.advance(days=4)
    await deadlines.look_around(premises)

    page = await case_page(client, premises, opened)
    assert "请打电话问一问" in page
    assert "给您发过一封提醒邮件" not in await tracked(client, opened)


async def test_the_letter_says_that_a_machine_wrote_it(
    premises: Premises, clock: FakeClock, opened: Registration
) -> None:
    clock.advance(days=4)
    await deadlines.look_around(premises)
    async with premises.database.writing() as session:
        due = await outbox.claim_due(session, premises.house, now=clock())

    sent = {
        letter.letter.subject: compose(letter.letter)["Auto-Submitted"]
        for letter in due
    }
    assert sent[f"还在等您补充 {opened.receipt_number}"] == "auto-generated"
    assert sent[f"请补充情况 {opened.receipt_number}"] == "no"
