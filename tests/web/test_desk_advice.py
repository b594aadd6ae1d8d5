"""A vote of the model outside, beside ours on a case's page."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select, update

from app.domain.vocabulary import Method, Role
from app.keys import new_key
from app.models import Classification, Strand
from app.premises import Premises
from tests import at_desk, make
from tests.at_desk import case_of

LIFTS = "2.1.3"
ADVICE = "外部模型建议"
TOGETHER = "两个模型都首选"


@pytest.fixture
async def number(client: AsyncClient, premises: Premises) -> str:
    """The number of a case that our model put on the lifts, but not surely."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    sent = await at_desk.open_case(
        premises, subject="", kind=None, text="大家心里没底，请给句话。"
    )
    first = [{"section_id": section(premises, LIFTS), "confidence": 0.4}]
    async with premises.database.writing() as session:
        await session.execute(update(Classification).values(candidates=first))
    return sent.receipt_number


def section(premises: Premises, path: str) -> int:
    return premises.house.shelf.notice(make.SLUG).section_ids[path]


async def advise(
    premises: Premises, number: str, path: str | None, confidence: float
) -> None:
    """Put down a vote of the model outside."""
    case = await case_of(premises, number)
    async with premises.database.writing() as session:
        strand_id = await session.scalar(
            select(Strand.id).where(Strand.case_id == case.id)
        )
        facts: dict[str, Any] = {
            "id": new_key(),
            "strand_id": strand_id,
            "method": Method.ENDPOINT,
            "section_id": section(premises, path) if path else None,
            "confidence": confidence,
            "candidates": [],
            "evidence": [],
            "staff_id": None,
            "made_at": premises.clock(),
        }
        session.add(Classification(**facts))


def words(page: Response) -> str:
    """Return what a reader of the page sees."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page.text))


async def test_advice_stands_beside_what_our_model_says(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await advise(premises, number, "2.2.1", 0.7)

    page = words(await client.get(f"/desk/cases/{number}"))

    assert re.search(rf"{ADVICE} [^%]+ 70%", page)
    assert TOGETHER not in page


async def test_two_models_that_agree_are_shown_with_how_sure_they_are_together(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await advise(premises, number, LIFTS, 0.8)

    page = words(await client.get(f"/desk/cases/{number}"))

    assert f"{TOGETHER}“" in page
    assert "合起来把握 72%" in page


async def test_advice_that_it_is_none_of_them_is_shown(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await advise(premises, number, None, 0.9)

    page = words(await client.get(f"/desk/cases/{number}"))

    assert re.search(rf"{ADVICE} 不属于任何[^%]* 90%", page)


async def test_an_answer_that_counted_for_nothing_is_not_shown(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await advise(premises, number, None, 0.0)

    assert ADVICE not in (await client.get(f"/desk/cases/{number}")).text


async def test_without_advice_nothing_is_said_of_it(
    client: AsyncClient, number: str
) -> None:
    assert ADVICE not in (await client.get(f"/desk/cases/{number}")).text


async def test_what_a_clerk_chose_is_the_last_word_whatever_comes_after(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await at_desk.take(client, premises, number, "classify", section="none")
    await advise(premises, number, LIFTS, 0.8)

    page = words(await client.get(f"/desk/cases/{number}"))
    queue = words(await client.get("/desk?tab=all"))

    assert TOGETHER not in page
    assert "归类与承办 不属于任何事项 人工归类" in page
    assert "人工归类" in queue
    assert ADVICE not in queue


async def test_the_citizen_is_told_nothing_of_it(
    client: AsyncClient, premises: Premises
) -> None:
    sent = await at_desk.open_case(premises, retry_token="token")
    await advise(premises, sent.receipt_number, LIFTS, 0.8)

    answer = await client.get(
        f"/api/v1/opinions/{sent.receipt_number}",
        headers={"Query-Code": sent.query_code or ""},
    )

    assert answer.status_code == HTTPStatus.OK
    assert '"model"' in answer.text
    assert "endpoint" not in answer.text
