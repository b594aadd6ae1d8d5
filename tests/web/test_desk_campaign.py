"""A campaign at the desk: seen, joined in one step, and taken apart."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Role, Status
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.classify.campaign_letters import OWN
from tests.services.campaigning import TEXT, join, write


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


async def status(premises: Premises, number: str) -> Status:
    return (await at_desk.case_of(premises, number)).status


def marked(page: Response) -> list[str]:
    """Return what a page marks as somebody's own words."""
    return [each.strip() for each in re.findall(r"<mark>([^<]*)</mark>", page.text)]


@pytest.mark.usefixtures("clerk")
async def test_a_case_says_to_which_other_it_may_belong_and_why(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, TEXT + OWN[0], by="b")

    page = await client.get(f"/desk/cases/{second}")

    assert "多人来件，内容相同</strong> · 含原文全文，另有自己的话" in page.text
    assert "100%" not in page.text
    assert f"/desk/cases/{first}" in page.text


async def test_a_letter_with_words_of_its_own_is_nowhere_called_the_same_to_a_hundred(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, TEXT + OWN[0], by="b")
    waiting = await client.get(f"/desk/cases/{first}/campaign?waiting=true")
    await join(premises, clerk, first, second)

    shared = await client.get(f"/desk/cases/{first}/campaign")
    joined = await client.get(f"/desk/cases/{second}")

    for page in (waiting, shared, joined):
        assert "含原文全文，另有自己的话" in page.text
        assert "100%" not in page.text


