"""Disputing: an office says "not ours", and the supervision office rules on that."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain.offices import DisputeGround, Ruling, dispute_until
from app.domain.record import Action
from app.domain.vocabulary import Role, Status
from app.errors import InvalidInput, NotAllowed
from app.models import AuditEvent, Dispute
from app.premises import Premises
from app.services import triage
from app.services.cases import NoSuchCase, StaleCase
from app.services.offices import disputes, disputing, standing, stints
from app.services.offices.disputing import (
    DisputedBefore,
    DisputeRuled,
    DisputeTooLate,
    Given,
    NothingToDispute,
    NotYourAssignment,
    Objection,
    SameOffice,
)
from app.services.restricting import RestrictedCase
from app.services.staff import NoSuchOffice, Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START, FakeClock
from tests.routing_table import OTHER
from tests.services.offices import liaising
from tests.services.offices.liaising import open_given

BEIJING = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def number(premises: Premises, clerk: Person, officer: Person) -> str:
    """The number of a case that was given to `UNIT`."""
    return await open_given(premises, clerk, officer.office_id)


async def revision(premises: Premises, number: str) -> int:
    return (await at_desk.case_of(premises, number)).revision


async def office(premises: Premises, name: str | None) -> int:
    async with premises.database.writing() as session:
        return await at_desk.office_named(session, name)


async def give(premises: Premises, clerk: Person, number: str, name: str) -> None:
    await liaising.give(premises, clerk, number, await office(premises, name))


async def dispute(
    premises: Premises, person: Person, number: str, *, words: str = "路灯归城管局管",
    at: int | None = None, suggested: int | None = None,
) -> None:  # fmt: skip
    seen = await revision(premises, number) if at is None else at
    async with premises.database.writing() as session:
        await disputing.dispute(
            session, person, premises.house, number, revision=seen,
            objection=Objection(
                ground=DisputeGround.NOT_OUR_DUTY, words=words, suggested_id=suggested
            ),
            now=premises.clock(),
        )  # fmt: skip


async def uphold(
    premises: Premises, person: Person, number: str, name: str | None,
    *, remark: str = "", at: int | None = None,
) -> None:  # fmt: skip
    key = await office(premises, name)
    seen = await revision(premises, number) if at is None else at
    async with premises.database.writing() as session:
        await disputing.uphold(
            session, person, premises.house, number, revision=seen,
            given=Given(office_id=key, remark=remark), now=premises.clock(),
        )  # fmt: skip


async def reject(
    premises: Premises, person: Person, number: str, remark: str = "三定方案归你们"
) -> None:
    seen = await revision(premises, number)
    async with premises.database.writing() as session:
        await disputing.reject(
            session, person, number, revision=seen, remark=remark, now=premises.clock()
        )


async def waiting(premises: Premises, person: Person) -> list[str]:
    async with premises.database.reading() as session:
        found = await disputes.page(session, person)
        assert await disputes.count(session, person) == len(found.rows)
    return [row.number for row in found.rows]


async def rows(premises: Premises) -> list[Dispute]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(Dispute).order_by(Dispute.id)))


async def test_a_disputed_case_stays_with_its_office_and_waits_for_a_ruling(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    before = await at_desk.case_of(premises, number)

    await dispute(premises, officer, number, suggested=await office(premises, OTHER))

    case = await at_desk.case_of(premises, number)
    assert (case.office_id, case.status) == (officer.office_id, Status.ASSIGNED)
    assert case.due_at == before.due_at
    assert await waiting(premises, clerk) == [number]
    async with premises.database.reading() as session:
        (event,) = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.DISPUTED)
        )
    assert "路灯" not in str(event.facts)


async def test_one_that_is_right_gives_the_case_to_the_other_office_at_once(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    await uphold(premises, clerk, number, OTHER)

    case = await at_desk.case_of(premises, number)
    assert case.office_id == await office(premises, OTHER)
    (row,) = await rows(premises)
    assert (row.ruling, row.given_to) == (Ruling.UPHELD, case.office_id)
    assert await waiting(premises, clerk) == []


async def test_one_that_is_right_may_lead_back_to_the_supervision_office(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    await uphold(premises, clerk, number, None, remark="先收回再定")

    case = await at_desk.case_of(premises, number)
    assert (case.status, case.office_id) == (Status.REGISTERED, clerk.office_id)


async def test_one_that_is_wrong_leaves_the_case_and_tells_the_office(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    await reject(premises, clerk, number)

    case = await at_desk.case_of(premises, number)
    assert (case.office_id, case.unread) == (officer.office_id, True)
    (row,) = await rows(premises)
    assert (row.ruling, row.remark) == (Ruling.REJECTED, "三定方案归你们")


async def test_the_same_assignment_is_disputed_once(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)
    await reject(premises, clerk, number)

    with pytest.raises(DisputedBefore):
        await dispute(premises, officer, number)


async def test_a_new_assignment_may_be_disputed_anew(
    premises: Premises, clerk: Person, officer: Person, number: str, clock: FakeClock
) -> None:
    await dispute(premises, officer, number)
    clock.advance(minutes=1)
    await uphold(premises, clerk, number, OTHER)
    clock.advance(minutes=1)
    await give(premises, clerk, number, UNIT)

    await dispute(premises, officer, number)

    assert len(await rows(premises)) == 2


async def test_taking_it_up_within_the_office_is_no_new_assignment(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)
    await reject(premises, clerk, number)
    seen = await revision(premises, number)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number,
            revision=seen, assignee_id=officer.staff_id, now=START,
        )  # fmt: skip

    with pytest.raises(DisputedBefore):
        await dispute(premises, officer, number)


async def test_after_two_working_days_it_is_too_late(
    premises: Premises, officer: Person, number: str, clock: FakeClock
) -> None:
    clock.advance(days=2, hours=15)

    with pytest.raises(DisputeTooLate):
        await dispute(premises, officer, number)


async def test_whoever_saw_an_older_page_rules_on_nothing(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    seen = await revision(premises, number)
    await dispute(premises, officer, number)

    with pytest.raises(StaleCase):
        await uphold(premises, clerk, number, OTHER, at=seen)
    with pytest.raises(StaleCase):
        await dispute(premises, officer, number, at=seen)


async def test_what_was_ruled_is_ruled(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)
    await reject(premises, clerk, number)

    with pytest.raises(DisputeRuled):
        await reject(premises, clerk, number)


async def test_a_case_that_a_clerk_gives_elsewhere_needs_no_ruling(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    await give(premises, clerk, number, OTHER)

    assert await waiting(premises, clerk) == []
    (row,) = await rows(premises)
    assert row.ruling is Ruling.OVERTAKEN


async def test_a_ruling_says_why_and_leads_elsewhere(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    with pytest.raises(InvalidInput):
        await reject(premises, clerk, number, " ")
    with pytest.raises(SameOffice):
        await uphold(premises, clerk, number, UNIT)
    assert await waiting(premises, clerk) == [number]


async def test_only_the_office_that_has_the_case_disputes_it(
    premises: Premises, clerk: Person, officer: Person, number: str
) -> None:
    stranger = await at_desk.hire(premises, Role.OFFICER, office=OTHER)

    with pytest.raises(NotYourAssignment):
        await dispute(premises, clerk, number)
    with pytest.raises(NoSuchCase):
        await dispute(premises, stranger, number)
    with pytest.raises(NoSuchOffice):
        await dispute(premises, officer, number, suggested=1)
    with pytest.raises(InvalidInput):
        await dispute(premises, officer, number, words="")


async def test_a_case_that_nobody_gave_away_is_disputed_by_nobody(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    with pytest.raises(NothingToDispute):
        await dispute(premises, clerk, number)


async def test_an_office_takes_no_case_back_by_itself(
    premises: Premises, officer: Person, number: str
) -> None:
    step = at_desk.steps(premises, officer, number)["return"]

    with pytest.raises(NotAllowed):
        await at_desk.go(premises, step, revision=await revision(premises, number))


async def test_a_report_is_not_passed_on_by_a_dispute(
    premises: Premises, officer: Person, number: str
) -> None:
    async with premises.database.writing() as session:
        case = await session.merge(await at_desk.case_of(premises, number))
        case.restricted = True

    with pytest.raises(RestrictedCase):
        await dispute(premises, officer, number)


async def test_an_officer_sees_no_list_of_disputes(
    premises: Premises, officer: Person, number: str
) -> None:
    await dispute(premises, officer, number)

    with pytest.raises(NotAllowed):
        await waiting(premises, officer)
    async with premises.database.reading() as session:
        assert await disputes.count(session, officer) == 0


async def test_the_way_of_a_case_from_office_to_office_is_told(
    premises: Premises, clerk: Person, officer: Person, number: str, clock: FakeClock
) -> None:
    clock.advance(hours=3)
    await dispute(premises, officer, number)
    await uphold(premises, clerk, number, OTHER)

    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        told = await stints.of(session, case)
        stands = await standing.read(
            session, clerk, premises.house, case, now=premises.clock()
        )

    offices = [officer.office_id, await office(premises, OTHER)]
    assert [each.office_id for each in told] == offices
    assert told[0].until == told[1].since == START + timedelta(hours=3)
    assert told[1].until is None
    assert stands.handed_over == 2
    assert case.assignee_id is None


@given(
    st.datetimes(
        min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
        timezones=st.just(UTC),
    ),
    st.integers(min_value=1, max_value=10),
)  # fmt: skip
def test_the_days_for_a_dispute_are_whole_working_days(
    since: datetime, days: int
) -> None:
    until = dispute_until(since, zone=BEIJING, days=days)

    local = since.astimezone(BEIJING).date()
    last = until.date() - timedelta(days=1)
    between = [local + timedelta(days=n) for n in range(1, (last - local).days + 1)]
    assert sum(day.weekday() < 5 for day in between) == days
    assert last.weekday() < 5
    assert (until.hour, until.minute) == (0, 0)
