"""What a text sounds like while it is typed: a suggestion, bounded and not kept."""

import logging

import pytest
from httpx import AsyncClient
from sqlalchemy import func, select

from app.domain.vocabulary import Role
from app.models import Arrival, AuditEvent
from app.premises import Premises
from app.web.writing.likely import MOST_BODY, MOST_ITEMS
from tests import at_desk, make, outcome
from tests.fakes import FakeClock
from tests.web.citizen import form, send

LIKELY = f"/notices/{make.SLUG}/write/likely"
PARKING = "人民医院门口停车太难了，绕了四圈都没有车位。"


async def test_an_item_of_the_notice_is_suggested(client: AsyncClient) -> None:
    answer = await client.post(LIKELY, json={"subject": "", "text": PARKING})
    found = answer.json()

    assert "停车" in found["items"][0]["name"]
    assert len(found["items"]) <= MOST_ITEMS
    assert found["answers"] == []


async def test_earlier_answers_on_the_same_item_are_shown(
    client: AsyncClient, premises: Premises
) -> None:
    leader = await at_desk.hire(premises, Role.SUPERVISOR)
    same = await outcome.published(premises, leader, section="2.1.2")
    await outcome.published(premises, leader, section="2.1.3")

    found = (await client.post(LIKELY, json={"subject": "", "text": PARKING})).json()
    page = await send(client, await form(client, text=PARKING, check="yes"))

    assert [each["address"] for each in found["answers"]] == [f"/answers/{same.name}"]
    assert f'href="/answers/{same.name}"' in page.text


@pytest.mark.parametrize("text", ["", "停车", "......", "qwertyuiop asdf"])
async def test_of_what_says_nothing_nothing_is_suggested(
    client: AsyncClient, text: str
) -> None:
    answer = await client.post(LIKELY, json={"text": text})

    assert answer.json()["items"] == []


async def test_nothing_of_it_is_kept_or_logged(
    client: AsyncClient, premises: Premises, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with premises.database.reading() as session:
        before = await session.scalar(select(func.count()).select_from(AuditEvent))
    await client.post(LIKELY, json={"text": PARKING})
    await client.post(LIKELY, json={"text": [PARKING]})

    async with premises.database.reading() as session:
        arrivals = await session.scalar(select(func.count()).select_from(Arrival))
        after = await session.scalar(select(func.count()).select_from(AuditEvent))
    assert (arrivals, after) == (0, before)
    assert PARKING not in caplog.text


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", 400), (b"[]", 400), (b'{"text": 1}', 400), (b" " * (MOST_BODY + 1), 413)],
    ids=["broken", "a list", "a number", "large"],
)
async def test_what_is_no_small_text_is_refused(
    client: AsyncClient, body: bytes, status: int
) -> None:
    assert (await client.post(LIKELY, content=body)).status_code == status


async def test_whoever_asks_too_often_waits_and_can_send_all_the_same(
    client: AsyncClient, clock: FakeClock
) -> None:
    answers = [
        await client.post(LIKELY, json={"text": "停车"}) for _ in range(61)
    ]  # fmt: skip
    page = await send(client, await form(client))
    clock.advance(seconds=int(answers[-1].headers["retry-after"]))

    assert [answer.status_code for answer in answers] == [200] * 60 + [429]
    assert page.status_code == 201
    assert (await client.post(LIKELY, json={"text": "停车"})).status_code == 200


async def test_another_site_does_not_ask(client: AsyncClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    answer = await client.post(LIKELY, json={"text": PARKING}, headers=headers)

    assert answer.status_code == 403


async def test_without_scripts_a_check_suggests_and_sends_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, text=PARKING, check="yes")
    page = await send(client, fields)

    async with premises.database.reading() as session:
        arrivals = await session.scalar(select(func.count()).select_from(Arrival))
    assert page.status_code == 200
    assert "没有发现问题" in page.text
    assert 'name="likely"' in page.text
    assert arrivals == 0


async def test_an_item_chosen_among_the_likely_ones_is_the_item(
    client: AsyncClient,
) -> None:
    page = await send(client, await form(client, likely="2.1.2", text=""))

    assert '<option value="2.1.2" selected>' in page.text
