"""Inviting: names that are none, and forms that are sent twice."""

import asyncio
import re

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.domain.vocabulary import Role
from app.models import Invitation
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk

SECRET = re.compile(r'class="secret" id="secret">([^<]+)<')
FORM_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture(autouse=True)
async def boss(premises: Premises, client: AsyncClient) -> Person:
    """An administrator who is signed in."""
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR, display_name="周主任")
    await at_desk.sit(client, premises, boss)
    return boss


async def a_form(client: AsyncClient, boss: Person, **changes: str) -> dict[str, str]:
    """Return the form of an invitation, as the page gives it out."""
    page = await client.get("/desk/people/invitations")
    token = FORM_TOKEN.search(page.text)
    form = {"display_name": "赵某", "role": "auditor", "office": str(boss.office_id)}
    return form | {"token": token[1] if token else ""} | changes


async def invitations_open(premises: Premises) -> int:
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count(Invitation.id))) or 0


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "长" * 101])
async def test_an_invitation_without_a_name_says_so_beside_the_field(
    client: AsyncClient, boss: Person, premises: Premises, name: str
) -> None:
    form = await a_form(client, boss, display_name=name, email="zhao@example.org")

    page = await client.post("/desk/people/invitations", data=form)

    assert page.status_code == 422
    assert 'id="wrong-display_name" role="alert">请填写姓名' in page.text
    assert 'value="zhao@example.org"' in page.text
    assert await invitations_open(premises) == 0


async def test_a_name_that_is_none_is_told_beside_the_field_of_an_account(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.AUDITOR)
    form = {"display_name": " ", "role": "officer", "office": str(clerk.office_id)}

    page = await client.post(f"/desk/people/{clerk.staff_id}", data=form)

    assert page.status_code == 422
    assert 'id="wrong-display_name" role="alert">请填写姓名' in page.text
    assert '<option value="officer" selected>' in page.text


async def test_a_page_with_a_new_link_that_is_loaded_again_shows_the_same_link(
    client: AsyncClient, boss: Person, premises: Premises
) -> None:
    form = await a_form(client, boss)

    pages = [
        (await client.post("/desk/people/invitations", data=form)).text
        for _ in range(2)
    ]

    first, second = [SECRET.search(page) for page in pages]
    assert first is not None
    assert second is not None
    assert first[1] == second[1]
    assert await invitations_open(premises) == 1
    other = await client.post(
        "/desk/people/invitations", data=form | {"display_name": "钱某"}
    )
    assert SECRET.search(other.text) is not None
    assert await invitations_open(premises) == 2


async def test_two_forms_at_the_same_moment_are_one_invitation(
    client: AsyncClient, boss: Person, premises: Premises
) -> None:
    form = await a_form(client, boss)

    pages = await asyncio.gather(
        *[client.post("/desk/people/invitations", data=form) for _ in range(3)]
    )

    links = [SECRET.search(page.text) for page in pages]
    assert len({link and link[1] for link in links}) == 1
    assert await invitations_open(premises) == 1


async def test_a_link_that_was_withdrawn_does_not_come_back_with_its_form(
    client: AsyncClient, boss: Person, premises: Premises
) -> None:
    form = await a_form(client, boss)
    page = await client.post("/desk/people/invitations", data=form)
    keys = re.findall(r'name="invitation" value="(\d+)"', page.text)
    await client.post("/desk/people/invitations/withdraw", data={"invitation": keys[0]})

    again = await client.post("/desk/people/invitations", data=form)

    assert again.status_code == 409
    assert "这个表单已经生成过链接" in again.text
    assert await invitations_open(premises) == 0


async def test_another_link_that_is_loaded_again_voids_none(
    client: AsyncClient, boss: Person
) -> None:
    form = await a_form(client, boss)
    await client.post("/desk/people/invitations", data=form)
    page = await client.get("/desk/people/invitations")
    key = re.findall(r'name="invitation" value="(\d+)"', page.text)[0]
    token = FORM_TOKEN.findall(page.text)[0]
    path = "/desk/people/invitations/again"
    form = {"invitation": key, "token": token}

    links = [SECRET.search((await client.post(path, data=form)).text) for _ in range(2)]

    first, second = [link[1] if link else "" for link in links]
    assert first == second != ""
    opened = await client.get(first.removeprefix("http://testserver"))
    assert opened.status_code == 200
