import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.models import Staff
from app.premises import Premises
from app.services import passwords
from app.services.staff import Person
from tests import at_desk
from tests.accounts import set_up_device
from tests.at_desk import UNIT
from tests.fakes import FakeClock

SECRET = re.compile(r'class="secret" id="secret">([^<]+)<')
NEW = "木桥 铁壶 半张纸"


@pytest.fixture
async def boss(premises: Premises, client: AsyncClient) -> Person:
    """An administrator who is signed in."""
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR, display_name="周主任")
    await at_desk.sit(client, premises, boss)
    return boss


async def sign_in(client: AsyncClient, user_name: str, password: str) -> str:
    client.cookies.clear()
    form = {"user_name": user_name, "password": password}
    page = await client.post("/desk/sign-in", data=form)
    return str(page.headers.get("location", ""))


async def invited(client: AsyncClient, office_id: int) -> str:
    """Invite an auditor; return the path of the link."""
    form = {"display_name": "赵某", "role": "auditor", "office": str(office_id)}
    page = await client.post("/desk/people/invitations", data=form)
    link = SECRET.search(page.text)
    assert link is not None
    return link[1].removeprefix("http://testserver")


async def test_the_invited_choose_a_name_and_a_password_and_are_in(
    client: AsyncClient, boss: Person
) -> None:
    link = await invited(client, boss.office_id)
    client.cookies.clear()
    page = await client.get(link)
    assert "赵某，您好" in page.text
    form = {
        "token": link.partition("token=")[2], "user_name": "zhao",
        "new_password": NEW, "again": NEW,
    }  # fmt: skip

    page = await client.post("/desk/invited", data=form)
    assert page.headers["location"] == "/desk"
    assert (await client.get("/desk/audit")).status_code == 200
    assert (await client.post("/desk/invited", data=form)).status_code == 404
    assert await sign_in(client, "zhao", NEW) == "/desk"


async def test_a_link_is_good_for_seven_days_and_until_it_is_withdrawn(
    client: AsyncClient, boss: Person, clock: FakeClock, premises: Premises
) -> None:
    withdrawn, late = [await invited(client, boss.office_id) for _ in range(2)]
    page = await client.get("/desk/people/invitations")
    keys = re.findall(r'name="invitation" value="(\d+)"', page.text)
    form = {"invitation": keys[-1]}
    await client.post("/desk/people/invitations/withdraw", data=form)
    assert (await client.get(withdrawn)).status_code == 404
    assert (await client.get(late)).status_code == 200
    clock.advance(days=7, seconds=1)
    assert (await client.get(late)).status_code == 404

    await at_desk.sit(client, premises, boss)
    page = await client.post(
        "/desk/people/invitations/again", data={"invitation": keys[0]}
    )
    renewed = SECRET.search(page.text)
    assert renewed is not None
    path = renewed[1].removeprefix("http://testserver")
    assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"user_name": "two words"}, "wrong-user_name"),
        ({"user_name": ""}, "wrong-user_name"),
        ({"user_name": "taken"}, "已有人使用"),
        ({"new_password": "short"}, "至少要有 12 个字符"),
        ({"new_password": "zhao zhao zhao"}, "有您的用户名"),
        ({"new_password": "督查室password1"}, "太容易猜到"),
        ({"again": "other"}, "不一样"),
    ],
)
async def test_what_the_invited_choose_is_judged_beside_each_field(
    client: AsyncClient,
    premises: Premises,
    boss: Person,
    changes: dict[str, str],
    words: str,
) -> None:
    await at_desk.hire(premises, Role.CLERK, user_name="taken")
    link = await invited(client, boss.office_id)
    form = {
        "token": link.partition("token=")[2], "user_name": "zhao",
        "new_password": NEW, "again": NEW,
    }  # fmt: skip

    page = await client.post("/desk/invited", data=form | changes)
    assert page.status_code in {409, 422}
    assert words in page.text
    assert (await client.post("/desk/invited", data=form)).status_code == 303


@pytest.mark.usefixtures("boss")
@pytest.mark.parametrize("office", ["9223372036854775808", "-1", "x"])
async def test_an_office_that_no_key_could_be_gets_a_plain_answer(
    client: AsyncClient, office: str
) -> None:
    assert (await client.get(f"/desk/people?office={office}")).status_code == 422


@pytest.mark.usefixtures("boss")
async def test_whoever_guesses_links_has_to_wait(client: AsyncClient) -> None:
    found = [
        (await client.get(f"/desk/invited?token=guess{n}")).status_code
        for n in range(31)
    ]

    assert found == [404] * 30 + [429]


