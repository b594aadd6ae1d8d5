"""A browser of a reader: nobody signed in, nothing kept from before."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.web import browsing


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A headless Chromium."""
    async with browsing.launched() as browser:
        yield browser


@pytest.fixture
async def context(browser: Browser) -> BrowserContext:
    """A window that has been nowhere before."""
    return await browser.new_context()


@pytest.fixture
async def reader(context: BrowserContext) -> AsyncIterator[Page]:
    """A page in it; an error of a script fails the test."""
    page = await context.new_page()
    page.set_default_timeout(20_000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    assert not troubles
