"""Joining cases by keyboard, in a real browser."""

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Status
from app.premises import Premises
from tests import at_desk
from tests.services.campaigning import write

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def follow(page: Page, key: str) -> None:
    """Press a key that leads to another page."""
    async with page.expect_navigation():
        await page.keyboard.press(key)


async def test_a_whole_campaign_is_joined_without_a_mouse(
    premises: Premises, page: Page
) -> None:
    first, *others = [await write(premises, by=f"citizen{place}") for place in range(3)]
    await page.goto(f"{page.url}/cases/{first}")

    await follow(page, "p")
    await page.keyboard.press("i")
    await follow(page, "Enter")

    statuses = [(await at_desk.case_of(premises, each)).status for each in others]
    assert statuses == [Status.JOINED, Status.JOINED]
    assert "已并案" in await page.inner_text("[data-done]")


async def test_one_case_is_joined_without_a_mouse(
    premises: Premises, page: Page
) -> None:
    await write(premises, by="a")
    second = await write(premises, by="b")
    await page.goto(f"{page.url}/cases/{second}")

    await page.keyboard.press("i")
    await follow(page, "Enter")

    assert (await at_desk.case_of(premises, second)).status is Status.JOINED


async def test_a_campaign_is_read_on_a_narrow_screen(
    premises: Premises, page: Page
) -> None:
    first = await write(premises, by="a")
    await write(premises, by="b")
    await page.set_viewport_size({"width": 360, "height": 800})

    await page.goto(f"{page.url}/cases/{first}/campaign?waiting=true")

    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360
