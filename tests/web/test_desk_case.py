"""A case's page: reading it, working on it, and two people at once."""

import asyncio
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select, update

from app.domain.record import Action
from app.domain.submission import File
from app.domain.vocabulary import Channel, Role, Status
from app.main import create_app
from app.models import Attachment, AuditEvent, Case, OutboxMessage
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk, make
from tests.at_desk import UNIT

EVIL = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def newest(premises: Premises) -> AuditEvent:
    async with premises.database.reading() as session:
        return (
            await session.scalars(
                select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
            )
        ).one()


async def answers_promised(premises: Premises) -> int:
    async with premises.database.reading() as session:
        statement = select(func.count()).where(OutboxMessage.purpose == "answer")
        return await session.scalar(statement) or 0


async def test_the_page_shows_what_was_said_and_whose_it_is(
    client: AsyncClient, premises: Premises
) -> None:
    opened = await at_desk.open_case(premises)

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    for words in ("路灯不亮", "已登记", "督查室", "网页", "2026-11-17", "登记（网页）"):
        assert words in page.text


async def test_the_words_that_decided_are_marked_in_the_text(
    client: AsyncClient, premises: Premises
) -> None:
    opened = await at_desk.open_case(premises, text="放学时校门口停车太乱。")

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    said = page.text.split('class="text"')[1].split("</div>")[0]
    assert "<mark>停车</mark>" in said
    assert "系统判断" in page.text


async def test_a_number_that_is_none_is_not_found(client: AsyncClient) -> None:
    for number in ("0000-0000-0001", "x", "%00", "GMFQ-CM3V-EHBN"):
        page = await client.get(f"/desk/cases/{number}")
        assert page.status_code == 404
        assert 'data-code="no_such_case"' in page.text


async def test_nothing_a_citizen_writes_becomes_markup(
    client: AsyncClient, premises: Premises
) -> None:
    opened = await at_desk.open_case(
        premises, subject=EVIL, text=EVIL * 2,
        files=(File(file_name=EVIL, media_type="text/html", content=b"x"),),
    )  # fmt: skip
    number = opened.receipt_number
    await at_desk.take(client, premises, number, "note", text=EVIL)
    await at_desk.take(client, premises, number, "answer", text=EVIL)

    for address in (f"/desk/cases/{number}", "/desk?tab=all", "/desk/audit"):
        text = (await client.get(address)).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text


async def test_an_answer_stands_on_the_page_and_goes_out_by_mail(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    assert "发邮件给群众" in (await client.get(f"/desk/cases/{number}")).text

    sent = await at_desk.take(client, premises, number, "answer", text="已经修好。")

    page = await client.get(sent.headers["location"])
    assert "已经修好。" in page.text
    assert "/desk/next?after=" in page.text
    assert await answers_promised(premises) == 1
    assert premises.outbox_waiting.is_set()


async def test_the_form_says_when_no_mail_will_go_out(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises, anonymous=True)).receipt_number

    assert "匿名意见，不发邮件" in (await client.get(f"/desk/cases/{number}")).text


STALE: dict[str, dict[str, Any]] = {
    "note": {"text": "我写了很久的批注"},
    "answer": {"text": "我写了很久的答复"},
    "return": {"reason": "我写了很久的理由"},
    "classify": {"section": "none"},
    "kind": {"kind": "praise"},
    "close": {"disposition": "referred"},
}


