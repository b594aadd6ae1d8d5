"""The JSON API: sending in, reading where it stands, and errors as problems."""

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.domain.receipt import new_query_code
from app.domain.vocabulary import Channel
from app.models import Addition, Opinion
from app.premises import Premises
from tests import make
from tests.fakes import FakeClock
from tests.web.citizen import KEY, opinion

OPINIONS = "/api/v1/opinions"
NOTICE = f"/api/v1/notices/{make.SLUG}"


async def post(client: AsyncClient, *, key: str = KEY, **changes: Any) -> Response:
    """Send in an opinion, valid unless told otherwise."""
    return await client.post(
        OPINIONS, json=opinion(**changes), headers={"Idempotency-Key": key}
    )


async def status(client: AsyncClient, receipt: dict[str, Any]) -> Response:
    return await client.get(
        f"{OPINIONS}/{receipt['receipt_number']}",
        headers={"Query-Code": receipt["query_code"]},
    )


async def add(
    client: AsyncClient, receipt: dict[str, Any], *, key: str = KEY, text: str = "补充"
) -> Response:
    return await client.post(
        f"{OPINIONS}/{receipt['receipt_number']}/additions",
        json={"text": text},
        headers={"Query-Code": receipt["query_code"], "Idempotency-Key": key},
    )


def problem(answer: Response) -> dict[str, Any]:
    """Return the problem that an answer is."""
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:huiyin:problem:{body['code']}"
    return body


def fields(answer: Response) -> set[str]:
    return {error["field"] for error in problem(answer)["errors"]}


async def stored(premises: Premises) -> list[Opinion]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Opinion)))


async def test_notices_are_listed(client: AsyncClient) -> None:
    (notice,) = (await client.get("/api/v1/notices")).json()["notices"]

    assert notice["slug"] == make.SLUG
    assert notice["window"] == "open"
    assert notice["published_on"] == "2026-03-20"


async def test_a_notice_is_read_with_what_stands_around_its_sections(
    client: AsyncClient,
) -> None:
    notice = (await client.get(NOTICE)).json()

    assert notice["preamble"]
    assert notice["contact"]["phones"] == ["0610-5550126"]


async def test_sections_come_flat_in_printed_order(
    client: AsyncClient, premises: Premises
) -> None:
    answer = (await client.get(f"{NOTICE}/sections")).json()
    nodes = premises.house.shelf.notice(make.SLUG).nodes

    assert [section["path"] for section in answer["sections"]] == list(nodes)
    parking = next(item for item in answer["sections"] if item["path"] == "2.1.2")
    assert parking["parent"] == "2.1"
    assert parking["body"] == nodes["2.1.2"].body


async def test_one_section_is_read_by_its_path(client: AsyncClient) -> None:
    section = (await client.get(f"{NOTICE}/sections/2.1")).json()

    assert section["children"] == ["2.1.1", "2.1.2", "2.1.3", "2.1.4"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/notices/none", "no_such_notice"),
        (f"{NOTICE}/sections/9.9", "no_such_section"),
        ("/api/v1/nothing", "not_found"),
        ("/en/api/v1/nothing", "not_found"),
    ],
)
async def test_what_is_not_there_is_a_problem(
    client: AsyncClient, path: str, code: str
) -> None:
    answer = await client.get(path)

    assert answer.status_code == 404
    assert problem(answer)["code"] == code


async def test_an_opinion_is_registered(
    client: AsyncClient, premises: Premises
) -> None:
    answer = await post(client, section="2.1.2", kind="suggestion", language="en")
    (kept,) = await stored(premises)

    assert answer.status_code == 201
    assert answer.json()["receipt_number"] == kept.receipt_number
    assert answer.json()["due_at"] == "2026-11-17T15:59:59Z"
    assert not answer.json()["repeated"]
    assert kept.channel is Channel.API


async def test_a_retry_gets_the_same_receipt(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    first = await post(client)
    clock.advance(minutes=5)
    again = await post(client)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"repeated": True}
    assert len(await stored(premises)) == 1


