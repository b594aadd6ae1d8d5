"""Passkeys in a real browser, with an authenticator that Chromium plays."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import CDPSession, Page, expect
from sqlalchemy import select, update

from app.domain.accounts import Proof
from app.domain.vocabulary import Role
from app.main import create_app
from app.models import Passkey, Staff, StaffSession
from app.premises import Premises
from app.services import passwords
from app.services.staff import Person
from tests import at_desk
from tests.serving import a_port, served
from tests.web import browsing

PASSWORD = "kettle window barley"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
async def site(premises: Premises) -> AsyncIterator[str]:
    """The address of a server, under a name that browsers have passkeys for."""
    with a_port() as listening:
        address = f"http://localhost:{listening.getsockname()[1]}"
        changed = premises.settings.model_copy(update={"base_url": address})
        premises.settings = changed
        object.__setattr__(premises.house, "settings", changed)
        async with served(create_app(premises), listening):
            yield address


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """A clerk who knows a password."""
    return await at_desk.hire(
        premises, Role.CLERK, user_name="wang", password_hash=HASH
    )


@pytest.fixture
async def page(premises: Premises, site: str, clerk: Person) -> AsyncIterator[Page]:
    """A browser's page in which that clerk has signed in."""
    async with browsing.launched() as browser:
        window = await browser.new_context()
        await browsing.sit(window, premises, clerk, site=site)
        page = await window.new_page()
        page.set_default_timeout(20_000)
        yield page


async def authenticator(page: Page, *, verifies: bool = True) -> CDPSession:
    """Give the browser an authenticator, whose owner touches it at once."""
    devtools = await page.context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    await devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "internal",
                "hasResidentKey": True, "hasUserVerification": True,
                "isUserVerified": verifies, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return devtools


async def add(page: Page, site: str, name: str) -> None:
    """Add the first passkey; with it come codes for paper."""
    await page.goto(f"{site}/desk/account")
    await page.fill("#new-passkey", name)
    await page.click("form[data-passkey-new] button")
    await expect(page.locator(".codes li")).to_have_count(10)


async def sign_out(page: Page) -> None:
    await page.click("form[action$='/sign-out'] button")
    await page.wait_for_url("**left=true")


async def proofs(premises: Premises) -> list[Proof]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(StaffSession.proof)))


async def test_a_passkey_signs_in_without_a_name_and_as_the_second_step(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page)
    await add(page, site, "办公电脑")
    await sign_out(page)

    await page.click("form[data-passkey] button")
    await page.wait_for_url("**/desk")
    assert await proofs(premises) == [Proof.PASSKEY]
    await sign_out(page)

    await page.fill("#user_name", "wang")
    await page.fill("#password", PASSWORD)
    await page.click("form[action$='/desk/sign-in'] button[type=submit]")
    await page.wait_for_url("**/desk/sign-in/second")
    await page.click("form[data-passkey] button")
    await page.wait_for_url("**/desk")
    assert await proofs(premises) == [Proof.PASSWORD_AND_CODE]


async def test_a_passkey_confirms_is_renamed_and_removed(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page)
    await add(page, site, "旧名")
    await page.goto(f"{site}/desk/confirm?next=/desk/account")
    await page.click("form[data-passkey] button")
    await page.wait_for_url("**/desk/account")
    await page.locator("input[value='旧名']").fill("新名")
    await page.click("form[action$='/passkeys/name'] button")
    await expect(page.locator("input[value='新名']")).to_have_count(1)

    await page.click("form[action$='/passkeys/remove'] button")
    await page.wait_for_url("**done=passkey_removed")
    await sign_out(page)
    await page.click("form[data-passkey] button")
    await expect(page.locator("[role=alert]:visible")).to_have_count(1)
    assert await proofs(premises) == []


async def test_a_passkey_whose_count_goes_back_is_a_copy_and_opens_nothing(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page)
    await add(page, site, "钥匙")
    async with premises.database.writing() as session:
        await session.execute(update(Passkey).values(sign_count=10_000))
    await page.goto(f"{site}/desk")
    await sign_out(page)

    await page.click("form[data-passkey] button")
    await page.wait_for_url("**refused=passkey")
    assert await proofs(premises) == []


async def test_without_knowing_who_touches_it_no_passkey_is_made(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page, verifies=False)
    await page.goto(f"{site}/desk/account")
    await page.fill("#new-passkey", "钥匙")
    await page.click("form[data-passkey-new] button")

    await expect(page.locator("[data-passkey-failed]:visible")).to_have_count(1)
    async with premises.database.reading() as session:
        assert await session.scalar(select(Passkey.id)) is None


async def test_what_a_passkey_signed_is_taken_once(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page)
    await add(page, site, "钥匙")
    await page.goto(f"{site}/desk")
    await sign_out(page)
    async with page.expect_request("**/desk/sign-in/passkey") as sent:
        await page.click("form[data-passkey] button")
        await page.wait_for_url("**/desk")
    shown = (await sent.value).post_data or ""
    await sign_out(page)

    again = await page.context.request.post(
        f"{site}/desk/sign-in/passkey", data=shown, max_redirects=0,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert "over=true" in again.headers["location"]
    # A new question does not make the old answer right.
    await page.context.request.post(f"{site}/desk/sign-in/passkey/question")
    again = await page.context.request.post(
        f"{site}/desk/sign-in/passkey", data=shown, max_redirects=0,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )  # fmt: skip
    assert "refused=passkey" in again.headers["location"]
    assert await proofs(premises) == []


async def test_who_has_left_does_not_sign_in_by_a_passkey(
    page: Page, site: str, premises: Premises
) -> None:
    await authenticator(page)
    await add(page, site, "钥匙")
    await page.goto(f"{site}/desk")
    await sign_out(page)
    async with premises.database.writing() as session:
        await session.execute(update(Staff).values(active=False))

    await page.click("form[data-passkey] button")
    await page.wait_for_url("**refused=passkey")
    assert await proofs(premises) == []


async def test_who_asks_for_passkeys_again_and_again_has_to_wait(
    page: Page, site: str
) -> None:
    asked = [
        await page.context.request.post(f"{site}/desk/sign-in/passkey/question")
        for _ in range(31)
    ]

    assert [answer.status for answer in asked] == [200] * 30 + [429]


async def test_a_password_can_be_looked_at_while_it_is_typed(
    page: Page, site: str
) -> None:
    await page.goto(f"{site}/desk/password")
    await page.fill("#new_password", "木桥 铁壶")
    await page.locator("#new_password + button").click()
    await expect(page.locator("#new_password")).to_have_attribute("type", "text")
    await page.locator("#new_password + button").click()

    await expect(page.locator("#new_password")).to_have_attribute("type", "password")
