"""Pages as a screen reader tells them: names, states, and what is said by itself."""

import re

import pytest
from playwright.async_api import Page, expect

from app.domain.vocabulary import Role
from app.premises import Premises
from tests import at_desk, make
from tests.services.offices.liaising import give, mailed, register, reply
from tests.web.citizen import WRITE


@pytest.fixture
async def number(premises: Premises) -> str:
    """A case that somebody may do much with, and a liaison's reply on it."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    await register(premises, officer.office_id)
    number = (await at_desk.open_case(premises)).receipt_number
    await give(premises, clerk, number, officer.office_id)
    (letter,) = await mailed(premises)
    await reply(premises, letter.letter.reply_to)
    return number


async def test_buttons_of_a_case_say_what_they_settle_and_nothing_is_wrong_unasked(
    page: Page, site: str, number: str
) -> None:
    await page.goto(f"{site}/desk/cases/{number}")

    told = await page.locator("main").aria_snapshot()
    assert '- button "确定 改为其他事项"' in told
    assert '- button "确定 性质"' in told
    assert re.search(r'- region "[^"]*的联络员来信', told)
    assert "meter" not in told
    for field in ("ground", "co-office", "further", "disposition"):
        control = page.locator(f"#{field}")
        await expect(control).to_have_attribute("aria-invalid", "false")


async def test_that_a_draft_was_kept_is_said(
    page: Page, site: str, number: str
) -> None:
    await page.goto(f"{site}/desk/cases/{number}")
    await page.keyboard.press("r")
    await page.keyboard.type("写到一半")

    form = page.locator("form[data-saves$='/drafts/answer']")
    status = form.get_by_role("status").filter(has_text="已保存草稿")
    await expect(status).to_be_visible()


async def test_whoever_sent_the_form_hears_that_it_was_received(
    page: Page, site: str
) -> None:
    await page.goto(f"{site}{WRITE}")
    await page.get_by_role("button", name="全部显示在一页").click()
    await page.locator("#text").fill(make.TEXT)
    await page.locator("#consent").check()
    await page.get_by_role("button", name="提交", exact=True).click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("收到了")
    await expect(page.get_by_role("heading", level=1)).to_be_focused()


async def test_each_password_says_that_it_can_be_shown(page: Page, site: str) -> None:
    await page.goto(f"{site}/desk/password")

    buttons = page.get_by_role("button", name=re.compile("^显示 "))
    names = [await each.get_attribute("aria-label") for each in await buttons.all()]
    assert len(names) == 3
    assert len(set(names)) == 3
    await buttons.first.click()
    await expect(page.get_by_role("button", name=re.compile("^隐藏 "))).to_have_count(1)


async def test_tables_and_feeds_of_the_board_have_names_of_their_own(
    page: Page, site: str, number: str
) -> None:
    assert number
    await page.goto(f"{site}/notices/{make.SLUG}/board")

    await expect(page.get_by_role("table", name="办理情况一览")).to_be_visible()
    feeds = page.get_by_role("link", name=re.compile("JSON$"))
    names = [await each.inner_text() for each in await feeds.all()]
    assert len(names) == len(set(names)) == 2
