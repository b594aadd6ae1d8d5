"""Disputes, joint handling and liaisons, as whoever works on a case sees them."""

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.submission import ContactDetails
from app.domain.vocabulary import Role
from app.models import LiaisonReply
from app.premises import Premises
from app.services import co_offices, triage
from app.services.staff import Person
from tests import at_desk
from tests.fakes import START
from tests.routing_table import OTHER
from tests.services.offices.liaising import give, mailed, open_given, register, reply


@pytest.fixture
async def helper(premises: Premises) -> Person:
    """An officer of the office that is asked what it thinks."""
    return await at_desk.hire(premises, Role.OFFICER, office=OTHER)


@pytest.fixture
async def number(premises: Premises, clerk: Person, officer: Person) -> str:
    """The number of a case that was given to `UNIT`."""
    return await open_given(premises, clerk, officer.office_id)


async def disputed(
    client: AsyncClient, premises: Premises, officer: Person, number: str
) -> Response:
    await at_desk.sit(client, premises, officer)
    return await at_desk.take(
        client, premises, number, "dispute",
        ground="other_area", words="在邻县境内", suggested="",
    )  # fmt: skip


async def test_an_office_disputes_and_the_case_says_so(
    client: AsyncClient, premises: Premises, officer: Person, number: str
) -> None:
    await at_desk.sit(client, premises, officer)
    before = await client.get(f"/desk/cases/{number}")
    assert f"/desk/cases/{number}/dispute" in before.text
    assert f"/desk/cases/{number}/return" not in before.text

    answer = await disputed(client, premises, officer, number)

    page = await client.get(answer.headers["location"])
    assert "异议已提交" in page.text
    assert "在邻县境内" in page.text
    assert f"/desk/cases/{number}/dispute" not in page.text
    assert f"/desk/cases/{number}/rule" not in page.text


async def test_the_supervision_office_finds_it_in_the_list_and_rules(
    client: AsyncClient, premises: Premises, *, clerk: Person, officer: Person,
    helper: Person, number: str,
) -> None:  # fmt: skip
    await disputed(client, premises, officer, number)
    await at_desk.sit(client, premises, clerk)

    listed = await client.get("/desk/disputes")
    assert at_desk.numbers(listed) == [number]
    case = await client.get(f"/desk/cases/{number}")
    assert f"/desk/cases/{number}/rule" in case.text
    assert f"/desk/cases/{number}/return" in case.text
    nothing = await at_desk.take(client, premises, number, "rule", do="uphold")
    assert nothing.status_code == 422
    assert "请选择改派给哪个单位" in nothing.text
    ruled = await at_desk.take(
        client, premises, number, "rule", do="uphold", office=str(helper.office_id)
    )

    page = await client.get(ruled.headers["location"])
    assert "已改派" in page.text
    assert "转办经过" in page.text
    assert "没有等待裁定的异议" in (await client.get("/desk/disputes")).text


async def test_what_was_typed_for_a_refused_ruling_is_kept(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await disputed(client, premises, officer, number)
    await at_desk.sit(client, premises, clerk)

    page = await at_desk.take(
        client, premises, number, "rule", do="uphold", remark="看了地图，确在邻县"
    )

    assert "看了地图，确在邻县" in page.text


async def test_the_office_reads_why_its_dispute_was_rejected(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await disputed(client, premises, officer, number)
    await at_desk.sit(client, premises, clerk)
    await at_desk.take(client, premises, number, "rule", do="reject", remark="在本县")
    await at_desk.sit(client, premises, officer)

    queue = await client.get("/desk?tab=unread")
    page = await client.get(f"/desk/cases/{number}")

    assert at_desk.numbers(queue) == [number]
    assert "异议未成立" in page.text
    assert "在本县" in page.text


async def test_the_lead_sees_who_owes_an_opinion_and_puts_one_into_the_answer(
    client: AsyncClient, premises: Premises, *, clerk: Person, officer: Person,
    helper: Person, number: str,
) -> None:  # fmt: skip
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number, revision=2, office_id=helper.office_id, now=START
        )
    await at_desk.sit(client, premises, officer)
    await at_desk.take(
        client, premises, number, "co-office/due",
        office=str(helper.office_id), day="2026-11-05",
    )  # fmt: skip
    assert (
        "意见请于 2026-11-05 前提出" in (await client.get(f"/desk/cases/{number}")).text
    )
    late = await at_desk.take(
        client, premises, number, "co-office/due",
        office=str(helper.office_id), day="2026-10-05",
    )  # fmt: skip
    assert late.status_code == 422
    assert "请选今天到办理期限之间的一天" in late.text
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await triage.note(
            session, helper, number, revision=seen, text="线路已排期", now=START
        )

    page = await client.get(f"/desk/cases/{number}")
    assert "已于 2026-11-02 提出意见" in page.text
    assert "<h2>协办意见" in page.text
    key = page.text.split('name="contribution" value="')[1].split('"')[0]
    filled = await at_desk.take(
        client, premises, number, "contribution", contribution=key, text="您好："
    )

    assert "您好：\n\n线路已排期</textarea>" in filled.text


async def test_a_co_office_sees_no_dispute_and_no_foreign_reply(
    client: AsyncClient, premises: Premises, *, clerk: Person, officer: Person,
    helper: Person, number: str,
) -> None:  # fmt: skip
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number,
            revision=seen, office_id=helper.office_id, now=START,
        )  # fmt: skip
    await disputed(client, premises, officer, number)
    await at_desk.sit(client, premises, helper)

    page = await client.get(f"/desk/cases/{number}")

    assert page.status_code == 200
    assert "在邻县境内" not in page.text


