"""What is done with one held letter: released, joined, discarded, taken back; once."""

import asyncio
import re
from base64 import b64encode

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Fate, HoldReason, Role
from app.models import (
    Addition,
    Arrival,
    Attachment,
    AuditEvent,
    Case,
    Opinion,
    OutboxMessage,
)
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk, make
from tests.holding import LETTER, case_of, deeds, events, hold, kept

BIG5 = (
    b"From: chen@example.org\nSubject: =?gb2312?B?"
    + b64encode("路燈壞了".encode("big5"))
    + b"?=\nContent-Type: text/plain; charset=gb2312\n\n"
    + "請儘快修理。".encode("big5")
)


@pytest.fixture(autouse=True)
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


def joinable(page: Response) -> list[str]:
    """Return the receipt numbers that a letter can be joined to, in their order."""
    return re.findall(r'name="number" value="([0-9A-Z-]+)"', page.text)


async def test_the_charset_that_somebody_chose_is_kept_and_noted(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, BIG5)

    sent = await client.post(
        f"/desk/held/{key}/release",
        data={"about": make.SLUG, "charset": "big5-hkscs"},
    )

    page = await client.get(case_of(sent))
    assert "路燈壞了" in page.text
    assert "請儘快修理" in page.text
    (event,) = await events(premises)
    assert (event.action, event.facts["charset"]) == (
        Action.HELD_RELEASED, "big5-hkscs",
    )  # fmt: skip


async def test_an_old_letter_is_released_without_an_acknowledgement(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises, acknowledge=False)

    await client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})

    async with premises.database.reading() as session:
        assert await session.scalar(select(OutboxMessage.id)) is None


async def test_acknowledgements_of_released_letters_count_against_the_limit(
    client: AsyncClient, premises: Premises
) -> None:
    most = premises.settings.acknowledgements_per_sender
    for number in range(most + 1):
        key = await hold(premises, LETTER + b"%d" % number)
        await client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})

    async with premises.database.reading() as session:
        sent = (await session.scalars(select(OutboxMessage.id))).all()
    assert len(sent) == most


