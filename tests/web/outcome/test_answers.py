"""Published answers on the public pages, and the way there from the desk."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import Case, Opinion, Publication
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk, make, outcome
from tests.at_desk import case_of
from tests.web import citizen

ITEM = "2.1.2"


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


async def may_publish(premises: Premises, number: str) -> bool:
    async with premises.database.reading() as session:
        opinion = await session.scalar(
            select(Opinion).where(Opinion.receipt_number == number)
        )
    assert opinion is not None
    return opinion.may_publish


@pytest.mark.parametrize(
    ("ticked", "agreed"), [({}, False), ({"may_publish": "yes"}, True)]
)
async def test_the_form_asks_whether_it_may_be_published_and_takes_silence_for_no(
    client: AsyncClient, premises: Premises, ticked: dict[str, str], *, agreed: bool
) -> None:
    page = await client.get(citizen.WRITE)
    number, _ = await citizen.written(client, **ticked)

    assert 'name="may_publish" value="yes" aria' in page.text
    assert await may_publish(premises, number) is agreed


async def test_a_form_with_faults_keeps_the_tick(client: AsyncClient) -> None:
    page = await citizen.send(
        client, await citizen.form(client, text="", may_publish="yes")
    )

    assert 'name="may_publish" value="yes" checked' in page.text


@pytest.mark.parametrize(
    ("said", "agreed"), [({}, False), ({"may_publish": True}, True)]
)
async def test_the_api_says_it_too(
    client: AsyncClient, premises: Premises, said: dict[str, bool], *, agreed: bool
) -> None:
    sent = await client.post(
        "/api/v1/opinions", json=citizen.opinion(**said),
        headers={"Idempotency-Key": citizen.KEY},
    )  # fmt: skip

    assert await may_publish(premises, sent.json()["receipt_number"]) is agreed


async def test_an_empty_list_says_so(client: AsyncClient) -> None:
    page = await client.get("/answers")

    assert page.status_code == 200
    assert "还没有公开的答复" in page.text


async def test_an_answer_is_listed_and_stands_at_an_address_of_its_own(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    one = await outcome.published(premises, clerk, section=ITEM, words="灯坏了很久。")
    listed = await client.get("/answers")
    page = await client.get(f"/answers/{one.name}")

    assert f'href="/answers/{one.name}"' in listed.text
    for said in ("小区照明维修", "一位居民反映", "灯坏了很久。", "照明设施已经修复"):
        assert said in page.text
    assert 'rel="canonical"' in page.text
    number = await premises_number(premises, one)
    assert number not in page.text + listed.text


async def premises_number(premises: Premises, one: Publication) -> str:
    async with premises.database.reading() as session:
        return str(
            await session.scalar(
                select(Opinion.receipt_number)
                .join(Case, Case.opinion_id == Opinion.id)
                .where(Case.id == one.case_id)
            )
        )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=照明", True),
        ("q=食堂", False),
        ("item=sample/2.1.2", True),
        ("item=sample/2.1", True),
        ("item=sample/2.1.3", False),
        ("item=sample", True),
        ("notice=sample&q=修复", True),
        ("q=？", False),
    ],
)
async def test_answers_are_found_by_words_and_by_item(
    client: AsyncClient, premises: Premises, clerk: Person, query: str, *, found: bool
) -> None:
    one = await outcome.published(premises, clerk, section=ITEM)

    page = await client.get(f"/answers?{query}")

    assert (f'href="/answers/{one.name}"' in page.text) is found
    assert ("没有符合条件" in page.text) is not found


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/answers?after=x", 422),
        ("/answers?item=nowhere/1", 404),
        ("/answers?item=sample/9.9", 404),
        ("/answers/nothing", 404),
    ],
)
async def test_an_address_that_leads_nowhere_says_so(
    client: AsyncClient, address: str, status: int
) -> None:
    assert (await client.get(address)).status_code == status


async def test_a_list_longer_than_a_page_goes_on(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    for _ in range(21):
        await outcome.published(premises, clerk)
    first = await client.get("/answers")
    (onward,) = re.findall(r'rel="next"[^>]*href="([^"]+)"', first.text)

    second = await client.get(onward.replace("&amp;", "&"))

    assert first.text.count('href="/answers/') == 20
    assert second.text.count('href="/answers/') == 1
    assert 'rel="prev"' in second.text


async def test_an_items_page_shows_what_was_answered_on_it(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    one = await outcome.published(premises, clerk, section=ITEM)

    page = await client.get(f"/notices/{make.SLUG}/sections/{ITEM}")
    other = await client.get(f"/notices/{make.SLUG}/sections/2.1.3")

    assert f'href="/answers/{one.name}"' in page.text
    assert 'href="/answers/' not in other.text


async def test_a_clerk_looks_at_it_first_and_then_publishes_and_takes_it_down(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk, may_publish=True)
    await at_desk.sit(client, premises, clerk)
    at = f"/desk/cases/{number}/publish"
    case = await client.get(f"/desk/cases/{number}")
    draft = await client.get(at)
    said = citizen.hidden(draft) | {
        "title": "小区照明", "summary": "居民反映照明不足。", "question": "灯不亮",
        "answer": "已经修好。",
    }  # fmt: skip
    seen = await client.post(at, data=said | {"do": "preview"})
    before = await client.get("/answers")
    done = await client.post(at, data=said | {"do": "publish"})
    after = await client.get("/answers")
    taken = await client.post(
        at, data=citizen.hidden(await client.get(at)) | {"do": "unpublish"}
    )

    assert f'href="{at}"' in case.text
    assert 'value="publish"' not in draft.text
    assert "公众将看到" in seen.text
    assert "小区照明" not in before.text
    assert done.headers["location"] == f"{at}?done=publish"
    assert "小区照明" in after.text
    assert taken.status_code == 303
    assert "小区照明" not in (await client.get("/answers")).text
    (name,) = re.findall(r"/answers/(\w{9})", after.text)
    gone = await client.get(f"/answers/{name}")
    assert gone.status_code == 410
    assert "不再公开" in gone.text


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    await at_desk.sit(client, premises, clerk)
    at = f"/desk/cases/{number}/publish"
    said = citizen.hidden(await client.get(at)) | {
        "title": "", "summary": make.TEXT, "answer": "已经修好。", "do": "publish",
    }  # fmt: skip

    page = await client.post(at, data=said)

    assert page.status_code == 422
    assert "请写标题" in page.text
    assert "换成自己的话" in page.text
    assert make.TEXT in page.text
    assert 'id="title-wrong"' in page.text


async def test_whoever_was_slower_is_shown_that_and_keeps_the_words(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    await at_desk.sit(client, premises, clerk)
    at = f"/desk/cases/{number}/publish"
    said = citizen.hidden(await client.get(at)) | {
        "title": "慢了一步", "summary": "居民反映照明。",
        "answer": "好。", "do": "publish",
    }  # fmt: skip
    await outcome.publish(premises, clerk, number)

    page = await client.post(at, data=said)

    assert page.status_code == 409
    assert "慢了一步" in page.text


async def test_an_officer_of_another_office_finds_no_way_to_publish(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    officer = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    await at_desk.sit(client, premises, officer)

    page = await client.get(f"/desk/cases/{number}/publish")

    assert page.status_code == 403
    assert (await case_of(premises, number)).restricted is False
