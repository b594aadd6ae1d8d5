"""A second signature, by its pages: as the citizen will get it, changed, sent, back."""

import re

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.vocabulary import Role, Status
from app.models import SubmittedAnswer
from app.premises import Premises
from app.services.answering import countersigning
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import case_of, take
from tests.fakes import START

TEXT = "灯三天内修好。"


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """Whose answers need a second signature."""
    person = await at_desk.hire(premises, Role.CLERK, display_name="王芳")
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        await countersigning.switch(
            session, administrator, person.office_id, wanted=True, now=START
        )
    return person


@pytest.fixture
async def number(client: AsyncClient, premises: Premises, clerk: Person) -> str:
    """A case that the clerk answered; then a supervisor sat down."""
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.sit(client, premises, clerk)
    sent = await take(client, premises, number, "answer", text=TEXT)
    assert "answer_submitted" in sent.headers["location"]
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))
    return number


async def address(premises: Premises) -> str:
    async with premises.database.reading() as session:
        key = (await session.scalars(select(SubmittedAnswer.id))).one()
    return f"/desk/approvals/{key}"


async def decide(
    client: AsyncClient, premises: Premises, number: str, **form: str
) -> Response:
    revision = (await case_of(premises, number)).revision
    return await client.post(
        await address(premises), data={"revision": revision} | form
    )


async def test_an_approver_finds_it_in_the_list_and_reads_the_letter_itself(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    listed = await client.get("/desk/approvals")
    page = await client.get(await address(premises))

    assert number in listed.text
    assert "王芳" in listed.text
    assert re.search(r'class="count">1<', listed.text)
    letter = page.text.partition('class="text letter"')[2].partition("</div>")[0]
    assert TEXT in letter
    assert "/track" in letter


async def test_a_change_is_shown_before_it_is_signed_and_kept_with_the_original(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    seen = await decide(client, premises, number, do="preview", text="灯五天内修好。")
    assert "<del>灯三</del><ins>灯五</ins>" in seen.text
    assert (await case_of(premises, number)).status is Status.REGISTERED

    signed = await decide(client, premises, number, do="sign", text="灯五天内修好。")

    assert signed.status_code == 303
    assert (await case_of(premises, number)).status is Status.ANSWERED
    page = await client.get(await address(premises))
    assert "<del>灯三</del><ins>灯五</ins>" in page.text
    again = await decide(client, premises, number, do="sign", text=TEXT)
    assert again.status_code == 409
    assert "已经有人处理" in again.text


async def test_sent_back_it_is_marked_on_the_case_and_in_its_writers_list(
    client: AsyncClient, premises: Premises, number: str, clerk: Person
) -> None:
    silent = await decide(client, premises, number, do="send_back", remark=" ")
    assert silent.status_code == 422
    await decide(client, premises, number, do="send_back", remark="写明是哪几盏")

    await at_desk.sit(client, premises, clerk)
    listed = await client.get("/desk/drafts")
    page = await client.get(f"/desk/cases/{number}")
    unread = await client.get("/desk?tab=unread")

    assert "写明是哪几盏" in listed.text
    assert "写明是哪几盏" in page.text
    assert TEXT in page.text.partition('id="answer"')[2].partition("</textarea>")[0]
    assert number in at_desk.numbers(unread)


async def test_its_writer_takes_it_back_and_has_it_as_a_draft(
    client: AsyncClient, premises: Premises, number: str, clerk: Person
) -> None:
    await at_desk.sit(client, premises, clerk)

    taken = await client.post(f"{await address(premises)}/take-back")

    page = await client.get(taken.headers["location"])
    assert TEXT in page.text.partition('id="answer"')[2].partition("</textarea>")[0]
    assert (
        await decide(client, premises, number, do="sign", text=TEXT)
    ).status_code == 403


@pytest.mark.parametrize(
    "decision",
    [{"do": "sign", "text": "改成五天。"}, {"do": "send_back", "remark": "改成五天。"}],
)
@pytest.mark.parametrize("faster", ["its writer", "another approver"])
async def test_what_an_approver_wrote_stays_although_it_was_decided(
    client: AsyncClient, premises: Premises, clerk: Person, number: str, *,
    faster: str, decision: dict[str, str],
) -> None:  # fmt: skip
    other = await at_desk.hire(premises, Role.SUPERVISOR)
    async with AsyncClient(
        transport=client._transport,  # noqa: SLF001 - a second browser at the same site
        base_url="http://testserver",
    ) as second:
        if faster == "its writer":
            await at_desk.sit(second, premises, clerk)
            await second.post(f"{await address(premises)}/take-back")
        else:
            await at_desk.sit(second, premises, other)
            await decide(second, premises, number, do="sign", text="灯两天内修好。")

    page = await client.post(await address(premises), data={"revision": 2} | decision)

    assert page.status_code == 409
    assert 'data-code="answer_decided"' in page.text
    assert "改成五天。</textarea>" in page.text
    letter = page.text.partition('class="text letter"')[2].partition("</div>")[0]
    assert "改成五天。" not in letter


async def test_an_administrator_switches_it_office_by_office(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )
    assert "须签发" in (await client.get("/desk/countersigning")).text

    await client.post("/desk/countersigning", data={"office": str(clerk.office_id)})

    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.sit(client, premises, clerk)
    await take(client, premises, number, "answer", text=TEXT)
    assert (await case_of(premises, number)).status is Status.ANSWERED
