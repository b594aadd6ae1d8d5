"""Addresses that take no letters, as the desk shows them."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.submission import ContactDetails
from app.domain.vocabulary import MailState, Role
from app.gateways.delivery import Failure
from app.models import OutboxMessage
from app.premises import Premises
from app.services.staff import Person
from app.settings import Settings
from tests import at_desk
from tests.workers.test_outbox import Recorder, send

REFUSED = Failure(error="550 5.1.1 no such user", final=True, receiver_refused=True)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A limit that two letters reach."""
    return settings.model_copy(update={"acknowledgements_per_day": 2})


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


@pytest.fixture
async def number(premises: Premises, clerk: Person) -> str:
    """A case whose citizen has no mailbox."""
    assert clerk.role is Role.CLERK
    number = (await at_desk.open_case(premises)).receipt_number
    await send(premises, Recorder(REFUSED))
    return number


async def test_the_case_says_in_words_that_letters_do_not_arrive(
    client: AsyncClient, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}")

    assert "群众的邮箱收不到邮件（5.1.1" in page.text
    assert "请用其他方式告知" in page.text
    assert "邮件被退回（登记回执，5.1.1）" in page.text
    assert '<span class="mark unread">有退信</span>' in page.text


async def test_the_list_tells_a_letter_that_came_back_from_an_addition(
    client: AsyncClient, number: str
) -> None:
    page = await client.get("/desk?tab=all")

    assert number in page.text
    assert '<span class="mark unread">有退信</span>' in page.text
    assert '<span class="mark unread">有新补充' not in page.text


async def test_a_case_whose_letters_arrive_says_nothing_of_it(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    contact = ContactDetails(email="li@example.org")
    other = await at_desk.open_case(premises, contact=contact)
    page = await client.get(f"/desk/cases/{other.receipt_number}")

    assert other.receipt_number != number
    assert "收不到邮件" not in page.text


async def test_a_button_has_the_address_tried_again(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    page = await client.post(f"/desk/cases/{number}/address", follow_redirects=True)

    assert "已恢复向这个邮箱发信。" in page.text
    assert "收不到邮件" not in page.text
    async with premises.database.reading() as session:
        row = (await session.scalars(select(OutboxMessage))).one()
    assert row.state is MailState.WAITING
    assert premises.outbox_waiting.is_set()


async def test_the_outbox_lists_letters_that_came_back_or_were_not_sent(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    withheld = (await at_desk.open_case(premises)).receipt_number
    await send(premises, Recorder())

    page = await client.get("/desk/outbox")
    assert at_desk.numbers(page) == [withheld, number]
    assert "已退信" in page.text
    assert "不再发送" in page.text


async def test_the_outbox_says_when_the_day_is_full(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    assert number
    assert "已达到上限" not in (await client.get("/desk/outbox")).text

    await at_desk.open_case(premises)
    assert "已达到上限" in (await client.get("/desk/outbox")).text


async def test_an_auditor_sees_it_and_has_no_button(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    await at_desk.sit(client, premises, auditor)

    page = await client.get(f"/desk/cases/{number}")
    assert "收不到邮件" in page.text
    assert "重新向这个邮箱发信" not in page.text
