"""The pages of several offices are for everybody: no fault at any width."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import co_offices, triage
from app.services.offices import joint
from app.services.staff import Person
from tests import at_desk
from tests.routing_table import OTHER
from tests.services.offices.liaising import mailed, open_given, register, reply
from tests.services.offices.test_disputing import dispute
from tests.web import browsing
from tests.web.accessibility import MOST_BYTES, page_faults

SHOTS = os.environ.get("HUIYIN_SHOTS")


@pytest.fixture
async def number(premises: Premises, clerk: Person, officer: Person) -> str:
    """A case with all that can stand on its page of offices."""
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    await register(premises, officer.office_id)
    found = await open_given(premises, clerk, officer.office_id)
    (letter,) = await mailed(premises)
    for office in (helper.office_id, await new_office(premises)):
        seen = (await at_desk.case_of(premises, found)).revision
        async with premises.database.writing() as session:
            await co_offices.add(
                session, clerk, found,
                revision=seen, office_id=office, now=premises.clock(),
            )  # fmt: skip
    case = await at_desk.case_of(premises, found)
    async with premises.database.writing() as session:
        await joint.set_due(
            session, officer, premises.house, found, revision=case.revision,
            office_id=helper.office_id, now=premises.clock(),
            day=(premises.clock() + timedelta(days=2)).date(),
        )  # fmt: skip
    seen = (await at_desk.case_of(premises, found)).revision
    async with premises.database.writing() as session:
        await triage.note(
            session, helper, found, revision=seen, now=premises.clock(),
            text="线路由我局下周一更换，请贵单位届时断电配合。",
        )  # fmt: skip
    await reply(premises, letter.letter.reply_to, "已经派人检修，三天内恢复照明。")
    await dispute(premises, officer, found, suggested=helper.office_id)
    return found


async def new_office(premises: Premises) -> int:
    async with premises.database.writing() as session:
        return await at_desk.office_named(session, "交通运输局")


async def test_no_page_has_a_fault(
    premises: Premises, site: str, page: Page, number: str
) -> None:
    faults = []
    for address in (
        f"/desk/cases/{number}", f"/en/desk/cases/{number}",
        "/desk/disputes", "/en/desk/disputes",
    ):  # fmt: skip
        faults += await page_faults(page, site + address, most_bytes=2 * MOST_BYTES)
        await shoot(page, address)

    supervisor = await at_desk.hire(premises, Role.SUPERVISOR)
    await browsing.sit(page.context, premises, supervisor, site=site)
    for address in ("/desk/liaisons", "/en/desk/liaisons"):
        faults += await page_faults(page, site + address, most_bytes=2 * MOST_BYTES)
        await shoot(page, address)

    assert faults == []


async def shoot(page: Page, address: str) -> None:
    """Keep a picture of what stands there, where somebody wants to look at it."""
    if not SHOTS:
        return
    name = address.strip("/").replace("/", "-")
    for width in (360, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        for step in await page.query_selector_all("details.step"):
            await step.evaluate("each => each.open = true")
        await page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
