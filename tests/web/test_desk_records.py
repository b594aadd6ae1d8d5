"""Outbox, arrivals and the record, as pages of the desk."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.domain.record import Action
from app.domain.vocabulary import MailState, Role
from app.models import AuditEvent, OutboxMessage
from app.premises import Premises
from app.services import trail
from app.services.staff import Person
from tests import at_desk, make
from tests.holding import hold


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> Person:
    """A supervisor who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("supervisor")


async def park(premises: Premises, error: str) -> None:
    async with premises.database.writing() as session:
        await session.execute(
            update(OutboxMessage).values(
                state=MailState.PARKED, attempts=10, last_error=error
            )
        )


async def test_a_parked_letter_is_shown_without_the_address_it_goes_to(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await park(premises, f"550 <{make.EMAIL}>: no such user")

    page = await client.get("/desk/outbox")

    assert number in page.text
    assert "no such user" in page.text
    assert make.EMAIL not in page.text


async def test_tried_again_it_waits_with_all_its_attempts(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await park(premises, "550")
    async with premises.database.reading() as session:
        key = await session.scalar(select(OutboxMessage.id))

    await client.post("/desk/outbox/retry", data={"letter": key})

    async with premises.database.reading() as session:
        row = (await session.scalars(select(OutboxMessage))).one()
    assert (row.state, row.attempts) == (MailState.WAITING, 0)
    again = await client.post("/desk/outbox/retry", data={"letter": key})
    assert again.status_code == 404


async def test_a_letter_that_cannot_be_sent_is_given_up_and_that_is_on_record(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await park(premises, "550 5.7.1 refused")
    async with premises.database.reading() as session:
        key = await session.scalar(select(OutboxMessage.id))

    given_up = await client.post("/desk/outbox/give-up", data={"letter": key})
    again = await client.post("/desk/outbox/give-up", data={"letter": key})

    assert (given_up.status_code, again.status_code) == (303, 404)
    assert "没有搁置的邮件" in (await client.get("/desk/outbox")).text
    assert "有邮件未能投递" not in (await client.get("/desk")).text
    case = (await client.get(f"/desk/cases/{number}")).text
    assert "邮件未发送（登记回执，多次投递失败" in case
    async with premises.database.reading() as session:
        row = (await session.scalars(select(OutboxMessage))).one()
    assert (row.state, row.sealed) == (MailState.WITHHELD, None)


async def test_of_all_parked_letters_those_go_that_nobody_tried_meanwhile(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(2):
        await at_desk.open_case(premises)
    await park(premises, "450")
    async with premises.database.reading() as session:
        keys = list(await session.scalars(select(OutboxMessage.id)))
    await client.post("/desk/outbox/retry", data={"letter": keys[0]})

    both = await client.post("/desk/outbox/retry", data={"letter": keys})

    assert both.status_code == 303
    assert "没有搁置的邮件" in (await client.get("/desk/outbox")).text


async def test_all_parked_letters_can_be_tried_again_at_once(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(3):
        await at_desk.open_case(premises)
    await park(premises, "450")
    async with premises.database.reading() as session:
        keys = list(await session.scalars(select(OutboxMessage.id)))

    await client.post("/desk/outbox/retry", data={"letter": keys})

    assert "没有搁置的邮件" in (await client.get("/desk/outbox")).text


async def test_every_arrival_is_counted_with_its_fate(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(2):
        await at_desk.open_case(premises)

    page = await client.get("/desk/arrivals")

    assert page.text.count('<td class="number">2</td>') == 2


async def test_the_record_tells_who_did_what(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.take(client, premises, number, "kind", kind="praise")

    page = await client.get("/desk/audit")

    assert "性质：投诉 → 表扬" in page.text
    assert "登记（网页）" in page.text
    assert supervisor.display_name in page.text


async def test_the_record_leads_to_the_arrival_something_was_done_with(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)
    await client.post(f"/desk/held/{key}/discard", data={"ground": "machine"})

    page = await client.get("/desk/audit?action=held_discarded")

    assert f'href="/desk/held/{key}" data-row>{key}</a>' in page.text


async def test_the_record_holds_nothing_a_citizen_wrote(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    for step, form in {
        "note": {"text": "批注里有张三"},
        "answer": {"text": "答复里有张三"},
    }.items():
        await at_desk.take(client, premises, number, step, **form)
    await client.post(f"/desk/cases/{number}/contact", data={"ground": "other"})

    async with premises.database.reading() as session:
        facts = [str(each) for each in await session.scalars(select(AuditEvent.facts))]
    assert not [each for each in facts if "张三" in each or make.EMAIL in each]


async def test_the_record_can_be_asked_for_one_case_or_one_action(
    client: AsyncClient, premises: Premises
) -> None:
    one = (await at_desk.open_case(premises)).receipt_number
    other = (await at_desk.open_case(premises)).receipt_number

    of_one = await client.get("/desk/audit", params={"number": f" {one.lower()}"})
    of_action = await client.get("/desk/audit?action=registered")
    of_none = await client.get("/desk/audit?number=nonsense")

    assert at_desk.numbers(of_one) == [one]
    assert at_desk.numbers(of_action) == [other, one]
    assert at_desk.numbers(of_none) == []


async def test_pages_of_the_record_follow_each_other(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "PAGE", 2)
    opened = [(await at_desk.open_case(premises)).receipt_number for _ in range(5)]

    seen: list[str] = []
    address = "/desk/audit?action=registered"
    while address:
        page = await client.get(address)
        seen += at_desk.numbers(page)
        _, _, rest = page.text.partition('rel="next" href="')
        address = rest.partition('"')[0].replace("&amp;", "&")

    assert seen == opened[::-1]


async def test_every_action_can_be_asked_for(client: AsyncClient) -> None:
    for action in Action:
        page = await client.get(f"/desk/audit?action={action}")
        assert page.status_code == 200
