"""Contact details that a citizen lets one desk alone see."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import ContactGround, Kind, Role
from app.errors import NotAllowed
from app.models import AuditEvent
from app.premises import Premises
from app.services import disclosure, restricting
from app.services.cases import NoSuchCase
from app.services.disclosure import DeskOnly, Reach
from app.services.staff import Person
from tests import at_desk, make
from tests.fakes import START

REPORTS = "举报受理处"
Open = Callable[[Person, str], Awaitable[Reach]]


@pytest.fixture
def opened(premises: Premises) -> Open:
    """Open the contact details of a case as somebody of the staff."""

    async def open_them(person: Person, number: str) -> Reach:
        async with premises.database.writing() as session:
            return await disclosure.contact(
                session, person, premises.house, number,
                ground=ContactGround.REPLY, now=START,
            )  # fmt: skip

    return open_them


async def test_the_leader_of_the_supervision_office_opens_them(
    premises: Premises, opened: Open
) -> None:
    number = (await at_desk.open_case(premises, desk_only=True)).receipt_number
    leader = await at_desk.hire(premises, Role.SUPERVISOR)

    reach = await opened(leader, number)

    assert reach.contact.email == make.EMAIL


@pytest.mark.parametrize("role", [Role.CLERK, Role.ADMINISTRATOR])
async def test_nobody_else_does_and_it_is_not_noted_as_seen(
    premises: Premises, opened: Open, role: Role
) -> None:
    number = (await at_desk.open_case(premises, desk_only=True)).receipt_number
    person = await at_desk.hire(premises, role)

    with pytest.raises(DeskOnly):
        await opened(person, number)

    async with premises.database.reading() as session:
        seen = await session.scalar(
            select(func.count()).where(AuditEvent.action == "contact_seen")
        )
    assert seen == 0


async def test_without_that_wish_a_clerk_opens_them(
    premises: Premises, opened: Open
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    clerk = await at_desk.hire(premises, Role.CLERK)

    assert (await opened(clerk, number)).contact.name == "张三"


async def test_those_of_a_report_are_for_the_office_that_receives_reports(
    premises: Premises, opened: Open
) -> None:
    async with premises.database.writing() as session:
        await at_desk.office_named(session, REPORTS)
        await restricting.receive_reports(session, REPORTS, now=START)
    premises.house.shelf.expire()
    report = await at_desk.open_case(premises, desk_only=True, kind=Kind.REPORT)
    number = report.receipt_number
    officer = await at_desk.hire(premises, Role.OFFICER, office=REPORTS)
    leader = await at_desk.hire(premises, Role.SUPERVISOR)

    assert (await opened(officer, number)).contact.email == make.EMAIL
    with pytest.raises((NotAllowed, NoSuchCase)):
        await opened(leader, number)
