"""Offices and accounts: who can be set up, and which passwords can be."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.vocabulary import Role
from app.errors import InvalidInput
from app.models import Staff, StaffSession
from app.premises import Premises
from app.services import directory, passwords, staff
from app.services.accounts import sessions
from app.services.names import NameTaken
from app.services.staff import NoSuchOffice, NotSignedIn
from tests import at_desk
from tests.fakes import START


async def test_a_house_is_set_up_once(bare_premises: Premises) -> None:
    async with bare_premises.database.writing() as session:
        password = await staff.set_up(session, now=START)
        again = await staff.set_up(session, now=START)

    assert password is not None
    assert again is None


async def test_the_first_account_has_a_password_to_be_changed(
    bare_premises: Premises,
) -> None:
    async with bare_premises.database.writing() as session:
        password = await staff.set_up(session, now=START) or ""
        first = await staff.account(session, " admin ")

    assert first is not None
    assert first.must_change_password
    assert passwords.verify_password(password, first.password_hash)
    assert not passwords.verify_password(password + " ", first.password_hash)


async def test_two_offices_or_accounts_never_share_a_name(premises: Premises) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(NameTaken):
            await staff.add_office(session, staff.LEAD_OFFICE, now=START)
        with pytest.raises(NameTaken):
            await staff.add_staff(
                session, "admin", role=Role.CLERK, office=staff.LEAD_OFFICE, now=START
            )
        assert await session.scalar(select(func.count()).select_from(Staff)) == 1


@pytest.mark.parametrize(
    ("name", "trouble"),
    [("Admin", NameTaken), ("ＡＤＭＩＮ", NameTaken), ("ad\u200bmin", InvalidInput),
     ("x\x00y", InvalidInput)],
)  # fmt: skip
async def test_no_account_looks_like_another_one(
    premises: Premises, name: str, trouble: type[Exception]
) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(trouble):
            await staff.add_staff(
                session, name, role=Role.CLERK, office=staff.LEAD_OFFICE, now=START
            )


async def test_only_one_office_leads(premises: Premises) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(NameTaken):
            await staff.add_office(session, "另一个督查室", leads=True, now=START)


async def test_nobody_is_set_up_in_an_office_that_is_none(premises: Premises) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(NoSuchOffice):
            await staff.add_staff(
                session, "li", role=Role.CLERK, office="无此单位", now=START
            )


@pytest.mark.parametrize(
    "password",
    ["", "nine char", "x" * 201, "aaaaaaaaaaaa", "li-is-my-name", "my name is LI!"],
)
def test_a_password_too_easy_or_of_the_wrong_length_is_refused(password: str) -> None:
    assert field_at_fault(password) == "new_password"


@pytest.mark.parametrize("password", ["督查室今年办了一百件", "correct horse battery"])
def test_a_long_password_in_any_script_will_do(password: str) -> None:
    assert field_at_fault(password) is None


def field_at_fault(password: str) -> str | None:
    """Return the field that is to blame if ``password`` is refused."""
    try:
        passwords.check_new_password(password, user_name="li")
    except InvalidInput as refused:
        return refused.field
    return None


async def test_signing_in_clears_away_sessions_that_have_ended(
    premises: Premises,
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    for days in (0, 2):
        async with premises.database.writing() as session:
            member = await session.get_one(Staff, clerk.staff_id)
            now = START + timedelta(days=days)
            await staff.sign_in(session, premises.house, member, now=now)

    async with premises.database.reading() as session:
        left = await session.scalar(select(func.count()).select_from(StaffSession))
    assert left == 1


async def test_the_directory_names_who_works_and_the_leading_office_first(
    premises: Premises,
) -> None:
    await at_desk.hire(premises, Role.OFFICER, office="一所", display_name="陈")
    await at_desk.hire(premises, Role.AUDITOR, office="一所", display_name="周")
    await at_desk.hire(
        premises, Role.OFFICER, office="一所", display_name="吴", active=False
    )

    async with premises.database.reading() as session:
        offices = await directory.offices(session)

    assert [office.name for office in offices] == [staff.LEAD_OFFICE, "一所"]
    assert [person.name for person in offices[1].people] == ["陈"]


async def test_a_reset_password_is_good_once_and_ends_every_session(
    premises: Premises,
) -> None:
    async with premises.database.writing() as session:
        first = await staff.account(session, staff.FIRST_USER)
        assert first is not None
        token = await staff.sign_in(session, premises.house, first, now=START)
        password = await staff.reset_password(session, staff.FIRST_USER, now=START)
        assert passwords.verify_password(password, first.password_hash)
        assert first.must_change_password
        with pytest.raises(NotSignedIn):
            await sessions.find(session, premises.house, token, now=START)
