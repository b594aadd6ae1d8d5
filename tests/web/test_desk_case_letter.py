"""The letter of a case at the desk: as it came, as a page, and in another charset."""

from base64 import b64encode

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.receipt import new_query_code
from app.domain.record import Action
from app.domain.vocabulary import Fate, Role
from app.models import Arrival, Note, Opinion
from app.premises import Premises
from app.services.staff import Person
from app.web import desk_preview
from app.workers.letters import settle_waiting
from tests import at_desk
from tests.gateways import post
from tests.gateways.post import keep
from tests.holding import deeds, events

WRONG = (
    b"From: chen@example.org\r\nSubject: =?gb2312?B?"
    + b64encode("路燈壞了".encode("big5"))
    + b"?=\r\nMessage-ID: <1@example.org>\r\n"
    + b"Content-Type: text/plain; charset=gb2312\r\n\r\n"
    + "請儘快修理。".encode("big5")
)


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


async def come(premises: Premises, content: bytes) -> str:
    """Return the receipt number of the case that the letter ``content`` opens."""
    await keep(premises, content)
    await settle_waiting(premises)
    async with premises.database.reading() as session:
        number = await session.scalar(
            select(Opinion.receipt_number)
            .join(Arrival, Arrival.opinion_id == Opinion.id)
            .where(Arrival.fate == Fate.OPENED)
            .order_by(Arrival.id.desc())
        )
    assert number is not None
    return number


async def test_its_page_is_as_powerless_as_in_the_pen_and_each_look_is_noted(
    client: AsyncClient, premises: Premises
) -> None:
    code = new_query_code()
    html = f"<p>灯坏了 {code[:8]}<b>{code[8:]}</b><script>alert(1)</script>"
    number = await come(
        premises, post.letter(html, Content_Type="text/html; charset=utf-8")
    )
    assert (
        f"/desk/cases/{number}/letter"
        in (await client.get(f"/desk/cases/{number}")).text
    )

    framed = await client.get(f"/desk/cases/{number}/letter?page=true")
    page = await client.get(f"/desk/cases/{number}/letter/page")

    assert 'sandbox="" referrerpolicy="no-referrer"' in framed.text
    assert "frame-src 'self'" in framed.headers["content-security-policy"]
    assert "灯坏了" in page.text
    assert "<script" not in page.text
    assert code[8:] not in page.text
    assert page.headers["content-security-policy"] == desk_preview.NO_POWER
    assert await deeds(premises) == [Action.ORIGINAL_SEEN] * 2


async def test_read_in_another_charset_it_is_kept_as_a_note_and_the_opinion_stays(
    client: AsyncClient, premises: Premises
) -> None:
    number = await come(premises, WRONG)
    async with premises.database.reading() as session:
        before = await session.scalar(select(Opinion.text))
    page = await client.get(f"/desk/cases/{number}/letter?charset=big5-hkscs")
    assert "請儘快修理" in page.text
    assert "内容与原来读出的不同" in page.text

    case = await at_desk.take(
        client, premises, number, "letter/keep", charset="big5-hkscs"
    )

    shown = (await client.get(case.headers["location"])).text
    assert "（来信按 big5-hkscs 重读）" in shown
    assert "請儘快修理" in shown
    async with premises.database.reading() as session:
        assert await session.scalar(select(Opinion.text)) == before
    (event,) = await events(premises)
    assert (event.action, event.facts) == (Action.REREAD, {"charset": "big5-hkscs"})


async def test_what_the_opinion_says_already_is_kept_no_second_time(
    client: AsyncClient, premises: Premises
) -> None:
    number = await come(premises, post.letter("门口的路灯坏了三个月。"))
    page = await client.get(f"/desk/cases/{number}/letter?charset=big5-hkscs")
    assert "/letter/keep" not in page.text
    assert "内容没有任何变化" in page.text

    refused = await at_desk.take(
        client, premises, number, "letter/keep", charset="big5-hkscs"
    )

    assert (refused.status_code, "没有附上" in refused.text) == (409, True)
    async with premises.database.reading() as session:
        assert await session.scalar(select(Note.id)) is None


async def test_a_case_that_no_letter_opened_has_none(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.get(f"/desk/cases/{number}/letter")

    assert page.status_code == 404


async def test_whoever_may_not_see_who_wrote_does_not_see_the_letter(
    client: AsyncClient, premises: Premises
) -> None:
    number = await come(premises, WRONG)
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    await at_desk.sit(client, premises, auditor)

    pages = [
        await client.get(f"/desk/cases/{number}/letter{path}") for path in ("", "/page")
    ]

    assert [page.status_code for page in pages] == [403, 403]
