"""A due day that goes by a year without holidays yet is told as what it is."""

import re

from httpx import AsyncClient
from sqlalchemy import select

from app.domain.vocabulary import Language, Role
from app.models import OutboxMessage
from app.premises import Premises
from app.services.clocks import policies
from app.services.letters import unseal
from app.services.staff import Person
from app.workers import deadlines
from tests import at_desk, make
from tests.clocks.acting import enter_year, set_policy, working_days
from tests.web.citizen import form, receipt, send

INTO_NEXT_YEAR = working_days(45)


async def acknowledgement(premises: Premises) -> str:
    async with premises.database.reading() as session:
        row = (await session.scalars(select(OutboxMessage))).one()
    return unseal(premises.house.seal, row.sealed or b"").body


async def test_receipt_letter_and_tracking_page_say_that_the_day_may_change(
    client: AsyncClient, premises: Premises
) -> None:
    await set_policy(premises, INTO_NEXT_YEAR)

    page = await send(client, await form(client, kind="complaint"))
    number, code = receipt(page)
    tracked = await client.post("/track", data={"number": number, "code": code})

    assert re.search(r"2027-01-\d\d</time> （暂定：", page.text)
    assert re.search(r"2027-01-\d\d（暂定）", await acknowledgement(premises))
    assert re.search(r"最晚 2027-01-\d\d 答复您。 （暂定）", tracked.text)


async def test_staff_read_beside_the_day_that_it_may_change(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await set_policy(premises, INTO_NEXT_YEAR)
    number = (await premises.register(make.submission())).receipt_number
    await at_desk.sit(client, premises, clerk)
    address = f"/desk/cases/{number}"

    provisional = await client.get(address)
    await enter_year(premises)
    await deadlines.look_around(premises)
    certain = await client.get(address)

    assert re.search(r"2027-01-\d\d</time> （暂定）", provisional.text)
    assert "（暂定）" not in certain.text


async def test_sent_twice_the_receipt_says_it_again(
    client: AsyncClient, premises: Premises
) -> None:
    await set_policy(premises, INTO_NEXT_YEAR)
    fields = await form(client, kind="complaint")

    pages = [await send(client, fields) for _ in range(2)]

    assert ["（暂定：" in page.text for page in pages] == [True, True]


async def test_an_english_letter_says_so_in_english(premises: Premises) -> None:
    await set_policy(premises, INTO_NEXT_YEAR)

    await premises.register(make.submission(language=Language.EN))

    assert "(provisional)" in await acknowledgement(premises)


async def test_with_the_year_entered_the_day_is_told_plainly(
    client: AsyncClient, premises: Premises
) -> None:
    await set_policy(premises, INTO_NEXT_YEAR)
    await enter_year(premises)

    page = await send(client, await form(client, kind="complaint"))

    assert "暂定" not in page.text
    assert "暂定" not in await acknowledgement(premises)


TERMS = {
    "kind": "complaint", "do": "preview", "acceptance": "２",
    "acceptance_unit": "working_days", "contact": "3", "contact_unit": "working_days",
    "answer": "１０", "answer_unit": "working_days", "extension": "5",
    "approver": "extend", "wait": "7",
}  # fmt: skip


async def test_a_look_at_a_policy_does_not_pass_over_what_another_set_meanwhile(
    client: AsyncClient, premises: Premises
) -> None:
    admin = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, admin)
    await set_policy(premises, working_days(3))

    looked = await client.post("/desk/policies", data=TERMS | {"newest": "0"})
    newest = re.search(r'name="newest" value="(\d+)"', looked.text)
    saved = await client.post(
        "/desk/policies",
        data=TERMS | {"do": "save", "newest": newest[1] if newest else ""},
    )

    assert looked.status_code == 200
    assert saved.status_code == 409
    async with premises.database.reading() as session:
        assert len(await policies.history(session, admin)) == 1
