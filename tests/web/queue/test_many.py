"""Several cases at once, as pages: seen before, done once, and undone."""

import asyncio
import re

import pytest
from httpx import AsyncClient, Response
from sqlalchemy.exc import OperationalError

from app.domain.vocabulary import Kind, Role, Status
from app.premises import Premises
from app.services import cases, queues
from app.services.staff import Person
from app.web.queue import many
from tests import at_desk
from tests.at_desk import UNIT
from tests.breaking import broken_commits
from tests.fakes import FakeClock


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


def hidden(page: Response) -> dict[str, list[str]]:
    """Return what the form that changes something would send."""
    form = page.text.split('<form method="post" action="/desk/many">')[1]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', form
    ):
        found.setdefault(name, []).append(value)
    return found


async def opened(premises: Premises, number: int) -> list[str]:
    return [(await at_desk.open_case(premises)).receipt_number for _ in range(number)]


async def praised(client: AsyncClient, numbers: list[str]) -> Response:
    """Return the page that shows what calling these cases praise would do."""
    return await client.get(
        "/desk/many", params={"case": numbers, "step": "kind", "kind": "praise"}
    )


async def test_nothing_is_changed_before_it_was_shown(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 2)
    async with premises.database.writing() as session:
        await cases.bring_up(session, (await at_desk.case_of(premises, numbers[1])).id)

    page = await praised(client, numbers)

    assert "1 件会办理，1 件不会" in page.text
    assert 'data-code="unread_first"' in page.text
    assert hidden(page)["case"] == [f"{numbers[0]}:1"]
    for number in numbers:
        assert (await at_desk.case_of(premises, number)).kind is Kind.COMPLAINT


async def test_a_step_is_taken_once_however_often_the_page_is_sent_and_undone(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 2)
    page = await praised(client, numbers)
    form = hidden(page)

    done = await client.post("/desk/many", data=form)
    again = await client.post("/desk/many", data=form)

    assert "办了 2 件，0 件没有办" in done.text
    assert "办了 2 件，0 件没有办" in again.text
    assert (await at_desk.case_of(premises, numbers[0])).revision == 2
    undo = done.text.split('action="/desk/many/')[1].split('"')[0]
    undone = await client.post(f"/desk/many/{undo}", follow_redirects=True)
    assert "撤销了 2 件" in undone.text
    for number in numbers:
        assert (await at_desk.case_of(premises, number)).kind is Kind.COMPLAINT


async def test_a_page_sent_again_ends_what_was_broken_off_and_repeats_nothing(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 3)
    page = await praised(client, numbers)

    with broken_commits(premises, OperationalError, after=2):
        broken = await client.post("/desk/many", data=hidden(page))
    again = await client.post("/desk/many", data=hidden(page))

    assert broken.status_code == 503
    assert "办了 3 件，0 件没有办" in again.text
    found = [await at_desk.case_of(premises, number) for number in numbers]
    assert {(case.kind, case.revision) for case in found} == {(Kind.PRAISE, 2)}


async def test_a_page_sent_twice_at_once_says_of_each_case_that_it_was_done(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 5)
    page = await praised(client, numbers)

    both = await asyncio.gather(
        *(client.post("/desk/many", data=hidden(page)) for _ in range(2))
    )

    assert all("0 件没有办" in each.text for each in both)
    found = [await at_desk.case_of(premises, number) for number in numbers]
    assert {(case.kind, case.revision) for case in found} == {(Kind.PRAISE, 2)}


async def test_what_was_undone_is_not_done_again_by_the_page_sent_again(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 1)
    page = await praised(client, numbers)
    done = await client.post("/desk/many", data=hidden(page))
    undo = done.text.split('action="/desk/many/')[1].split('"')[0]
    await client.post(f"/desk/many/{undo}")

    again = await client.post("/desk/many", data=hidden(page))

    assert "0 件没有办" in again.text
    assert (await at_desk.case_of(premises, numbers[0])).kind is Kind.COMPLAINT


async def test_whoever_was_faster_is_not_overwritten(
    client: AsyncClient, premises: Premises
) -> None:
    (number,) = await opened(premises, 1)
    page = await praised(client, [number])
    await at_desk.take(client, premises, number, "kind", kind="inquiry")

    done = await client.post("/desk/many", data=hidden(page))

    assert "办了 0 件，1 件没有办" in done.text
    assert "这期间别人改动过" in done.text
    assert (await at_desk.case_of(premises, number)).kind is Kind.INQUIRY


