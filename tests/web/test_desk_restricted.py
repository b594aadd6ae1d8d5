"""The restricted desk: no page shows a report to those who are not to know of it."""

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Role
from app.premises import Premises
from app.web import desk
from tests import at_desk, make
from tests.at_desk import UNIT, case_of
from tests.web.citizen import tracked, written
from tests.web.test_desk_matrix import FOR_EVERYBODY, Matter, matter

__all__ = ["matter"]

WORDS = "国土所副所长"
"""What stands in the report alone."""


@pytest.fixture
async def report(premises: Premises) -> str:
    """The number of a report of wrongdoing, which has a letter that came back."""
    sent = await at_desk.open_case(
        premises, kind=None, subject="关于国土所副所长的举报", text=make.REPORT
    )
    return sent.receipt_number


async def everywhere(
    client: AsyncClient, matter: Matter, number: str
) -> list[tuple[str, Response, bool]]:
    """Return what every route of the desk answers, also where asked for ``number``.

    The last of each three says whether it was asked for that, and so names it itself.
    """
    routes = [
        (method, route.path)
        for room in desk.ROOMS
        for route in room.routes
        for method in route.methods
        if (method, route.path) not in FOR_EVERYBODY
    ]
    found = []
    for method, path in routes:
        for meant in (matter.number, number):
            of = Matter(**{**vars(matter), "number": meant})
            form = of.form(path) | {"revision": "1"}
            page = await client.request(
                method, of.address(path), data=form if method == "POST" else None
            )
            found.append((f"{method} {path}", page, meant == number))
    for asked in ("?tab=all", "?tab=restricted", "?tab=unread", "?tab=all&kind=report"):
        found += [(asked, await client.get(f"/desk{asked}"), False)]
    return found


@pytest.mark.parametrize(
    "who", [(Role.CLERK, None), (Role.OFFICER, UNIT), (Role.ADMINISTRATOR, UNIT)]
)
async def test_no_page_of_the_desk_shows_a_report_to_others(
    client: AsyncClient,
    premises: Premises,
    matter: Matter,
    report: str,
    who: tuple[Role, str | None],
) -> None:
    person = await at_desk.hire(premises, who[0], office=who[1])
    await at_desk.sit(client, premises, person)

    for where, page, named in await everywhere(client, matter, report):
        assert WORDS not in page.text, where
        assert named or report not in page.text, where
    found = await client.get(f"/desk?tab=all&q={WORDS}")
    assert at_desk.numbers(found) == []


async def test_an_auditor_sees_no_word_of_a_report(
    client: AsyncClient, premises: Premises, matter: Matter, report: str
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    await at_desk.sit(client, premises, auditor)

    for where, page, _ in await everywhere(client, matter, report):
        assert WORDS not in page.text, where
    record = await client.get(f"/desk/audit?number={report}")
    assert report in record.text


async def test_whoever_is_charged_with_reports_finds_them_in_a_tab(
    client: AsyncClient, premises: Premises, report: str
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))

    page = await client.get("/desk?tab=restricted")

    assert at_desk.numbers(page) == [report]
    assert "受限" in page.text


async def test_a_clerk_is_told_before_losing_sight_of_a_case(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.get(f"/desk/cases/{number}")
    moved = await at_desk.take(client, premises, number, "restrict")

    assert "您就看不到这件来信了" in page.text
    assert moved.headers["location"].endswith("/desk?done=restrict")
    assert "已移交受限办理" in (await client.get(moved.headers["location"])).text


async def test_the_restricted_desk_releases_a_case_from_its_page(
    client: AsyncClient, premises: Premises, report: str
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))

    page = await at_desk.take(client, premises, report, "unrestrict")

    assert page.headers["location"].endswith("done=unrestrict")
    assert not (await case_of(premises, report)).restricted


async def test_a_report_shows_which_words_make_it_one(
    client: AsyncClient, premises: Premises, report: str
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.SUPERVISOR))

    page = await client.get(f"/desk/cases/{report}")

    assert '<mark lang="zh-CN">收三万元好处费</mark>' in page.text


async def test_the_form_says_where_else_to_report(client: AsyncClient) -> None:
    page = await client.get(f"/notices/{make.SLUG}/write")

    assert "12388" in page.text
    assert 'aria-describedby="report-hint"' in page.text


async def test_receipt_and_tracking_page_tell_of_discipline_inspection(
    client: AsyncClient,
) -> None:
    number, code = await written(client, kind="report", text=make.REPORT)
    other = await written(client)

    assert "www.12388.gov.cn" in (await tracked(client, number, code)).text
    assert "12388" not in (await tracked(client, *other)).text


async def test_who_enters_a_report_by_phone_is_not_led_to_it(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    form = await client.get("/desk/enter")
    token = form.text.split('name="token" value="')[1].split('"')[0]

    page = await client.post(
        "/desk/enter",
        data={"token": token, "channel": "phone", "about": make.SLUG,
              "kind": "report", "text": make.REPORT},
    )  # fmt: skip

    assert page.status_code == 201
    assert "/desk/cases/" not in page.text
    assert "12388" in page.text


async def test_what_sounds_like_a_report_is_moved_with_one_key(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    text = "市第一医院医生做手术收红包三千元"
    number = (await at_desk.open_case(premises, kind=None, text=text)).receipt_number

    queue = await client.get("/desk?tab=all&kind=report")
    page = await client.get(f"/desk/cases/{number}")

    assert number in queue.text
    assert "举报？" in queue.text
    assert "听起来是举报" in page.text
    assert 'data-keys="l" aria-describedby="move-hint"' in page.text


async def test_a_guess_without_a_word_for_it_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    opened = await at_desk.open_case(
        premises, kind=None, subject="", text="路灯不亮，晚上很黑。"
    )

    page = await client.get(f"/desk/cases/{opened.receipt_number}")

    assert "没有别的迹象" in page.text
