"""What complains of an office, or a person, does not come to them by being joined."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.domain.record import Action
from app.domain.vocabulary import Channel, Role, Status
from app.models import AuditEvent, Case, CaseOffice, Staff
from app.premises import Premises
from app.services import additions, joining_rule, next_case, triage, unions
from app.services.accused import ComplainsOfThem
from app.services.additions import Addendum
from app.services.queue import assigning
from app.services.staff import Person
from app.services.unions import United
from tests import at_desk
from tests.fakes import START
from tests.services.campaigning import TEXT, join, write

ACCUSING = TEXT + "市政管理所不作为，路灯坏了三个月一直没人管。"


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


async def assign(premises: Premises, number: str, **whom: Any) -> None:
    """Give a case to somebody as a clerk does who was not warned."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=revision, now=premises.clock(), **whom
        )


async def add(premises: Premises, number: str, text: str) -> None:
    """Add something to an opinion, as its writer does with the receipt."""
    case = await at_desk.case_of(premises, number)
    added = Addendum(
        opinion_id=case.opinion_id, channel=Channel.WEB, text=text,
        seal=premises.house.seal,
    )  # fmt: skip
    async with premises.database.writing() as session:
        await additions.add(session, added, retry_token=text, now=premises.clock())


async def test_what_was_added_later_is_looked_at_before_a_case_is_given_away(
    premises: Premises, officer: Person
) -> None:
    number = await write(premises)
    await add(premises, number, "市政管理所不作为，一直没人管。")

    with pytest.raises(ComplainsOfThem):
        await assign(premises, number, office_id=officer.office_id)
    with pytest.raises(ComplainsOfThem):
        await assign(premises, number, assignee_id=officer.staff_id)


async def test_so_is_what_was_joined(premises: Premises, officer: Person) -> None:
    first, second = await write(premises, by="a"), await write(premises, ACCUSING)
    await unite(premises, first, other=second)

    with pytest.raises(ComplainsOfThem):
        await assign(premises, first, office_id=officer.office_id)


async def test_what_was_added_only_to_thank_them_hinders_nobody(
    premises: Premises, officer: Person
) -> None:
    number = await write(premises)
    await add(premises, number, "感谢市政管理所，路灯修好了一盏。")

    await assign(premises, number, office_id=officer.office_id)

    assert (await at_desk.case_of(premises, number)).office_id == officer.office_id


async def test_what_was_added_to_one_case_keeps_it_from_joining_another(
    premises: Premises, officer: Person
) -> None:
    first, second = await write(premises, by="a"), await write(premises, by="b")
    await give(premises, first, office_id=officer.office_id)
    await add(premises, second, "市政管理所不作为，一直没人管。")

    with pytest.raises(ComplainsOfThem):
        await unite(premises, first, other=second)


async def test_nobody_is_handed_what_was_said_of_them_later(
    premises: Premises,
) -> None:
    accused = await at_desk.hire(premises, Role.CLERK, display_name="钱多多")
    number = await write(premises)
    await add(premises, number, "钱多多态度恶劣，把我的材料扔了。")

    async with premises.database.writing() as session:
        taken = await next_case.take_next(session, accused, leaving=None, now=START)

    assert taken is None


async def test_nor_does_it_come_to_them_for_having_the_fewest(
    premises: Premises,
) -> None:
    idle = await at_desk.hire(premises, Role.CLERK, display_name="钱多多")
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.reading() as session:
        others = await session.scalars(
            select(Staff.id).where(Staff.id != idle.staff_id)
        )
        busy = list(others)
    for key in busy:
        await give(premises, await write(premises, by="a"), assignee_id=key)
    number = await write(premises, "桥头的护栏断了半年，孩子天天从那里过。", by="b")
    await add(premises, number, "钱多多态度恶劣，把我的材料扔了。")
    revision = (await at_desk.case_of(premises, number)).revision

    async with premises.database.writing() as session:
        chosen = await assigning.assign_by_load(
            session, clerk, number,
            revision=revision, office_id=idle.office_id, now=premises.clock(),
        )  # fmt: skip

    assert chosen in busy
