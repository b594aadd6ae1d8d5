"""The queue as one list, by keyboard, in a real browser."""

import pytest
from playwright.async_api import Page

from app.premises import Premises
from app.services import queues
from tests import at_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def focused(page: Page) -> str:
    """Return the number of the case whose line has the focus."""
    address: str = await page.evaluate("document.activeElement.getAttribute('href')")
    return address.rpartition("/")[2]


async def follow(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    async with page.expect_navigation():
        await page.keyboard.press(key)


async def test_the_list_grows_and_one_comes_back_to_the_case_that_one_left(
    premises: Premises, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    numbers = [(await at_desk.open_case(premises)).receipt_number for _ in range(5)]
    await page.reload()

    await page.keyboard.press("]")
    await page.locator("[data-row]").nth(3).wait_for()
    assert await focused(page) == numbers[2]
    await page.keyboard.press("j")
    await follow(page, "e")
    await page.locator("[data-beside] a").first.wait_for()
    await follow(page, "]")
    assert page.url.endswith(numbers[4])
    await page.locator("[data-beside] a").first.wait_for()
    await follow(page, "[")
    await page.locator("[data-beside] a").first.wait_for()
    await follow(page, "u")
    await page.locator("[data-row]").nth(3).wait_for()

    await page.locator(f"[data-row][href$='{numbers[3]}']:focus").wait_for()


async def test_a_line_is_followed_and_snoozed_by_a_key(
    premises: Premises, page: Page
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.reload()

    await page.keyboard.press("j")
    await follow(page, "s")

    assert f"case={number}" in page.url
    assert "step=snooze" in page.url
    assert await page.locator("#until:focus").count() == 1


async def test_single_keys_that_are_switched_off_do_nothing(
    premises: Premises, page: Page
) -> None:
    await at_desk.open_case(premises)
    await page.goto(f"{page.url}/views")
    await page.locator("#single-keys").uncheck()
    async with page.expect_navigation():
        await page.locator("form[action$=choices] button").click()

    await page.keyboard.press("?")

    assert not await page.locator("dialog#keys").is_visible()
