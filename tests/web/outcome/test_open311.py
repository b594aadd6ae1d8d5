"""Open311: other systems send opinions in, and read what everybody may read."""

import json
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.domain.vocabulary import Role, Status
from app.models import Case, Opinion
from app.premises import Premises
from app.services.publishing import clients
from app.services.staff import Person
from tests import at_desk, make, outcome
from tests.at_desk import case_of
from tests.fakes import FakeClock

AT = "/open311/v2"
ITEM = f"{make.SLUG}:2.1.2"


@pytest.fixture
async def key(premises: Premises) -> str:
    """The key of another system."""
    async with premises.database.writing() as session:
        return await clients.add(
            session, premises.house.seal, "随手拍", now=premises.clock()
        )


@pytest.fixture
async def leader(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


def form(key: str, **changes: str) -> dict[str, str]:
    fields = {
        "api_key": key,
        "service_code": ITEM,
        "address_string": "不涉及具体地点",
        "description": make.TEXT,
        "attribute[consent]": "yes",
        "attribute[retry_token]": "token-0001",
    }
    return {name: value for name, value in (fields | changes).items() if value}


async def send(client: AsyncClient, key: str, **changes: str) -> Response:
    return await client.post(f"{AT}/requests.json", data=form(key, **changes))


def only(page: Response) -> dict[str, Any]:
    """Return the only thing that an answer lists."""
    (found,) = json.loads(page.content)
    return dict(found)


def parsed(page: Response) -> ET.Element:
    assert page.headers["content-type"] == "text/xml; charset=utf-8"
    return ET.fromstring(page.content)  # noqa: S314 - we wrote it


async def opinions(premises: Premises) -> int:
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Opinion)) or 0


async def test_discovery_says_where_the_server_is_in_both_forms(
    client: AsyncClient,
) -> None:
    root = parsed(await client.get(f"{AT}/discovery.xml"))
    body = json.loads((await client.get(f"{AT}/discovery.json")).content)

    assert root.tag == "discovery"
    assert root.findtext("endpoints/endpoint/url") == f"http://testserver{AT}"
    assert body["endpoints"][0]["formats"] == ["text/xml", "application/json"]


async def test_every_item_without_parts_is_a_service(
    client: AsyncClient, premises: Premises
) -> None:
    notice = premises.house.shelf.notice(make.SLUG)
    root = parsed(await client.get(f"{AT}/services.xml"))
    listed = json.loads((await client.get(f"{AT}/services.json")).content)

    leaves = [n for n in notice.outline.nodes() if not n.children]
    assert [each["service_code"] for each in listed] == [
        make.SLUG, *(f"{make.SLUG}:{node.path}" for node in leaves)
    ]  # fmt: skip
    assert len(root.findall("service")) == len(listed)
    assert root.findtext("service/metadata") == "true"


async def test_a_service_says_what_can_be_sent(client: AsyncClient) -> None:
    root = parsed(await client.get(f"{AT}/services/{ITEM}.xml"))
    body = json.loads((await client.get(f"{AT}/services/{ITEM}.json")).content)

    assert root.findtext("service_code") == ITEM
    assert root.findtext("attributes/attribute/required") == "true"
    assert root.findtext("attributes/attribute/values/value/key") == "yes"
    assert [each["code"] for each in body["attributes"]] == [
        "consent", "kind", "subject", "may_publish", "retry_token",
    ]  # fmt: skip


async def test_a_request_goes_the_way_of_every_opinion(
    client: AsyncClient, premises: Premises, key: str
) -> None:
    sent = await send(
        client, key, first_name="敏", last_name="王", email=make.EMAIL,
        address_string="人民路", **{"attribute[kind]": "complaint"},
    )  # fmt: skip

    number = only(sent)["service_request_id"]
    assert sent.status_code == 201
    async with premises.database.reading() as session:
        opinion = await session.scalar(
            select(Opinion).where(Opinion.receipt_number == number)
        )
    assert opinion is not None
    assert opinion.text == f"{make.TEXT}\n\n地点：人民路"
    assert (opinion.channel, opinion.kind) == ("api", "complaint")
    assert not opinion.anonymous
    assert not opinion.may_publish
    tracked = await client.post(
        "/track", data={"number": number, "code": only(sent)["query_code"]}
    )
    assert make.TEXT[:10] in tracked.text


