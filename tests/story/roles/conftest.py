"""One town for all stories, a window for each person, and an album for each role."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import needs
from tests.story import running
from tests.story.conftest import PICTURES, QUIET
from tests.story.roles.album import Album
from tests.story.roles.town import PATIENCE, At, Town


@pytest.fixture(scope="package")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The running service with its offices and staff."""
    needs.chromium()
    folder = tmp_path_factory.mktemp("town")
    with (
        running.mail_server() as mail,
        running.service(folder, relay_port=mail.port) as service,
    ):
        town = Town(folder, service, mail)
        town.settle()
        yield town


@pytest.fixture(scope="package")
def browser(town: Town) -> Iterator[Browser]:
    """One headless Chromium; it starts after the commands that set the town up."""
    del town
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=needs.chromium(), args=list(QUIET)
        )
        expect.set_options(timeout=PATIENCE)
        yield browser
        expect.set_options(timeout=5_000)
        browser.close()


@pytest.fixture
def at(town: Town, browser: Browser) -> Iterator[At]:
    """Open a window: of ``"lin"`` at the desk, or of ``""``, a citizen.

    An error in the console of any of them fails the test.
    """
    pages: list[Page] = []
    troubles: list[str] = []

    def open_window(name: str) -> Page:
        page = town.open(browser, name)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        pages.append(page)
        return page

    yield open_window
    for page in pages:
        page.context.close()
    assert not troubles


@pytest.fixture
def album(request: pytest.FixtureRequest) -> Album:
    """The album of the role that the test's module is named after."""
    role = Path(str(request.path)).stem.removeprefix("test_")
    return Album(PICTURES / role)