async def test_all_that_a_list_has_are_taken_up_to_a_limit(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    monkeypatch.setattr(many, "MOST", 3)
    await opened(premises, 5)
    await at_desk.open_case(premises, kind=Kind.PRAISE)

    page = await client.get("/desk/many", params={
        "everything": "true", "step": "watch", "list": "tab=new&kind=complaint",
    })  # fmt: skip

    assert len(hidden(page)["case"]) == 3


async def test_what_complains_of_whom_it_would_go_to_is_left_with_a_way_on(
    client: AsyncClient, premises: Premises
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    opened = await at_desk.open_case(premises, text="市政管理所踢皮球，没人管。")

    page = await client.get("/desk/many", params={
        "case": opened.receipt_number, "step": "assign",
        "to": f"office:{officer.office_id}",
    })  # fmt: skip

    assert "在办件页上单独转办并确认" in page.text
    assert "勾选" not in page.text


async def test_cases_are_closed_with_a_reason_each(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 2)
    page = await client.get("/desk/many", params={
        "case": numbers, "step": "close", "disposition": "referred",
    })  # fmt: skip
    assert page.text.count("<textarea") == 2

    done = await client.post(
        "/desk/many", data=hidden(page) | {"reason": ["已转信访局", ""]}
    )

    assert "办了 1 件，1 件没有办" in done.text
    closed = [(await at_desk.case_of(premises, number)).status for number in numbers]
    assert closed == [Status.CLOSED, Status.REGISTERED]


async def test_what_a_step_needs_is_asked_for_first(
    client: AsyncClient, premises: Premises
) -> None:
    (number,) = await opened(premises, 1)

    for step, field in (("assign", "to"), ("section", "section"), ("kind", "kind"),
                        ("snooze", "until"), ("close", "disposition")):  # fmt: skip
        page = await client.get("/desk/many", params={"case": number, "step": step})
        assert f'name="{field}"' in page.text
        assert "case" not in hidden(page)


async def test_what_would_happen_is_said_in_the_words_of_what_was_chosen(
    client: AsyncClient, premises: Premises
) -> None:
    (number,) = await opened(premises, 1)
    unit = await at_desk.hire(premises, Role.OFFICER, office=UNIT, display_name="李强")

    for chosen, said in (
        ({"step": "assign", "to": f"staff:{unit.staff_id}"}, f"转办：{UNIT} · 李强"),
        ({"step": "assign", "to": f"office:{unit.office_id}"}, f"转办：{UNIT} （不指"),
        ({"step": "section", "section": "none"}, "归到事项：不属于任何事项"),
        ({"step": "kind", "kind": "praise"}, "定性质：表扬"),
        ({"step": "snooze", "until": "2026-11-20"}, "暂缓：2026-11-20"),
        ({"step": "watch"}, "关注"),
    ):  # fmt: skip
        page = await client.get("/desk/many", params={"case": number} | chosen)
        rows = re.sub(r"<[^>]+>", "", page.text.split("<tbody>")[1])
        assert said in rows


async def test_afterwards_each_case_says_where_it_is_now(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    numbers = await opened(premises, 3)
    to = f"load:{clerk.office_id}"
    await at_desk.hire(premises, Role.CLERK, display_name="王芳")
    page = await client.get(
        "/desk/many", params={"case": numbers, "step": "assign", "to": to}
    )

    done = await client.post("/desk/many", data=hidden(page))

    rows = done.text.split("<tbody>")[1]
    assert f"· {clerk.display_name}</span>" in rows
    assert "· 王芳</span>" in rows


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("step=watch", 303),
        ("case=x&step=watch", 200),
        ("case=x&step=dance", 422),
        ("case=x&step=assign&to=everybody", 422),
        ("everything=true&step=watch&list=tab%3Dnowhere", 400),
        ("case=x", 303),
    ],
)
async def test_an_odd_address_gets_a_plain_answer(
    client: AsyncClient, query: str, status: int
) -> None:
    page = await client.get(f"/desk/many?{query}")

    assert page.status_code in {status, 422 if status == 400 else status}


async def test_whoever_chose_no_case_is_told_so_on_the_same_list(
    client: AsyncClient, premises: Premises
) -> None:
    numbers = await opened(premises, 1)
    asked = {"list": "tab=all&kind=complaint", "step": "assign"}

    sent = await client.get("/desk/many", params=asked)
    page = await client.get(sent.headers["location"])

    assert "还没有选中办件" in page.text
    assert "kind=complaint" in sent.headers["location"]
    assert at_desk.numbers(page) == numbers


async def test_a_batch_is_shown_to_whoever_took_it_alone(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    (number,) = await opened(premises, 1)
    page = await client.get("/desk/many", params={"case": number, "step": "watch"})
    done = await client.post("/desk/many", data=hidden(page))
    key = done.text.split('action="/desk/many/')[1].split("/")[0]
    clock.advance(minutes=11)
    assert "撤销</button>" not in (await client.get(f"/desk/many/{key}")).text

    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    assert (await client.get(f"/desk/many/{key}")).status_code == 404
    assert (await client.post(f"/desk/many/{key}/undo")).status_code == 404
