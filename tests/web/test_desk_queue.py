"""The queue as a page: tabs, filters and search in the address, and the next case."""

import re
from datetime import timedelta

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import queues
from app.services.staff import Person
from tests import at_desk, make
from tests.fakes import FakeClock


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def test_a_page_goes_out_packed_to_whoever_can_unpack(
    client: AsyncClient,
) -> None:
    plain = await client.get("/desk", headers={"Accept-Encoding": "identity"})
    packed = await client.get("/desk", headers={"Accept-Encoding": "gzip"})

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.content == plain.content
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


async def test_a_line_says_what_a_clerk_has_to_know(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    opened = await at_desk.open_case(premises)
    clock.advance(days=20)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    page = await client.get("/desk?tab=overdue")

    assert at_desk.numbers(page) == [opened.receipt_number]
    for words in ("路灯不亮", "投诉", "督查室", "网页", "超期", "2026-11-17"):
        assert words in page.text


async def test_of_several_notices_a_line_names_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    title = premises.house.shelf.notice(make.SLUG).title
    alone = (await client.get("/desk")).text.split("<tbody>")[1]
    async with premises.database.writing() as session:
        await make.notice(session, slug="another")
    premises.house.shelf.expire()
    among_two = (await client.get("/desk")).text.split("<tbody>")[1]

    assert title not in alone
    assert f'title="{title}"' in among_two


async def test_a_case_tied_to_nothing_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises, subject="", text="随便说两句而已哈。")

    assert "拿不准" in (await client.get("/desk")).text.split("<tbody>")[1]


async def test_a_receipt_number_however_written_leads_to_its_case(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.get("/desk", params={"q": number.lower().replace("-", " ")})

    assert page.headers["location"] == f"/desk/cases/{number}"


async def test_filters_stay_as_they_were_chosen(
    client: AsyncClient, premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 1)
    path = next(iter(premises.house.shelf.notices[0].section_ids))
    for _ in range(2):
        await at_desk.open_case(premises, section=path)
    await at_desk.open_case(premises, text="学校操场晚上不开放。")
    asked = f"tab=all&q=路灯&section={make.SLUG}/{path}&kind=complaint&from=2026-11-01"

    first = await client.get(f"/desk?{asked}")
    after = first.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = await client.get(after)

    assert len({*at_desk.numbers(first), *at_desk.numbers(second)}) == 2
    assert f'value="{make.SLUG}/{path}" selected' in second.text
    assert 'rel="prev"' in second.text
    assert 'rel="next"' not in second.text


async def test_a_search_that_a_tab_hides_can_be_made_among_all_cases(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises, text="路灯坏了。")).receipt_number

    here = await client.get("/desk?tab=mine&q=路灯&kind=complaint")
    leads = re.search(r'href="([^"]+)">在全部办件里找<', here.text)
    assert leads
    there = await client.get(leads[1].replace("&amp;", "&"))

    assert "“我的”里没有符合条件的办件" in here.text
    assert at_desk.numbers(there) == [number]
    assert "在全部办件里找" not in there.text


async def test_a_chapter_has_all_its_items(
    client: AsyncClient, premises: Premises
) -> None:
    paths = list(premises.house.shelf.notices[0].section_ids)
    item = next(path for path in paths if "." in path)
    await at_desk.open_case(premises, section=item)

    asked = f"/desk?tab=all&section={make.SLUG}/{item.partition('.')[0]}"

    assert len(at_desk.numbers(await client.get(asked))) == 1


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("tab=everything", 422),
        ("after=drop table", 422),
        ("after=zz&tab=all", 422),
        ("office=99999999999999999999999", 422),
        ("kind=&status=&channel=&office=&from=&to=", 200),
        ("notice=no-such-notice", 404),
        (f"section={make.SLUG}/99.99", 404),
        ("from=0001-01-01&to=9999-12-31", 200),
        ("q=%00%22%27*%20OR%20NEAR(", 200),
    ],
)
async def test_an_odd_address_gets_a_plain_answer(
    client: AsyncClient, query: str, status: int
) -> None:
    assert (await client.get(f"/desk?{query}")).status_code == status


async def test_the_next_case_opens_until_none_is_left(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    first = (await at_desk.open_case(premises)).receipt_number
    clock.now += timedelta(minutes=1)
    second = (await at_desk.open_case(premises)).receipt_number

    assert (await client.get("/desk/next")).headers["location"].endswith(first)
    await at_desk.take(client, premises, first, "answer", text="修好了")
    onward = await client.get(f"/desk/next?after={first}")
    assert onward.headers["location"].endswith(second)
    await at_desk.take(client, premises, second, "answer", text="修好了")
    nothing = await client.get(f"/desk/next?after={second}")
    assert "都办完了" in (await client.get(nothing.headers["location"])).text


async def test_who_only_reads_is_offered_no_case_to_work_on(
    client: AsyncClient, premises: Premises
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    await at_desk.sit(client, premises, auditor)

    page = await client.get("/desk")

    assert 'data-keys="n"><kbd>n</kbd> 下一件</a>' in page.text
    assert "办下一件</a>" not in page.text


async def test_letters_that_wait_for_a_mail_server_are_announced(
    client: AsyncClient, premises: Premises
) -> None:
    assert "没有设置发信服务器" not in (await client.get("/desk")).text

    await at_desk.open_case(premises)

    assert "没有设置发信服务器" in (await client.get("/desk")).text


async def test_in_english_it_leads_to_english(
    client: AsyncClient, premises: Premises
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.get("/en/desk")

    assert f'href="/en/desk/cases/{number}"' in page.text
    assert "Complaint" in page.text


async def test_what_is_answered_or_closed_is_due_no_more(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.take(client, premises, number, "answer", text="修好了。")
    clock.advance(days=1)
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    for words, step in (
        ("2026-11-02 答复", {}), ("2026-11-03 办结", {"disposition": "explained"}),
    ):  # fmt: skip
        if step:
            await at_desk.take(client, premises, number, "close", **step)
        for address in ("/desk?tab=all", f"/desk/cases/{number}"):
            page = (await client.get(address)).text
            assert words in page
            assert "2026-11-17" not in page


async def test_chinese_words_on_an_english_page_are_marked_as_such(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    row = (await client.get("/en/desk")).text.split("<tbody>")[1].split("</tbody>")[0]

    plain = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", row, flags=re.DOTALL)
    assert "路灯不亮" in row
    assert re.findall("[\u4e00-\u9fff]+", plain) == []


async def test_a_colleague_who_has_the_last_new_case_is_mentioned(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await client.get("/desk/next")
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    nothing = await client.get("/desk/next")

    assert "别人刚刚取走" in (await client.get(nothing.headers["location"])).text
