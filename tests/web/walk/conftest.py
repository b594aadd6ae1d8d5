"""One house, one server and one browser for the whole walk."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy

import pytest
from playwright.async_api import Browser, BrowserContext
from pydantic import SecretStr

from app.main import create_app
from app.premises import Premises
from app.settings import Settings
from tests import at_desk
from tests.conftest import SECRET
from tests.fakes import FakeClock
from tests.serving import a_port, served
from tests.web import browsing
from tests.web.walk.house import House, furnish


@dataclass(frozen=True, slots=True)
class Walk:
    """The house, where it is served, and the browser that looks at it."""

    house: House
    site: str
    browser: Browser

    async def context(self, who: str, *, script: bool = True) -> BrowserContext:
        """Return a window that has been nowhere before, of somebody signed in."""
        context = await self.browser.new_context(java_script_enabled=script)
        if who in self.house.tokens:
            await context.add_cookies([{
                "name": at_desk.COOKIE, "value": self.house.tokens[who],
                "url": self.site,
            }])  # fmt: skip
        return context


@pytest.fixture(scope="module")
async def walk(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Walk]:
    """The furnished house, served, and a browser."""
    path = tmp_path_factory.mktemp("walk") / "huiyin.db"
    copy(sqlite_template, path)
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{path}"),
        secret_key=SecretStr(SECRET),
        base_url="http://testserver",
        submissions_per_minute=1000,
    )
    async with Premises(settings, clock=FakeClock()) as premises:
        house = await furnish(premises)
        with a_port() as listening:
            async with (
                served(create_app(premises), listening) as address,
                browsing.launched() as browser,
            ):
                yield Walk(house, address, browser)
