"""Names in notes, as pages: who wrote one reads who was not told, and why."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import Mention, Note
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import FakeClock

UNTOLD = "批注里提到的 李强 没有收到提醒"


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


@pytest.fixture
async def stranger(premises: Premises) -> Person:
    """An officer of an office that has nothing to do with the case."""
    return await at_desk.hire(premises, Role.OFFICER, office=UNIT, display_name="李强")


@pytest.fixture
async def number(premises: Premises, clerk: Person) -> str:
    """A case of the supervision office's, and a clerk to write notes on it."""
    assert clerk
    return (await at_desk.open_case(premises)).receipt_number


async def mentioned(premises: Premises) -> list[int]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Mention.staff_id)))


async def test_the_writer_reads_who_was_not_told_and_nobody_else_does(
    client: AsyncClient, premises: Premises, number: str, stranger: Person
) -> None:
    sent = await at_desk.take(client, premises, number, "note", text="@李强 看看")
    page = await client.get(sent.headers["location"])
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    beside = await client.get(f"/desk/cases/{number}")
    await at_desk.sit(client, premises, stranger)
    theirs = await client.get("/desk")

    notice = re.search(r'<p class="note" role="status">([^<]+)<', page.text)
    assert notice
    assert notice[1].startswith(UNTOLD)
    assert "看不到这个办件（不在主办或协办单位，或者是受限办件）" in notice[1]
    assert "@李强 看看" in beside.text
    assert UNTOLD not in beside.text
    assert number not in theirs.text
    assert await mentioned(premises) == []


async def test_whoever_writes_a_note_reads_how_to_name_somebody(
    client: AsyncClient, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}")

    assert "写 @ 加同事的姓名，这一件就会出现在对方的“提到我”里" in page.text


async def test_the_notice_goes_and_the_word_beside_the_note_stays(
    client: AsyncClient, premises: Premises, clock: FakeClock, *, number: str,
    stranger: Person,
) -> None:  # fmt: skip
    assert stranger
    await at_desk.take(client, premises, number, "note", text="@李强 看看")
    clock.advance(minutes=11)

    page = await client.get(f"/desk/cases/{number}")

    assert f'<p class="hint">{UNTOLD}' in page.text
    assert page.text.count(UNTOLD) == 1


async def test_who_is_named_only_in_the_changed_note_is_told_and_nobody_twice(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    first = await at_desk.hire(premises, Role.CLERK, display_name="王芳")
    second = await at_desk.hire(premises, Role.CLERK, display_name="赵敏")
    await at_desk.take(client, premises, number, "note", text="@王芳 看看")
    async with premises.database.reading() as session:
        key = (await session.scalars(select(Note.id))).one()

    changed = await client.post(
        f"/desk/cases/{number}/notes/{key}", data={"text": "@王芳 @赵敏 看看"}
    )

    assert changed.status_code == 303
    assert sorted(await mentioned(premises)) == sorted(
        [first.staff_id, second.staff_id]
    )


async def test_a_note_that_names_somebody_can_be_taken_away(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await at_desk.hire(premises, Role.CLERK, display_name="王芳")
    await at_desk.take(client, premises, number, "note", text="@王芳 看看")
    async with premises.database.reading() as session:
        key = (await session.scalars(select(Note.id))).one()

    deleted = await client.post(
        f"/desk/cases/{number}/notes/{key}", data={"do": "delete"}
    )

    assert "note_deleted" in deleted.headers["location"]
    assert await mentioned(premises) == []
