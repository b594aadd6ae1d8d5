"""What a case's page says of routing, and what can be done there about it."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Channel, Kind, Role, Status
from app.premises import Premises
from app.services import additions, restricting
from app.services.additions import Addendum
from app.services.staff import Person
from tests import at_desk, routing_table
from tests.at_desk import UNIT
from tests.fakes import START, FakeClock
from tests.routing_table import OTHER

PAGE = "/desk/routing"
LIGHTS = "2.1.2"


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def test_the_case_says_which_rule_sent_it_and_why(
    client: AsyncClient, premises: Premises
) -> None:
    await routing_table.use(
        premises,
        await routing_table.line(premises, kind="praise"),
        await routing_table.line(premises, places="小区", note="路灯坏了先派人看"),
    )
    opened = await at_desk.open_case(premises)

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    for words in (
        f"按分办表第 2 条分办：{UNIT}", "第 2 条规则：文中有“小区”",
        "第 1 条：性质不符", "路灯坏了先派人看",
    ):  # fmt: skip
        assert words in page.text


async def test_the_case_says_that_it_stays_because_of_whom_it_complains_of(
    client: AsyncClient, premises: Premises
) -> None:
    await routing_table.use(premises, await routing_table.line(premises))
    opened = await at_desk.open_case(premises, text="市政管理所踢皮球，没人管。")

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    assert "本来相符，但要回避" in page.text
    assert f"可能就是“{UNIT}”（说其办事不当）" in page.text
    assert "分办表会分给" not in page.text


async def test_once_the_item_is_set_the_table_offers_to_send_it(
    client: AsyncClient, premises: Premises
) -> None:
    number = (
        await at_desk.open_case(premises, subject="", text="随便说两句而已哈。")
    ).receipt_number
    await routing_table.use(premises, await routing_table.line(premises, section="2.1"))
    before = await client.get(f"/desk/cases/{number}")

    await at_desk.take(client, premises, number, "classify", section=LIGHTS)
    after = await client.get(f"/desk/cases/{number}")
    office = re.findall(r'name="office" value="(\d+)"', after.text)[0]
    sent = await at_desk.take(client, premises, number, "route", office=office)

    assert "第 1 条：事项拿不准" in before.text
    assert 'data-keys="d"' in after.text
    assert sent.status_code == 303
    assert (await at_desk.case_of(premises, number)).status is Status.ASSIGNED


async def test_a_clerk_who_assigns_to_whom_it_complains_of_has_to_confirm(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)
    number = (
        await at_desk.open_case(premises, text="市政管理所踢皮球，没人管。")
    ).receipt_number

    warned = await at_desk.take(
        client, premises, number, "assign", to=f"office:{office}"
    )
    sent = await at_desk.take(
        client, premises, number, "assign", to=f"office:{office}", despite="true"
    )

    assert warned.status_code == 409
    assert 'name="despite"' in warned.text
    assert f"可能就是“{UNIT}”（说其办事不当）" in warned.text
    assert f'value="office:{office}" selected' in warned.text
    assert sent.status_code == 303


async def test_a_co_office_finds_a_place_for_its_opinion_and_nothing_else(
    client: AsyncClient, premises: Premises
) -> None:
    lead = await routing_table.office(premises)
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.take(client, premises, number, "assign", to=f"office:{lead}")
    await at_desk.take(
        client, premises, number, "co-office", office=str(helper.office_id)
    )
    asked = await client.get(f"/desk/cases/{number}")

    await at_desk.sit(client, premises, helper)
    page = await client.get(f"/desk/cases/{number}")
    said = await at_desk.take(client, premises, number, "note", text="我们建议换灯。")
    answered = await at_desk.take(client, premises, number, "answer", text="已修好。")
    queue = await client.get("/desk?tab=co")

    assert OTHER in asked.text
    assert "请本单位协办" in page.text
    for step in ("answer", "close", "return", "classify", "contact", "assign"):
        assert f'{number}/{step}"' not in page.text
    assert (said.status_code, answered.status_code) == (303, 403)
    assert at_desk.numbers(queue) == [number]


async def test_an_office_is_asked_no_more(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises, OTHER)
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.take(client, premises, number, "co-office", office=str(office))

    await at_desk.take(client, premises, number, "co-office/remove", office=str(office))

    page = await client.get(f"/desk/cases/{number}")
    assert f"不再协办：{OTHER}" in page.text


async def test_what_came_back_names_the_rule_that_had_sent_it(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await routing_table.use(premises, await routing_table.line(premises))
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.sit(client, premises, clerk)
    await at_desk.take(client, premises, number, "return", reason="不是我们的")
    clock.advance(minutes=1)
    await at_desk.sit(client, premises, keeper)

    case = await client.get(f"/desk/cases/{number}")
    table = await client.get(PAGE)

    assert "当初由分办表第 1 条分来" in case.text
    assert "近 90 天分出 1 件，退回 1 件" in table.text


async def test_a_report_says_why_it_is_not_with_the_office_that_receives_them(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))
    async with premises.database.writing() as session:
        await at_desk.office_named(session, "市纪委监察局")
        await restricting.receive_reports(session, "市纪委监察局", now=START)
    premises.house.shelf.expire()
    await premises.shelf()
    opened = await at_desk.open_case(
        premises, kind=Kind.REPORT, text="举报市纪委监察局局长压案不查。"
    )

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    assert "举报一般由“市纪委监察局”接收，本件要回避" in page.text
    assert "举报件应回避（文中反映的就是“市纪委监察局”）" in page.text


async def test_the_table_sends_to_whom_a_later_word_complains_of_only_if_that_is_known(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)
    sent = await at_desk.open_case(premises)
    number = sent.receipt_number
    await routing_table.use(premises, await routing_table.line(premises))
    added = Addendum(
        opinion_id=sent.opinion_id, channel=Channel.WEB, seal=premises.house.seal,
        text="市政管理所不作为，一直没人管。",
    )  # fmt: skip
    async with premises.database.writing() as session:
        await additions.add(session, added, retry_token="t", now=START)

    warned = await at_desk.take(client, premises, number, "route", office=str(office))
    went = await at_desk.take(
        client, premises, number, "route", office=str(office), despite=str(office)
    )

    form = warned.text.partition('/route"')[2].partition("</form>")[0]
    assert warned.status_code == 409
    assert f'name="despite" value="{office}"' in form
    assert f"可能就是“{UNIT}”（说其办事不当）" in form
    assert went.status_code == 303
    assert (await at_desk.case_of(premises, number)).office_id == office


async def test_whoever_is_complained_of_is_told_why_they_cannot_take_it_over(
    client: AsyncClient, premises: Premises
) -> None:
    accused = await at_desk.hire(premises, Role.CLERK, display_name="钱多多")
    number = (
        await at_desk.open_case(premises, text="钱多多态度恶劣，把我的材料扔了。")
    ).receipt_number
    await at_desk.sit(client, premises, accused)

    page = await at_desk.take(client, premises, number, "mine")

    assert page.status_code == 409
    assert "您要回避，没有接办" in page.text
    assert "勾选" not in page.text


async def test_each_office_that_is_complained_of_is_named_and_confirmed_by_itself(
    client: AsyncClient, premises: Premises
) -> None:
    office, other = [
        str(await routing_table.office(premises, name)) for name in (UNIT, OTHER)
    ]
    sent = await at_desk.open_case(premises)
    number = sent.receipt_number
    await routing_table.use(premises, await routing_table.line(premises, co=OTHER))
    added = Addendum(
        opinion_id=sent.opinion_id, channel=Channel.WEB, seal=premises.house.seal,
        text="市政管理所不作为，一直没人管。青岚县教育局踢皮球，没人管。",
    )  # fmt: skip
    async with premises.database.writing() as session:
        await additions.add(session, added, retry_token="t", now=START)

    first = await at_desk.take(
        client, premises, number, "route", office=office, despite=office
    )
    both = await at_desk.take(
        client, premises, number, "route", office=office, despite=[office, other]
    )

    form = first.text.partition('/route"')[2].partition("</form>")[0]
    assert first.status_code == 409
    assert f'type="hidden" name="despite" value="{office}"' in form
    assert f'type="checkbox" name="despite" value="{other}"' in form
    assert both.status_code == 303