async def test_joined_it_is_an_addition_that_somebody_has_to_look_at(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key = await hold(
        premises, LETTER.replace(b"text/plain;", b'text/plain; name="a.txt";')
    )

    sent = await client.post(f"/desk/held/{key}/join", data={"number": number})

    assert "巷口的路灯也坏了。" in (await client.get(case_of(sent))).text
    case = await at_desk.case_of(premises, number)
    assert case.unread
    found = await kept(premises, key)
    assert (found.fate, found.opinion_id) == (Fate.JOINED, case.opinion_id)
    async with premises.database.reading() as session:
        assert await session.scalar(select(Addition.arrival_id)) == key
        assert await session.scalar(select(Attachment.file_name)) == "a.txt"
    assert await deeds(premises) == [Action.HELD_JOINED, Action.ADDED]


async def test_a_letter_nobody_can_read_is_joined_with_its_original(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key = await hold(premises, b"X: y\n" * 6000 + b"\nhello")

    await client.post(f"/desk/held/{key}/join", data={"number": number})

    assert "original.eml" in (await client.get(f"/desk/cases/{number}")).text


async def test_it_is_not_joined_to_what_is_not_there(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)

    for number in ("nothing", "0000-0000-0000"):
        page = await client.post(f"/desk/held/{key}/join", data={"number": number})
        assert page.status_code == 404

    assert (await kept(premises, key)).fate is Fate.HELD


async def test_cases_it_may_belong_to_are_offered_the_likeliest_first(
    client: AsyncClient, premises: Premises
) -> None:
    alike = await at_desk.open_case(premises, subject="路灯不亮很久", text="灯坏了吧。")
    writer = await at_desk.open_case(
        premises, subject="停车", text="停车难。",
        contact=ContactDetails(email="li@example.org"),
    )  # fmt: skip
    named = await at_desk.open_case(premises, subject="噪声", text="夜里吵。")
    letter = LETTER.replace(
        b"=?utf-8?B?6Lev54Gv?=", f"Re: 路灯不亮很久 {named.receipt_number}".encode()
    )
    key = await hold(premises, letter.replace(named.receipt_number.encode(), b"")
                     + named.receipt_number.encode())  # fmt: skip

    page = await client.get(f"/desk/held/{key}")

    assert joinable(page) == [each.receipt_number for each in (named, writer, alike)]


async def test_a_case_is_found_by_its_number_or_by_what_it_says(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises, text="夜里施工太吵。")).receipt_number
    key = await hold(premises, LETTER.replace(b"=?utf-8?B?6Lev54Gv?=", b"x"))

    for words in (number, number.replace("-", "").lower(), "施工太吵"):
        page = await client.get(f"/desk/held/{key}", params={"q": words})
        assert joinable(page) == [number]
    assert joinable(await client.get(f"/desk/held/{key}?q=停车场")) == []


async def test_of_two_the_second_is_told_what_became_of_it(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key = await hold(premises)
    await client.post(f"/desk/held/{key}/join", data={"number": number})
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    for step, form in {
        "release": {"about": make.SLUG}, "discard": {"ground": "spam"},
        "join": {"number": number},
    }.items():  # fmt: skip
        page = await client.post(f"/desk/held/{key}/{step}", data=form)
        assert page.status_code == 409
        for words in ("别人已经处理了", f"/desk/cases/{number}", clerk.display_name):
            assert words in page.text

    late = await client.get(f"/desk/held/{key}")
    assert (late.status_code, "别人已经处理了" in late.text) == (200, False)
    assert f"/desk/cases/{number}" in late.text


async def test_of_many_who_do_different_things_at_once_one_does_it(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    key = await hold(premises)
    forms = {
        "release": {"about": make.SLUG}, "discard": {"ground": "spam"},
        "join": {"number": number},
    }  # fmt: skip

    pages = await asyncio.gather(
        *(client.post(f"/desk/held/{key}/{step}", data=forms[step]) for step in forms)
    )

    assert sorted(page.status_code for page in pages) == [303, 409, 409]
    done = {Action.HELD_RELEASED, Action.HELD_DISCARDED, Action.HELD_JOINED}
    async with premises.database.reading() as session:
        actions = await session.scalars(select(AuditEvent.action))
        assert len([action for action in actions if action in done]) == 1


async def test_what_was_discarded_is_taken_back(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    key = await hold(premises)
    await client.post(f"/desk/held/{key}/discard", data={"ground": "machine"})
    listed = (await client.get("/desk/held/discarded")).text
    for words in (f"/desk/held/{key}/take-back", "机器", clerk.display_name):
        assert words in listed

    sent = await client.post(f"/desk/held/{key}/take-back")

    assert "后来有人取回" in (await client.get(sent.headers["location"])).text
    found = await kept(premises, key)
    assert (found.fate, found.reason) == (Fate.HELD, HoldReason.TAKEN_BACK)
    assert (await deeds(premises))[0] is Action.HELD_TAKEN_BACK
    assert f"/desk/held/{key}/" not in (await client.get("/desk/held/discarded")).text
    again = await client.post(f"/desk/held/{key}/take-back")
    assert (again.status_code, "仍待甄别" in again.text) == (409, True)


async def test_what_came_again_since_is_not_taken_back(
    client: AsyncClient, premises: Premises
) -> None:
    first, second = [await hold(premises) for _ in range(2)]
    await client.post(f"/desk/held/{first}/discard", data={"ground": "spam"})
    same = (await kept(premises, first)).arrival_key
    async with premises.database.writing() as session:
        await session.execute(
            update(Arrival).where(Arrival.id == second).values(arrival_key=same)
        )

    page = await client.post(f"/desk/held/{first}/take-back")

    assert (page.status_code, "后来又收到一次" in page.text) == (409, True)
    assert (await kept(premises, first)).fate is Fate.REFUSED


async def test_a_case_that_became_of_it_is_none_of_another_office(
    client: AsyncClient, premises: Premises
) -> None:
    key = await hold(premises)
    await client.post(f"/desk/held/{key}/release", data={"about": make.SLUG})
    async with premises.database.reading() as session:
        number = await session.scalar(select(Opinion.receipt_number))
        assert await session.scalar(select(Case.status)) == "registered"
    officer = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    await at_desk.sit(client, premises, officer)

    page = await client.get(f"/desk/held/{key}")

    assert page.status_code == 403
    assert (number or "") not in page.text
