from contextlib import suppress

import pytest

from app.domain import permission
from app.domain.permission import Duty, may
from app.domain.vocabulary import Role
from app.errors import NotAllowed

READING = {
    Duty.READ,
    Duty.READ_AUDIT,
    Duty.READ_HELD,
    Duty.READ_OUTBOX,
    Duty.READ_MAILBOXES,
    Duty.READ_ROUTING,
    Duty.READ_MODEL,
    Duty.READ_HOT_TOPICS,
    Duty.READ_TOPICS,
    Duty.READ_FIGURES,
    Duty.READ_SUPERVISION,
    Duty.READ_CLOCKS,
    Duty.READ_PROGRESS,
    Duty.EXPORT,
}
CHANGING = set(Duty) - READING


def test_an_auditor_reads_and_changes_nothing() -> None:
    assert all(may(Role.AUDITOR, duty) for duty in READING)
    assert not any(may(Role.AUDITOR, duty) for duty in CHANGING)


def test_an_auditor_does_not_see_who_wrote() -> None:
    assert not may(Role.AUDITOR, Duty.READ_CONTACT)


def test_an_officer_works_cases_but_does_not_hand_them_on() -> None:
    assert may(Role.OFFICER, Duty.WORK)
    assert not may(Role.OFFICER, Duty.ASSIGN)


def test_only_an_officer_sees_no_more_than_one_office() -> None:
    narrow = {role for role in Role if not permission.sees_all_offices(role)}

    assert narrow == {Role.OFFICER}


@pytest.mark.parametrize("duty", [Duty.STAFF, Duty.NOTICES])
def test_accounts_and_notices_are_the_administrators_alone(duty: Duty) -> None:
    assert {role for role in Role if may(role, duty)} == {Role.ADMINISTRATOR}


def test_the_administrator_has_every_duty_but_what_is_for_one_desk_alone() -> None:
    lacking = {duty for duty in Duty if not may(Role.ADMINISTRATOR, duty)}

    assert lacking == {Duty.READ_DESK_ONLY}


@pytest.mark.parametrize("role", Role)
def test_contact_details_for_one_desk_open_there_and_nowhere_else(role: Role) -> None:
    charged = role in {Role.OFFICER, Role.SUPERVISOR}

    assert permission.opens_desk_only(role, office_id=7, desk_id=7) is charged
    assert not permission.opens_desk_only(role, office_id=8, desk_id=7)


def test_a_supervisor_does_whatever_a_clerk_does() -> None:
    assert permission.DUTIES[Role.CLERK] < permission.DUTIES[Role.SUPERVISOR]


def test_a_duty_that_is_not_ones_own_is_refused() -> None:
    with pytest.raises(NotAllowed, match="clerk does not include staff"):
        permission.check(Role.CLERK, Duty.STAFF)


@pytest.mark.parametrize("role", Role)
def test_exactly_the_duties_of_ones_own_pass(role: Role) -> None:
    passed = set()
    for duty in Duty:
        with suppress(NotAllowed):
            permission.check(role, duty)
            passed.add(duty)

    assert passed == permission.DUTIES[role]


def test_reports_of_wrongdoing_are_not_for_clerks_and_auditors() -> None:
    charged = {role for role in Role if may(role, Duty.READ_RESTRICTED)}

    assert charged == {Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR}
    assert {role for role in Role if permission.knows_of_restricted(role)} == {
        Role.AUDITOR
    }