async def test_the_same_token_is_the_same_request(
    client: AsyncClient, premises: Premises, key: str
) -> None:
    first, again = await send(client, key), await send(client, key)
    found = await client.get(f"{AT}/tokens/token-0001.json?api_key={key}")

    assert (first.status_code, again.status_code) == (201, 200)
    assert only(first) == only(again)
    assert only(found)["service_request_id"] == only(first)["service_request_id"]
    assert await opinions(premises) == 1


async def test_a_token_used_for_something_else_is_refused(
    client: AsyncClient, key: str
) -> None:
    await send(client, key)

    assert (
        await send(client, key, description="另一件事，请处理。")
    ).status_code == 400


async def test_two_systems_may_use_the_same_token(
    client: AsyncClient, premises: Premises, key: str
) -> None:
    async with premises.database.writing() as session:
        other = await clients.add(
            session, premises.house.seal, "网格员", now=premises.clock()
        )
    await send(client, key)
    await send(client, other)

    assert await opinions(premises) == 2
    missing = await client.get(f"{AT}/tokens/token-0002.json?api_key={other}")
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("who", "opinions_then"), [({"device_id": "phone-1"}, 1), ({}, 2)], ids=str
)
async def test_without_a_token_only_the_same_person_says_the_same_once(
    client: AsyncClient, premises: Premises, key: str, who: dict[str, str],
    opinions_then: int,
) -> None:  # fmt: skip
    for _ in range(2):
        await send(client, key, **{"attribute[retry_token]": ""}, **who)

    assert await opinions(premises) == opinions_then


@pytest.mark.parametrize(
    ("hours", "opinions_then"), [((15, 17), 2), ((23, 25), 1)], ids=str
)
async def test_the_same_day_is_one_at_the_office(
    client: AsyncClient, premises: Premises, clock: FakeClock, key: str, *,
    hours: tuple[int, int], opinions_then: int,
) -> None:  # fmt: skip
    midnight = clock().replace(hour=0)
    again: dict[str, str] = {"attribute[retry_token]": "", "device_id": "phone-1"}
    for hour in hours:
        clock.now = midnight + timedelta(hours=hour)
        await send(client, key, **again)

    assert await opinions(premises) == opinions_then


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"api_key": ""}, 403, "api_key"),
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"jurisdiction_id": "elsewhere.example"}, 404, "jurisdiction_id"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "nowhere:1"}, 404, "notice"),
        ({"service_code": f"{make.SLUG}:9.9"}, 404, "section"),
        ({"address_string": ""}, 400, "address_string"),
        ({"description": ""}, 400, "about"),
        ({"description": "长" * 4001}, 400, "4000"),
        ({"attribute[consent]": ""}, 400, "consent"),
        ({"attribute[kind]": "anger"}, 400, "kind"),
        ({"attribute[retry_token]": "a/b"}, 400, "token"),
        ({"email": "nobody"}, 400, "e-mail"),
        ({"media_url": "ftp://a"}, 400, "media_url"),
    ],
    ids=str,
)
async def test_what_is_wrong_is_said_in_the_protocols_form(
    client: AsyncClient, premises: Premises, key: str, *, changes: dict[str, str],
    status: int, said: str,
) -> None:  # fmt: skip
    page = await client.post(f"{AT}/requests.xml", data=form(key, **changes))

    root = parsed(page)
    assert page.status_code == status
    assert root.tag == "errors"
    assert root.findtext("error/code") == str(status)
    assert said in (root.findtext("error/description") or "")
    assert await opinions(premises) == 0


async def test_whoever_guesses_keys_has_to_wait(client: AsyncClient) -> None:
    answers = [(await send(client, f"wrong-{n}")).status_code for n in range(11)]

    assert answers == [*[403] * 10, 429]


async def test_a_revoked_key_opens_nothing(
    client: AsyncClient, premises: Premises, key: str
) -> None:
    async with premises.database.writing() as session:
        await clients.revoke(session, "随手拍", now=premises.clock())

    assert (await send(client, key)).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("services.html", 404),
        ("services/nowhere.json", 404),
        (f"services/{make.SLUG}:9.9.json", 404),
        ("services.json?jurisdiction_id=elsewhere", 404),
        ("services.json?jurisdiction_id=testserver", 200),
        ("requests.json?start_date=tomorrow", 400),
        ("requests.json?service_code=nowhere", 404),
        ("requests/nothing.json", 404),
        ("tokens/token-0001.json", 403),
    ],
)
async def test_addresses_answer_as_the_protocol_says(
    client: AsyncClient, address: str, status: int
) -> None:
    page = await client.get(f"{AT}/{address}")

    assert page.status_code == status
    if status != 200 and ".json" in address:
        assert only(page)["code"] == str(status)


