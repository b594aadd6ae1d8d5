"""Offices in the browser: set up, renamed, switched off once nothing needs them."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Disposition, Role
from app.models import AuditEvent, Office
from app.premises import Premises
from app.services import triage
from app.services.administration.offices import OfficeOff
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START


@pytest.fixture(autouse=True)
async def administrator(client: AsyncClient, premises: Premises) -> Person:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)
    return person


async def office(premises: Premises, name: str | None = UNIT) -> Office:
    async with premises.database.writing() as session:
        key = await at_desk.office_named(session, name)
    async with premises.database.reading() as session:
        return await session.get_one(Office, key)


async def change(client: AsyncClient, unit: Office, do: str, **form: str) -> int:
    page = await client.post(
        "/desk/offices/change", data={"office": unit.id, "do": do} | form
    )
    return page.status_code


async def test_a_new_office_can_be_given_cases_at_once(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.post("/desk/offices", data={"name": " 城管局 "})

    assert page.status_code == 303
    number = (await at_desk.open_case(premises)).receipt_number
    assert "城管局" in (await client.get(f"/desk/cases/{number}")).text


@pytest.mark.parametrize(
    ("name", "status"),
    [("", 422), ("长" * 101, 422), (UNIT, 409), ("\x00\u202e", 422),
     (UNIT + "\u200b", 409)],
)  # fmt: skip
async def test_a_name_that_will_not_do_is_given_back(
    client: AsyncClient, premises: Premises, name: str, status: int
) -> None:
    await office(premises)

    page = await client.post("/desk/offices", data={"name": name})

    assert page.status_code == status
    assert f'value="{name}"' in page.text
    assert 'id="wrong-name"' in page.text


async def test_another_name_is_saved_unless_somebody_was_faster(
    client: AsyncClient, premises: Premises
) -> None:
    unit = await office(premises)

    first = await change(client, unit, "rename", name="市政局", seen=UNIT)
    second = await change(client, unit, "rename", name="市政处", seen=UNIT)

    assert (first, second) == (303, 409)
    assert "市政局" in (await client.get("/desk/offices")).text


async def test_the_name_of_another_office_is_refused(
    client: AsyncClient, premises: Premises
) -> None:
    unit, other = await office(premises), await office(premises, "教育局")

    assert await change(client, other, "rename", name=unit.name, seen="教育局") == 409


async def test_an_office_with_an_open_case_is_not_switched_off_and_then_is(
    client: AsyncClient, premises: Premises
) -> None:
    unit = await office(premises)
    number = (await at_desk.open_case(premises)).receipt_number
    await at_desk.take(client, premises, number, "assign", to=f"office:{unit.id}")
    refused = await change(client, unit, "off")
    await at_desk.take(
        client, premises, number, "close", disposition=Disposition.REFERRED
    )

    done = await change(client, unit, "off")

    assert (refused, done) == (409, 303)


async def test_an_office_with_people_or_that_leads_is_not_switched_off(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.hire(premises, Role.OFFICER, office=UNIT)

    for name in (UNIT, None):
        assert await change(client, await office(premises, name), "off") == 409


async def test_nothing_new_goes_to_an_office_that_is_switched_off(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    unit = await office(premises)
    await change(client, unit, "off")
    number = (await at_desk.open_case(premises)).receipt_number

    page = await client.get(f"/desk/cases/{number}")
    assert f"office:{unit.id}" not in page.text
    revision = (await at_desk.case_of(premises, number)).revision
    with pytest.raises(OfficeOff):
        async with premises.database.writing() as session:
            await triage.assign(
                session, administrator, number,
                revision=revision, office_id=unit.id, now=START,
            )  # fmt: skip
    assert await change(client, unit, "on") == 303
    page = await at_desk.take(
        client, premises, number, "assign", to=f"office:{unit.id}"
    )
    assert page.status_code == 303


async def test_reports_go_to_one_office_which_stays_in_use(
    client: AsyncClient, premises: Premises
) -> None:
    unit, other = await office(premises), await office(premises, "纪检组")
    for each in (unit, other):
        assert await change(client, each, "reports", sure="true") == 303

    assert await change(client, other, "off") == 409
    assert await change(client, unit, "off") == 303
    assert await change(client, unit, "reports", sure="true") == 409


async def test_every_change_is_on_record_with_who_made_it(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    await client.post("/desk/offices", data={"name": "城管局"})
    unit = await office(premises, "城管局")
    await change(client, unit, "rename", name="城管委", seen="城管局")
    await change(client, unit, "off")

    async with premises.database.reading() as session:
        rows = await session.execute(
            select(AuditEvent.action, AuditEvent.facts)
            .where(AuditEvent.staff_id == administrator.staff_id)
            .order_by(AuditEvent.id.desc())
            .limit(3)
        )
    found = rows.all()
    assert [row.action for row in found] == [
        Action.OFFICE_CHANGED, Action.OFFICE_CHANGED, Action.OFFICE_ADDED
    ]  # fmt: skip
    assert found[0].facts == {"office_id": unit.id, "active": False}
    page = await client.get("/desk/audit")
    assert re.search("新增单位：城管委", page.text)


async def test_where_reports_go_is_changed_by_nobody_who_did_not_mean_it(
    client: AsyncClient, premises: Premises
) -> None:
    unit = await office(premises)

    page = await client.post(
        "/desk/offices/change", data={"office": unit.id, "do": "reports"}
    )

    assert page.status_code == 422
    assert "请先勾选确认" in page.text
    assert "举报会没有人看" in page.text
    assert not (await office(premises)).receives_reports
