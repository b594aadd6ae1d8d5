"""The routing table, as pages of the desk."""

import re
from typing import Any

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Role, Status
from app.premises import Premises
from app.services import notices
from app.services.staff import Person
from tests import at_desk, make, routing_table
from tests.at_desk import UNIT
from tests.fakes import START
from tests.routing_table import OTHER
from tests.web.citizen import hidden

PAGE = "/desk/routing"
LIGHTS = "2.1.2"


@pytest.fixture
async def keeper(client: AsyncClient, premises: Premises) -> Person:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("keeper")


def fields(page: Response) -> dict[str, Any]:
    """Return the table's form as a browser would send it back."""
    form: dict[str, Any] = {"row": re.findall(r'name="row" value="(\d+)"', page.text)}
    form |= re.findall(r'name="([a-z_]+-\d+|revision)" value="([^"]*)"', page.text)
    for name, options in re.findall(
        r'<select id="[^"]*" name="([a-z]+-\d+)".*?>(.*?)</select>',
        page.text,
        re.DOTALL,
    ):
        form[name] = (re.findall(r'value="([^"]*)" selected', options) or [""])[0]
    return form


async def press(client: AsyncClient, page: Response, do: str, **more: Any) -> Response:
    """Press a button of the form on ``page``, with some fields filled in first."""
    form = fields(page) | {"do": do} | {key.replace("_at_", "-"): value
                                        for key, value in more.items()}  # fmt: skip
    return await client.post(PAGE, data=form, follow_redirects=True)


def sections(page: Response) -> list[str]:
    return re.findall(r'name="section-\d+" value="([^"]*)"', page.text)


async def test_an_empty_table_explains_how_to_begin(client: AsyncClient) -> None:
    page = await client.get(PAGE)

    assert "还没有分办规则" in page.text
    assert "还没有承办单位" in page.text
    assert "加一条" in page.text


async def test_a_table_is_put_together_and_saved_without_a_script(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)

    page = await press(client, await client.get(PAGE), "add")
    page = await press(client, page, "save", section_at_0=LIGHTS, lead_at_0=str(office))
    await premises.shelf()

    assert "已保存" in page.text
    assert "老城区停车难" in page.text
    (rule,) = premises.house.shelf.routing.rules
    assert rule.lead == office


async def test_lines_are_moved_put_in_and_removed_with_what_was_typed_kept(
    client: AsyncClient,
) -> None:
    page = await client.get(PAGE)
    for _ in range(3):
        page = await press(client, page, "add")
    typed = {"section_at_0": "2.1", "section_at_1": "2.2", "section_at_2": "2.3"}
    page = await press(client, page, "up-2", **typed)
    assert sections(page) == ["2.1", "2.3", "2.2"]

    page = await press(client, page, "down-0")
    assert sections(page) == ["2.3", "2.1", "2.2"]

    page = await press(client, page, "above-1")
    assert sections(page) == ["2.3", "", "2.1", "2.2"]

    page = await press(client, page, "remove-0")
    assert sections(page) == ["", "2.1", "2.2"]
    assert "还没有保存" in page.text


async def test_what_is_wrong_stands_beside_its_field(
    client: AsyncClient, premises: Premises
) -> None:
    page = await press(client, await client.get(PAGE), "add")

    page = await press(client, page, "save", section_at_0="9.9", most_open_at_0="多")
    await premises.shelf()

    assert page.status_code == 422
    for words in ("没有“9.9”这个事项", "请选择主办单位", "请填 1 到 5000 的数"):
        assert words in page.text
    assert 'aria-describedby="wrong-section-0-1 "' in page.text
    assert sections(page) == ["9.9"]
    assert premises.house.shelf.routing.rules == ()


async def test_a_number_alone_will_do_where_one_notice_has_it(
    client: AsyncClient, premises: Premises
) -> None:
    deeper = make.notice_source().decode().replace("2.老城区", "2.新城区\n3.老城区", 1)
    async with premises.database.writing() as session:
        unit = await at_desk.office_named(session, UNIT)
        await notices.import_notice(
            session, deeper.encode(), slug="another", opens_on=START.date(),
            closes_on=None, today=START.date(), now=START,
        )  # fmt: skip
        await notices.publish(session, "another", now=START)
    premises.house.shelf.expire()
    await premises.shelf()
    ours, theirs = (each.section_ids for each in premises.house.shelf.notices)
    alone = next(iter(set(ours) ^ set(theirs)))
    shared = next(iter(set(ours) & set(theirs)))
    page = await press(client, await client.get(PAGE), "add")

    wrong = await press(client, page, "save", section_at_0=shared, lead_at_0=unit)
    saved = await press(client, page, "save", section_at_0=alone, lead_at_0=unit)

    assert wrong.status_code == 422
    assert f"几份通报里都有“{shared}”" in wrong.text
    assert saved.status_code == 200
    assert sections(saved)[0].endswith(f"/{alone}")


