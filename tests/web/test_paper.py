"""What comes out on paper: whole numbers, whole texts, and nothing to press."""

import pytest
from playwright.async_api import Page, expect

from app.domain.vocabulary import Role
from app.premises import Premises
from app.workers import figures
from tests import at_desk
from tests.web import browsing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WIDTH = 690
"""A page upright, less the margins that browsers leave, in their pixels."""

PRESSED = "main :is(button, a.button, input:not([type=hidden]), select, textarea)"


async def test_a_report_is_printed_with_whole_numbers_in_a_table(
    page: Page, premises: Premises, site: str
) -> None:
    boss = await at_desk.hire(premises, Role.SUPERVISOR)
    await browsing.sit(page.context, premises, boss, site=site)
    await at_desk.open_case(premises)
    await figures.look_around(premises)
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": WIDTH, "height": 1000})
    await page.goto(f"{site}/desk/figures/report")

    cells = page.locator("table.scores td.number")
    await cells.evaluate_all(
        "cells => cells.forEach(cell => cell.textContent = '6015')"
    )
    shapes = await cells.evaluate_all(
        """cells => cells.map(cell => getComputedStyle(cell)).map(
            style => `${style.display},${style.whiteSpace}`)"""
    )

    assert set(shapes) == {"table-cell,nowrap"}
    assert await page.locator("table.scores thead").first.is_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= WIDTH


@pytest.mark.parametrize("path", ["figures", "figures/report", "board"])
async def test_figures_are_printed_without_anything_to_press(
    page: Page, premises: Premises, site: str, path: str
) -> None:
    boss = await at_desk.hire(premises, Role.SUPERVISOR)
    await browsing.sit(page.context, premises, boss, site=site)
    await at_desk.open_case(premises)
    await figures.look_around(premises)
    await page.emulate_media(media="print")
    await page.goto(f"{site}/desk/{path}")

    assert [await each.is_visible() for each in await page.locator(PRESSED).all()] == (
        [False] * await page.locator(PRESSED).count()
    )


async def test_a_case_is_printed_with_its_item_and_all_that_was_said(
    page: Page, premises: Premises, site: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.goto(f"{site}/desk/cases/{number}")
    await page.evaluate("document.querySelectorAll('details').forEach(e => e.open = 1)")
    await page.fill("#note", "已与住建局核实。" * 90 + "到此为止。")
    await page.locator("form[action$='/note'] button:not([name])").last.click()
    await expect(page.locator("section.note")).to_be_attached()
    await page.emulate_media(media="print")

    folded = page.locator("section.note .text")

    assert await folded.evaluate("text => text.checkVisibility()")
    assert await folded.evaluate("text => text.getBoundingClientRect().height") > 50
    await expect(page.locator(".case-head .only-print")).to_contain_text("整改事项")
    for pressed in await page.locator(PRESSED).all():
        await expect(pressed).to_be_hidden()
    for link in await page.locator("section.note a").all():
        await expect(link).to_be_hidden()
