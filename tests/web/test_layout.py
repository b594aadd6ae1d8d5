"""How pages look, in a browser: on a telephone, and down the levels of a notice."""

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Role
from app.premises import Premises
from app.workers import figures
from tests import at_desk, make
from tests.fakes import START
from tests.web import browsing, publishing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def sit_as_administrator(page: Page, premises: Premises, site: str) -> None:
    """Sign an administrator in, in place of the clerk."""
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await browsing.sit(page.context, premises, boss, site=site)


async def test_on_a_telephone_a_field_is_as_wide_as_its_form(
    page: Page, premises: Premises, site: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.goto(f"{site}/desk/cases/{number}")

    widths: list[float] = await page.locator(".row-form select").evaluate_all(
        "fields => fields.map(field => field.offsetWidth / field.form.clientWidth)"
    )

    assert len(widths) == 8
    assert min(widths) > 0.95


async def test_the_levels_of_a_notice_differ_in_size_or_place(
    page: Page, premises: Premises, site: str
) -> None:
    deeper = "2.老城区停车难。\n（1）医院门前拥堵。增派人员。\n（2）学校门前拥堵。\n"
    source = make.notice_source().decode().replace("2.老城区停车难。", deeper, 1)
    await publishing.renew(premises, source.encode())
    await page.goto(f"{site}/notices/{make.SLUG}")

    looks: list[list[float]] = await page.locator("h2, h3, h4, h5").evaluate_all(
        """all => all.filter(heading => heading.closest(".item")).map(heading => [
            Number(heading.tagName[1]),
            heading.getBoundingClientRect().left,
            parseFloat(getComputedStyle(heading).fontSize)])"""
    )

    assert {level for level, _, _ in looks} == {2, 3, 4, 5}
    assert len({tuple(look) for look in looks}) == 4
    assert len({(left, size) for _, left, size in looks}) == 4
    assert max(looks)[1] > min(looks)[1]


@pytest.mark.parametrize("width", [1280, 1024, 768])
async def test_figures_never_make_the_page_wider_than_the_screen(
    page: Page, premises: Premises, site: str, width: int
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{site}/en/desk/figures")

    assert await page.locator("table.scores").count() > 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    narrowest = await page.locator("tbody th").evaluate_all(
        "heads => Math.min(...heads.map(head => head.offsetWidth))"
    )
    assert narrowest > 100


@pytest.mark.parametrize("width", [1024, 768, 705])
async def test_the_list_of_people_is_no_wider_than_the_screen(
    page: Page, premises: Premises, site: str, width: int
) -> None:
    await sit_as_administrator(page, premises, site)
    await at_desk.hire(
        premises, Role.OFFICER, office="青岚县住房和城乡建设局市政管理所",
        display_name="欧阳小明", user_name="ouyang-xiaoming", seen_at=START,
        must_change_password=True,
    )  # fmt: skip
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{site}/en/desk/people")

    assert await page.locator("table.queue tbody tr").count() > 1
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_facts_of_a_text_can_be_read_on_a_telephone(
    page: Page, premises: Premises, site: str
) -> None:
    await sit_as_administrator(page, premises, site)
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.goto(f"{site}/en/desk/notices/{make.SLUG}")

    widths: list[float] = await page.locator(".heads dd").evaluate_all(
        "facts => facts.map(fact => fact.offsetWidth)"
    )

    assert min(widths) > 120


async def test_steps_on_many_cover_nothing_on_a_telephone_until_one_is_chosen(
    page: Page, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.reload()
    steps = page.locator("[data-many]")

    assert await steps.evaluate("bar => getComputedStyle(bar).position") == "static"
    await page.locator("[data-pick]").first.check()
    assert await steps.evaluate("bar => getComputedStyle(bar).position") == "sticky"


@pytest.mark.parametrize("width", [360, 1000, 1024, 1280])
@pytest.mark.parametrize("language", ["", "/en"])
async def test_the_board_breaks_no_word_and_keeps_within_its_page(
    page: Page, premises: Premises, site: str, language: str, width: int
) -> None:
    await at_desk.open_case(premises)
    await page.set_viewport_size({"width": width, "height": 800})
    await page.goto(f"{site}{language}/notices/{make.SLUG}/board")

    wide = await page.evaluate("document.documentElement.scrollWidth")
    words: list[float] = await page.locator(".board td.words").evaluate_all(
        "cells => cells.filter(cell => cell.innerText).map(cell => cell.offsetWidth)"
    )

    assert wide <= width
    assert min(words) > 100


async def test_the_weeks_are_bars_on_a_telephone_and_their_words_can_be_read(
    page: Page, premises: Premises, site: str
) -> None:
    for _ in range(3):
        await at_desk.open_case(premises)
    await page.set_viewport_size({"width": 360, "height": 800})
    await page.goto(f"{site}/notices/{make.SLUG}/board")
    bar = await page.locator(".chart rect").first.bounding_box()

    assert bar
    assert bar["width"] < bar["height"]
    assert not await page.locator(".chart text").count()
    assert "最多的一周 3 条" in await page.locator("main").inner_text()


@pytest.mark.parametrize("language", ["", "/en"], ids=["zh", "en"])
async def test_a_board_is_printed_as_a_table_that_fits_the_paper(
    page: Page, premises: Premises, site: str, language: str
) -> None:
    await at_desk.open_case(premises)
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": 718, "height": 1000})
    await page.goto(f"{site}{language}/notices/{make.SLUG}/board")

    shapes: list[str] = await page.locator(
        ".board tbody td, .board tfoot"
    ).evaluate_all("cells => cells.map(cell => getComputedStyle(cell).display)")

    assert set(shapes) == {"table-cell", "table-row-group"}
    assert await page.evaluate("document.documentElement.scrollWidth") <= 718
