"""Hot topics, as a page of the desk and as a filter of the queue."""

import asyncio
import re

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.domain.vocabulary import Role
from app.models import Case
from app.premises import Premises
from app.workers.hot_topics import Surveyor
from tests import at_desk
from tests.classify import topic_letters as letters


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> None:
    """A supervisor who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)


async def fill(premises: Premises) -> list[str]:
    """Have several write about a mill, and look what they write about."""
    numbers = [
        (await at_desk.open_case(premises, subject=subject, text=text)).receipt_number
        for subject, text in letters.MILL
    ]
    for subject, text in letters.OTHERS:
        await at_desk.open_case(premises, subject=subject, text=text)
    await Surveyor(premises, stop=asyncio.Event()).look_around()
    return numbers


@pytest.mark.usefixtures("supervisor")
async def test_before_anybody_looked_the_page_says_so(client: AsyncClient) -> None:
    page = await client.get("/desk/hot")

    assert "还没有统计过" in page.text


@pytest.mark.usefixtures("supervisor")
async def test_where_nothing_is_hot_the_page_says_what_it_would_take(
    client: AsyncClient, premises: Premises
) -> None:
    await Surveyor(premises, stop=asyncio.Event()).look_around()

    page = await client.get("/en/desk/hot")

    assert "it takes 3 opinions at least" in page.text


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("weeks", [1, 4, 12])
async def test_a_topic_stands_there_with_its_words_numbers_and_letters(
    client: AsyncClient, premises: Premises, weeks: int
) -> None:
    numbers = await fill(premises)

    page = await client.get(f"/desk/hot?weeks={weeks}")

    assert "石料厂" in page.text
    assert "新出现" in page.text
    assert "<dd>5</dd>" in page.text
    linked = set(re.findall(r"/desk/cases/([0-9A-Z-]+)", page.text))
    assert len(linked) == 3
    assert linked < set(numbers)


@pytest.mark.usefixtures("supervisor")
async def test_the_cases_of_a_topic_are_a_list_of_the_queue(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await fill(premises)
    page = await client.get("/desk/hot")
    address = re.findall(r"/desk\?tab=all&amp;topic=\d+", page.text)[0]

    queue = await client.get(address.replace("&amp;", "&"))

    assert sorted(at_desk.numbers(queue)) == sorted(numbers)
    assert "石料厂" in queue.text


@pytest.mark.usefixtures("supervisor")
async def test_a_topic_that_is_gone_leaves_an_empty_queue_that_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    await fill(premises)

    queue = await client.get("/desk?tab=all&topic=7")

    assert at_desk.numbers(queue) == []
    assert "这个热点已经没有了" in queue.text


@pytest.mark.usefixtures("supervisor")
async def test_the_words_of_a_topic_are_hidden_once_a_letter_of_it_is_restricted(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await fill(premises)
    (topic,) = set(re.findall(r"topic=(\d+)", (await client.get("/desk/hot")).text))
    case = await at_desk.case_of(premises, numbers[0])
    async with premises.database.writing() as session:
        await session.execute(
            update(Case).where(Case.id == case.id).values(restricted=True)
        )

    queue = await client.get(f"/desk?tab=all&topic={topic}")

    assert "这个热点已经没有了" in queue.text
    assert "石料厂" not in re.sub(r"<table.*</table>", "", queue.text, flags=re.DOTALL)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.CLERK, 403),
        (Role.OFFICER, 403),
        (Role.SUPERVISOR, 200),
        (Role.AUDITOR, 200),
        (Role.ADMINISTRATOR, 200),
    ],
)
async def test_hot_topics_are_for_those_who_lead_or_look_after_it(
    client: AsyncClient, premises: Premises, role: Role, status: int
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, role))

    assert (await client.get("/desk/hot")).status_code == status


@pytest.mark.usefixtures("supervisor")
async def test_a_time_that_is_not_offered_is_refused(client: AsyncClient) -> None:
    assert (await client.get("/desk/hot?weeks=3")).status_code == 422
