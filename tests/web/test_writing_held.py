"""Suspicious opinions by form: kept with a receipt, then released or discarded."""

import asyncio
import re
from datetime import date

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.vocabulary import Channel, Fate, HoldReason, Kind, Method, Role
from app.models import (
    Arrival,
    Attachment,
    Case,
    Classification,
    Contact,
    HeldOpinion,
    Opinion,
    OutboxMessage,
)
from app.premises import Premises
from tests import at_desk, make
from tests.stored import count
from tests.web import publishing
from tests.web.citizen import PNG, form, receipt, send, tracked

TRAP = {"homepage": "http://spam.example"}


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> None:
    """A clerk has signed in with the browser."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))


async def held(client: AsyncClient, **changes: str) -> tuple[str, str]:
    """Send a form that is held; return number and code."""
    return receipt(await send(client, await form(client, **(TRAP | changes))))


async def arrivals(premises: Premises) -> list[Arrival]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Arrival).order_by(Arrival.id)))


async def release(client: AsyncClient, premises: Premises, **step: str) -> Response:
    (arrival,) = await arrivals(premises)
    asked = {"about": make.SLUG} | step
    return await client.post(f"/desk/held/{arrival.id}/release", data=asked)


async def test_a_field_that_nobody_sees_leads_to_the_pen_with_a_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, await form(client, **TRAP))
    (arrival,) = await arrivals(premises)

    assert page.status_code == 202
    assert receipt(page)
    assert (arrival.fate, arrival.reason) == (Fate.HELD, HoldReason.TRAPPED)
    assert arrival.channel is Channel.WEB
    assert await count(premises, Opinion) == 0
    assert await count(premises, OutboxMessage) == 0


async def test_links_as_advertisers_write_them_lead_there_too(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, await form(client, text="便宜 [url=http://x.example]"))

    assert page.status_code == 202
    assert (await arrivals(premises))[0].reason == HoldReason.ADVERTISING


async def test_its_writer_reads_that_it_is_being_looked_at(
    client: AsyncClient,
) -> None:
    number, code = await held(client)
    page = await tracked(client, number, code)

    assert page.status_code == 200
    assert "已收到，正在查看" in page.text
    assert make.TEXT in page.text


async def test_another_code_does_not_open_it(client: AsyncClient) -> None:
    number, _ = await held(client)
    _, other = await held(client, text="另一件事情，与此无关。")
    page = await tracked(client, number, other)

    assert page.status_code == 404
    assert make.TEXT not in page.text


async def test_a_program_is_told_that_it_is_held(client: AsyncClient) -> None:
    number, code = await held(client)
    answer = await client.get(
        f"/api/v1/opinions/{number}", headers={"Query-Code": code}
    )

    assert answer.status_code == 409
    assert answer.json()["code"] == "opinion_held"


async def test_sent_again_it_gets_the_same_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, **TRAP)
    pages = await asyncio.gather(*(send(client, fields) for _ in range(5)))

    assert len({receipt(page) for page in pages}) == 1
    assert sorted(page.status_code for page in pages) == [200, 200, 200, 200, 202]
    assert await count(premises, HeldOpinion) == 1


async def test_sent_again_without_what_made_it_suspicious_it_is_held_still(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    first = await send(client, fields | TRAP)
    again = await send(client, fields)

    assert receipt(first) == receipt(again)
    assert await count(premises, Opinion) == 0


async def test_what_is_registered_stays_registered_when_it_comes_again(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client)
    first = await send(client, fields)
    again = await send(client, fields | TRAP)

    assert receipt(first) == receipt(again)
    assert await count(premises, HeldOpinion) == 0


async def test_another_text_under_its_token_is_asked_about(
    client: AsyncClient,
) -> None:
    fields = await form(client, **TRAP)
    number, _ = receipt(await send(client, fields))
    page = await send(client, fields | {"text": "说的是另一件事情。"})

    assert page.status_code == 409
    assert number in page.text


@pytest.mark.usefixtures("clerk")
async def test_the_pen_shows_what_it_says_and_not_who_wrote_it(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, **TRAP)
    await send(client, fields, files=[("照片.png", PNG)])
    (arrival,) = await arrivals(premises)
    listed = await client.get("/desk/held")
    shown = await client.get(f"/desk/held/{arrival.id}")
    original = await client.get(f"/desk/held/{arrival.id}/original")

    assert "路灯不亮" in listed.text
    assert make.TEXT in shown.text
    assert "照片.png" in shown.text
    for page in (listed, shown, original):
        assert make.EMAIL not in page.text
        assert "张三" not in page.text


@pytest.mark.usefixtures("clerk")
async def test_released_it_is_an_opinion_under_the_same_number_and_code(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, **TRAP, section="2.1.2", identity="desk_only")
    number, code = receipt(await send(client, fields, files=[("照片.png", PNG)]))
    await release(client, premises)
    page = await tracked(client, number, code)

    async with premises.database.reading() as session:
        opinion = (await session.scalars(select(Opinion))).one()
        contact = (await session.scalars(select(Contact))).one()
        methods = set(await session.scalars(select(Classification.method)))
        names = list(await session.scalars(select(Attachment.file_name)))
    assert "已登记，等待分派" in page.text
    assert opinion.receipt_number == number
    assert (opinion.channel, opinion.kind) == (Channel.WEB, Kind.COMPLAINT)
    assert contact.desk_only
    assert methods == {Method.CITIZEN, Method.MODEL}
    assert names == ["照片.png"]
    assert await count(premises, OutboxMessage) == 1
    assert (await arrivals(premises))[0].fate is Fate.OPENED


@pytest.mark.usefixtures("clerk")
async def test_a_clerk_who_chooses_another_item_is_named_as_who_chose(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await held(client, section="2.1.2")
    await release(client, premises, about=f"{make.SLUG}/2.2.1", kind="inquiry")

    async with premises.database.reading() as session:
        methods = set(await session.scalars(select(Classification.method)))
        case = (await session.scalars(select(Case))).one()
        opinion = (await session.scalars(select(Opinion))).one()
    assert Method.STAFF in methods
    assert (case.kind, opinion.kind) == (Kind.INQUIRY, Kind.COMPLAINT)
    assert (await tracked(client, number, code)).status_code == 200


@pytest.mark.usefixtures("clerk")
async def test_the_receipt_that_goes_out_by_mail_bears_the_same_code(
    client: AsyncClient, premises: Premises
) -> None:
    _, code = await held(client)
    await release(client, premises)

    async with premises.database.reading() as session:
        letter = (await session.scalars(select(OutboxMessage))).one()
    text = premises.house.seal.open(letter.sealed or b"", purpose="letter").decode()
    assert code in re.sub(r"=\n", "", text)


@pytest.mark.usefixtures("clerk")
async def test_sent_again_after_release_it_gets_the_receipt_of_the_opinion(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, **TRAP)
    first = receipt(await send(client, fields))
    await release(client, premises)

    assert receipt(await send(client, fields)) == first
    assert await count(premises, Opinion) == 1


@pytest.mark.usefixtures("clerk")
async def test_discarded_its_writer_reads_that_and_what_to_do(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await held(client)
    (arrival,) = await arrivals(premises)
    await client.post(f"/desk/held/{arrival.id}/discard", data={"ground": "spam"})
    discarded = await tracked(client, number, code)
    await client.post(f"/desk/held/{arrival.id}/take-back")

    assert "已查看，没有受理" in discarded.text
    assert "正在查看" in (await tracked(client, number, code)).text


@pytest.mark.usefixtures("clerk")
async def test_it_joins_no_other_case_for_it_has_a_receipt_of_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    other = await at_desk.open_case(premises)
    await held(client)
    arrival = next(each for each in await arrivals(premises) if each.reason)
    page = await client.post(
        f"/desk/held/{arrival.id}/join", data={"number": other.receipt_number}
    )

    assert page.status_code == 409
    assert (await arrivals(premises))[-1].fate is Fate.HELD


@pytest.mark.usefixtures("clerk")
async def test_several_are_released_together(
    client: AsyncClient, premises: Premises
) -> None:
    await held(client)
    await held(client, text="第二件事情：公园的长椅坏了。")
    keys = [str(each.id) for each in await arrivals(premises)]
    await client.post(
        "/desk/held/many", data={"arrival": keys, "step": f"release:{make.SLUG}"}
    )

    assert await count(premises, Opinion) == 2


async def test_after_closing_nothing_is_held_either(
    client: AsyncClient, premises: Premises
) -> None:
    fields = await form(client, **TRAP)
    await publishing.set_window(premises, closes_on=date(2026, 11, 1))
    page = await send(client, fields)

    assert page.status_code == 409
    assert await arrivals(premises) == []