@pytest.mark.usefixtures("boss")
async def test_a_password_that_is_reset_is_shown_once_and_has_to_be_replaced(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK, user_name="wang")
    page = await client.post(f"/desk/people/{clerk.staff_id}/password")
    password = SECRET.search(page.text)
    assert password is not None
    page = await client.get(f"/desk/people/{clerk.staff_id}")
    assert password[1] not in page.text

    await sign_in(client, "wang", password[1])
    assert (await client.get("/desk")).headers["location"] == "/desk/password"


async def test_a_form_for_a_password_that_is_sent_twice_gives_one(
    client: AsyncClient, boss: Person, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK, user_name="wang")
    page = await client.get(f"/desk/people/{clerk.staff_id}")
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token is not None
    at, form = f"/desk/people/{clerk.staff_id}/password", {"token": token[1]}

    first, again = [
        SECRET.search((await client.post(at, data=form)).text) for _ in range(2)
    ]
    assert first is not None
    assert again is not None
    assert first[1] == again[1]

    await sign_in(client, "wang", first[1])
    own = {"password": first[1], "new_password": NEW, "again": NEW}
    assert (await client.post("/desk/password", data=own)).status_code == 303
    await at_desk.sit(client, premises, boss)
    late = await client.post(at, data=form)

    assert late.status_code == 409
    assert "这个表单已经用过" in late.text
    assert await sign_in(client, "wang", NEW) == "/desk"


async def test_lost_factors_are_taken_away_and_the_password_alone_lets_in(
    client: AsyncClient, premises: Premises, boss: Person
) -> None:
    clerk = await at_desk.hire(
        premises, Role.CLERK, user_name="wang",
        password_hash=passwords.hash_password(NEW),
    )  # fmt: skip
    await set_up_device(premises, clerk)
    assert await sign_in(client, "wang", NEW) == "/desk/sign-in/second"
    await at_desk.sit(client, premises, boss)
    await client.post(f"/desk/people/{clerk.staff_id}/factors")

    assert await sign_in(client, "wang", NEW) == "/desk/account"
    assert "取消了您的第二重验证" in (await client.get("/desk/account")).text


@pytest.mark.usefixtures("boss")
async def test_closing_an_account_puts_its_cases_back_where_that_is_asked(
    client: AsyncClient, premises: Premises
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    opened = await at_desk.open_case(premises)
    await at_desk.take(
        client, premises, opened.receipt_number, "assign",
        to=f"staff:{officer.staff_id}", despite="true",
    )  # fmt: skip
    page = await client.get(f"/desk/people/{officer.staff_id}")
    assert "1 件在办办件" in page.text
    form = {"put_back": "true"}
    await client.post(f"/desk/people/{officer.staff_id}/close", data=form)

    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.assignee_id is None
    async with premises.database.reading() as session:
        assert not (await session.get_one(Staff, officer.staff_id)).active
    page = await client.get("/desk/people?closed=true")
    assert officer.display_name in page.text


async def test_the_own_page_offers_nothing_that_would_lock_out(
    client: AsyncClient, boss: Person
) -> None:
    page = await client.get(f"/desk/people/{boss.staff_id}")
    assert f"/desk/people/{boss.staff_id}/close" not in page.text

    page = await client.post(f"/desk/people/{boss.staff_id}/close")
    assert page.status_code == 409


@pytest.mark.usefixtures("boss")
async def test_a_role_is_told_to_need_a_second_factor_and_not_any_more(
    client: AsyncClient,
) -> None:
    for needed in (["clerk", "officer"], []):
        await client.post("/desk/people/rules", data={"needed": needed})
        page = await client.get("/desk/people")
        assert page.text.count("checked") == len(needed)


async def test_an_account_is_opened_by_an_administrator_who_shows_who_they_are(
    client: AsyncClient, clock: FakeClock, boss: Person
) -> None:
    clock.advance(minutes=16)

    assert (await client.get("/desk/people")).status_code == 200
    page = await client.get(f"/desk/people/{boss.staff_id}")
    assert page.headers["location"].startswith("/desk/confirm?next=%2Fdesk%2Fpeople%2F")


async def test_each_page_speaks_english_as_well(
    client: AsyncClient, boss: Person
) -> None:
    for path in ("account", "people", f"people/{boss.staff_id}", "people/invitations",
                 "confirm"):  # fmt: skip
        page = await client.get(f"/en/desk/{path}")
        assert page.status_code == 200
        assert not re.search(
            "[\u4e00-\u9fff]{5,}", re.sub(r'lang="zh-CN".*?<', "", page.text)
        )
