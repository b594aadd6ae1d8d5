"""What was typed is given back when it could not be stored, with no script at work."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError, OperationalError

from app.domain.vocabulary import Role
from app.models import Addition, Answer, Opinion
from app.premises import Premises
from tests import at_desk, make
from tests.stored import count
from tests.web import citizen

LONG = "这是一段很长的话。" * 100_000
"""Nearly three megabytes."""


@contextmanager
def broken_commits(premises: Premises, error: type[Exception]) -> Iterator[None]:
    """Let every commit of a change fail, whatever was written before it."""

    def fail(_connection: object) -> None:
        raise error("COMMIT", {}, Exception("the disk is full"))

    engine = premises.database._writer.sync_engine  # noqa: SLF001 - nothing else commits
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)


def retyped(page: Response) -> dict[str, str]:
    """Return the form on the page as a browser would send it again."""
    texts = re.findall(
        r'<textarea[^>]* name="(\w+)"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL
    )
    return citizen.hidden(page) | {name: html.unescape(text) for name, text in texts}


@pytest.mark.parametrize(
    ("error", "status"), [(OperationalError, 503), (IntegrityError, 500)]
)
async def test_an_opinion_that_was_not_stored_stands_in_its_form(
    client: AsyncClient, premises: Premises, error: type[Exception], status: int
) -> None:
    fields = await citizen.form(client, text="路灯坏了 <三个月>。")

    with broken_commits(premises, error):
        page = await citizen.send(client, fields)

    assert page.status_code == status
    assert "路灯坏了 &lt;三个月&gt;。</textarea>" in page.text
    assert "您的意见还没有收到" in page.text
    assert (await citizen.send(client, fields)).status_code == 201
    assert await count(premises, Opinion) == 1


async def test_an_addition_that_was_not_stored_can_be_sent_again_from_the_page(
    client: AsyncClient, premises: Premises
) -> None:
    number, code = await citizen.written(client)
    fields = citizen.hidden(await citizen.tracked(client, number, code))

    with broken_commits(premises, IntegrityError):
        page = await client.post("/track/additions", data=fields | {"text": "又灭了。"})
    again = await client.post("/track/additions", data=retyped(page))

    assert (page.status_code, again.status_code) == (500, 201)
    assert await count(premises, Addition) == 1


async def test_an_answer_that_was_not_stored_can_be_sent_again_from_the_page(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    with broken_commits(premises, OperationalError):
        page = await at_desk.take(client, premises, number, "answer", text="修好了。")
    again = await client.post(f"/desk/cases/{number}/answer", data=retyped(page))

    assert page.status_code == 503
    assert 'href="/desk/held"' in page.text
    assert again.headers["location"].endswith("?done=answer")
    assert await count(premises, Answer) == 1


async def test_a_call_that_was_not_stored_can_be_sent_again_from_the_page(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    fields = citizen.hidden(await client.get("/desk/enter"))
    call = {"channel": "phone", "about": make.SLUG, "subject": "灯", "text": "问路灯。"}

    with broken_commits(premises, IntegrityError):
        page = await client.post("/desk/enter", data=fields | call)
    again = await client.post("/desk/enter", data=retyped(page))

    assert again.status_code == 201
    assert await count(premises, Opinion) == 1


async def test_a_password_is_never_given_back(
    client: AsyncClient, premises: Premises
) -> None:
    form = {"user_name": "admin", "password": "a secret", "text": "x"}

    with broken_commits(premises, OperationalError):
        page = await client.post("/desk/sign-in", data=form)

    assert page.status_code == 503
    assert "a secret" not in page.text


async def test_what_another_site_sent_is_not_offered_to_be_sent_by_us(
    client: AsyncClient,
) -> None:
    page = await client.post(
        "/track/additions",
        data={"text": "买药"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert page.status_code == 403
    assert "买药" not in page.text


@pytest.mark.parametrize("multipart", [True, False])
async def test_a_text_that_is_far_too_long_is_kept_and_its_limit_said(
    client: AsyncClient, *, multipart: bool
) -> None:
    fields = await citizen.form(client, text=LONG)

    page = (
        await citizen.send(client, fields)
        if multipart
        else await client.post(citizen.WRITE, data=fields)
    )

    assert page.status_code == 422
    assert f"{LONG}</textarea>" in page.text
    assert "最多 20,000 个字" in page.text


async def test_an_answer_that_is_far_too_long_is_kept(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(client, premises, number, "answer", text=LONG)

    assert page.status_code == 422
    assert f"{LONG}</textarea>" in page.text


async def test_beyond_all_measure_the_page_says_how_long_a_text_may_be(
    client: AsyncClient,
) -> None:
    page = await citizen.send(client, await citizen.form(client, text=LONG * 4))

    assert page.status_code == 413
    assert "20,000 字" in page.text
