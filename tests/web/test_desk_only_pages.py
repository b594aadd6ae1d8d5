"""What the desk shows of contact details that one desk alone may open; and the API."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import Contact
from app.premises import Premises
from tests import at_desk, make
from tests.web import citizen
from tests.web.citizen import form, send

MARK = "联系方式只限一个部门查看"


async def sealed_case(client: AsyncClient, **changes: str) -> str:
    """Send in an opinion whose contact details one desk alone may open."""
    number, _ = await citizen.written(client, identity="desk_only", **changes)
    return number


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR])
async def test_whoever_may_not_open_them_reads_why(
    client: AsyncClient, premises: Premises, role: Role
) -> None:
    number = await sealed_case(client)
    await at_desk.sit(client, premises, await at_desk.hire(premises, role))
    shown = await client.get(f"/desk/cases/{number}")
    opened = await client.post(
        f"/desk/cases/{number}/contact", data={"ground": "reply"}
    )

    assert MARK in shown.text
    assert "督查室负责人" in shown.text
    assert 'name="ground"' not in shown.text
    assert opened.status_code == 403
    assert make.EMAIL not in opened.text


async def test_the_leader_opens_them_on_the_cases_page(
    client: AsyncClient, premises: Premises
) -> None:
    number = await sealed_case(client)
    leader = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, leader)
    opened = await client.post(
        f"/desk/cases/{number}/contact", data={"ground": "reply"}
    )

    assert make.EMAIL in opened.text


async def test_there_has_to_be_something_to_keep_for_one_desk(
    client: AsyncClient,
) -> None:
    fields = await form(client, identity="desk_only", name="", email="")
    page = await send(client, fields)

    assert page.status_code == 422
    assert 'id="identity-wrong"' in page.text


@pytest.mark.parametrize("identity", ["named", "desk_only", "anonymous"])
async def test_each_way_is_explained_before_sending(
    client: AsyncClient, identity: str
) -> None:
    page = await client.get(citizen.WRITE)

    assert f'aria-describedby="{identity}-hint"' in page.text
    assert f'id="{identity}-hint"' in page.text


async def test_a_program_can_ask_for_it_too(
    client: AsyncClient, premises: Premises
) -> None:
    headers = {"Idempotency-Key": citizen.KEY}
    sent = citizen.opinion(desk_only=True)
    answer = await client.post("/api/v1/opinions", json=sent, headers=headers)
    nobody = await client.post(
        "/api/v1/opinions",
        json=citizen.opinion(desk_only=True, contact={}),
        headers={"Idempotency-Key": citizen.KEY * 2},
    )

    async with premises.database.reading() as session:
        kept = list(await session.scalars(select(Contact.desk_only)))
    assert answer.status_code == 201
    assert kept == [True]
    assert nobody.json()["errors"][0]["code"] == "desk_only_nobody"