@pytest.mark.parametrize("step", STALE)
async def test_a_step_from_an_old_page_is_refused_and_what_was_typed_is_kept(
    client: AsyncClient, premises: Premises, step: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.writing() as session:
        await session.execute(
            update(Case).values(revision=2, status=Status.ASSIGNED, kind="inquiry")
        )
    before = await newest(premises)

    page = await at_desk.take(client, premises, number, step, revision=1, **STALE[step])

    assert page.status_code == 409
    assert 'data-code="stale_case"' in page.text
    assert 'name="revision" value="2"' in page.text
    for typed in STALE[step].values():
        assert typed in page.text
    assert (await newest(premises)).id == before.id
    assert (await at_desk.case_of(premises, number)).revision == 2


async def test_of_two_answers_at_once_one_wins(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    pages = await asyncio.gather(
        *(
            at_desk.take(client, premises, number, "answer", text=text, revision=1)
            for text in ("答复一", "答复二", "答复三", "答复四")
        )
    )

    assert sorted(page.status_code for page in pages) == [303, 409, 409, 409]
    assert await answers_promised(premises) == 1


async def test_a_case_that_was_given_away_can_be_answered_by_its_office(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    given = await at_desk.take(
        client, premises, number, "assign", to=f"staff:{officer.staff_id}"
    )
    assert UNIT in (await client.get(given.headers["location"])).text

    transport = ASGITransport(create_app(premises))
    async with AsyncClient(transport=transport, base_url="http://testserver") as other:
        await at_desk.sit(other, premises, officer)
        answered = await at_desk.take(other, premises, number, "answer", text="修好了")
        assert answered.status_code == 303
        back = await at_desk.take(
            other, premises, number, "dispute", ground="other", words="不归我们"
        )
        assert back.status_code == 409


async def test_contact_details_are_shown_only_when_asked_for_and_that_is_noted(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    for address in (f"/desk/cases/{number}", "/desk", "/desk?q=张三"):
        assert make.EMAIL not in (await client.get(address)).text

    page = await client.post(f"/desk/cases/{number}/contact", data={"ground": "reply"})

    assert make.EMAIL in page.text
    assert "张三" in page.text
    event = await newest(premises)
    assert (event.action, event.facts) == (
        Action.CONTACT_SEEN,
        {"ground": "reply", "role": "clerk"},
    )


async def test_a_look_without_a_reason_shows_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.post(f"/desk/cases/{number}/contact")

    assert page.status_code == 422
    assert make.EMAIL not in page.text


async def test_a_file_is_saved_and_never_shown(
    client: AsyncClient, premises: Premises
) -> None:
    page = b"<script>alert(1)</script>"
    file = File(file_name='现场 "1".html', media_type="text/html", content=page)
    number = (await at_desk.open_case(premises, files=(file,))).receipt_number
    async with premises.database.reading() as session:
        key = await session.scalar(select(Attachment.id))

    sent = await client.get(f"/desk/cases/{number}/files/{key}")

    assert sent.content == page
    assert sent.headers["content-type"] == "application/octet-stream"
    assert sent.headers["content-disposition"] == (
        'attachment; filename="__ _1_.html"; '
        "filename*=UTF-8''%E7%8E%B0%E5%9C%BA%20%221%22.html"
    )
    assert "sandbox" in sent.headers["content-security-policy"]
    assert sent.headers["x-content-type-options"] == "nosniff"
    assert (await newest(premises)).action is Action.ATTACHMENT_SEEN


async def test_a_file_of_another_case_is_not_found(
    client: AsyncClient, premises: Premises
) -> None:
    file = File(file_name="a.txt", media_type="text/plain", content=b"a")
    await at_desk.open_case(premises, files=(file,))
    other = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.reading() as session:
        key = await session.scalar(select(Attachment.id))

    assert (await client.get(f"/desk/cases/{other}/files/{key}")).status_code == 404


async def test_a_case_from_the_web_has_no_letter_to_download(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises, channel=Channel.WEB)).receipt_number

    assert (await client.get(f"/desk/cases/{number}/original")).status_code == 404


async def test_an_empty_answer_is_refused_beside_its_field(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(client, premises, number, "answer", text="  ")

    assert page.status_code == 422
    assert "还没有填写内容" in page.text


async def test_closing_without_an_answer_is_offered_only_where_it_is_right(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    page = await client.get(f"/desk/cases/{number}")
    closing = page.text.partition('/close"')[2].partition("</form>")[0]
    assert 'value="adopted"' not in closing
    assert 'value="referred"' in closing

    refused, closed = [
        await at_desk.take(client, premises, number, "close", disposition=ending)
        for ending in ("adopted", "referred")
    ]
    assert refused.status_code == 409
    page = await client.get(closed.headers["location"])
    assert "已办结" in page.text
    assert f"/desk/cases/{number}/reopen" in page.text
    assert f"/desk/cases/{number}/answer" not in page.text
