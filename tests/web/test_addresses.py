"""Addresses: every link leads to a page, and none is built from what a request says."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk, make
from tests.web import citizen

TRACKED = {"number": "nothing", "code": "nothing"}


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("to", ["/track", "/track/additions", citizen.WRITE])
async def test_the_other_language_of_an_answer_to_a_form_is_a_page(
    client: AsyncClient, language: str, to: str
) -> None:
    page = await client.post(language + to, data=TRACKED)
    (other,) = re.findall(r'<a href="([^"]+)"[^>]* hreflang=', page.text)

    assert other.startswith("/en/") is not bool(language)
    assert (await client.get(other)).status_code == 200


@pytest.mark.parametrize("path", ["//host.example", "/%5Chost.example", "/%09/host"])
async def test_the_other_language_of_no_page_is_no_other_host(
    client: AsyncClient, path: str
) -> None:
    page = await client.get(f"/en{path}")
    (other,) = re.findall(r'<a href="([^"]+)"[^>]* hreflang=', page.text)

    assert re.match(r"/[\w.%]", other)


@pytest.mark.parametrize("path", ["/track", "/en/track", citizen.WRITE])
async def test_what_cannot_be_done_names_all_that_can(
    client: AsyncClient, path: str
) -> None:
    page = await client.put(path)

    assert page.status_code == 405
    assert page.headers["allow"] == "GET, POST"


@pytest.mark.usefixtures("clerk")
async def test_the_other_language_of_a_refused_step_is_the_case(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(client, premises, number, "note", text=" ")

    assert page.status_code == 422
    assert f'<a href="/en/desk/cases/{number}" lang="en"' in page.text


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/desk/cases/{}/contact", "/desk/cases/{}"),
        ("/desk/cases/{}/answer", "/desk/cases/{}"),
        ("/desk/held/1/release", "/desk/held/1"),
        ("/desk/outbox/retry", "/desk/outbox"),
        ("/desk/sign-out", "/desk"),
        ("/track/additions", "/track"),
        ("/track/", "/track"),
        (f"/notices/{make.SLUG}/?x=1", f"/notices/{make.SLUG}?x=1"),
    ],
)
async def test_an_address_that_only_takes_forms_leads_to_its_page(
    client: AsyncClient, language: str, asked: str, page: str
) -> None:
    answer = await client.get(language + asked.format("1"))

    assert answer.status_code == 303
    assert answer.headers["location"] == language + page.format("1")


async def test_a_program_is_told_which_methods_there_are(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/opinions")

    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    "address",
    ["/", "/track", "/track/", "/desk", "/desk/", "/desk/next", "/desk/enter",
     "/api/docs", "/api/openapi.json", "/desk/cases/1/contact", "/nothing",
     f"/notices/{make.SLUG}"],
)  # fmt: skip
async def test_nothing_is_built_from_the_host_that_a_request_names(
    client: AsyncClient, address: str
) -> None:
    names = {"host": "evil.example", "x-forwarded-host": "evil.example"}

    answer = await client.get(address, headers=names)

    assert "evil.example" not in answer.text
    assert "evil.example" not in str(answer.headers)


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize(
    ("address", "status"),
    [("/desk/nothing", 404), ("/desk/cases/1", 404), ("/desk/audit", 403),
     ("/desk?after=nowhere", 422)],
)  # fmt: skip
async def test_an_error_at_the_desk_stays_at_the_desk(
    client: AsyncClient, clerk: Person, language: str, address: str, status: int
) -> None:
    page = await client.get(language + address)

    assert page.status_code == status
    assert clerk.display_name in page.text
    assert page.text.count(f'href="{language}/desk"') == 2
    assert f'href="{language}/track"' not in page.text


async def test_a_stranger_sees_nothing_of_the_desk_in_an_error(
    client: AsyncClient,
) -> None:
    page = await client.get("/desk/nothing")

    assert page.status_code == 404
    assert 'href="/track"' in page.text
    assert "/desk/held" not in page.text
