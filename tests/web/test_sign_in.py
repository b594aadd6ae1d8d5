"""Signing in and out, and the password that has to be changed."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.main import create_app
from app.models import AuditEvent, Staff
from app.premises import Premises
from app.services import passwords, staff
from app.services.staff import Person
from app.settings import Settings
from tests import at_desk
from tests.fakes import FakeClock

PASSWORD = "eine lange Losung 长口令"
NEW = "another long sentence"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """A clerk who knows a password."""
    return await at_desk.hire(
        premises, Role.CLERK, user_name="wang", password_hash=HASH
    )


async def sign_in(
    client: AsyncClient,
    *,
    user_name: str = "wang",
    password: str = PASSWORD,
    **more: str,
) -> Response:
    form = {"user_name": user_name, "password": password} | more
    return await client.post("/desk/sign-in", data=form)


async def actions(premises: Premises) -> list[Action]:
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(3)
        )
        return list(rows)


@pytest.mark.usefixtures("clerk")
async def test_the_right_password_opens_the_desk(
    client: AsyncClient, premises: Premises
) -> None:
    page = await sign_in(client)

    assert page.headers["location"] == "/desk"
    assert (await client.get("/desk")).status_code == 200
    assert (await actions(premises))[0] is Action.SIGNED_IN


@pytest.mark.usefixtures("clerk")
async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    client: AsyncClient, premises: Premises
) -> None:
    wrong = await sign_in(client, password="wrong")
    unknown = await sign_in(client, user_name="nobody", password="wrong")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("wang", "") == unknown.text.replace("nobody", "")
    assert await actions(premises) == [Action.SIGN_IN_FAILED] * 2 + [
        Action.NOTICE_PUBLISHED
    ]


async def test_a_wrong_password_is_told_with_its_field_and_nowhere_else(
    client: AsyncClient,
) -> None:
    page = await sign_in(client, password="wrong")

    field = re.search(r'<input id="password"[^>]*>', page.text)
    assert field is not None
    assert 'aria-describedby="wrong-password"' in field[0]
    assert 'aria-invalid="true"' in field[0]
    assert 'id="wrong-password">用户名或密码不对' in page.text
    assert page.text.count("用户名或密码不对") == 1
    assert 'role="alert">' not in page.text


@pytest.mark.usefixtures("clerk")
async def test_five_wrong_passwords_shut_the_door_for_the_right_one_too(
    client: AsyncClient, clock: FakeClock
) -> None:
    for _ in range(5):
        assert (await sign_in(client, password="wrong")).status_code == 401

    shut = await sign_in(client)
    assert shut.status_code == 429
    assert shut.headers["retry-after"] == "900"
    clock.advance(minutes=15)
    assert (await sign_in(client)).status_code == 303


@pytest.mark.usefixtures("clerk")
async def test_a_hundred_at_once_are_a_hundred_tries(client: AsyncClient) -> None:
    pages = await asyncio.gather(
        *(sign_in(client, password=f"wrong {n}") for n in range(20))
    )

    assert sorted(page.status_code for page in pages) == [401] * 5 + [429] * 15


@pytest.mark.usefixtures("clerk")
async def test_a_stranger_elsewhere_locks_nobody_out(premises: Premises) -> None:
    app = create_app(premises)
    elsewhere = ASGITransport(app, client=("192.0.2.1", 1))
    async with AsyncClient(transport=elsewhere, base_url="http://testserver") as other:
        for _ in range(6):
            await sign_in(other, password="wrong")
    here = ASGITransport(app, client=("192.0.2.2", 1))
    async with AsyncClient(transport=here, base_url="http://testserver") as client:
        assert (await sign_in(client)).status_code == 303


async def test_who_has_left_does_not_sign_in(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        (await session.get_one(Staff, clerk.staff_id)).active = False

    assert (await sign_in(client)).status_code == 401


async def test_who_is_told_to_leave_is_out_at_once(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await at_desk.sit(client, premises, clerk)
    async with premises.database.writing() as session:
        (await session.get_one(Staff, clerk.staff_id)).active = False

    assert (await client.get("/desk")).status_code == 303


@pytest.mark.usefixtures("clerk")
async def test_after_signing_out_the_cookie_opens_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    await sign_in(client)
    cookie = client.cookies[at_desk.COOKIE]
    left = await client.post("/desk/sign-out")
    client.cookies.set(at_desk.COOKIE, cookie, domain="testserver.local")

    assert (await client.get(left.headers["location"])).status_code == 200
    assert (await client.get("/desk")).status_code == 303
    assert (await actions(premises))[0] is Action.SIGNED_OUT


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(("step", "hours"), [(3, 3), (1.9, 12.1)])
async def test_a_session_ends_when_idle_and_in_the_end(
    client: AsyncClient, clock: FakeClock, step: float, hours: float
) -> None:
    await sign_in(client)
    seen = []
    for _ in range(round(hours / step + 0.49)):
        clock.advance(hours=step)
        seen.append((await client.get("/desk")).status_code)

    assert seen[-1] == 303
    assert set(seen[:-1]) <= {200}


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/desk/cases?tab=all&q=%E8%B7%AF", "/desk/cases?tab=all&q=%E8%B7%AF"),
        ("//evil.test/desk", "/desk"),
        ("/desk/../track", "/desk"),
        ("https://evil.test/desk", "/desk"),
        ("/desk\\@evil.test", "/desk"),
    ],
)
async def test_signing_in_leads_on_within_the_desk_only(
    client: AsyncClient, asked: str, to: str
) -> None:
    page = await sign_in(client, next=asked)

    assert page.headers["location"] == to


@pytest.mark.usefixtures("clerk")
async def test_who_is_sent_to_sign_in_comes_back_to_the_page(
    client: AsyncClient,
) -> None:
    sent = await client.get("/en/desk/audit?action=noted")
    form = await client.get(sent.headers["location"])

    assert sent.headers["location"].startswith("/en/desk/sign-in?")
    assert 'value="/desk/audit?action=noted"' in form.text


async def test_a_password_given_out_opens_only_the_page_that_changes_it(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        kept = await session.get_one(Staff, clerk.staff_id)
        kept.must_change_password = True
    await sign_in(client)

    assert (await client.get("/desk")).headers["location"] == "/desk/password"
    step = await client.post("/desk/outbox/retry", data={"letter": "1"})
    assert step.headers["location"] == "/desk/password"
    form = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    assert (await client.post("/desk/password", data=form)).status_code == 303
    assert (await client.get("/desk")).status_code == 200


async def test_a_new_password_ends_every_other_session(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await at_desk.sit(client, premises, clerk)
    other = client.cookies[at_desk.COOKIE]
    form = {"password": PASSWORD, "new_password": NEW, "again": NEW}
    await client.post("/desk/password", data=form)
    client.cookies.set(at_desk.COOKIE, other, domain="testserver.local")

    assert (await client.get("/desk")).status_code == 303
    client.cookies.clear()
    assert (await sign_in(client, password=NEW)).status_code == 303
    assert (await sign_in(client)).status_code == 401


@pytest.mark.parametrize(
    ("passwords", "words"),
    [
        (("wrong", NEW, NEW), "用户名或密码不对"),
        ((PASSWORD, "short", "short"), "至少要有 12 个字符"),
        ((PASSWORD, "wang wang wang", "wang wang wang"), "有您的用户名"),
        ((PASSWORD, "Password2026!", "Password2026!"), "太容易猜到"),
        ((PASSWORD, "督查室2026123", "督查室2026123"), "太容易猜到"),
        ((PASSWORD, NEW, f"{NEW}!"), "不一样"),
        ((PASSWORD, PASSWORD, PASSWORD), "相同"),
    ],
)
async def test_a_password_that_cannot_be_is_refused_beside_its_field(
    client: AsyncClient,
    premises: Premises,
    clerk: Person,
    passwords: tuple[str, str, str],
    words: str,
) -> None:
    await at_desk.sit(client, premises, clerk)
    form = dict(zip(("password", "new_password", "again"), passwords, strict=True))
    page = await client.post("/desk/password", data=form)

    assert page.status_code in {400, 422}
    assert words in page.text
    assert (await client.get("/desk")).status_code == 200


@pytest.mark.usefixtures("clerk")
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: AsyncClient,
) -> None:
    cookie = (await sign_in(client)).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Max-Age" not in cookie


@pytest.fixture
async def secure_client(
    settings: Settings, clock: FakeClock, premises: Premises
) -> AsyncIterator[AsyncClient]:
    """A browser at a site that is reached over TLS."""
    secure = settings.model_copy(update={"base_url": "https://testserver"})
    del premises
    async with Premises(secure, clock=clock) as house:
        transport = ASGITransport(create_app(house))
        async with AsyncClient(
            transport=transport, base_url="https://testserver"
        ) as client:
            yield client


@pytest.mark.usefixtures("clerk")
async def test_over_tls_the_cookie_is_bound_to_this_host(
    secure_client: AsyncClient,
) -> None:
    cookie = (await sign_in(secure_client)).headers["set-cookie"]

    assert cookie.startswith("__Host-huiyin-desk=")
    assert "Secure" in cookie
    assert (await secure_client.get("/desk")).status_code == 200


async def test_a_new_account_signs_in_with_its_one_time_password(
    client: AsyncClient, premises: Premises
) -> None:
    async with premises.database.writing() as session:
        password = await staff.add_staff(
            session, "li", role=Role.CLERK, office=staff.LEAD_OFFICE,
            now=premises.clock(),
        )  # fmt: skip

    assert (await sign_in(client, user_name="li", password=password)).status_code == 303
    assert (await client.get("/desk")).headers["location"] == "/desk/password"