@pytest.mark.parametrize("form", ["json", "xml", ""])
async def test_an_address_that_nobody_knows_is_refused_in_the_protocols_form(
    client: AsyncClient, form: str
) -> None:
    ending = f".{form}" if form else ""

    page = await client.get(f"{AT}/nowhere/at/all{ending}")

    assert page.status_code == 404
    if form == "json":
        assert only(page)["code"] == "404"
    else:
        assert parsed(page).findtext("error/code") == "404"


async def test_a_method_that_nothing_takes_is_refused_in_the_protocols_form(
    client: AsyncClient,
) -> None:
    page = await client.delete(f"{AT}/requests.json")

    assert (page.status_code, only(page)["code"]) == (405, "405")
    assert page.headers["allow"] == "GET, POST"
    for root in (AT, f"/en{AT}/", f"{AT}/services.json/"):
        assert parsed(await client.get(root)).tag == "errors"


async def test_everybody_lists_what_is_published_and_nothing_else(
    client: AsyncClient, premises: Premises, leader: Person
) -> None:
    hidden = await outcome.answered(premises, leader)
    one = await outcome.published(premises, leader, section="2.1.2", words="灯坏了。")

    found = only(await client.get(f"{AT}/requests.json"))
    root = parsed(await client.get(f"{AT}/requests/{one.name}.xml"))

    assert found["service_request_id"] == one.name
    assert found["description"] == "一位居民反映某小区夜间照明不足。\n\n灯坏了。"
    assert found["status_notes"] == "照明设施已经修复。"
    assert (found["service_code"], found["status"]) == (ITEM, "open")
    assert found["requested_datetime"] == "2026-11-02T00:00:00+08:00"
    assert root.findtext("request/service_request_id") == one.name
    assert (await client.get(f"{AT}/requests/{hidden}.json")).status_code == 404


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("service_code=sample", True),
        (f"service_code={make.SLUG}:2.1.3,{ITEM}", True),
        (f"service_code={make.SLUG}:2.1.3", False),
        ("status=open", True),
        ("status=closed", False),
        ("start_date=2026-11-01T00:00:00Z", True),
        ("end_date=2026-11-01T00:00:00Z", False),
        ("service_request_id=nothing&status=open", False),
    ],
)
async def test_a_list_is_narrowed_by_the_protocols_arguments(
    client: AsyncClient, premises: Premises, leader: Person, query: str, *, there: bool
) -> None:
    await outcome.published(premises, leader, section="2.1.2")

    found = json.loads((await client.get(f"{AT}/requests.json?{query}")).content)

    assert bool(found) is there


async def test_who_sent_it_in_learns_how_it_stands_and_no_words(
    client: AsyncClient, key: str, clock: FakeClock
) -> None:
    number = only(await send(client, key))["service_request_id"]
    clock.advance(days=1)

    found = only(await client.get(f"{AT}/requests/{number}.json?api_key={key}"))
    without = await client.get(f"{AT}/requests/{number}.json")

    assert (found["status"], found["service_code"]) == ("open", ITEM)
    assert found["description"] is None
    assert found["expected_datetime"] > found["requested_datetime"]
    assert without.status_code == 404


async def test_a_report_of_wrongdoing_looks_like_what_nobody_has_touched(
    client: AsyncClient, premises: Premises, key: str
) -> None:
    plain = only(await send(client, key))["service_request_id"]
    secret = only(
        await send(client, key, **{"attribute[retry_token]": "token-0002"})
    )["service_request_id"]  # fmt: skip
    officer = await at_desk.hire(premises, Role.OFFICER, office="纪检监察组")
    async with premises.database.writing() as session:
        case = await session.get_one(Case, (await case_of(premises, secret)).id)
        case.restricted, case.office_id = True, officer.office_id
        case.status, case.answered_at = Status.ANSWERED, premises.clock()

    one, other = [
        only(await client.get(f"{AT}/requests/{number}.json?api_key={key}"))
        for number in (plain, secret)
    ]

    assert one | {"service_request_id": ""} == other | {"service_request_id": ""}
