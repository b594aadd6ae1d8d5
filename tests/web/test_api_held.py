"""What looks suspicious is held by API as it is by form, with an honest receipt."""

from typing import Any

from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.vocabulary import Channel, Fate, HoldReason, Role
from app.models import Arrival, Opinion, OutboxMessage
from app.premises import Premises
from tests import at_desk, make
from tests.stored import count
from tests.web.citizen import KEY, opinion

OPINIONS = "/api/v1/opinions"
ADVERTISEMENT = "便宜 [url=http://x.example]"


async def post(client: AsyncClient, *, key: str = KEY, **changes: Any) -> Response:
    facts = {"text": ADVERTISEMENT} | changes
    return await client.post(
        OPINIONS, json=opinion(**facts), headers={"Idempotency-Key": key}
    )


async def status(client: AsyncClient, receipt: dict[str, Any]) -> Response:
    return await client.get(
        f"{OPINIONS}/{receipt['receipt_number']}",
        headers={"Query-Code": receipt["query_code"]},
    )


async def arrivals(premises: Premises) -> list[Arrival]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Arrival)))


async def release(client: AsyncClient, premises: Premises) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    (arrival,) = await arrivals(premises)
    asked = {"about": make.SLUG}
    await client.post(f"/desk/held/{arrival.id}/release", data=asked)


async def test_what_the_form_would_hold_is_held_with_202_and_a_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    answer = await post(client)
    (arrival,) = await arrivals(premises)

    assert answer.status_code == 202
    assert answer.json()["held"] is True
    assert "due_at" not in answer.json()
    assert (arrival.channel, arrival.fate) == (Channel.API, Fate.HELD)
    assert arrival.reason == HoldReason.ADVERTISING
    assert await count(premises, Opinion) == 0
    assert await count(premises, OutboxMessage) == 0


async def test_some_links_are_evidence_however_fast_a_program_is(
    client: AsyncClient,
) -> None:
    text = "照片在 https://a.example/1 和 https://a.example/2"

    assert (await post(client, text=text)).status_code == 201


async def test_sent_again_it_has_the_same_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    first, again = await post(client), await post(client)

    assert again.status_code == 202
    assert again.json() == first.json() | {"repeated": True}
    assert len(await arrivals(premises)) == 1


async def test_its_key_with_other_content_is_a_conflict(client: AsyncClient) -> None:
    await post(client)

    for text in (f"{ADVERTISEMENT}!", "路灯不亮"):
        answer = await post(client, text=text)
        assert answer.status_code == 409
        assert answer.json()["code"] == "key_reused"


async def test_whoever_asks_for_it_reads_that_it_is_held(client: AsyncClient) -> None:
    answer = await status(client, (await post(client)).json())

    assert answer.status_code == 409
    assert answer.json()["code"] == "opinion_held"


async def test_a_clerk_releases_it_under_the_receipt_that_it_was_given(
    client: AsyncClient, premises: Premises
) -> None:
    receipt = (await post(client)).json()
    await release(client, premises)

    found = await status(client, receipt)
    again = await post(client)

    assert found.status_code == 200
    assert found.json()["text"] == ADVERTISEMENT
    assert again.status_code == 200
    assert again.json()["receipt_number"] == receipt["receipt_number"]
    assert again.json()["query_code"] == receipt["query_code"]


async def test_what_is_wrong_or_too_late_is_not_held(client: AsyncClient) -> None:
    elsewhere = await post(client, notice="nowhere")
    nameless = await post(client, anonymous=True, contact={"name": "张三"})

    assert elsewhere.status_code == 404
    assert nameless.status_code == 422
