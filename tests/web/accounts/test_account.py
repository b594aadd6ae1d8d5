import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select, update

from app.domain.accounts import AccountNote
from app.domain.vocabulary import Role
from app.models import FactorRule, Staff, StaffSession
from app.premises import Premises
from app.services import passwords
from app.services.staff import Person
from app.web.accounts.browsers import named
from tests import at_desk
from tests.accounts import code_at, set_up_device
from tests.fakes import START, FakeClock

PASSWORD = "kettle window barley"
HASH = passwords.hash_password(PASSWORD)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
async def clerk(premises: Premises, client: AsyncClient) -> Person:
    """A clerk who is signed in."""
    clerk = await at_desk.hire(
        premises, Role.CLERK, user_name="wang", password_hash=HASH
    )
    await at_desk.sit(client, premises, clerk)
    return clerk


@pytest.mark.usefixtures("clerk")
async def test_a_device_is_set_up_by_picture_or_key_and_confirmed_by_a_code(
    client: AsyncClient, clock: FakeClock
) -> None:
    await client.post("/desk/account/codes/begin")
    page = await client.get("/desk/account/codes")
    key = re.search(r'class="secret">([A-Z2-7 ]+)<', page.text)
    assert key is not None
    assert "<svg" in page.text
    assert " style=" not in page.text
    assert (await client.get("/desk/account/codes")).text.count(key[1]) == 1

    wrong = await client.post("/desk/account/codes", data={"code": "000000"})
    assert wrong.status_code == 422
    code = code_at(key[1], clock())
    shown = await client.post("/desk/account/codes", data={"code": code})
    assert (
        len(re.findall(r"<code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}<", shown.text)) == 10
    )
    assert "还剩 10 个" in (await client.get("/desk/account")).text