async def test_twenty_retries_at_once_are_one_opinion(
    client: AsyncClient, premises: Premises
) -> None:
    answers = await asyncio.gather(*(post(client) for _ in range(20)))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 19}
    assert len({answer.json()["query_code"] for answer in answers}) == 1
    assert len(await stored(premises)) == 1


async def test_twenty_opinions_at_once_are_twenty(
    client: AsyncClient, premises: Premises
) -> None:
    answers = await asyncio.gather(
        *(post(client, key=f"{KEY}-{n}", text=f"第 {n} 条意见") for n in range(20))
    )

    assert {answer.status_code for answer in answers} == {201}
    assert len(await stored(premises)) == 20


async def test_the_same_key_with_another_text_is_a_conflict(
    client: AsyncClient, premises: Premises
) -> None:
    await post(client)
    answer = await post(client, text="另外一件事。")

    assert answer.status_code == 409
    assert problem(answer)["code"] == "key_reused"
    assert len(await stored(premises)) == 1


@pytest.mark.parametrize("key", ["", "short", "k" * 129, "with a blank inside it"])
async def test_a_key_that_could_be_anybodys_is_refused(
    client: AsyncClient, key: str
) -> None:
    answer = await post(client, key=key)

    assert answer.status_code == 422
    assert fields(answer) == {"Idempotency-Key"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": " \u0000\u0007 "}, "text"),
        ({"text": 5}, "text"),
        ({"text": "字" * 20_001}, "text"),
        ({"kind": "bribe"}, "kind"),
        ({"consent": False}, "consent"),
        ({"consent": 1}, "consent"),
        ({"anonymous": "no"}, "anonymous"),
        ({"contact": {"email": "zhang"}}, "contact.email"),
        ({"contact": {"fax": "1"}}, "contact.fax"),
        ({"anonymous": True}, "contact"),
        ({"unknown": 1}, "unknown"),
    ],
)
async def test_what_is_wrong_is_said_by_field(
    client: AsyncClient, changes: dict[str, Any], field: str
) -> None:
    answer = await post(client, **changes)

    assert answer.status_code == 422
    assert fields(answer) == {field}


async def test_signs_that_nobody_sees_are_left_out(
    client: AsyncClient, premises: Premises
) -> None:
    await post(client, text="路灯\u0000不\u202e亮\r\n请修", subject="一\n行")

    assert (await stored(premises))[0].text == "路灯不亮\n请修"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"text": "\\ud800"}', b"\xff\xfe", b"1e999"]
)
async def test_what_is_no_opinion_is_refused(client: AsyncClient, body: bytes) -> None:
    headers = {"Idempotency-Key": KEY, "Content-Type": "application/json"}
    answer = await client.post(OPINIONS, content=body, headers=headers)

    assert answer.status_code == 422
    assert problem(answer)["code"] == "invalid_input"


async def test_what_does_not_say_that_it_is_json_is_refused(
    client: AsyncClient,
) -> None:
    headers = {"Idempotency-Key": KEY, "Content-Type": "text/plain"}
    body = json.dumps(opinion())
    answer = await client.post(OPINIONS, content=body, headers=headers)

    assert answer.status_code == 415
    assert problem(answer)


async def test_a_thousand_unknown_fields_are_not_all_listed(
    client: AsyncClient,
) -> None:
    unknown: dict[str, Any] = {f"field{n}": n for n in range(1000)}
    answer = await post(client, **unknown)

    assert len(problem(answer)["errors"]) == 50


async def test_an_unknown_section_is_not_found(
    client: AsyncClient, premises: Premises
) -> None:
    answer = await post(client, section="9.9")

    assert answer.status_code == 404
    assert problem(answer)["code"] == "no_such_section"
    assert not await stored(premises)


async def test_a_method_that_is_none_is_a_problem(client: AsyncClient) -> None:
    answer = await client.put(OPINIONS)

    assert answer.status_code == 405
    assert problem(answer)["code"] == "method_not_allowed"
    assert answer.headers["allow"] == "POST"


