"""Who else is at a case: seen by a page load, told to scripts, kept from others."""

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from tests import at_desk
from tests.at_desk import UNIT


@pytest.fixture
async def number(premises: Premises) -> str:
    """A case."""
    return (await at_desk.open_case(premises)).receipt_number


async def seat(client: AsyncClient, premises: Premises, role: Role, name: str) -> None:
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, role, display_name=name)
    )


async def test_opening_a_case_is_a_look_that_colleagues_see_without_any_script(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await seat(client, premises, Role.CLERK, "王芳")
    alone = await client.get(f"/desk/cases/{number}")
    await seat(client, premises, Role.CLERK, "李四")

    page = await client.get(f"/desk/cases/{number}")

    assert "正在看这一件" not in alone.text
    assert "王芳 正在看这一件" in page.text
    assert "李四 正在看这一件" not in page.text


async def test_who_only_reads_the_record_is_no_hint_to_anybody(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await seat(client, premises, Role.AUDITOR, "审计")
    await client.get(f"/desk/cases/{number}")
    await seat(client, premises, Role.CLERK, "李四")

    assert "审计" not in (await client.get(f"/desk/cases/{number}")).text


async def test_a_script_is_told_who_writes_and_how_the_case_stands(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    at = f"/desk/cases/{number}/looks"
    await seat(client, premises, Role.CLERK, "王芳")
    await client.post(at, data={"writing": "true"})
    await seat(client, premises, Role.CLERK, "李四")

    told = await client.post(at)

    assert told.json() == {"words": ["王芳 正在写"], "revision": 1}


async def test_who_leaves_is_gone_at_once(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    at = f"/desk/cases/{number}/looks"
    await seat(client, premises, Role.CLERK, "王芳")
    await client.post(at)
    await client.post(at, data={"leaving": "true"})
    await seat(client, premises, Role.CLERK, "李四")

    assert (await client.post(at)).json()["words"] == []


async def test_nobody_looks_at_another_offices_case(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, officer)

    assert (await client.post(f"/desk/cases/{number}/looks")).status_code == 404
