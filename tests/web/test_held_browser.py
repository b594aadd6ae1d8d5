"""The holding pen in a real browser: by keyboard, on a telephone, and in a frame."""

import re

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Fate
from app.premises import Premises
from tests import at_desk
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


async def focused(page: Page) -> str:
    """Return the words of what has the focus."""
    said: str = await page.evaluate("document.activeElement.textContent.trim()")
    return " ".join(said.split())


async def follow(page: Page, key: str) -> None:
    """Press ``key``, which leads to another page."""
    async with page.expect_navigation():
        await page.keyboard.press(key)


async def test_letters_are_worked_one_after_another_without_a_mouse(
    page: Page, premises: Premises, site: str
) -> None:
    await at_desk.open_case(premises, subject="停车太乱", text="放学时停车太乱。")
    keys = [await hold(premises, LETTER + b"%d" % number) for number in range(3)]
    await page.goto(f"{site}/desk/held")
    await follow(page, "n")
    assert page.url.endswith(f"/{keys[0]}")

    await page.keyboard.press("e")
    await page.keyboard.press("ArrowDown")
    await follow(page, "Control+Enter")
    assert "已剔除" in await focused(page)
    await page.keyboard.press("z")
    assert "取回" in await focused(page)

    await page.keyboard.press("a")
    await page.keyboard.type("停车太乱")
    await follow(page, "Enter")
    assert await focused(page) == "1 并入办件"
    await follow(page, "Enter")
    assert "已并入办件" in await focused(page)

    await page.keyboard.press("c")
    await follow(page, "Control+Enter")
    assert [(await kept(premises, key)).fate for key in keys] == [
        Fate.REFUSED, Fate.JOINED, Fate.OPENED,
    ]  # fmt: skip


async def test_a_charset_is_chosen_without_a_mouse_and_the_focus_says_what_came(
    page: Page, premises: Premises, site: str
) -> None:
    key = await hold(premises)
    await page.goto(f"{site}/desk/held/{key}")

    await page.keyboard.press("w")
    await page.select_option("#charset", "big5-hkscs")
    await follow(page, "Control+Enter")

    assert "内容没有任何变化" in await focused(page)


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


PLACES = ("", "/{key}", "/refused", "/discarded", "/{key}?charset=big5-hkscs",
          "/{key}?page=true", "/many?arrival={key}&step=discard:spam")  # fmt: skip


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
