"""A browser in which a clerk has signed in, for what only a browser can show."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from playwright.async_api import Page

from app.domain.vocabulary import Role
from app.main import create_app
from app.premises import Premises
from tests import at_desk
from tests.serving import a_port, served
from tests.web import browsing


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
    async with browsing.launched() as browser:
        window = await browser.new_context()
        await browsing.sit(window, premises, clerk, site=site)
        page = await window.new_page()
        page.set_default_timeout(20_000)
        await page.goto(f"{site}/desk")
        yield page
