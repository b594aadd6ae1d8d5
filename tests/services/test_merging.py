"""A case taken back: no matter is lost by that, and none given away."""

import pytest

from app.domain.vocabulary import Disposition, Kind, Role
from app.premises import Premises
from app.services import replies
from app.services.merging import FirstIsOthers, FirstIsOver, FirstWithAccused
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.fakes import START
from tests.services.matters import answer, assign, merge, split, take, two_matters


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """Whoever leads the supervision office, to which reports go."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a letter on two matters."""
    return await two_matters(premises)


@pytest.mark.parametrize("ending", [None, Disposition.ADOPTED])
async def test_nothing_is_taken_back_into_what_needs_no_answer_any_more(
    premises: Premises, supervisor: Person, number: str, ending: Disposition | None
) -> None:
    await answer(premises, supervisor, number)
    if ending:
        await take(
            premises, number,
            lambda session, revision: replies.close(
                session, supervisor, premises.house, number,
                revision=revision, disposition=ending, now=START,
            ),
        )  # fmt: skip

    with pytest.raises(FirstIsOver):
        await take(premises, *merge(supervisor, f"{number}-2"))


async def test_an_officer_takes_nothing_back_into_another_offices_case(
    premises: Premises, supervisor: Person, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await assign(premises, supervisor, f"{number}-2", UNIT)

    with pytest.raises(FirstIsOthers):
        await take(premises, *merge(officer, f"{number}-2"))


async def test_nothing_is_taken_back_to_whom_the_text_complains_of(
    premises: Premises, supervisor: Person
) -> None:
    sent = await at_desk.open_case(
        premises, section="2.1.1", kind=Kind.COMPLAINT,
        text=f"投诉{UNIT}不作为，打了三次电话都没人管。",
    )  # fmt: skip
    number = sent.receipt_number
    await take(premises, *split(premises, supervisor, number))
    await assign(premises, supervisor, number, UNIT)

    with pytest.raises(FirstWithAccused):
        await take(premises, *merge(supervisor, f"{number}-2"))