async def test_a_liaisons_reply_is_taken_over_into_the_box_of_the_answer(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    number = await open_given(premises, clerk, officer.office_id)
    (letter,) = await mailed(premises)
    await reply(premises, letter.letter.reply_to, "三天内修好")
    await at_desk.sit(client, premises, officer)
    assert "联络员有答复" in (await client.get("/desk?tab=unread")).text
    page = await client.get(f"/desk/cases/{number}")
    assert "联络员有答复" in page.text
    async with premises.database.reading() as session:
        key = (await session.scalars(select(LiaisonReply.id))).one()
    bare = await at_desk.take(
        client, premises, number, f"replies/{key}", do="set_aside"
    )
    assert bare.status_code == 422

    taken = await at_desk.take(
        client, premises, number, f"replies/{key}", do="take_over"
    )

    page = await client.get(taken.headers["location"])
    assert "三天内修好</textarea>" in page.text


async def test_a_letter_to_a_liaison_is_told_apart_from_mail_to_the_citizen(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    contact = ContactDetails(email="li@example.org")
    number = (await at_desk.open_case(premises, contact=contact)).receipt_number
    await give(premises, clerk, number, officer.office_id)
    await mailed(premises)
    await at_desk.sit(client, premises, clerk)

    page = (await client.get(f"/desk/cases/{number}")).text

    citizens = page.partition("<h2>给群众的邮件</h2>")[2].partition("</section>")[0]
    offices = page.partition("<h2>给联络员的邮件</h2>")[2].partition("</section>")[0]
    assert "登记回执" in citizens
    assert "转办函" not in citizens
    assert "转办函" in offices
    assert at_desk.UNIT in offices
    english = (await client.get(f"/en/desk/cases/{number}")).text
    assert "<h2>Letters to liaisons</h2>" in english


async def test_a_case_that_nobody_was_mailed_about_lists_no_mail(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises, anonymous=True)).receipt_number
    await at_desk.sit(client, premises, clerk)

    page = (await client.get(f"/desk/cases/{number}")).text

    assert "给群众的邮件</h2>" not in page
    assert "给联络员的邮件</h2>" not in page


async def test_the_button_for_the_other_language_has_room_between_the_scripts(
    client: AsyncClient, premises: Premises, officer: Person
) -> None:
    await register(premises, officer.office_id)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))

    page = (await client.get("/desk/liaisons")).text

    assert "改用 English" in page


async def test_a_supervisor_looks_after_the_liaisons(
    client: AsyncClient, premises: Premises, officer: Person
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))
    assert "还没有登记联络员" in (await client.get("/desk/liaisons")).text
    wrong = await client.post(
        "/desk/liaisons", data={"office": officer.office_id, "address": "nobody"}
    )
    assert wrong.status_code == 422
    assert 'href="#address"' in wrong.text
    nowhere = await client.post(
        "/desk/liaisons", data={"office": 1, "address": "a@lighting.example"}
    )
    assert nowhere.status_code == 404

    await client.post(
        "/desk/liaisons",
        data={"office": officer.office_id, "address": "a@lighting.example"},
    )
    page = await client.get("/desk/liaisons")
    assert "a@lighting.example" in page.text
    key = page.text.split('name="liaison" value="')[1].split('"')[0]
    off = await client.post("/desk/liaisons/switch", data={"liaison": key})

    assert "已停用" in (await client.get(off.headers["location"])).text


async def test_both_languages_know_the_pages(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await disputed(client, premises, officer, number)
    await at_desk.sit(client, premises, clerk)

    assert "Disputes" in (await client.get("/en/desk/disputes")).text
    page = await client.get(f"/en/desk/cases/{number}")
    assert "Rule on the dispute" in page.text
    assert "Outside our area" in page.text
