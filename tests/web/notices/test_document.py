"""The document: what is set apart, what a search finds, how many have written."""

import re
from datetime import date, timedelta

import pytest
from httpx import AsyncClient, Response

from app.premises import Premises
from app.web.notices.markup import Pen
from app.web.outcome.figures import STALE_AFTER
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.web import publishing
from tests.web.accessibility import MOST_BYTES

NOTICE = f"/notices/{make.SLUG}"
ITEM = "2.1.2"


def marks(page: Response) -> list[str]:
    """Return what is marked on a page, in order."""
    found = re.findall(r'<mark id="hit-\d+">(.*?)</mark>', page.text)
    return [re.sub("<[^>]+>", "", each) for each in found]


def set_apart(text: str, what: str) -> list[str]:
    return re.findall(f'<span class="{what}">(.+?)</span>', str(Pen().mark(text)))


async def write(premises: Premises, times: int) -> None:
    for turn in range(times):
        await at_desk.open_case(premises, section=ITEM, text=f"停车难，第{turn}次说。")


def test_a_day_by_which_something_is_done_is_a_deadline() -> None:
    text = "2026年3月20日公布，9月底前完成，年底前开工，今年上半年完成。"

    assert set_apart(text, "deadline") == ["9月底前", "年底前", "今年上半年"]
    assert set_apart("其余874台2027年底前完成。", "deadline") == ["2027年底前"]


def test_amounts_in_chinese_numerals_are_figures() -> None:
    assert set_apart("每部补助十万元，收取三百余元", "figure") == ["十万元", "三百余元"]


def test_the_name_of_a_field_is_set_apart_at_the_beginning_of_a_line_alone() -> None:
    assert set_apart("责任单位：市城管局", "field") == ["责任单位"]
    assert set_apart("完成时限:年底前", "field") == ["完成时限"]
    assert set_apart("由责任单位：市城管局", "field") == []


async def test_a_search_marks_every_place_and_says_how_many(
    client: AsyncClient,
) -> None:
    page = await client.get(NOTICE, params={"q": "停车"})

    found = marks(page)
    assert len(found) > 2
    assert set(found) == {"停车"}
    assert f"找到 {len(found)} 处" in page.text
    assert page.text.count('<mark id="hit-1">') == 1
    assert re.search(
        r'<li><a href="#hit-1" lang="zh-CN">2. 老城区停车难</a>', page.text
    )


async def test_hits_are_linked_from_one_item_to_the_next(client: AsyncClient) -> None:
    page = await client.get(NOTICE, params={"q": "办理"})
    turns = re.findall(r'href="#hit-(\d+)">(上一项|下一项)</a>', page.text)

    items = {int(number) for number, _ in turns}
    assert len(items) > 1
    assert turns[0][1] == "下一项"
    assert turns[-1][1] == "上一项"
    assert all(f'<mark id="hit-{number}">' in page.text for number in items)


async def test_an_item_is_found_that_holds_every_word(client: AsyncClient) -> None:
    both = await client.get(NOTICE, params={"q": "停车 860"})
    neither = await client.get(NOTICE, params={"q": "停车 1080"})

    assert set(marks(both)) == {"停车", "860"}
    assert "在 1 项里找到" in both.text
    assert marks(neither) == []
    assert "没有找到“停车 1080”" in neither.text


async def test_a_hit_across_a_figure_leaves_the_text_as_it_is(
    client: AsyncClient,
) -> None:
    page = await client.get(NOTICE, params={"q": "860 个"})

    text = re.sub("<[^>]+>", "", page.text)
    assert "划定路内泊位860个，开放12个机关单位" in text


async def test_what_is_searched_for_stays_text(client: AsyncClient) -> None:
    page = await client.get(NOTICE, params={"q": '"><script>alert(1)</script>'})

    assert "<script>alert" not in page.text
    assert page.status_code == 200


@pytest.mark.parametrize("query", ["", "  ", "，。"])
async def test_a_search_for_nothing_marks_nothing(
    client: AsyncClient, query: str
) -> None:
    page = await client.get(NOTICE, params={"q": query})

    assert page.status_code == 200
    assert marks(page) == []


async def test_an_address_with_a_query_of_its_own_does_not_change_the_kept_page(
    client: AsyncClient,
) -> None:
    await client.get(f"{NOTICE}?from=elsewhere")

    assert "elsewhere" not in (await client.get(NOTICE)).text
    assert "elsewhere" not in (await client.get(f"{NOTICE}/sections/{ITEM}")).text


async def test_how_many_wrote_stands_beside_the_item(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    none = await client.get(f"{NOTICE}/sections/{ITEM}")
    await write(premises, 2)
    clock.now += STALE_AFTER + timedelta(seconds=1)
    few = await client.get(f"{NOTICE}/sections/{ITEM}")
    await write(premises, 2)
    clock.now += STALE_AFTER + timedelta(seconds=1)
    item = await client.get(f"{NOTICE}/sections/{ITEM}")
    notice = await client.get(NOTICE)

    assert "意见不到 3 条" in none.text
    assert "意见条数不公布" in few.text
    assert "2 条意见" not in few.text
    assert "4 条意见" in item.text
    assert notice.text.count("4 条意见") == 1
    assert "2 条意见" not in notice.text


async def test_the_days_that_are_left_are_said_anew_each_day(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await publishing.set_window(premises, closes_on=date(2026, 11, 14))
    said = []
    for _ in range(14):
        page = await client.get(NOTICE)
        said += re.findall("还有 12 天|明天（|今天（|征集意见已经结束", page.text)[:1]
        clock.advance(days=1)

    assert said == ["还有 12 天", "明天（", "今天（", "征集意见已经结束"]


async def test_after_closing_the_form_says_what_one_can_still_do(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.set_window(premises, closes_on=date(2026, 10, 9))

    page = await client.get(f"{NOTICE}/write")

    assert "截止日期是2026年10月9日" in page.text
    assert "之后寄来的信和邮件仍然登记，注明逾期" in page.text
    for phone in premises.house.shelf.notice(make.SLUG).outline.contact.phones:
        assert phone in page.text


async def test_a_notice_of_thirty_items_is_light(
    client: AsyncClient, premises: Premises
) -> None:
    items = "\n".join(
        f"{turn}.事项{turn}。一是查清情况。{'逐户走访登记，' * 12}已完成{turn}件。"
        f"二是限期整改。{'每周调度一次，' * 12}9月底前完成。"
        for turn in range(1, 31)
    )
    text = make.notice_source().decode()
    start, end = text.index("1.小学学位"), text.index("三、下一步")
    await publishing.renew(
        premises, (text[:start] + items + "\n" + text[end:]).encode()
    )

    page = await client.get(NOTICE, headers={"Accept-Encoding": "identity"})

    assert len(premises.house.shelf.notice(make.SLUG).nodes) > 30
    assert len(page.content) < MOST_BYTES
