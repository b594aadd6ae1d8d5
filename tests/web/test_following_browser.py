"""What only a browser shows of keeping a receipt and of the steps after it."""

from collections.abc import AsyncIterator
from functools import partial

import pytest
from axe_playwright_python.async_playwright import Axe
from httpx import ASGITransport, AsyncClient
from playwright.async_api import FilePayload, Page, Route, expect
from sqlalchemy import select

from app.main import create_app
from app.models import Addition
from app.premises import Premises
from tests import make
from tests.following import talking
from tests.following.talking import Talk
from tests.web.citizen import PNG

PICTURE: FilePayload = {"name": "灯.png", "mimeType": "image/png", "buffer": PNG}
TAGS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
async def talk(premises: Premises) -> AsyncIterator[Talk]:
    """An opinion that was answered."""
    transport = ASGITransport(create_app(premises))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        talk = await talking.begin(client, premises, section="2.1.2")
        await talking.answered(talk)
        yield talk


async def tracked(page: Page, site: str, talk: Talk) -> None:
    """Open the tracking page by its form."""
    await page.goto(f"{site}/track?number={talk.number}")
    await page.fill("#code", talk.code)
    await page.click("main form [type=submit]")
    await page.wait_for_selector("#own")


async def faults(page: Page) -> list[str]:
    """Return what axe finds, and whether the page scrolls sideways on a small phone."""
    found = await Axe().run(page, options=TAGS)
    await page.set_viewport_size({"width": 320, "height": 700})
    over = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    wide = [f"{over} px too wide"] if over > 0 else []
    return [each["id"] for each in found.response["violations"]] + wide


async def test_a_receipt_is_kept_on_the_device_filled_in_and_removed(
    page: Page, site: str
) -> None:
    await page.goto(f"{site}/notices/{make.SLUG}/write")
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.fill("#text", make.TEXT)
    await page.check("#consent")
    await page.get_by_role("button", name="提交", exact=True).click()
    code = await page.inner_text("#query-code")
    await page.click("[data-keep]")
    assert "已存在这台设备上" in await page.inner_text("#said")

    await page.goto(f"{site}/track")
    await page.click("#kept-here button >> nth=0")
    assert await page.input_value("#code") == code.replace("\n", "")
    await page.click("main form [type=submit]")
    await page.wait_for_selector("#own")

    await page.goto(f"{site}/track")
    await page.click("#kept-here button >> nth=1")
    assert await page.is_hidden("#kept-here")


async def test_every_step_works_without_javascript(
    page: Page, site: str, talk: Talk
) -> None:
    assert page.context.browser
    context = await page.context.browser.new_context(java_script_enabled=False)
    plain = await context.new_page()
    await tracked(plain, site, talk)

    await plain.check("text=没有解决")
    await plain.check("text=2 不满意")
    await plain.click("text=提交评价")
    assert "您的评价已经记下" in await plain.inner_text("main")
    await plain.click("text=不认可答复？申请复查")
    await plain.fill("[name=reason]", "灯还是不亮。")
    await plain.click("form[action='/track/review'] button")
    assert "督查室会重新办理" in await plain.inner_text("main")
    await plain.click("summary:has-text('撤回这条意见')")
    await plain.check("#withdraw")
    await plain.click("form[action='/track/withdrawal'] button")
    assert "这条意见已经撤回" in await plain.inner_text("main")
    await plain.click("summary:has-text('删除个人信息')")
    await plain.check("#erase")
    await plain.click("form[action='/track/erasure'] button")
    assert "已经删除，无法恢复" in await plain.inner_text("main")
    await context.close()


async def test_what_was_added_outlives_sending_without_a_connection(
    page: Page, site: str, talk: Talk, premises: Premises
) -> None:
    await tracked(page, site, talk)
    form = page.locator("form[action='/track/additions']")
    await page.fill("#text", "昨晚又灭了。")
    await page.set_input_files("#files", [PICTURE])
    await page.context.set_offline(True)
    await form.locator("button").click()
    await expect(form.get_by_role("status").last).to_contain_text("没有连上")
    await page.context.set_offline(False)
    await form.locator("button").click()
    await page.wait_for_selector(".addition")
    await page.reload()

    assert "昨晚又灭了。" in await page.inner_text(".addition")
    assert "灯.png" in await page.inner_text(".addition")
    async with premises.database.reading() as session:
        assert len((await session.scalars(select(Addition))).all()) == 1


async def fulfilled(route: Route, *, status: int) -> None:
    """Answer as something does that stands between us."""
    await route.fulfill(status=status, body="Bad Gateway")


async def test_a_reason_outlives_what_stands_between_us_and_a_service_in_trouble(
    page: Page, site: str, talk: Talk
) -> None:
    await tracked(page, site, talk)
    await page.click("text=不认可答复？申请复查")
    await page.fill("[name=reason]", "灯还是不亮。")
    form = page.locator("form[action='/track/review']")
    for status in (502, 200):
        answer = partial(fulfilled, status=status)
        await page.route("**/track/review", answer)
        await form.locator("button").click()
        await expect(form.get_by_role("status")).to_contain_text("暂时不可用")
        await page.unroute("**/track/review", answer)
    await form.locator("button").click()

    await expect(page.locator("[data-focus]")).to_contain_text("督查室会重新办理")
    await expect(page.locator("[data-focus]")).to_be_focused()


@pytest.mark.parametrize("language", ["", "/en"])
async def test_the_pages_are_for_everybody(
    page: Page, site: str, talk: Talk, language: str
) -> None:
    follow = f"/notices/{make.SLUG}/sections/2.1.2/follow"
    for path in ("/track", "/track/lost", "/track/renew", follow):
        await page.goto(f"{site}{language}{path}")
        assert await faults(page) == [], path
    await tracked(page, site + language, talk)
    for summary in await page.query_selector_all("details:not([open]) > summary"):
        await summary.click()
    assert await faults(page) == []
    await page.click("form[action$='/track/rating'] button")
    await page.wait_for_selector("#wrong")
    assert await faults(page) == []
