"""What was typed is given back when it could not be stored, with no script at work."""

import html
import re

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from app.domain.vocabulary import Role
from app.models import Addition, Answer, Opinion
from app.premises import Premises
from tests import at_desk, make
from tests.breaking import broken_commits
from tests.stored import count
from tests.web import citizen

LONG = "这是一段很长的话。" * 100_000
"""Nearly three megabytes."""


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


async def test_what_was_written_while_the_session_ended_can_be_sent_after_signing_in(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, clerk)
    number = (await at_desk.open_case(premises)).receipt_number
    client.cookies.clear()

    page = await at_desk.take(client, premises, number, "answer", text="修好 <了>。")
    await at_desk.sit(client, premises, clerk)
    again = await client.post(f"/desk/cases/{number}/answer", data=retyped(page))

    assert page.status_code == 401
    assert "您写的还没有提交" in page.text
    assert again.headers["location"].endswith("?done=answer")
    async with premises.database.reading() as session:
        assert await session.scalar(select(Answer.text)) == "修好 <了>。"


async def test_a_step_without_words_leads_back_to_its_case_after_signing_in(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(client, premises, number, "read")

    assert page.headers["location"] == (
        f"/desk/sign-in?next=%2Fdesk%2Fcases%2F{number}"
    )


async def test_what_another_site_sends_to_the_desk_is_not_offered_to_be_sent_by_us(
    client: AsyncClient,
) -> None:
    page = await client.post(
        "/desk/cases/1/answer",
        data={"text": "买药", "revision": "1"},
        headers={"sec-fetch-site": "cross-site"},
    )

    assert page.status_code in {303, 403}
    assert "买药" not in page.text


async def test_reasons_for_several_cases_stay_each_with_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    first, second, third = [
        (await at_desk.open_case(premises)).receipt_number for _ in range(3)
    ]
    form = {
        "token": "a-token", "step": "close", "disposition": "referred",
        "case": [f"{first}:1", f"{second}:1", f"{third}:1"],
        "reason": ["归住建", "", "归城管"],
    }  # fmt: skip

    with broken_commits(premises, OperationalError):
        page = await client.post("/desk/many", data=form)

    written = re.findall(r'name="reason"[^>]*>\n(.*?)</textarea>', page.text)
    assert page.status_code == 503
    assert written == ["归住建", "", "归城管"]
    assert len(set(re.findall(r'<textarea id="([^"]+)"', page.text))) == 3
