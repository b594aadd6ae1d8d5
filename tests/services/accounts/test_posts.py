from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select

from app.domain.accounts import AccountNote
from app.domain.vocabulary import Role, Status, Tab
from app.errors import InvalidInput, NotAllowed
from app.models import Case, Office, Staff, StaffSession
from app.premises import Premises
from app.services import staff, triage
from app.services.accounts import factors, people, posts
from app.services.accounts.people import Sought
from app.services.accounts.posts import LastAdministrator, OwnAccount
from app.services.staff import NoSuchOffice, Person
from app.services.tabs import in_tab
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START


@pytest.fixture
async def boss(premises: Premises) -> Person:
    """An administrator; the house has another one."""
    return await at_desk.hire(premises, Role.ADMINISTRATOR)


async def do(
    premises: Premises,
    step: Callable[..., Awaitable[object]],
    *who: object,
    **facts: object,
) -> object:
    """Take a step in a transaction of its own."""
    async with premises.database.writing() as session:
        return await step(session, *who, now=premises.clock(), **facts)


async def member_of(premises: Premises, staff_id: int) -> Staff:
    async with premises.database.reading() as session:
        return await session.get_one(Staff, staff_id)


async def test_a_new_role_holds_at_once_and_its_owner_is_told(
    premises: Premises, boss: Person
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await do(
        premises, posts.change, boss, clerk.staff_id,
        display_name="王", role=Role.SUPERVISOR, office_id=clerk.office_id,
    )  # fmt: skip

    member = await member_of(premises, clerk.staff_id)
    assert (member.role, member.display_name) == (Role.SUPERVISOR, "王")
    assert member.note is AccountNote.POST_CHANGED


async def test_a_role_that_the_office_does_not_have_is_refused(
    premises: Premises, boss: Person
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)

    with pytest.raises(InvalidInput) as refused:
        await do(
            premises, posts.change, boss, clerk.staff_id,
            display_name="王", role=Role.OFFICER, office_id=clerk.office_id,
        )  # fmt: skip
    assert refused.value.code == "role_elsewhere"
    with pytest.raises(NoSuchOffice):
        await do(
            premises, posts.change, boss, clerk.staff_id,
            display_name="王", role=Role.CLERK, office_id=1,
        )  # fmt: skip


async def test_nobody_changes_their_own_post(premises: Premises, boss: Person) -> None:
    with pytest.raises(OwnAccount):
        await do(premises, posts.close, boss, boss.staff_id)


async def test_two_administrators_cannot_send_each_other_away(
    premises: Premises, boss: Person
) -> None:
    async with premises.database.writing() as session:
        first = await staff.account(session, staff.FIRST_USER)
        assert first is not None
        other = staff.person(first)
    await do(premises, posts.close, boss, other.staff_id)

    with pytest.raises(LastAdministrator):
        await do(premises, posts.close, other, boss.staff_id)


async def test_who_has_left_is_signed_out_and_comes_back_with_a_one_time_password(
    premises: Premises, boss: Person
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        member = await session.get_one(Staff, clerk.staff_id)
        await staff.sign_in(session, premises.house, member, now=START)
    await do(premises, posts.close, boss, clerk.staff_id)
    async with premises.database.reading() as session:
        left = select(StaffSession.id).where(StaffSession.staff_id == clerk.staff_id)
        assert await session.scalar(left) is None
    await do(premises, posts.reopen, boss, clerk.staff_id, password_hash="hash")

    member = await member_of(premises, clerk.staff_id)
    assert member.active
    assert member.must_change_password


@pytest.mark.parametrize("role", [Role.CLERK, Role.OFFICER])
async def test_cases_of_who_has_left_are_new_again_in_their_office(
    premises: Premises, boss: Person, role: Role
) -> None:
    office = UNIT if role is Role.OFFICER else None
    leaver = await at_desk.hire(premises, role, office=office)
    stayer = await at_desk.hire(premises, role, office=office)
    opened = await at_desk.open_case(premises)
    await do(
        premises, triage.assign, boss, opened.receipt_number,
        revision=1, assignee_id=leaver.staff_id, despite=True,
    )  # fmt: skip
    async with premises.database.reading() as session:
        assert await people.open_cases(session, boss, leaver.staff_id) == 1
    assert await do(premises, posts.put_cases_back, boss, leaver.staff_id) == 1

    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.assignee_id is None
    assert case.revision == 3
    async with premises.database.reading() as session:
        new = in_tab(Tab.NEW, stayer, now=START)
        assert await session.scalar(select(Case.id).where(new)) == case.id
    lead = role is Role.CLERK
    assert case.status is (Status.REGISTERED if lead else Status.ASSIGNED)


async def test_a_report_that_an_administrator_may_not_see_is_not_counted(
    premises: Premises,
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    opened = await at_desk.open_case(premises)
    outsider = await at_desk.hire(premises, Role.ADMINISTRATOR, office="教育局")
    async with premises.database.writing() as session:
        case = await session.merge(
            await at_desk.case_of(premises, opened.receipt_number)
        )
        case.assignee_id, case.office_id = officer.staff_id, officer.office_id
        case.status, case.restricted = Status.ASSIGNED, True

    async with premises.database.reading() as session:
        assert await people.open_cases(session, outsider, officer.staff_id) == 0


async def test_the_list_is_found_by_name_and_turned_page_by_page(
    premises: Premises, boss: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PAGE", 2)
    for name in ("赵一%", "赵二", "赵三", "钱四"):
        await at_desk.hire(premises, Role.CLERK, display_name=name)

    async with premises.database.reading() as session:
        first = await people.page(session, boss, Sought(words="赵"))
        literal = await people.page(session, boss, Sought(words="一%"))
        closed = await people.page(session, boss, Sought(closed=True))

    assert [entry.display_name for entry in first.rows] == ["赵三", "赵二"]
    assert first.after is not None
    assert [entry.display_name for entry in literal.rows] == ["赵一%"]
    assert closed.rows == []


async def test_lost_factors_are_taken_away_and_their_owner_is_told(
    premises: Premises, boss: Person
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await factors.recovery_codes_due(session, premises.house, clerk, now=START)
    await do(premises, factors.reset, boss, clerk.staff_id)

    async with premises.database.reading() as session:
        left = await factors.of(session, clerk.staff_id)
    assert left.recovery_codes_left == 0
    member = await member_of(premises, clerk.staff_id)
    assert member.note is AccountNote.FACTORS_RESET


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_only_administrators_look_after_accounts(
    premises: Premises, role: Role
) -> None:
    person = await at_desk.hire(premises, role, office=UNIT)

    for step in (posts.close, posts.put_cases_back, factors.reset):
        with pytest.raises(NotAllowed):
            await do(premises, step, person, person.staff_id)
    async with premises.database.reading() as session:
        with pytest.raises(NotAllowed):
            await people.page(session, person, Sought())


async def test_an_office_is_named_beside_each_account(
    premises: Premises, boss: Person
) -> None:
    await at_desk.hire(premises, Role.OFFICER, office=UNIT)

    async with premises.database.reading() as session:
        office = await session.scalar(select(Office.id).where(Office.name == UNIT))
        found = await people.page(session, boss, Sought(office_id=office))
    assert [entry.office for entry in found.rows] == [UNIT]