@pytest.mark.usefixtures("clerk")
async def test_it_joins_that_one_with_one_button(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")

    done = await client.post(
        f"/desk/cases/{second}/join-into", data={"revision": 1, "into": first}
    )

    assert done.headers["location"].endswith(f"/desk/cases/{second}?done=united")
    page = await client.get(f"/desk/cases/{second}")
    assert f"并入办件 {first}" in page.text
    assert 'name="text"' not in page.text


@pytest.mark.usefixtures("clerk")
async def test_all_that_say_the_same_are_shown_first_and_join_in_one_step(
    client: AsyncClient, premises: Premises
) -> None:
    first, *others = [await write(premises, by=f"citizen{place}") for place in range(4)]

    preview = await client.get(f"/desk/cases/{first}/campaign?waiting=true")
    done = await client.post(f"/desk/cases/{first}/join", data={"revision": 1})

    assert "把 3 个全部并入" in preview.text
    assert all(number in preview.text for number in others)
    assert done.status_code == 303
    assert [await status(premises, each) for each in others] == [Status.JOINED] * 3


async def test_the_page_counts_people_and_marks_what_each_wrote_beside_the_text(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first = await write(premises, by="a")
    for place, text in enumerate((TEXT, TEXT + OWN[0])):
        await write(premises, text, by=f"citizen{place}")
    await join(premises, clerk, first)

    page = await client.get(f"/desk/cases/{first}/campaign")

    assert "1 种文本，3 人来件，1 人另外写了自己的话" in page.text
    assert marked(page) == [OWN[0]]


async def test_the_queue_says_how_many_share_a_case(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first = await write(premises, by="a")
    await write(premises, by="b")
    await join(premises, clerk, first)

    page = await client.get("/desk?tab=all")

    assert "2 份意见" in page.text


@pytest.mark.usefixtures("clerk")
async def test_a_campaign_is_paged(client: AsyncClient, premises: Premises) -> None:
    first = await write(premises, by="a")
    for place in range(21):
        await write(premises, by=f"citizen{place}")

    page = await client.get(f"/desk/cases/{first}/campaign?waiting=true")
    onward = re.findall(r'rel="next" href="([^"]+)"', page.text)[0]
    rest = await client.get(onward.replace("&amp;", "&"))

    shown = at_desk.numbers(page) + at_desk.numbers(rest)
    assert len(shown) == len(set(shown)) == 21


@pytest.mark.usefixtures("clerk")
async def test_a_case_can_be_joined_by_its_number(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, OWN[0] * 2, by="b")

    await client.post(
        f"/desk/cases/{first}/join", data={"revision": 1, "other": second}
    )

    assert await status(premises, second) is Status.JOINED


@pytest.mark.parametrize("other", ["XXXX", "7K3M-92QX-4D8A"])
@pytest.mark.usefixtures("clerk")
async def test_a_number_that_names_no_case_is_told_beside_the_field(
    client: AsyncClient, premises: Premises, other: str
) -> None:
    first = await write(premises, by="a")

    page = await client.post(
        f"/desk/cases/{first}/join", data={"revision": 1, "other": other}
    )

    assert page.status_code == 404
    assert "没有这个办件。" in page.text


@pytest.mark.usefixtures("clerk")
async def test_a_step_from_an_old_page_is_refused_and_changes_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")

    page = await client.post(f"/desk/cases/{first}/join", data={"revision": 7})

    assert page.status_code == 409
    assert await status(premises, second) is Status.REGISTERED


async def test_a_joined_case_is_taken_apart_from_its_page(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")
    await join(premises, clerk, first, second)

    await at_desk.take(client, premises, second, "separate")

    assert await status(premises, second) is Status.REGISTERED


async def test_a_whole_step_is_taken_back_from_the_campaigns_page(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first, *others = [await write(premises, by=f"citizen{place}") for place in range(3)]
    await join(premises, clerk, first)
    page = await client.get(f"/desk/cases/{first}/campaign")
    act = re.findall(r'name="act" value="(\d+)"', page.text)[0]

    await at_desk.take(client, premises, first, "take-back", act=act)

    assert [await status(premises, each) for each in others] == [
        Status.REGISTERED, Status.REGISTERED,
    ]  # fmt: skip


@pytest.mark.usefixtures("clerk")
async def test_what_does_not_belong_is_not_shown_again(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")

    await client.post(f"/desk/cases/{second}/apart")

    for number in (first, second):
        page = await client.get(f"/desk/cases/{number}")
        assert 'class="alike"' not in page.text


@pytest.mark.usefixtures("clerk")
async def test_what_was_kept_apart_can_be_suggested_again(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")
    for number in (first, second):
        await client.post(f"/desk/cases/{number}/apart")
    apart = await client.get(f"/desk/cases/{second}")

    for number in (first, second):
        await client.post(f"/desk/cases/{number}/suggest-again")

    page = await client.get(f"/desk/cases/{second}")
    assert "重新提示" in apart.text
    assert f'name="into" value="{first}"' in page.text
    assert f"{first}/campaign" in (await client.get("/desk/campaigns")).text


@pytest.mark.usefixtures("clerk")
async def test_an_officer_learns_nothing_of_another_offices_case(
    client: AsyncClient, premises: Premises
) -> None:
    first = await write(premises, by="a")
    second = await write(premises, by="b")
    async with premises.database.writing() as session:
        office_id = await at_desk.office_named(session, at_desk.UNIT)
    await at_desk.take(client, premises, second, "assign", to=f"office:{office_id}")
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    await at_desk.sit(client, premises, officer)

    for address in (f"/cases/{second}", f"/cases/{second}/campaign?waiting=true",
                    "/campaigns"):  # fmt: skip
        page = await client.get(f"/desk{address}")
        assert page.status_code == 200
        assert first not in page.text


@pytest.mark.usefixtures("clerk")
async def test_what_came_more_than_once_is_on_a_page_of_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    empty = await client.get("/desk/campaigns")
    first = await write(premises, by="a")
    await write(premises, by="b")

    page = await client.get("/desk/campaigns")

    assert "近来没有内容相同的来件" in empty.text
    assert f"/desk/cases/{first}/campaign?waiting=true" in page.text


async def test_an_administrator_puts_the_rule_in_force_and_out_again(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )

    await client.post("/desk/campaigns/rule", data={"in_force": "true"})
    on = await client.get("/desk/campaigns")
    await client.post("/desk/campaigns/rule")
    off = await client.get("/desk/campaigns")

    assert "已启用" in on.text
    assert "没有启用" in off.text


async def test_a_joined_citizen_reads_where_the_shared_case_stands(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    first = await write(premises, by="a")
    opened = await at_desk.open_case(premises, text=TEXT)
    await join(premises, clerk, first, opened.receipt_number)

    page = await client.post(
        "/track",
        data={"number": opened.receipt_number, "code": opened.query_code},
    )

    assert "与内容相同的其他来信一并办理" in page.text
