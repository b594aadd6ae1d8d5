"""Reading a notice in a browser: with comforts, by keyboard, and without scripts."""

import re

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from app.premises import Premises
from tests import make
from tests.web import publishing
from tests.web.notices.publications import rewritten

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOTICE = f"/notices/{make.SLUG}"
PHONE: ViewportSize = {"width": 360, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 800}


async def at_top(page: Page, place: str) -> float:
    """Return how far below the top of the window ``place`` begins."""
    top: float = await page.locator(place).evaluate(
        "one => one.getBoundingClientRect().top"
    )
    return top


async def test_the_contents_follow_the_reader(reader: Page, site: str) -> None:
    await reader.set_viewport_size(DESK)
    await reader.goto(site + NOTICE)

    await reader.locator("#s-2\\.2\\.2").evaluate("one => one.scrollIntoView()")

    current = reader.locator(".contents [aria-current]")
    await expect(current).to_have_count(1)
    await expect(current).to_have_attribute("href", "#s-2.2.2")
    await expect(current).to_be_in_viewport()


async def test_the_other_language_opens_at_the_same_place(
    reader: Page, site: str
) -> None:
    await reader.set_viewport_size(DESK)
    await reader.goto(f"{site}{NOTICE}#s-2")
    current = reader.locator(".contents [aria-current]")
    await expect(current).to_have_attribute("href", "#s-2")

    await reader.locator("[data-other-language]").click()

    await expect(reader).to_have_url(f"{site}/en{NOTICE}#s-2")
    await expect(current).to_have_attribute("href", "#s-2")


async def test_on_a_telephone_the_contents_close_when_an_item_was_chosen(
    reader: Page, site: str
) -> None:
    await reader.set_viewport_size(PHONE)
    await reader.goto(site + NOTICE)
    contents = reader.locator("#contents details")
    assert await contents.get_attribute("open") is None

    await reader.locator("#contents summary").click()
    await reader.locator('#contents a[href="#s-2.1.3"]').click()

    await expect(contents).not_to_have_attribute("open", "")
    assert 0 <= await at_top(reader, "#s-2\\.1\\.3 > :first-child") < 320
    await expect(reader.locator("#contents .here")).to_contain_text("正在看")


async def test_the_search_answers_while_one_types(reader: Page, site: str) -> None:
    await reader.goto(site + NOTICE)

    await reader.get_by_label("在这份通报里查找").press_sequentially("停车")

    await expect(reader.locator("#found")).to_contain_text("找到")
    marks = reader.locator("#text mark")
    number = await marks.count()
    assert number > 2
    await expect(reader).to_have_url(re.compile(r"\?q=%E5%81%9C%E8%BD%A6$"))
    for place in (1, 2):
        await reader.get_by_role("button", name="下一处").click()
        await expect(reader.locator("mark.at")).to_have_id(f"hit-{place}")
    await expect(reader.locator("mark.at")).to_be_in_viewport()
    await expect(reader.locator("[data-hit-at]")).to_have_text(
        f"第 2 处，共 {number} 处"
    )
    for _ in range(2):
        await reader.get_by_role("button", name="上一处").click()
    await expect(reader.locator("mark.at")).to_have_id(f"hit-{number}")

    await reader.get_by_label("在这份通报里查找").fill("")

    await expect(marks).to_have_count(0)
    await expect(reader).to_have_url(site + NOTICE)


async def test_a_notice_is_read_and_searched_without_scripts(
    browser: Browser, premises: Premises, site: str
) -> None:
    await publishing.renew(premises, rewritten())
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site + NOTICE)

    await page.get_by_label("在这份通报里查找").fill("停车")
    await page.get_by_role("button", name="查找", exact=True).click()
    await page.locator("#found a").first.click()

    await expect(page).to_have_url(re.compile(r"#hit-1$"))
    await expect(page.locator("#hit-1")).to_be_in_viewport()
    await page.get_by_role("link", name="清除查找").click()
    await page.locator("#contents summary").click()
    await page.locator('#contents a[href="#s-2.2"]').click()
    await expect(page.locator("#s-2\\.2")).to_be_in_viewport()
    await page.get_by_role("link", name="各个版本").first.click()
    await page.get_by_role("link", name=re.compile("与上一版比较")).click()
    await expect(page.locator("ins").first).to_be_visible()
    await context.close()


async def test_every_item_is_commented_on_by_keyboard(reader: Page, site: str) -> None:
    await reader.goto(f"{site}{NOTICE}#s-2.1.2")
    await reader.locator("#s-2\\.1\\.2 .permalink").focus()

    await reader.keyboard.press("Tab")
    await reader.keyboard.press("Enter")

    await expect(reader).to_have_url(re.compile(r"/write\?section=2\.1\.2$"))


async def test_a_print_has_addresses_and_version_and_no_buttons(
    reader: Page, site: str
) -> None:
    await reader.goto(site + NOTICE)
    await reader.emulate_media(media="print")

    await expect(reader.locator(".masthead .printed")).to_contain_text("第 1 版")
    await expect(reader.locator(".masthead .printed")).to_contain_text("2026年11月2日")
    for hidden in (".actions", ".contents", ".find", ".comment a", ".ways"):
        await expect(reader.locator(hidden).first).to_be_hidden()
    address: str = await reader.locator("#s-2\\.1\\.2 .permalink").evaluate(
        "link => getComputedStyle(link, '::after').content"
    )
    assert address.strip('"').strip() == f"{NOTICE}/sections/2.1.2"