async def test_codes_on_paper_are_void_once_no_factor_is_left(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await set_up_device(premises, clerk)
    assert (await client.post("/desk/account/recovery-codes")).status_code == 200
    await client.post("/desk/account/codes/remove")

    assert "恢复码" not in (await client.get("/desk/account")).text
    assert (await client.post("/desk/account/recovery-codes")).status_code == 422


async def test_a_form_for_codes_on_paper_that_is_sent_twice_gives_the_same(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    await set_up_device(premises, clerk)
    page = await client.get("/desk/account")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token is not None
    at, form = "/desk/account/recovery-codes", {"token": token[1]}

    first, again = [
        re.findall(r"<code>([^<]+)<", (await client.post(at, data=form)).text)
        for _ in range(2)
    ]
    others = re.findall(r"<code>([^<]+)<", (await client.post(at)).text)
    late = await client.post(at, data=form)

    assert first == again
    assert len(set(first + others)) == 20
    assert late.status_code == 409
    assert "还剩 10 个" in (await client.get("/desk/account")).text


@pytest.mark.usefixtures("clerk")
async def test_what_is_dangerous_asks_again_who_it_is(
    client: AsyncClient, clock: FakeClock, premises: Premises
) -> None:
    clock.advance(minutes=16)
    page = await client.post("/desk/account/codes/begin")
    asked = page.headers["location"]
    assert asked == "/desk/confirm?next=%2Fdesk%2Faccount%2Fcodes"
    before = client.cookies[at_desk.COOKIE]

    form = {"password": "wrong", "next": "/desk/account"}
    assert (await client.post("/desk/confirm", data=form)).status_code == 401
    page = await client.post("/desk/confirm", data=form | {"password": PASSWORD})
    assert page.headers["location"] == "/desk/account"
    # The session has another token now: one that was copied before opens nothing.
    assert client.cookies[at_desk.COOKIE] != before
    assert (await client.post("/desk/account/codes/begin")).headers[
        "location"
    ] == "/desk/account/codes"
    async with premises.database.reading() as session:
        assert len((await session.scalars(select(StaffSession.id))).all()) == 1


@pytest.mark.usefixtures("clerk")
async def test_a_session_from_before_confirming_was_noted_is_asked(
    client: AsyncClient, premises: Premises
) -> None:
    async with premises.database.writing() as session:
        await session.execute(update(StaffSession).values(confirmed_at=None))

    assert (await client.get("/desk")).status_code == 200
    page = await client.post("/desk/account/codes/begin")
    assert page.headers["location"].startswith("/desk/confirm")


@pytest.mark.usefixtures("clerk")
async def test_confirming_leads_on_within_the_desk_only(client: AsyncClient) -> None:
    form = {"password": PASSWORD, "next": "https://evil.test/desk"}

    page = await client.post("/desk/confirm", data=form)
    assert page.headers["location"] == "/desk"


@pytest.mark.usefixtures("clerk")
async def test_five_wrong_passwords_shut_this_door_as_well(client: AsyncClient) -> None:
    for _ in range(5):
        await client.post("/desk/confirm", data={"password": "wrong"})

    shut = await client.post("/desk/confirm", data={"password": PASSWORD})
    assert shut.status_code == 429


async def test_other_browsers_are_listed_and_signed_out_one_by_one_or_all(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    mine = client.cookies[at_desk.COOKIE]
    others = []
    for _ in range(3):
        form = {"user_name": "wang", "password": PASSWORD}
        await client.post("/desk/sign-in", data=form, headers={"User-Agent": FIREFOX})
        others.append(client.cookies[at_desk.COOKIE])
        client.cookies.clear()
    client.cookies.set(at_desk.COOKIE, mine, domain="testserver.local")
    page = await client.get("/desk/account")
    assert page.text.count("Firefox, Windows") == 3
    keys = re.findall(r'name="session" value="(\d+)"', page.text)
    await client.post("/desk/account/sessions/end", data={"session": keys[0]})
    page = await client.get("/desk/account")
    assert page.text.count("Firefox, Windows") == 2
    await client.post("/desk/account/sessions/end-others")

    assert (await client.get("/desk")).status_code == 200
    for token in others:
        client.cookies.set(at_desk.COOKIE, token, domain="testserver.local")
        assert (await client.get("/desk")).status_code == 303
    del premises, clerk


@pytest.mark.usefixtures("clerk")
async def test_nobody_ends_a_session_of_somebody_else(
    client: AsyncClient, premises: Premises
) -> None:
    other = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        kept = StaffSession(
            staff_id=other.staff_id, token_digest=b"x", created_at=START, seen_at=START
        )
        session.add(kept)

    page = await client.post("/desk/account/sessions/end", data={"session": kept.id})
    assert page.status_code == 404


async def test_a_role_that_needs_a_second_factor_sets_one_up_at_the_next_sign_in(
    client: AsyncClient, premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    clock.advance(seconds=1)
    async with premises.database.writing() as session:
        session.add(FactorRule(role=Role.CLERK, since=clock()))
    assert (await client.get("/desk")).status_code == 200

    form = {"user_name": "wang", "password": PASSWORD}
    await client.post("/desk/sign-in", data=form)
    assert (await client.get("/desk")).headers["location"] == "/desk/account"
    step = await client.post("/desk/outbox/retry", data={"letter": "1"})
    assert step.headers["location"] == "/desk/account"
    assert "必须设置第二重验证" in (await client.get("/desk/account")).text
    await set_up_device(premises, clerk)
    assert (await client.get("/desk")).status_code == 200


async def test_a_note_is_shown_at_the_next_sign_in_until_it_is_read(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    async with premises.database.writing() as session:
        member = await session.get_one(Staff, clerk.staff_id)
        member.note = AccountNote.FACTORS_RESET
    form = {"user_name": "wang", "password": PASSWORD}
    page = await client.post("/desk/sign-in", data=form)

    assert page.headers["location"] == "/desk/account"
    assert "取消了您的第二重验证" in (await client.get("/desk/account")).text
    await client.post("/desk/account/note")
    assert "取消了您的第二重验证" not in (await client.get("/desk/account")).text


@pytest.mark.usefixtures("clerk")
async def test_where_browsers_have_no_passkeys_nobody_speaks_of_them(
    client: AsyncClient,
) -> None:
    assert "data-passkey" not in (await client.get("/desk/account")).text
    assert "data-passkey" not in (await client.get("/desk/sign-in")).text
    assert (await client.post("/desk/account/passkeys/question")).status_code == 404


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Safari/537",
         "Chrome, Android"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile MicroMessenger/8.0",
         "WeChat, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140",
         "Edge, Windows"),
        ("curl/8.0", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_its_name_alone(said: str, name: str | None) -> None:
    assert named(said) == name
