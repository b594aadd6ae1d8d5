"""A letter on two matters, at the desk and for its citizen."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Role, Status
from app.premises import Premises
from app.services import splitting, triage
from tests import at_desk, make
from tests.at_desk import case_of
from tests.fakes import START
from tests.web.citizen import tracked, written

SCHOOLS = "2.1.1"
PARKING = "老城区停车太难，人民医院门口绕了四圈都没有车位。"
BOTH = "老城区停车太难，人民医院门口没有车位，小学学位也满了。"


@pytest.fixture
async def number(client: AsyncClient, premises: Premises) -> str:
    """The receipt number of a letter on two matters; a clerk sits at the desk."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    sent = await at_desk.open_case(premises, subject="", text=make.TWO_MATTERS)
    return sent.receipt_number


async def test_a_case_says_which_matter_it_is_and_links_the_other(
    client: AsyncClient, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}-2")

    assert "第 2 件，共 2 件" in page.text
    assert f'href="/desk/cases/{number}"' in page.text


async def test_words_on_the_other_matter_are_set_apart(
    client: AsyncClient, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}")

    (others,) = re.findall(r'<span class="others">([^<]*)</span>', page.text)
    assert others.startswith("另外，小学学位")


async def test_the_notices_clause_stands_beside_the_citizens_words(
    client: AsyncClient, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}")

    (clause,) = re.findall(r'<q lang="zh-CN">(.*?)</q>', page.text)
    assert "停车" in re.sub(r"<[^>]*>", "", clause)
    assert "<mark>" in clause


async def test_a_number_of_two_cases_leads_to_a_list_of_both(
    client: AsyncClient, number: str
) -> None:
    both = await client.get(f"/desk?tab=all&q={number}")
    one = await client.get(f"/desk?tab=all&q={number}-2")

    assert sorted(at_desk.numbers(both)) == [number, f"{number}-2"]
    assert one.headers["location"].endswith(f"/desk/cases/{number}-2")


async def test_both_are_answered_with_one_form(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    page = await client.get(f"/desk/cases/{number}")
    (also,) = re.findall(r'name="also" value="([^"]*)"', page.text)

    await at_desk.take(client, premises, number, "answer", text="一起答复", also=also)

    for each in (number, f"{number}-2"):
        assert (await case_of(premises, each)).status is Status.ANSWERED


async def test_a_clerk_splits_a_case_and_takes_that_back(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    split = await at_desk.take(client, premises, number, "split", section="2.1.3")
    further = f"{number}-2"
    assert split.headers["location"].endswith(f"/desk/cases/{further}?done=split")
    merged = await at_desk.take(client, premises, further, "merge")

    assert merged.headers["location"].endswith(f"/desk/cases/{number}?done=merge")
    assert (await client.get(f"/desk/cases/{further}")).status_code == 404


async def test_a_split_that_is_refused_says_why(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    page = await at_desk.take(client, premises, number, "split", section="2.1.1")

    assert page.status_code == 409
    assert "这一项已经有办件了" in page.text


async def test_not_being_sure_is_said_in_plain_words(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    sent = await at_desk.open_case(premises, subject="", text="请你们管一管。")

    page = await client.get(f"/desk/cases/{sent.receipt_number}")

    assert re.search("拿不准属于哪一项|没有找到对应的事项", page.text)


async def test_the_citizen_reads_of_each_matter_by_itself(client: AsyncClient) -> None:
    number, code = await written(client, subject="", text=make.TWO_MATTERS)

    page = await tracked(client, number, code)

    assert "您的来信说了 2 件事" in page.text
    assert page.text.count('class="standing registered"') == 2
    assert page.text.count('name="text"') == 1


async def test_the_api_tells_of_strands_and_grounds(client: AsyncClient) -> None:
    number, code = await written(client, subject="", text=make.TWO_MATTERS)

    answer = await client.get(
        f"/api/v1/opinions/{number}", headers={"Query-Code": code}
    )

    first, second = answer.json()["strands"]
    assert [each["section"]["path"] for each in (first, second)] == ["2.1.2", "2.1.1"]
    assert first["places"][0][0] == 0
    assert first["classification"]["method"] == "model"
    assert first["classification"]["evidence"][0]["section"] == "2.1.2"
    assert "停车" in first["classification"]["clause"]


async def test_a_matter_that_was_split_by_hand_has_words_of_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    sent = await at_desk.open_case(premises, subject="", text=BOTH)
    async with premises.database.writing() as session:
        number = await splitting.split(
            session, clerk, premises.house, sent.receipt_number,
            revision=1, section=SCHOOLS, now=START,
        )  # fmt: skip
    await at_desk.sit(client, premises, clerk)

    first = marks(await client.get(f"/desk/cases/{sent.receipt_number}"))
    second = marks(await client.get(f"/desk/cases/{number}"))

    assert any("车位" in each or "停车" in each for each in first)
    assert any("学位" in each for each in second)
    assert not any("车位" in each or "停车" in each for each in second)


async def test_words_for_another_section_stand_with_the_guess_alone(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    sent = await at_desk.open_case(premises, subject="", text=PARKING)
    async with premises.database.writing() as session:
        await triage.classify(
            session, clerk, premises.house, sent.receipt_number,
            revision=1, section=SCHOOLS, now=START,
        )  # fmt: skip
    await at_desk.sit(client, premises, clerk)

    page = await client.get(f"/desk/cases/{sent.receipt_number}")

    assert marks(page) == []
    (guess,) = re.findall(r"<li><strong>系统判断</strong>.*", page.text)
    assert re.search(r'<q class="soft" lang="zh-CN">[^<]*[停车]', guess)


def marks(page: Response) -> list[str]:
    """Return the words that are marked on a page."""
    return re.findall(r"<mark[^>]*>([^<]*)</mark>", page.text)
