"""Views and choices, as pages: kept, shared, begun with; columns, chips and keys."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Kind, Role
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def keep(client: AsyncClient, **form: str) -> Response:
    asked = {"name": "投诉", "audience": "own", "asked": "tab=all&kind=complaint"}
    return await client.post("/desk/views", data=asked | form)


async def test_filters_are_kept_under_a_name_with_a_counter(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.open_case(premises, kind=Kind.PRAISE)

    kept = await keep(client)
    page = await client.get(kept.headers["location"])

    assert at_desk.numbers(page) == [number]
    assert re.search(r'aria-current="true"[^>]*><span[^>]*>投诉</span>\s*'
                     r'<span class="count">1</span>', page.text)  # fmt: skip


async def test_what_nobody_sees_is_no_part_of_a_name(client: AsyncClient) -> None:
    kept = await keep(client, name="投\x00诉\u200b ")

    assert kept.status_code == 303
    assert ">投诉</span>" in (await client.get(kept.headers["location"])).text


async def test_the_queue_begins_with_the_view_that_a_person_chose(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)

    await keep(client, first="true")
    begun = await client.get("/desk")

    assert "kind=complaint" in begun.headers["location"]
    assert (await client.get("/desk?tab=new")).status_code == 200


@pytest.mark.parametrize(
    ("audience", "seen"), [("own", False), ("office", False), ("all", True)]
)
async def test_a_view_is_seen_by_whom_it_is_shared_with(
    client: AsyncClient, premises: Premises, audience: str, *, seen: bool
) -> None:
    await keep(client, audience=audience)
    colleague = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, colleague)
    beside = (await client.get("/desk")).text
    stranger = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, stranger)

    assert ("投诉</span> <span" in beside) is (audience != "own")
    assert ("投诉</span> <span" in (await client.get("/desk")).text) is seen


async def test_a_shared_view_shows_nobody_more_than_they_may_see(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    kept = await keep(client, audience="all")
    stranger = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, stranger)

    page = await client.get(kept.headers["location"])

    assert at_desk.numbers(page) == []
    assert '<span class="count">0</span>' in page.text


async def test_a_view_is_changed_and_removed_by_whoever_made_it_alone(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    kept = await keep(client, audience="all", first="true")
    key = kept.headers["location"].split("view=")[1].split("&")[0]
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    change = {"name": "别的", "audience": "all"}
    assert (await client.post(f"/desk/views/{key}", data=change)).status_code == 404
    assert (await client.post(f"/desk/views/{key}/delete")).status_code == 404

    await at_desk.sit(client, premises, clerk)
    await client.post(f"/desk/views/{key}", data=change)
    assert "别的" in (await client.get("/desk/views")).text
    await client.post(f"/desk/views/{key}/delete")

    assert "别的" not in (await client.get("/desk/views")).text
    assert (await client.get("/desk")).status_code == 200


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
async def test_a_view_needs_a_name_and_says_so_beside_the_field(
    client: AsyncClient, name: str
) -> None:
    page = await keep(client, name=name)

    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "tab=all&amp;kind=complaint" in page.text


async def test_a_person_keeps_two_views_of_one_name_apart(client: AsyncClient) -> None:
    await keep(client)

    assert (await keep(client)).status_code == 409


async def test_columns_are_those_that_a_person_chose(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await client.post("/desk/views/choices", data={
        "column": ["channel", "opened"], "single_keys": "true",
    })  # fmt: skip

    head = (await client.get("/desk")).text.split("<thead>")[1].split("</thead>")[0]

    assert re.findall('<th scope="col">([^<]+)</th>', head) == [
        "意见建议", "登记日期", "渠道",
    ]  # fmt: skip


async def test_single_keys_are_switched_off_on_every_page(client: AsyncClient) -> None:
    assert 'data-single-keys="on"' in (await client.get("/desk")).text

    await client.post("/desk/views/choices", data={"column": "due"})

    assert 'data-single-keys="off"' in (await client.get("/desk/campaigns")).text


async def test_each_filter_in_force_is_a_chip_that_takes_it_away(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    page = await client.get(
        "/desk?tab=all&kind=praise&mark=late&mark=files&assignee=nobody&q=灯"
    )

    chips = page.text.split('<ul class="chips"')[1].split("</ul>")[0]
    leads_to = [
        address.replace("&amp;", "&") for address in re.findall('href="([^"]+)"', chips)
    ]

    assert len(leads_to) == 6
    for words in ("表扬", "逾期意见", "带附件", "无人经办", "灯"):
        assert words in chips
    without_late = next(each for each in leads_to if "mark=files" in each
                        and "mark=late" not in each)  # fmt: skip
    assert "kind=praise" in without_late
    assert leads_to[-1] == "/desk?tab=all"


async def test_an_officer_shares_a_view_with_the_own_office_and_with_nobody_else(
    client: AsyncClient, premises: Premises
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, officer)
    offered = await client.get("/desk/views?kind=complaint")

    forged = await keep(client, audience="all")
    kept = await keep(client, audience="office")
    colleague = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, colleague)

    assert '<option value="all"' not in offered.text
    assert forged.status_code == 422
    assert 'id="wrong-new">承办单位的人只能与本单位的人共用视图' in forged.text
    assert 'value="投诉"' in forged.text
    assert kept.status_code == 303
    assert "投诉</span> <span" in (await client.get("/desk")).text


async def test_who_begins_with_a_view_that_is_shared_no_more_finds_the_queue(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    kept = await keep(client, audience="all")
    key = kept.headers["location"].split("view=")[1].split("&")[0]
    colleague = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, colleague)
    await client.post("/desk/views/choices", data={"view": key})
    await at_desk.sit(client, premises, clerk)
    await client.post(f"/desk/views/{key}", data={"name": "投诉", "audience": "own"})

    await at_desk.sit(client, premises, colleague)

    assert (await client.get("/desk")).status_code == 200
