"""A browser in which a clerk has signed in, for what only a browser can show."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from playwright.async_api import Page, async_playwright

from app.domain.vocabulary import Role
from app.main import create_app
from app.models import Staff
from app.premises import Premises
from app.services import staff
from tests import at_desk
from tests.needs import chromium
from tests.serving import a_port, served

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip


@pytest.fixture
def website(premises: Premises) -> FastAPI:
    """The application that `site` serves."""
    return create_app(premises)


@pytest.fixture
async def site(website: FastAPI) -> AsyncIterator[str]:
    """The address of a server on ``premises``."""
    with a_port() as listening:
        async with served(website, listening) as address:
            yield address


@pytest.fixture
async def page(premises: Premises, site: str) -> AsyncIterator[Page]:
    """A browser's page in which a clerk has signed in."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        member = await session.get_one(Staff, clerk.staff_id)
        token = await staff.sign_in(
            session, premises.house, member, now=premises.clock()
        )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS
        )
        context = await browser.new_context()
        await context.add_cookies(
            [{"name": at_desk.COOKIE, "value": token, "url": site}]
        )
        page = await context.new_page()
        page.set_default_timeout(20_000)
        await page.goto(f"{site}/desk")
        yield page
        await browser.close()
