"""The holding pen in a real browser: by keyboard, on a telephone, and in a frame."""

import re

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Fate
from app.premises import Premises
from tests.holding import LETTER, hold, kept

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HTML = b"""\
From: li@example.org
Subject: lamps
Content-Type: text/html; charset=utf-8

<p>dark</p><a href="https://evil.example/">here</a>
<script>document.title = "taken"</script><img src="https://track.example/x.gif">
"""


async def test_letters_are_chosen_and_discarded_without_a_mouse(
    page: Page, premises: Premises, site: str
) -> None:
    keys = [await hold(premises, LETTER + b"%d" % number) for number in range(3)]
    await page.goto(f"{site}/desk/held")

    for key in ("j", "x", "j", "x", "v"):
        await page.keyboard.press(key)
    await page.select_option("#step", "discard:spam")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")
    async with page.expect_navigation():
        await page.keyboard.press("Enter")

    assert [(await kept(premises, key)).fate for key in keys] == [
        Fate.REFUSED, Fate.REFUSED, Fate.HELD,
    ]  # fmt: skip


async def test_a_letters_page_stays_in_its_frame_and_asks_nobody_for_anything(
    page: Page, premises: Premises, site: str
) -> None:
    key = await hold(premises, HTML)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    await page.goto(f"{site}/desk/held/{key}?page=true")
    frame = page.frame_locator("iframe.page")

    assert "dark" in await frame.locator("body").inner_text()
    assert await frame.locator("a, img, script").count() == 0
    assert "taken" not in await page.title()
    assert [url for url in asked if not url.startswith(site)] == []
    assert any(url.endswith(f"/{key}/page") for url in asked)


PLACES = ("", "/{key}", "/{key}?page=true", "/many?arrival={key}&step=discard:spam")


@pytest.mark.parametrize("language", ["", "/en"])
async def test_on_a_telephone_nothing_sticks_out(
    page: Page, premises: Premises, site: str, language: str
) -> None:
    long = re.sub(rb"Subject: .*", b"Subject: " + b"x" * 200, HTML)
    key = await hold(premises, long.replace(b"dark", b"dark " + b"y" * 300))
    await page.set_viewport_size({"width": 360, "height": 800})

    widths: list[int] = []
    for place in PLACES:
        await page.goto(f"{site}{language}/desk/held{place.format(key=key)}")
        widths.append(await page.evaluate("document.documentElement.scrollWidth"))

    assert max(widths) <= 360
