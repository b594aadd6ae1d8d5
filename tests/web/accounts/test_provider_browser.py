"""The way to the office's own sign-in service and back, as a real browser goes it."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from app.domain.vocabulary import Role
from app.main import create_app
from app.premises import Premises
from tests import at_desk
from tests.fakes import FakeClock
from tests.openid_provider import SignInService, running
from tests.serving import a_port, served
from tests.web import browsing
from tests.web.accounts.test_provider import use


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
    async with browsing.launched() as browser:
        page = await browser.new_page()
        page.set_default_timeout(20_000)
        yield page


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
    await browsing.sit(page.context, premises, person, site=site)
    await page.goto(f"{site}/desk/account")

    await page.get_by_role("button", name="关联").click()

    await page.wait_for_url("**/desk/account?done=provider_linked")
    await expect(page.locator("main")).to_contain_text("可以使用统一认证登录")
