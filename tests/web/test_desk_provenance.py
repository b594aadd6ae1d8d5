"""A case's page says where its letter is from, as far as that is known."""

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.domain.correspondence import SuggestionGround
from app.domain.vocabulary import Role
from app.keys import new_key
from app.models import Arrival, AuditEvent, Case, Opinion, Suggestion
from app.premises import Premises
from app.services.arrivals import Envelope, RawLetter
from app.workers.letters import settle_waiting
from tests import at_desk
from tests.gateways.post import INTAKE, letter
from tests.make import EMAIL

SENT_ON = (
    "请处理。\r\n\r\n---------- 转发的邮件 ---------\r\n"
    "发件人: 李明 <li@street.example>\r\n发送时间: 2026年11月1日 9:30\r\n"
    "主题: 路灯\r\n\r\n门口的路灯坏了三个月。\r\n"
)
QUOTED = "在 2026年11月1日，office <a@b.example> 写道：\r\n> 已经安排修理"


@pytest.fixture(autouse=True)
async def at_the_desk(client: AsyncClient, premises: Premises) -> None:
    """A clerk sits there."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)


async def arrived(premises: Premises, content: bytes) -> str:
    """Return the receipt number of the opinion that a letter becomes."""
    raw = RawLetter(
        content=content,
        envelope=Envelope(sender=EMAIL, recipients=(INTAKE,)),
        received_at=premises.clock(),
    )
    await premises.shelf()
    await premises.keep(raw)
    await settle_waiting(premises)
    async with premises.database.reading() as session:
        newest = select(Opinion.receipt_number).order_by(Opinion.id.desc()).limit(1)
        return (await session.scalars(newest)).one()


async def test_quotes_are_folded_away_and_still_there(
    client: AsyncClient, premises: Premises
) -> None:
    said = letter(f"还是没修好。\r\n\r\n{QUOTED}\r\n", Subject="回复：路灯")
    page = await client.get(f"/desk/cases/{await arrived(premises, said)}")
    before, _, folded = page.text.partition('<details class="folded">')

    assert "还是没修好。" in before
    assert "已经安排修理" not in before
    assert "已经安排修理" in folded


async def test_a_letter_that_somebody_passed_on_says_that_its_writer_is_claimed(
    client: AsyncClient, premises: Premises
) -> None:
    number = await arrived(premises, letter(SENT_ON, Subject="转发：路灯"))
    page = await client.get(f"/desk/cases/{number}")
    shown = await client.post(f"/desk/cases/{number}/contact", data={"ground": "reply"})

    assert "原写信人的身份未经核实" in page.text
    assert "li@street.example" not in page.text.partition("<details")[0]
    assert "原写信人（自称）" in shown.text
    assert EMAIL in shown.text


async def test_a_letter_of_ones_own_says_nothing_of_the_kind(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.get(f"/desk/cases/{await arrived(premises, letter())}")

    assert "未经核实" not in page.text


async def test_what_a_trusted_system_found_is_said_in_words(
    client: AsyncClient, premises: Premises
) -> None:
    number = await arrived(premises, letter())
    found = {
        "by": "mx.example.org",
        "findings": [
            {"method": "spf", "result": "pass", "domain": "example.org"},
            {"method": "dkim", "result": "fail", "domain": ""},
        ],
    }
    async with premises.database.writing() as session:
        await session.execute(update(Arrival).values(authentication=found))
    page = await client.get(f"/desk/cases/{number}")

    assert "mx.example.org 的核验：SPF 通过 (example.org), DKIM 未通过" in page.text


async def test_an_older_opinion_is_suggested_until_somebody_had_a_look(
    client: AsyncClient, premises: Premises
) -> None:
    older = await at_desk.open_case(premises)
    number = await arrived(premises, letter())
    async with premises.database.writing() as session:
        case_id = await session.scalar(
            select(Case.id).join(Opinion, Opinion.id == Case.opinion_id)
            .where(Opinion.receipt_number == number)
        )  # fmt: skip
        session.add(
            Suggestion(
                id=new_key(),
                case_id=case_id,
                opinion_id=older.opinion_id,
                ground=SuggestionGround.SUBJECT,
                made_at=premises.clock(),
            )
        )
    before = await client.get(f"/desk/cases/{number}")
    answer = await client.post(f"/desk/cases/{number}/suggestion")
    after = await client.get(f"/desk/cases/{number}")

    assert f'/desk/cases/{older.receipt_number}">' in before.text
    assert answer.status_code == 303
    assert older.receipt_number not in after.text
    async with premises.database.reading() as session:
        last = select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)
        assert await session.scalar(last) == "suggestion_settled"
