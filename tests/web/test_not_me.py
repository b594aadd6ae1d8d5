"""The link in the acknowledgement by which somebody says "this was not me"."""

import re

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import Opinion, OutboxMessage
from app.premises import Premises
from app.services import letters
from tests import at_desk
from tests.fakes import FakeClock
from tests.web.citizen import tracked, written


async def link(premises: Premises) -> str:
    """Return the path of the link in the only letter."""
    async with premises.database.reading() as session:
        sealed = await session.scalar(select(OutboxMessage.sealed))
    body = letters.unseal(premises.house.seal, sealed or b"").body
    found = re.search(r"http://testserver(\S*/not-me/\S+)\n", body)
    assert found is not None
    return found[1]


async def is_disowned(premises: Premises) -> bool:
    async with premises.database.reading() as session:
        return await session.scalar(select(Opinion.disowned_at)) is not None


async def test_following_the_link_does_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    number, _ = await written(client)
    path = await link(premises)

    page = await client.get(path)
    await client.head(path)

    assert page.status_code == 200
    assert number in page.text
    assert f'action="{path}"' in page.text
    assert not await is_disowned(premises)


async def test_pressing_the_button_takes_the_opinion_out(
    client: AsyncClient, premises: Premises
) -> None:
    await written(client)
    path = await link(premises)

    done = await client.post(path)
    again = await client.get(path)

    assert "已经记下" in done.text
    assert "已经记下" in again.text
    assert "<form" not in again.text
    assert await is_disowned(premises)


async def test_the_english_letter_leads_to_the_english_page(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises, language="en")

    page = await client.post(await link(premises))

    assert "Noted. Thank you" in page.text


async def test_the_page_says_nothing_of_what_was_written(
    client: AsyncClient, premises: Premises
) -> None:
    await written(client)

    assert "路灯" not in (await client.get(await link(premises))).text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_wrong_link_and_an_unknown_one_get_the_same_answer(
    client: AsyncClient, premises: Premises, method: str
) -> None:
    await written(client)
    path = await link(premises)
    name, _, token = path.rpartition("/")[2].partition(".")

    wrong = await client.request(method, f"/not-me/{name}.{token[::-1]}")
    unknown = await client.request(method, f"/not-me/1.{token}")

    assert (wrong.status_code, unknown.status_code) == (404, 404)
    assert 'data-code="no_such_link"' in wrong.text
    assert main_of(wrong) == main_of(unknown)


def main_of(page: Response) -> str:
    """Return what a page says, without the address in its head."""
    return page.text.partition("<main")[2]


async def test_guessing_is_slowed_down(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await written(client)
    path = await link(premises)
    for _ in range(10):
        await client.post("/not-me/1.0")

    page = await client.post(path)
    clock.advance(seconds=int(page.headers["retry-after"]))

    assert page.status_code == 429
    assert (await client.post(path)).status_code == 200


async def test_another_site_cannot_press_the_button(
    client: AsyncClient, premises: Premises
) -> None:
    await written(client)

    page = await client.post(
        await link(premises), headers={"sec-fetch-site": "cross-site"}
    )

    assert page.status_code == 403
    assert not await is_disowned(premises)


async def test_staff_see_it_in_the_queue_and_on_the_case_and_may_undo_it(
    client: AsyncClient, premises: Premises
) -> None:
    number, _ = await written(client)
    await client.post(await link(premises))
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    assert "本人否认" in (await client.get("/desk?tab=unread")).text
    case = await client.get(f"/desk/cases/{number}")
    assert "不是本人写的" in case.text
    assert "本人否认来信" in case.text
    await at_desk.take(client, premises, number, "reinstate", reason="本人来电更正")

    case = await client.get(f"/desk/cases/{number}")
    assert "恢复计入" in case.text
    assert "不是本人写的" not in case.text
    assert not await is_disowned(premises)


async def test_without_a_reason_nothing_is_undone_and_the_page_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    number, _ = await written(client)
    await client.post(await link(premises))
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    page = await at_desk.take(client, premises, number, "reinstate", reason=" ")

    assert page.status_code == 422
    assert await is_disowned(premises)


async def test_whoever_holds_the_code_reads_that_it_was_denied(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await written(client)
    await client.post(await link(premises))

    assert "不是本人写的" in (await tracked(client, number, code)).text
