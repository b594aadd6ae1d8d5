"""Drafts, templates and colleagues on a case's page, in a real browser."""

import pytest
from playwright.async_api import Page, expect

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.answering import looks
from tests import at_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def open_case(premises: Premises, page: Page) -> str:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.goto(f"{page.url}/cases/{number}")
    return number


async def test_what_is_typed_is_kept_by_itself_and_found_in_another_browser(
    premises: Premises, page: Page
) -> None:
    await open_case(premises, page)
    await page.keyboard.press("r")
    await page.keyboard.type("写到一半的答复")
    form = page.locator("form[action$='/answer']")
    await expect(form.locator("[data-draft-said]")).to_contain_text("已保存草稿")

    await page.evaluate("sessionStorage.clear()")
    await page.reload()

    assert await page.input_value("#answer") == "写到一半的答复"
    await expect(form.locator("[data-draft-said]")).to_contain_text("的草稿")
    await page.goto(f"{page.url.split('/cases')[0]}/drafts")
    await expect(page.locator("table")).to_contain_text("写到一半的答复")


async def test_whoever_is_signed_out_while_writing_is_told_and_goes_on_after(
    premises: Premises, page: Page, site: str
) -> None:
    number = await open_case(premises, page)
    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await page.keyboard.press("r")
    await page.keyboard.type("写到一半")
    form = page.locator("form[action$='/answer']")
    await expect(form.locator("[data-draft-wrong]")).to_contain_text("登录已经结束")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    assert "您写的还没有提交" in await page.inner_text("main")

    await page.context.add_cookies([
        {"name": each["name"], "value": each["value"], "url": site}
        for each in cookies
    ])  # fmt: skip
    await page.get_by_role("button", name="再提交一次").click()

    await expect(page.locator("[data-done]")).to_be_visible()
    assert number in page.url
    assert "写到一半" in await page.inner_text("main")


async def test_a_template_is_put_in_by_keys_and_the_first_gap_is_selected(
    premises: Premises, page: Page
) -> None:
    number = await open_case(premises, page)
    await page.keyboard.press("r")
    await page.keyboard.type("前言 ")
    await page.keyboard.press("Escape")
    await page.keyboard.press("f")
    await page.keyboard.press("Enter")

    await expect(page.locator("[data-inserted]")).to_contain_text("填写")
    text = await page.input_value("#answer")
    assert text.startswith("前言 张三，您好：")
    assert number in text
    selected = await page.evaluate(
        "(() => { const a = document.getElementById('answer');"
        " return a.value.slice(a.selectionStart, a.selectionEnd); })()"
    )
    assert selected == "{事项}"
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    await expect(page.locator("#answer-wrong")).to_contain_text("{事项}、{填写：")


async def test_without_script_a_button_fills_the_box_and_keeps_what_was_there(
    premises: Premises, page: Page, site: str
) -> None:
    number = await open_case(premises, page)
    browser = page.context.browser
    assert browser is not None
    bare = await browser.new_context(java_script_enabled=False)
    await bare.add_cookies([
        {"name": each["name"], "value": each["value"], "url": site}
        for each in await page.context.cookies()
    ])  # fmt: skip
    plain = await bare.new_page()
    await plain.goto(f"{site}/desk/cases/{number}")
    await plain.locator("summary[data-keys=r]").click()
    await plain.fill("#answer", "前言")
    await plain.locator("[data-inserts]").click()

    text = await plain.input_value("#answer")
    assert text.startswith("前言\n\n张三，您好：")


async def test_a_colleague_who_is_writing_is_shown(
    premises: Premises, page: Page
) -> None:
    number = await open_case(premises, page)
    other = await at_desk.hire(premises, Role.CLERK, display_name="李四")
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await looks.look(session, other, case.id, writing=True, now=premises.clock())
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    await expect(page.locator(".onlookers")).to_contain_text("李四 正在写")


async def test_whoever_begins_to_write_is_shown_at_once(
    premises: Premises, page: Page
) -> None:
    number = await open_case(premises, page)
    other = await at_desk.hire(premises, Role.CLERK, display_name="李四")
    case = await at_desk.case_of(premises, number)
    await page.keyboard.press("r")

    async with page.expect_response(
        lambda each: each.url.endswith("/looks"), timeout=5_000
    ):
        await page.keyboard.type("写")
    async with premises.database.reading() as session:
        found = await looks.others(session, other, case.id, now=premises.clock())

    assert [each.writing for each in found] == [True]
