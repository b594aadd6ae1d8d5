"""What the stories of the staff do again and again at the desk, by its keys."""

from playwright.sync_api import Page, expect


def open_case(page: Page, number: str) -> None:
    """Open a case by its address."""
    page.goto(f"/desk/cases/{number}")
    expect(page.locator(".case-head .number")).to_have_text(number)


def write(page: Page, key: str, text: str) -> None:
    """Open a step by its key, write, and send with the keyboard."""
    page.keyboard.press(key)
    page.keyboard.insert_text(text)
    send(page)


def send(page: Page) -> None:
    """Send the form that is being written in."""
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


def assign(page: Page, number: str, to: str) -> None:
    """Assign a case to the person or office whose line contains ``to``."""
    open_case(page, number)
    page.keyboard.press("a")
    choose(page, "#to", to)
    send(page)
    expect(page.locator(".case-head .mark").first).to_contain_text("已转办")


def choose(page: Page, field: str, words: str) -> None:
    """Choose the first line of a list that contains ``words``."""
    option = page.locator(f"{field} option", has_text=words).first
    page.locator(field).select_option(option.get_attribute("value"))


def want_signatures(page: Page, office: str) -> None:
    """Have the answers of ``office`` signed by a second person."""
    page.goto("/desk/countersigning")
    row = page.locator("tr", has_text=office)
    row.get_by_role("button", name="改为须签发").click()
    expect(page.locator("tr", has_text=office)).to_contain_text("须签发")