async def test_somebody_elses_table_is_shown_before_it_is_overwritten(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)
    page = await press(client, await client.get(PAGE), "add")
    await routing_table.use(
        premises, await routing_table.line(premises, note="别人写的")
    )

    stale = await press(client, page, "save", lead_at_0=str(office))
    again = await press(client, stale, "save")

    assert stale.status_code == 409
    assert "别人写的" in stale.text
    assert "已保存" in again.text


async def test_trying_out_shows_where_past_opinions_would_go(
    client: AsyncClient, premises: Premises
) -> None:
    opened = await at_desk.open_case(premises)
    await routing_table.office(premises)
    page = await press(client, await client.get(PAGE), "add")
    office = await routing_table.office(premises)

    page = await press(client, page, "try", lead_at_0=str(office))

    seen = page.text.split('id="trial"')[1]
    for words in (
        "共 1 件",
        UNIT,
        "督查室（由人分办）",
        opened.receipt_number,
        "第 1 条",
    ):
        assert words in seen
    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.status is Status.REGISTERED


async def test_there_is_nothing_to_try_it_on_at_first(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)
    page = await press(client, await client.get(PAGE), "add")

    page = await press(client, page, "try", lead_at_0=str(office))

    assert "没有意见可试" in page.text


async def test_a_supervisor_looks_and_changes_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)
    await routing_table.use(premises, await routing_table.line(premises))

    page = await client.get(PAGE)

    assert 'value="save"' not in page.text
    assert "修改要由管理员来做" in page.text


async def test_a_table_comes_back_from_a_file_as_it_went(
    client: AsyncClient, premises: Premises, keeper: Person
) -> None:
    await routing_table.office(premises, OTHER)
    line = await routing_table.line(
        premises, section=LIGHTS, kind="complaint", channel="phone",
        places="南门、河滨", most_open="9", co=OTHER, note="先“打电话”,再看",
    )  # fmt: skip
    await routing_table.use(premises, line, person=keeper)
    before = fields(await client.get(PAGE))

    file = await client.get(f"{PAGE}/table.csv")
    read = await client.post(
        PAGE,
        data={"do": "read", "revision": before["revision"]},
        files={"file": ("table.csv", file.content)},
    )

    after = fields(read)
    assert after | {"id-0": ""} == before | {"id-0": ""}
    assert "还没有保存" in read.text


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", '"主办'.encode(), b"x" * 2_000_000],
)
async def test_a_file_that_is_no_table_is_refused(
    client: AsyncClient, content: bytes
) -> None:
    page = await client.post(
        PAGE, data={"do": "read"}, files={"file": ("a.csv", content)}
    )

    assert page.status_code == 422
    assert 'data-code="bad_file"' in page.text


async def test_a_file_of_a_chinese_spreadsheet_is_read(
    client: AsyncClient, premises: Premises
) -> None:
    await routing_table.office(premises)
    content = f"事项,主办,性质\n2.1,{UNIT},投诉\n,没有这个局,\n".encode("gb18030")

    page = await client.post(
        PAGE, data={"do": "read"}, files={"file": ("a.csv", content)}
    )

    assert sections(page) == ["2.1", ""]
    assert 'value="complaint" selected' in page.text


async def test_names_of_offices_are_saved_and_what_is_wrong_is_said(
    client: AsyncClient, premises: Premises
) -> None:
    office = await routing_table.office(premises)
    page = await client.get(f"{PAGE}/names")
    form = hidden(page) | {f"n{office}": "路灯队、局"}

    wrong = await client.post(f"{PAGE}/names", data=form)
    right = await client.post(
        f"{PAGE}/names", data=form | {f"n{office}": "路灯队"}, follow_redirects=True
    )

    assert wrong.status_code == 422
    assert f'aria-describedby="wrong-{office}"' in wrong.text
    assert "路灯队、局" in wrong.text
    assert "已保存" in right.text
    assert 'value="路灯队"' in right.text


async def test_what_was_typed_cannot_run_in_the_page(client: AsyncClient) -> None:
    page = await press(client, await client.get(PAGE), "add")

    page = await press(
        client, page, "look", section_at_0='"><script>', note_at_0="<script>"
    )

    assert "<script>" not in page.text.replace("<script type=", "")
