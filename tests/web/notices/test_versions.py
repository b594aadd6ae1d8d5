"""Versions: listed, read with a note that they are past, and compared."""

import re

from httpx import AsyncClient

from app.premises import Premises
from app.services import notices
from tests import make
from tests.fakes import START
from tests.web import publishing
from tests.web.notices.publications import rewritten

NOTICE = f"/notices/{make.SLUG}"
CHANGES = f"{NOTICE}/changes?since=1&upto=2"


async def test_a_notice_that_never_changed_says_so(client: AsyncClient) -> None:
    page = await client.get(f"{NOTICE}/versions")

    assert "只有一版" in page.text
    assert (await client.get(f"{NOTICE}/changes")).status_code == 404


async def test_versions_are_listed_newest_first(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.renew(premises, rewritten())

    page = await client.get(f"{NOTICE}/versions")

    assert re.findall(r'<li value="(\d)">', page.text) == ["2", "1"]
    assert f'href="{NOTICE}/versions/1"' in page.text
    assert 'href="/notices/sample/changes?since=1&amp;upto=2"' in page.text


async def test_a_past_version_is_read_with_a_way_to_the_present_one(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.renew(premises, rewritten())

    page = await client.get(f"{NOTICE}/versions/1")

    assert "这是第 1 版" in page.text
    assert "已经不是现行的文字" in page.text
    assert '泊位<span class="figure">860个' in page.text
    assert f'href="{NOTICE}/sections/2.1.3"' in page.text
    assert "现行版本里没有这一项" in page.text
    assert "/write" not in page.text


async def test_the_present_version_has_one_address(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.renew(premises, rewritten())

    page = await client.get(f"/en{NOTICE}/versions/2")

    assert (page.status_code, page.headers["location"]) == (303, f"/en{NOTICE}")


async def test_what_changed_is_said_item_by_item(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.renew(premises, rewritten())

    page = await client.get(CHANGES)

    for words in ("新增 1 项", "删去 1 项", "改写 1 项", "换了编号 2 项"):
        assert words in page.text
    assert re.search(r"<h3>.*托育机构太少", page.text)
    assert re.search(r"<h3>3\. 老旧电梯带病运行", page.text)
    assert '<del><span class="unseen">（删去：</span>860' in page.text
    assert '<ins><span class="unseen">（新增：</span>910' in page.text


async def test_two_versions_are_compared_whatever_their_order(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.renew(premises, rewritten())

    for asked in ("?since=2&upto=1", "", "?upto=2", f"?since=1&upto=2&x={'y' * 9}"):
        page = await client.get(f"{NOTICE}/changes{asked}")
        assert (page.status_code, page.headers["location"]) == (303, CHANGES)


async def test_a_version_compared_with_itself_has_no_changes(
    client: AsyncClient,
) -> None:
    page = await client.get(f"{NOTICE}/changes?since=1&upto=1")

    assert "文字和编号都一样" in page.text


async def test_what_was_never_published_is_nobodys_to_see(
    client: AsyncClient, premises: Premises
) -> None:
    source = make.notice_source().replace("停车".encode(), "泊车".encode())
    async with premises.database.writing() as session:
        await notices.import_notice(
            session, source, slug=make.SLUG, opens_on=START.date(), closes_on=None,
            today=START.date(), now=START,
        )  # fmt: skip
    await publishing.renew(premises, rewritten())

    page = await client.get(f"{NOTICE}/versions")

    assert re.findall(r'<li value="(\d)">', page.text) == ["3", "1"]
    assert (await client.get(f"{NOTICE}/versions/2")).status_code == 404
    assert (await client.get(f"{NOTICE}/changes?since=2&upto=3")).status_code == 404
    last = await client.get(f"{NOTICE}/changes")
    assert last.headers["location"] == f"{NOTICE}/changes?since=1&upto=3"


async def test_a_version_of_an_unpublished_notice_is_not_found(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.withdraw(premises)

    for path in ("/versions", "/versions/1", "/changes"):
        assert (await client.get(NOTICE + path)).status_code == 404
