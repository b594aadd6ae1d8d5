"""The pages around a notice are for everybody, by each check of `accessibility`."""

from datetime import date

import pytest
from playwright.async_api import Browser, Page

from app.premises import Premises
from tests import make
from tests.web import publishing
from tests.web.accessibility import Traffic, axe_faults, page_faults, sideways
from tests.web.notices.publications import rewritten

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOTICE = f"/notices/{make.SLUG}"
PAGES = (
    "/",
    "/?q=nothing",
    NOTICE,
    f"{NOTICE}?q=停车",
    f"{NOTICE}?q=nothing",
    f"{NOTICE}/sections/2.1",
    f"{NOTICE}/sections/2.1.2",
    f"{NOTICE}/versions",
    f"{NOTICE}/versions/1",
    f"{NOTICE}/changes?since=1&upto=2",
)


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "/en"])
async def test_every_page_is_for_everybody(
    browser: Browser, premises: Premises, site: str, prefix: str
) -> None:
    await publishing.renew(premises, rewritten())
    faults = []

    for path in PAGES:
        context = await browser.new_context()
        faults += await page_faults(await context.new_page(), f"{site}{prefix}{path}")
        await context.close()

    assert faults == []


@pytest.mark.parametrize("state", ["soon", "closed"])
async def test_a_notice_that_takes_no_opinions_is_for_everybody(
    reader: Page, premises: Premises, site: str, state: str
) -> None:
    days = {
        "soon": {"opens_on": date(2026, 12, 1)},
        "closed": {"closes_on": date(2026, 10, 9)},
    }
    await publishing.set_window(premises, **days[state])

    for path in ("/", NOTICE, f"{NOTICE}/sections/2.1.2", f"{NOTICE}/write"):
        assert await page_faults(reader, site + path) == []


async def test_colours_of_the_readers_own_leave_it_readable(
    reader: Page, site: str
) -> None:
    for scheme, forced in (("dark", "none"), ("dark", "active"), ("light", "active")):
        await reader.emulate_media(color_scheme=scheme, forced_colors=forced)  # type: ignore[arg-type]  # these are literals
        assert await page_faults(reader, f"{site}{NOTICE}?q=停车", widths=[320]) == []


async def test_the_checks_find_what_only_a_browser_shows(
    reader: Page, site: str
) -> None:
    await reader.goto(f"{site}/robots.txt")
    traffic = Traffic(reader)
    await reader.set_viewport_size({"width": 320, "height": 800})

    await reader.set_content(
        '<p class="wide">' + "x" * 400 + '</p><img src="http://127.0.0.1:9/x.png">'
    )

    assert any(fault.startswith("image-alt") for fault in await axe_faults(reader))
    assert "juts out: p.wide" in await sideways(reader)
    assert traffic.foreign(site) == ["from elsewhere: http://127.0.0.1:9/x.png"]
