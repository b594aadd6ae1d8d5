"""A notice is for everybody, and the checks that say so can fail.

All pages are walked in tests/web/walk; this is the quick part of it.
"""

import pytest
from playwright.async_api import Page

from tests import make
from tests.web.accessibility import (
    COLOURS,
    Traffic,
    axe_faults,
    page_faults,
    sideways,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOTICE = f"/notices/{make.SLUG}"


async def test_colours_of_the_readers_own_leave_it_readable(
    reader: Page, site: str
) -> None:
    for scheme, forced in COLOURS:
        await reader.emulate_media(color_scheme=scheme, forced_colors=forced)
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
