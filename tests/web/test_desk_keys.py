"""The desk by keyboard, in a real browser."""

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Status
from app.premises import Premises
from tests import at_desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def follow(page: Page, *keys: str) -> None:
    """Press ``keys``, of which the last leads to another page."""
    for key in keys[:-1]:
        await page.keyboard.press(key)
    async with page.expect_navigation():
        await page.keyboard.press(keys[-1])


async def focused(page: Page) -> str:
    """Return the id or the words of what has the focus."""
    said: str = await page.evaluate(
        "document.activeElement.id || document.activeElement.textContent.trim()"
    )
    return said


async def test_a_case_is_worked_from_the_queue_to_the_next_without_a_mouse(
    premises: Premises, page: Page
) -> None:
    first, second = [
        await at_desk.open_case(premises, subject=subject, text="放学时停车太乱。")
        for subject in ("第一件", "第二件")
    ]
    await page.reload()

    await page.keyboard.press("j")
    assert await focused(page) == "第一件"
    await follow(page, "o")
    await follow(page, "1", "Enter")
    await page.keyboard.press("r")
    await page.keyboard.type("已经安排。rten")
    await follow(page, "Control+Enter")
    await follow(page, "n")

    assert page.url.endswith(second.receipt_number)
    case = await at_desk.case_of(premises, first.receipt_number)
    assert case.status is Status.ANSWERED
    assert case.section_id is not None


async def test_keys_lead_to_fields_and_are_letters_inside_them(
    premises: Premises, page: Page
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.goto(f"{page.url}/cases/{number}")

    for key, field in {"c": "section", "x": "kind", "a": "to", "t": "note",
                       "r": "answer", "e": "disposition"}.items():  # fmt: skip
        await page.keyboard.press(key)
        assert await focused(page) == field
        await page.keyboard.press("Escape")
    await page.keyboard.press("t")
    await page.keyboard.type("crate")
    assert await page.input_value("#note") == "crate"
    assert (await at_desk.case_of(premises, number)).revision == 1


async def test_what_was_typed_is_there_after_the_session_was_lost(
    premises: Premises, page: Page
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await page.goto(f"{page.url}/cases/{number}")
    await page.keyboard.press("r")
    await page.keyboard.type("写了很久的答复")

    await page.reload()
    assert await page.input_value("#answer") == "写了很久的答复"
    await page.locator("#answer").focus()
    await follow(page, "Control+Enter")

    assert await page.input_value("#answer") == ""


async def test_the_keys_are_explained(page: Page) -> None:
    await page.keyboard.press("?")

    assert await page.locator("dialog#keys").is_visible()


async def test_the_help_about_keys_opens_at_its_beginning(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 500})

    await page.keyboard.press("?")

    assert await focused(page) == "keys-heading"
    assert await page.locator("#keys").evaluate("help => help.scrollTop") == 0
