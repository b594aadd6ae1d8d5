"""Open data: right in Excel, safe there, and telling of nobody."""

import csv
import json
from collections import Counter
from io import StringIO

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Language
from app.premises import Premises
from app.services.staff import Person
from app.web.outcome.open_data import ANSWER_COLUMNS, ITEM_COLUMNS
from app.web.wording import catalogue
from tests import make, outcome
from tests.fakes import FakeClock

ITEM = "2.1.2"


@pytest.fixture
async def leader(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


def rows(page: Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(page.content.decode("utf-8-sig"))))


async def test_files_begin_with_the_mark_by_which_excel_knows_utf_8(
    client: AsyncClient,
) -> None:
    for name, columns in (("items", ITEM_COLUMNS), ("answers", ANSWER_COLUMNS)):
        page = await client.get(f"/data/{name}.csv")
        assert page.content.startswith(b"\xef\xbb\xbf")
        assert page.text.lstrip("\ufeff").startswith(",".join(columns))
        assert f"huiyin-{name}.csv" in page.headers["content-disposition"]


async def test_numbers_stand_by_item_and_measure(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    for _ in range(3):
        await outcome.answered(premises, leader, section=ITEM)

    found = rows(await client.get("/data/items.csv"))
    said = {
        (row["measure"], row["value"]): row["opinions"]
        for row in found
        if row["item"] == ITEM
    }

    assert said == {
        ("total", ""): "3",
        ("outcome", "in_time"): "3",
        ("channel", "web"): "3",
        ("kind", "complaint"): "3",
        ("week", "2026-11-02"): "3",
    }
    assert len({row["item"] for row in found}) == 2 + len(
        premises.house.shelf.notice(make.SLUG).nodes
    )


async def test_a_small_number_is_withheld_and_said_to_be(
    client: AsyncClient, premises: Premises
) -> None:
    await outcome.opinion(premises, section=ITEM)

    found = rows(await client.get(f"/data/items.csv?notice={make.SLUG}"))
    shown = {row["opinions"] for row in found if row["withheld"] == "0"}

    assert shown == {"0"}
    assert Counter(row["opinions"] for row in found if row["withheld"] == "1") == {
        "": 10
    }


async def test_the_json_has_the_same_numbers(
    client: AsyncClient, premises: Premises
) -> None:
    for _ in range(4):
        await outcome.opinion(premises, section=ITEM)

    table = rows(await client.get("/data/items.csv"))
    body = json.loads((await client.get("/data/items.json")).content)

    assert [row["item"] for row in body["rows"]] == [row["item"] for row in table]
    assert body["rows"][0].keys() == set(ITEM_COLUMNS)
    assert body["as_of"] == "2026-11-02T01:00:00Z"
    assert body["licence"]


async def test_the_json_says_when_its_numbers_were_counted(
    client: AsyncClient, clock: FakeClock
) -> None:
    first = (await client.get("/data/items.json")).json()
    clock.advance(minutes=9)
    later = (await client.get("/data/items.json")).json()

    assert later["as_of"] == first["as_of"] == "2026-11-02T01:00:00Z"


async def test_an_answer_that_looks_like_a_formula_is_a_text(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    number = await outcome.answered(premises, leader)
    await outcome.publish(premises, leader, number, title="=HYPERLINK(1)")

    (row,) = rows(await client.get("/data/answers.csv"))
    body = (await client.get("/data/answers.json")).json()

    assert row["title"] == "'=HYPERLINK(1)"
    assert row["received_on"] == "2026-11-02"
    assert body["rows"][0]["title"] == "=HYPERLINK(1)"
    assert number not in str(row)


async def test_more_answers_than_are_sent_at_once_are_all_there(
    client: AsyncClient, premises: Premises, leader: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("app.services.publishing.published._BATCH", 2)
    names = {(await outcome.published(premises, leader)).name for _ in range(5)}

    found = rows(await client.get("/data/answers.csv"))

    assert {row["name"] for row in found} == names
    assert len(found) == 5


@pytest.mark.parametrize("language", Language)
async def test_every_column_is_explained(
    client: AsyncClient, language: Language
) -> None:
    page = await client.get("/data" if language is Language.ZH else "/en/data")

    words = catalogue(language)
    for column in {*ITEM_COLUMNS, *ANSWER_COLUMNS}:
        assert f"<code>{column}</code>" in page.text
        assert words.text(f"data.column_{column}")


async def test_a_notice_that_is_not_there_has_no_data(client: AsyncClient) -> None:
    assert (await client.get("/data/items.csv?notice=nowhere")).status_code == 404