async def test_a_flood_is_asked_to_wait(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    for n in range(premises.settings.submissions_per_minute):
        await client.post(OPINIONS, headers={"Idempotency-Key": f"{KEY}-{n}"})

    answer = await post(client)
    clock.advance(seconds=int(answer.headers["retry-after"]))

    assert answer.status_code == 429
    assert problem(answer)["code"] == "too_many_requests"
    assert (await post(client)).status_code == 201


async def test_the_status_is_read_with_the_code(client: AsyncClient) -> None:
    receipt = (await post(client, section="2.1.2")).json()
    answer = (await status(client, receipt)).json()

    assert answer["status"] == "registered"
    assert answer["text"] == make.TEXT
    assert answer["section"]["path"] == "2.1.2"
    assert [step["action"] for step in answer["history"]] == ["registered"]
    assert "contact" not in answer


async def test_a_wrong_code_and_an_unknown_number_are_the_same_problem(
    client: AsyncClient,
) -> None:
    receipt = (await post(client)).json()
    code = await status(client, receipt | {"query_code": new_query_code()})
    number = await status(client, receipt | {"receipt_number": "0000-0000-0000"})

    assert (code.status_code, code.json()) == (number.status_code, number.json())
    assert problem(code)["code"] == "no_such_opinion"


async def test_a_mistyped_code_is_said_to_be_one(client: AsyncClient) -> None:
    receipt = (await post(client)).json()
    answer = await status(client, receipt | {"query_code": "A"})

    assert answer.status_code == 422
    assert problem(answer)["code"] == "bad_query_code"


async def test_guessing_is_slowed_down_as_on_the_page(client: AsyncClient) -> None:
    receipt = (await post(client)).json()
    for _ in range(10):
        await status(client, receipt | {"query_code": new_query_code()})

    assert (await status(client, receipt)).status_code == 429
    assert (await add(client, receipt)).status_code == 429


async def test_an_addition_is_joined_once(
    client: AsyncClient, premises: Premises
) -> None:
    receipt = (await post(client)).json()
    first, again = await add(client, receipt), await add(client, receipt)

    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Addition)) == 1
    assert (first.status_code, again.status_code) == (201, 200)
    (kept,) = (await status(client, receipt)).json()["additions"]
    assert (kept["text"], kept["channel"]) == ("补充", "api")


async def test_another_addition_under_the_same_key_is_a_conflict(
    client: AsyncClient,
) -> None:
    receipt = (await post(client)).json()
    await add(client, receipt)

    assert (await add(client, receipt, text="别的话")).status_code == 409


async def test_an_empty_addition_is_refused(client: AsyncClient) -> None:
    receipt = (await post(client)).json()

    assert fields(await add(client, receipt, text="\u0000 \u0000")) == {"text"}


async def test_the_english_prefix_changes_nothing_for_programs(
    client: AsyncClient,
) -> None:
    assert (await client.get("/en/api/v1/notices")).json() == (
        await client.get("/api/v1/notices")
    ).json()


async def test_the_reference_names_every_operation_and_field(
    client: AsyncClient,
) -> None:
    document = (await client.get("/api/openapi.json")).json()
    page = (await client.get("/api/docs")).text

    for path, methods in document["paths"].items():
        assert path in page
        for method in methods.values():
            assert f'id="{method["operationId"]}"' in page
    for name, schema in document["components"]["schemas"].items():
        assert f'id="{name}"' in page
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in page


async def test_the_document_shows_nothing_of_the_desk(client: AsyncClient) -> None:
    document = (await client.get("/api/openapi.json")).json()

    assert all(path.startswith("/api/v1/") for path in document["paths"])


async def test_every_moment_is_written_alike(client: AsyncClient) -> None:
    receipt = (await post(client)).json()
    status = await client.get(
        f"/api/v1/opinions/{receipt['receipt_number']}",
        headers={"query-code": receipt["query_code"]},
    )

    for moment in ("registered_at", "due_at"):
        assert receipt[moment] == status.json()[moment]
        assert receipt[moment].endswith("Z")


async def test_signs_that_nobody_sees_are_no_opinion(client: AsyncClient) -> None:
    answer = await post(client, text="\u200b\u200b\u3164\u2060")

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "text_missing"
