"""What a citizen withdraws is over, and nothing else is."""

import pytest
from sqlalchemy import select

from app.domain.vocabulary import Disposition, MailPurpose, Role, Status
from app.models import OutboxMessage
from app.premises import Premises
from app.services.staff import Person
from app.services.withdrawals import OthersMatter, SharedMatter
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.services.campaigning import join, write
from tests.services.matters import (
    answer,
    assign,
    cases_of,
    split,
    take,
    two_matters,
    withdraw,
)


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """Whoever leads the supervision office, to which reports go."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a letter on two matters."""
    return await two_matters(premises)


async def test_an_officer_ends_no_other_offices_case_as_withdrawn(
    premises: Premises, supervisor: Person, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await assign(premises, supervisor, f"{number}-2", UNIT)

    with pytest.raises(OthersMatter):
        await take(premises, *withdraw(premises, officer, f"{number}-2"))

    assert (await case_of(premises, number)).status is Status.REGISTERED


async def test_an_officer_who_has_all_matters_ends_them_as_withdrawn(
    premises: Premises, supervisor: Person, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    for each in (number, f"{number}-2"):
        await assign(premises, supervisor, each, UNIT)

    await take(premises, *withdraw(premises, officer, number))

    found = {each.disposition for each in await cases_of(premises, number)}
    assert found == {Disposition.WITHDRAWN}


@pytest.mark.parametrize("ordinal", ["", "-2"])
async def test_what_one_withdraws_is_not_over_for_all_who_share_it(
    premises: Premises, supervisor: Person, ordinal: str
) -> None:
    shared = await write(premises, by="one")
    await take(premises, *split(premises, supervisor, shared))
    await join(premises, supervisor, shared, await write(premises, by="another"))

    with pytest.raises(SharedMatter):
        await take(premises, *withdraw(premises, supervisor, shared + ordinal))

    found = {each.status for each in await cases_of(premises, shared)}
    assert found == {Status.REGISTERED}


async def test_who_withdrew_gets_no_answer_to_a_joined_matter(
    premises: Premises, supervisor: Person
) -> None:
    shared, gone, stays = [await write(premises, by=by) for by in ("a", "b", "c")]
    await take(premises, *split(premises, supervisor, gone))
    for each in (gone, stays):
        await join(premises, supervisor, shared, each)
    await take(premises, *withdraw(premises, supervisor, f"{gone}-2"))

    await answer(premises, supervisor, shared)

    async with premises.database.reading() as session:
        sent = await session.scalars(
            select(OutboxMessage.opinion_id)
            .where(OutboxMessage.purpose == MailPurpose.ANSWER)
            .order_by(OutboxMessage.opinion_id)
        )
        assert list(sent) == [
            (await case_of(premises, each)).opinion_id for each in (shared, stays)
        ]
