"""What complains of an office, or a person, does not come to them by being joined."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.domain.record import Action
from app.domain.vocabulary import Role, Status
from app.models import AuditEvent, Case, CaseOffice
from app.premises import Premises
from app.services import joining_rule, unions
from app.services.accused import ComplainsOfThem
from app.services.staff import Person
from app.services.unions import United
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START
from tests.services.campaigning import TEXT, join, write

ACCUSING = TEXT + "市政管理所不作为，路灯坏了三个月一直没人管。"


@pytest.fixture
async def officer(premises: Premises) -> Person:
    """Somebody of the office that is complained of."""
    return await at_desk.hire(premises, Role.OFFICER, office=UNIT)


async def give(premises: Premises, number: str, **where: Any) -> None:
    """Put a case somewhere, whatever it says."""
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await session.execute(update(Case).where(Case.id == case.id).values(**where))


async def unite(premises: Premises, into: str, **how: Any) -> United:
    """Join as a supervisor."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    revision = (await at_desk.case_of(premises, into)).revision
    async with premises.database.writing() as session:
        return await unions.join(
            session, person, premises.house, into,
            revision=revision, now=premises.clock(), **how,
        )  # fmt: skip


async def status(premises: Premises, number: str) -> Status:
    return (await at_desk.case_of(premises, number)).status


async def test_what_complains_of_an_office_joins_its_case_only_if_that_is_known(
    premises: Premises, officer: Person
) -> None:
    first, second = await write(premises, by="a"), await write(premises, ACCUSING)
    await give(premises, first, office_id=officer.office_id)

    with pytest.raises(ComplainsOfThem):
        await unite(premises, first, other=second)
    await unite(premises, first, other=second, despite=True)

    assert await status(premises, second) is Status.JOINED
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.CASE_JOINED)
        )
        assert found.one().facts["despite"] is True


async def test_nor_the_case_that_a_co_office_of_that_name_sees(
    premises: Premises, officer: Person
) -> None:
    first, second = await write(premises, by="a"), await write(premises, ACCUSING)
    case = await at_desk.case_of(premises, first)
    async with premises.database.writing() as session:
        asked = CaseOffice(case_id=case.id, office_id=officer.office_id, since=START)
        session.add(asked)

    with pytest.raises(ComplainsOfThem):
        await unite(premises, first, other=second)


async def test_nor_the_case_that_the_person_complained_of_has_in_hand(
    premises: Premises,
) -> None:
    accused = await at_desk.hire(premises, Role.CLERK, display_name="钱多多")
    first = await write(premises, by="a")
    second = await write(premises, TEXT + "钱多多态度恶劣，把我的材料扔了。", by="b")
    await give(premises, first, assignee_id=accused.staff_id)

    with pytest.raises(ComplainsOfThem):
        await unite(premises, first, other=second)


async def test_all_that_say_the_same_join_but_for_those_that_complain(
    premises: Premises, officer: Person
) -> None:
    first = await write(premises, by="a")
    same, accusing = await write(premises, by="b"), await write(premises, ACCUSING)
    await give(premises, first, office_id=officer.office_id)

    assert await unite(premises, first) == United(joined=1, left=1)

    assert await status(premises, same) is Status.JOINED
    assert await status(premises, accusing) is Status.REGISTERED


async def test_whoever_was_joined_before_is_looked_at_too(
    premises: Premises, officer: Person
) -> None:
    first, second = await write(premises, by="a"), await write(premises, by="b")
    accusing = await write(premises, ACCUSING, by="c")
    clerk = await at_desk.hire(premises, Role.CLERK)
    await join(premises, clerk, second, accusing)
    await give(premises, first, office_id=officer.office_id)

    with pytest.raises(ComplainsOfThem):
        await unite(premises, first, other=second)


async def test_an_office_that_has_both_cases_learns_nothing_new(
    premises: Premises, officer: Person
) -> None:
    first, second = await write(premises, by="a"), await write(premises, ACCUSING)
    for number in (first, second):
        await give(premises, number, office_id=officer.office_id)

    assert await unite(premises, first, other=second) == United(joined=1, left=0)


async def test_the_rule_joins_nothing_to_an_office_that_it_complains_of(
    premises: Premises, officer: Person
) -> None:
    chief = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        await joining_rule.put(session, chief, in_force=True, now=START)
    first = await write(premises, ACCUSING, by="a")
    await give(premises, first, office_id=officer.office_id)

    second = await write(premises, ACCUSING, by="b")

    assert await status(premises, second) is Status.REGISTERED
