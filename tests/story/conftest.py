"""A running service, a mail server and a browser, shared by the story's chapters."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests import needs
from tests.story import running
from tests.story.running import MailServer, Service

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = Path(__file__).resolve().parents[2] / "screenshots"
WIDTHS = {"phone": 360, "desktop": 1280}


@pytest.fixture(scope="module")
def mail() -> Iterator[MailServer]:
    """The mail server of the citizens."""
    with running.mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, mail: MailServer
) -> Iterator[Service]:
    """A service on SQLite, as the first command of the README starts it."""
    folder = tmp_path_factory.mktemp("service")
    with running.service(folder, relay_port=mail.port) as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    path = needs.chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, service: Service) -> Iterator[Page]:
    """A window at the service's site; an error in its console fails the test."""
    context = browser.new_context(base_url=service.url, locale="zh-CN")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page
    context.close()
    assert not troubles


def picture(page: Page, name: str) -> None:
    """Take the page as it is, at the width of a phone and of a desktop."""
    PICTURES.mkdir(exist_ok=True)
    for device, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 800})
        page.screenshot(path=PICTURES / f"{name}-{device}.png", full_page=True)
        sideways = page.evaluate("document.documentElement.scrollWidth")
        assert sideways <= width, f"{name} is wider than a {device}"
