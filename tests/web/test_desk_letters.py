"""Letters that a case's page sends: the question, and the note at its end."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.submission import ContactDetails
from app.domain.vocabulary import MailPurpose, Role
from app.models import OutboxMessage
from app.premises import Premises
from app.services.intake import Registration
from tests import at_desk
from tests.at_desk import take
from tests.web.citizen import hidden, tracked


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> None:
    """A clerk who sits at the desk with ``client``."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))


@pytest.fixture
async def opened(premises: Premises) -> Registration:
    """A case whose citizen can be mailed."""
    return await at_desk.open_case(premises)


async def purposes(premises: Premises) -> list[MailPurpose]:
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(OutboxMessage.purpose).order_by(OutboxMessage.id)
        )
        return list(rows)[1:]


async def box(client: AsyncClient, number: str) -> str:
    """Return the tick box for the closing note; empty: there is none."""
    page = await client.get(f"/desk/cases/{number}")
    found = re.search(r'<input id="tell"[^>]*>', page.text)
    return found[0] if found else ""


async def test_a_question_goes_to_the_citizen_and_the_reply_comes_to_the_case(
    client: AsyncClient, premises: Premises, opened: Registration
) -> None:
    number, code = opened.receipt_number, opened.query_code or ""
    premises.outbox_waiting.clear()

    await take(client, premises, number, "ask", text="是哪一盏灯？")
    assert await purposes(premises) == [MailPurpose.QUESTION]
    assert premises.outbox_waiting.is_set()
    page = await tracked(client, number, code)
    assert "是哪一盏灯？" in page.text
    assert "督查室请您补充情况" in page.text
    assert 'href="#add"' in page.text
    assert "请您补充</h3>" in page.text
    form = hidden(page) | {"text": "第三盏"}
    after = await client.post("/track/additions", data=form)

    assert 'href="#add"' not in after.text
    assert "我们问过您</h3>" in after.text
    assert (await at_desk.case_of(premises, number)).unread
    case = await client.get(f"/desk/cases/{number}")
    assert "请群众补充（发邮件：是）" in case.text
    assert case.text.index("是哪一盏灯？") < case.text.index("第三盏")


async def test_an_empty_question_is_not_asked_and_the_form_stays_open(
    client: AsyncClient, premises: Premises, opened: Registration
) -> None:
    page = await take(client, premises, opened.receipt_number, "ask", text=" ")

    assert page.status_code == 422
    assert await purposes(premises) == []


async def test_a_closing_note_is_meant_where_the_citizen_has_heard_nothing(
    client: AsyncClient, premises: Premises, opened: Registration
) -> None:
    number = opened.receipt_number
    assert "checked" in await box(client, number)

    await take(client, premises, number, "answer", text="已经修好")

    assert "checked" not in await box(client, number)


@pytest.mark.parametrize(
    "changes", [{"anonymous": True}, {"contact": ContactDetails()}]
)
async def test_where_nobody_can_be_mailed_no_note_is_offered(
    client: AsyncClient, premises: Premises, changes: dict[str, object]
) -> None:
    number = (await at_desk.open_case(premises, **changes)).receipt_number

    assert await box(client, number) == ""


@pytest.mark.parametrize("told", [True, False])
async def test_the_note_goes_out_where_the_box_is_ticked(
    client: AsyncClient, premises: Premises, opened: Registration, *, told: bool
) -> None:
    ticked = {"tell": "true"} if told else {}

    await take(
        client,
        premises,
        opened.receipt_number,
        "close",
        disposition="referred",
        **ticked,
    )

    assert await purposes(premises) == ([MailPurpose.CLOSING] if told else [])
