from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import select

from app.domain.accounts import Proof
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.keys import new_key
from app.main import create_app
from app.models import AuditEvent, Passkey, StaffSession
from app.premises import Premises
from app.services import passwords
from app.services.accounts import codes
from app.services.staff import Person
from tests import at_desk
from tests.accounts import code_at, set_up_device
from tests.fakes import FakeClock

PASSWORD = "kettle window barley"
HASH = passwords.hash_password(PASSWORD)
SECOND = "/desk/sign-in/second"


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """A clerk who knows a password."""
    return await at_desk.hire(
        premises, Role.CLERK, user_name="wang", password_hash=HASH
    )


@pytest.fixture
async def key(premises: Premises, clerk: Person, clock: FakeClock) -> str:
    """The key of that clerk's device, set up a while ago."""
    key = await set_up_device(premises, clerk)
    clock.advance(minutes=10)
    return key


async def first_step(client: AsyncClient, **more: str) -> Response:
    form = {"user_name": "wang", "password": PASSWORD} | more
    return await client.post("/desk/sign-in", data=form)


async def second_step(client: AsyncClient, code: str, **more: str) -> Response:
    return await client.post(SECOND, data={"code": code} | more)


async def signed_in(client: AsyncClient) -> bool:
    return (await client.get("/desk")).status_code == 200


async def test_the_password_alone_opens_nothing_where_there_is_a_device(
    client: AsyncClient, key: str, clock: FakeClock, premises: Premises
) -> None:
    page = await first_step(client, next="/desk/cases?tab=all")
    assert page.headers["location"] == SECOND
    assert not await signed_in(client)

    page = await second_step(client, code_at(key, clock()))
    assert page.headers["location"] == "/desk/cases?tab=all"
    assert await signed_in(client)
    async with premises.database.reading() as session:
        proof = await session.scalar(select(StaffSession.proof))
    assert proof is Proof.PASSWORD_AND_CODE


@pytest.mark.usefixtures("key")
async def test_a_wrong_code_is_said_beside_the_field_and_recorded(
    client: AsyncClient, premises: Premises
) -> None:
    await first_step(client)
    page = await second_step(client, "000000")

    assert page.status_code == 422
    assert 'aria-describedby="wrong-code' in page.text
    async with premises.database.reading() as session:
        last = await session.scalar(
            select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)
        )
    assert last is Action.SIGN_IN_FAILED


async def test_five_wrong_codes_shut_the_door_wherever_they_come_from(
    client: AsyncClient, key: str, clock: FakeClock, premises: Premises
) -> None:
    await first_step(client)
    for _ in range(5):
        assert (await second_step(client, "000000")).status_code == 422

    shut = await second_step(client, code_at(key, clock()))
    assert shut.status_code == 429
    assert shut.headers["retry-after"] == "900"
    assert "请等 15 分钟" in shut.text
    clock.advance(minutes=16)
    await first_step(client)
    assert (await second_step(client, code_at(key, clock()))).status_code == 303
    del premises


@pytest.mark.usefixtures("key")
async def test_a_code_without_a_password_leads_back_to_the_beginning(
    client: AsyncClient,
) -> None:
    page = await second_step(client, "123456")

    assert page.headers["location"].startswith("/desk/sign-in?over=")
    assert "请重新开始" in (await client.get(page.headers["location"])).text


async def test_a_sign_in_that_is_half_done_ends_after_a_while(
    client: AsyncClient, key: str, clock: FakeClock
) -> None:
    await first_step(client)
    clock.advance(minutes=11)

    page = await second_step(client, code_at(key, clock()))
    assert page.headers["location"].startswith("/desk/sign-in?over=")


async def test_a_sign_in_is_finished_in_the_browser_where_it_began(
    client: AsyncClient, key: str, clock: FakeClock, other: AsyncClient
) -> None:
    await first_step(client)

    page = await second_step(other, code_at(key, clock()))
    assert page.headers["location"].startswith("/desk/sign-in?over=")


@pytest.fixture
async def other(premises: Premises) -> AsyncIterator[AsyncClient]:
    """Another browser."""
    transport = ASGITransport(create_app(premises))
    async with AsyncClient(transport=transport, base_url="http://testserver") as other:
        yield other


@pytest.mark.usefixtures("key")
async def test_a_code_on_paper_lets_in_once(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        made = await codes.make_recovery_codes(
            session, premises.house, clerk, now=premises.clock()
        )
    await first_step(client)
    assert (await second_step(client, made[0])).status_code == 303
    client.cookies.clear()
    await first_step(client)
    assert (await second_step(client, made[0])).status_code == 422


async def test_a_remembered_browser_is_not_asked_for_thirty_days(
    client: AsyncClient, key: str, clock: FakeClock, other: AsyncClient
) -> None:
    await first_step(client)
    page = await second_step(client, code_at(key, clock()), remembered="true")
    assert "Max-Age=2592000" in str(page.headers.get_list("set-cookie"))
    await client.post("/desk/sign-out")

    assert (await first_step(client)).headers["location"] == "/desk"
    assert (await first_step(other)).headers["location"] == SECOND
    clock.advance(days=31)
    assert (await first_step(client)).headers["location"] == SECOND


async def test_a_new_password_forgets_every_remembered_browser(
    client: AsyncClient, key: str, clock: FakeClock
) -> None:
    await first_step(client)
    await second_step(client, code_at(key, clock()), remembered="true")
    form = {
        "password": PASSWORD,
        "new_password": "木桥 铁壶 半张纸",
        "again": "木桥 铁壶 半张纸",
    }
    assert (await client.post("/desk/password", data=form)).status_code == 303

    page = await first_step(client, password="木桥 铁壶 半张纸")
    assert page.headers["location"] == SECOND


async def test_of_a_wrong_recovery_code_nobody_is_told_to_wait_for_the_next(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        session.add(
            Passkey(
                id=new_key(), staff_id=clerk.staff_id, credential_id=b"x",
                public_key=b"x", sign_count=0, name="x", created_at=premises.clock(),
            )
        )  # fmt: skip
    await first_step(client)

    page = await second_step(client, "abcd-abcd-abcd")

    assert page.status_code == 422
    assert "恢复码不对" in page.text
    assert "下一个验证码" not in page.text
