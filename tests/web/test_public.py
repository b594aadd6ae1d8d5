"""The public site, read: notices, their items, and what stands around them."""

import re
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Language
from app.premises import Premises
from app.web.wording import catalogue
from tests import make
from tests.fakes import FakeClock
from tests.web import publishing

NOTICE = f"/notices/{make.SLUG}"
ITEM = "2.1.2"
MISSING = "/no-such-page"
PAGES = (
    "/",
    NOTICE,
    f"{NOTICE}/sections/{ITEM}",
    f"{NOTICE}/sections/2",
    f"{NOTICE}/write",
    "/track",
    "/privacy",
    "/api/docs",
    MISSING,
)


def heading(page: Response) -> str:
    found = re.search(r"<h1[^>]*>(.+?)</h1>", page.text, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>|\s", "", found[1])


async def test_the_home_page_lists_the_published_notices(client: AsyncClient) -> None:
    page = await client.get("/")

    assert page.status_code == 200
    assert f'href="{NOTICE}"' in page.text
    assert "正在征集意见" in page.text


async def test_a_house_without_notices_says_so(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.withdraw(premises)

    assert "现在没有已发布的通报" in (await client.get("/")).text


async def test_a_notice_is_read_from_title_to_signature(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.get(NOTICE)
    notice = premises.house.shelf.notice(make.SLUG)

    assert heading(page) == notice.title
    for node in notice.outline.nodes():
        assert f'id="s-{node.path}"' in page.text
        assert f"{NOTICE}/sections/{node.path}" in page.text
    text = re.sub(r"<[^>]+>|\s", "", page.text)
    for node in notice.outline.nodes():
        assert "".join(node.body.split())[:60] in text


async def test_every_item_and_every_part_can_be_commented_on(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.get(NOTICE)

    assert re.findall(r"/write\?section=([\d.]+)", page.text) == [
        *premises.house.shelf.notice(make.SLUG).nodes
    ]


async def test_figures_are_marked_and_measures_are_a_list(client: AsyncClient) -> None:
    page = await client.get(NOTICE)

    assert '<span class="figure">' in page.text
    assert '<ul class="measures">' in page.text


async def test_an_item_has_a_page_between_its_neighbours(client: AsyncClient) -> None:
    page = await client.get(f"{NOTICE}/sections/{ITEM}")

    assert "老城区停车难" in heading(page)
    assert f'rel="prev" href="{NOTICE}/sections/2.1.1"' in page.text
    assert f'rel="next" class="after" href="{NOTICE}/sections/2.1.3"' in page.text
    assert f"{NOTICE}/write?section={ITEM}" in page.text
    assert f'<a href="{NOTICE}/sections/2.1">' in page.text


@pytest.mark.parametrize("path", ["1", "3"])
async def test_the_first_and_the_last_item_have_one_neighbour(
    client: AsyncClient, path: str
) -> None:
    page = await client.get(f"{NOTICE}/sections/{path}")

    assert len(re.findall('rel="(?:prev|next)"', page.text)) == 1


async def test_an_item_that_never_was_is_not_found(client: AsyncClient) -> None:
    page = await client.get(f"{NOTICE}/sections/9.9")

    assert page.status_code == 404
    assert 'data-code="no_such_section"' in page.text


async def test_an_item_taken_out_is_remembered(
    client: AsyncClient, premises: Premises
) -> None:
    kept, _, rest = make.notice_source().decode().partition("三、下一步工作安排")
    closing = rest[rest.index("欢迎全县") :]
    await publishing.renew(premises, (kept + closing).encode())

    page = await client.get(f"{NOTICE}/sections/3")

    assert page.status_code == 410
    assert "已经没有这一项" in page.text
    assert "第 2 版" in (await client.get(NOTICE)).text


async def test_a_reader_who_has_the_page_is_not_sent_it_again(
    client: AsyncClient,
) -> None:
    first = await client.get(NOTICE)
    again = await client.get(NOTICE, headers={"If-None-Match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert not again.content


async def test_a_notice_is_filled_in_once_for_each_version_and_language(
    client: AsyncClient, premises: Premises
) -> None:
    first = await client.get(NOTICE)
    english = await client.get(f"/en{NOTICE}")
    source = make.notice_source().replace("停车".encode(), "泊车".encode())
    await publishing.renew(premises, source)
    newer = await client.get(NOTICE)

    tags = {page.headers["etag"] for page in (first, english, newer)}
    assert len(tags) == 3
    assert "泊车" in newer.text


async def test_the_window_closes_on_a_page_that_was_kept(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await publishing.set_window(premises, closes_on=date(2026, 11, 3))
    assert "明天（2026年11月3日）是最后一天" in (await client.get(NOTICE)).text

    clock.advance(days=2)
    page = await client.get(NOTICE)

    assert "征集意见已经结束" in page.text
    assert "/write" not in page.text


async def test_a_notice_that_opens_later_says_when(
    client: AsyncClient, premises: Premises
) -> None:
    await publishing.set_window(premises, opens_on=date(2026, 12, 1))

    page = await client.get(f"{NOTICE}/write")

    assert 'data-code="notice_not_open"' in page.text
    assert "2026年12月1日开始，还有 29 天" in page.text


@pytest.mark.parametrize("prefix", ["", "/en"])
async def test_every_page_is_whole_in_both_languages(
    client: AsyncClient, prefix: str
) -> None:
    for path in PAGES:
        page = await client.get(prefix + path)
        assert page.status_code == (404 if path == MISSING else 200), path
        assert f'<html lang="{"en" if prefix else "zh-CN"}">' in page.text
        assert page.text.count("<h1") == 1


async def test_every_answer_bears_the_headers_of_the_house(client: AsyncClient) -> None:
    for path in (*PAGES, "/robots.txt", "/api/v1/notices", "/api/v1/nowhere"):
        headers = (await client.get(path)).headers
        assert "script-src 'self'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cache-control"] in {"no-store", "no-cache"}
        assert "set-cookie" not in headers


async def test_every_link_of_a_page_leads_somewhere(client: AsyncClient) -> None:
    links = set()
    for path in PAGES:
        page = await client.get(path)
        links |= {
            link.split("#")[0] for link in re.findall(r' href="(/[^"]*)"', page.text)
        }

    for link in links - {f"/en{MISSING}"}:
        assert (await client.get(link)).status_code in {200, 303}, link


async def test_every_reference_within_a_page_has_its_place(client: AsyncClient) -> None:
    for path in PAGES:
        page = await client.get(path)
        places = set(re.findall(r' id="([^"]+)"', page.text))
        said = re.findall(
            r' (?:for|aria-labelledby|aria-describedby)="([^"]+)"', page.text
        )
        wanted = {place for names in said for place in names.split()}
        wanted |= set(re.findall(r' href="#([^"]+)"', page.text))
        assert wanted - places == set(), path


async def test_a_head_request_gets_the_headers_of_the_page(client: AsyncClient) -> None:
    for path in ("/", NOTICE, "/robots.txt", "/api/v1/notices"):
        head, get = await client.head(path), await client.get(path)
        assert head.status_code == 200, path
        assert head.headers["content-length"] == get.headers["content-length"]
        assert not head.content


async def test_a_static_file_is_kept_under_the_name_of_its_content(
    client: AsyncClient,
) -> None:
    page = await client.get("/")
    addresses = re.findall(r'"(/static/[^"]+)"', page.text)

    assert addresses
    for address in addresses:
        assert "immutable" in (await client.get(address)).headers["cache-control"]
    bare = await client.get(addresses[0].partition("?")[0])
    assert bare.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("language", Language)
def test_the_consent_text_is_complete(language: Language) -> None:
    words = catalogue(language)
    parts = ("who", "why", "what", "not", "seen", "long", "rights", "optional")

    for part in parts:
        assert f"privacy.{part}" in words
        assert f"privacy.{part}_heading" in words


def test_no_page_of_the_public_has_a_script_from_elsewhere() -> None:
    folder = resources.files("app.web").joinpath("templates", "public")
    for file in Path(str(folder)).rglob("*.html"):
        for source in re.findall(r'<script src="([^"]+)"', file.read_text("utf-8")):
            assert re.fullmatch(r"\{\{ static\('[\w-]+\.js'\) \}\}", source)
