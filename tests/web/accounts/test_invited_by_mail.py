"""Invitations by mail: the link goes to the invited alone, where that can be."""

import re

import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import AuditEvent, Invitation, OutboxMessage
from app.premises import Premises
from app.services import outbox
from app.services.letters import LetterContent, unseal
from app.services.staff import Person
from app.settings import Settings
from tests import at_desk
from tests.fakes import FakeClock

EMAIL = "zhao@example.org"
SHOWN = 'id="secret"'


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Settings with a mail server, unless a test says that there is none."""
    if (
        request.node.get_closest_marker("parametrize")
        and "no_relay" in request.node.name
    ):
        return settings
    return settings.model_copy(
        update={"relay_url": SecretStr("smtp://mail.example.org")}
    )


@pytest.fixture
async def boss(premises: Premises, client: AsyncClient) -> Person:
    """An administrator who is signed in."""
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR, display_name="周主任")
    await at_desk.sit(client, premises, boss)
    return boss


async def invite(client: AsyncClient, boss: Person, email: str = EMAIL) -> str:
    form = {
        "display_name": "赵某", "email": email, "role": "auditor",
        "office": str(boss.office_id),
    }  # fmt: skip
    return (await client.post("/desk/people/invitations", data=form)).text


async def sent(premises: Premises) -> list[LetterContent]:
    async with premises.database.reading() as session:
        rows = (await session.scalars(select(OutboxMessage))).all()
    return [unseal(premises.house.seal, row.sealed or b"") for row in rows]


def token_in(letter: LetterContent) -> str:
    found = re.search(r"/desk/invited\?token=(\S+)", letter.body)
    assert found is not None
    return found[1]


async def test_the_link_goes_to_the_invited_and_is_not_shown(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    page = await invite(client, boss)

    (letter,) = await sent(premises)
    assert letter.to == EMAIL
    assert "周主任" in letter.body
    assert SHOWN not in page
    assert token_in(letter) not in page
    client.cookies.clear()
    opened = await client.get(f"/desk/invited?token={token_in(letter)}")
    assert "赵某，您好" in opened.text


async def test_without_an_address_the_link_is_shown(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    assert SHOWN in await invite(client, boss, email="")
    assert await sent(premises) == []


@pytest.mark.parametrize("relay", ["no_relay"])
async def test_without_a_mail_server_the_link_is_shown(
    client: AsyncClient, premises: Premises, boss: Person, relay: str
) -> None:
    assert relay
    assert SHOWN in await invite(client, boss)
    assert await sent(premises) == []


async def test_sent_again_the_link_before_is_void(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    await invite(client, boss)
    async with premises.database.reading() as session:
        key = await session.scalar(select(Invitation.id))

    await client.post("/desk/people/invitations/again", data={"invitation": key})

    first, second = [token_in(letter) for letter in await sent(premises)]
    client.cookies.clear()
    opened = [
        (await client.get(f"/desk/invited?token={token}")).status_code
        for token in (first, second)
    ]
    assert opened == [404, 200]


async def test_a_link_that_does_not_arrive_can_be_shown(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    await invite(client, boss)
    async with premises.database.reading() as session:
        key = await session.scalar(select(Invitation.id))

    page = await client.post(
        "/desk/people/invitations/again", data={"invitation": key, "by_hand": "true"}
    )

    assert SHOWN in page.text
    assert len(await sent(premises)) == 1


@pytest.mark.parametrize("email", ["zhao", "opinions@localhost"])
async def test_what_is_no_address_is_told_beside_the_field(
    client: AsyncClient, premises: Premises, boss: Person, email: str
) -> None:
    page = await invite(client, boss, email=email)

    assert 'aria-invalid="true"' in page
    assert f'value="{email}"' in page
    assert await sent(premises) == []


async def test_the_address_stands_in_no_record_and_is_sealed(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    await invite(client, boss)

    async with premises.database.reading() as session:
        facts = (await session.scalars(select(AuditEvent.facts))).all()
        row = (await session.scalars(select(Invitation))).one()
    assert EMAIL not in str(facts)
    assert EMAIL.encode() not in (row.sealed_email or b"")


async def test_a_letter_that_was_refused_is_told_in_the_list(
    client: AsyncClient, premises: Premises, boss: Person, clock: FakeClock
) -> None:
    await invite(client, boss)
    clock.advance(seconds=1)
    await invite(client, boss, email="qian@example.org")
    async with premises.database.writing() as session:
        letter = (
            await session.scalars(
                select(OutboxMessage).order_by(OutboxMessage.id).limit(1)
            )
        ).one()
        clock.advance(seconds=9)
        await outbox.mark_failed(
            session, premises.house, letter.id, now=clock(), error="550 5.1.1 no such",
            final=True, receiver_refused=True,
        )  # fmt: skip

    listed = (await client.get("/desk/people/invitations")).text
    key = re.search(r'name="invitation" value="(\d+)"', listed.partition(EMAIL)[2])
    await client.post(
        "/desk/people/invitations/again",
        data={"invitation": key[1] if key else "", "by_hand": "true"},
    )

    assert listed.count("邀请邮件没有送到") == 1
    assert "邀请邮件没有送到" in listed.partition(EMAIL)[2]
    assert "没有送到" not in (await client.get("/desk/people/invitations")).text
