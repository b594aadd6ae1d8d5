"""How pages look, in a browser: on a telephone, and down the levels of a notice."""

import pytest
from playwright.async_api import Page

from app.premises import Premises
from tests import at_desk, make
from tests.web import publishing

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


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
