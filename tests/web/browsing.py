"""Browsers of the tests' own, and people who sit down at one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, async_playwright

from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.needs import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """Have a headless Chromium while the block runs."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS
        )
        yield browser
        await browser.close()


async def sit(
    window: BrowserContext, premises: Premises, person: Person, *, site: str
) -> None:
    """Sign ``person`` in with a real browser, in place of whoever was before."""
    token = await at_desk.signed_in(premises, person)
    await window.add_cookies([{"name": at_desk.COOKIE, "value": token, "url": site}])
