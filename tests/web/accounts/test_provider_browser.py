"""The way to the office's own sign-in service and back, as a real browser goes it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from app.domain.vocabulary import Role
from app.main import create_app
from app.models import Staff
from app.premises import Premises
from app.services import staff
from tests import at_desk
from tests.fakes import FakeClock
from tests.needs import chromium
from tests.openid_provider import SignInService, running
from tests.serving import a_port, served
from tests.web.accounts.test_provider import use
from tests.web.conftest import FLAGS


@pytest.fixture
async def site(premises: Premises, clock: FakeClock) -> AsyncIterator[str]:
    """The address of a server that has a sign-in service on another host."""
    with a_port() as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        async with running(SignInService(clock=clock)) as service:
            service.claims = {"preferred_username": "wang"}
            use(
                premises, service,
                base_url=address, oidc_user_name_claim="preferred_username",
            )  # fmt: skip
            async with served(create_app(premises), listening):
                yield address


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """A browser's page in which nobody has signed in."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium(), args=FLAGS
        )
        page = await browser.new_page()
        page.set_default_timeout(20_000)
        yield page
        await browser.close()


async def test_a_browser_goes_to_the_service_and_comes_back_signed_in(
    page: Page, site: str, premises: Premises
) -> None:
    await at_desk.hire(premises, Role.CLERK, user_name="wang")
    await page.goto(f"{site}/desk/sign-in")

    await page.get_by_role("button", name="统一认证").click()

    await page.wait_for_url("**/desk")
    await expect(page.locator(".who")).to_be_visible()


async def test_a_browser_goes_to_the_service_and_comes_back_linked(
    page: Page, site: str, premises: Premises
) -> None:
    person = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        member = await session.get_one(Staff, person.staff_id)
        token = await staff.sign_in(
            session, premises.house, member, now=premises.clock()
        )
    await page.context.add_cookies(
        [{"name": at_desk.COOKIE, "value": token, "url": site}]
    )
    await page.goto(f"{site}/desk/account")

    await page.get_by_role("button", name="关联").click()

    await page.wait_for_url("**/desk/account?done=provider_linked")
    await expect(page.locator("main")).to_contain_text("可以使用统一认证登录")
