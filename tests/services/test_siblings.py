"""Several cases of one letter: what is done to them at the same moment."""

import asyncio
from collections.abc import Callable

import pytest

from app.domain.vocabulary import Role, Status
from app.errors import AppError
from app.premises import Premises
from app.services import co_offices, dossiers
from app.services.cases import StaleCase
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import START
from tests.services.campaigning import join, write
from tests.services.matters import (
    Act,
    assign,
    cases_of,
    report,
    restrict,
    split,
    take,
    two_matters,
    withdraw,
)

ROUNDS = 4


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """Whoever leads the supervision office, to which reports go."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a letter on two matters."""
    return await two_matters(premises)


async def at_once(premises: Premises, *acts: tuple[str, Act]) -> list[object]:
    """Do things from pages that stand open at once; return what each came to."""
    revisions = [(await case_of(premises, number)).revision for number, _ in acts]

    async def do(act: Act, revision: int) -> object:
        async with premises.database.writing() as session:
            return await act(session, revision)

    return await asyncio.gather(
        *(do(act, known) for (_, act), known in zip(acts, revisions, strict=True)),
        return_exceptions=True,
    )


async def test_what_is_split_off_while_its_letter_is_restricted_is_restricted(
    premises: Premises, supervisor: Person
) -> None:
    for _ in range(ROUNDS):
        number = await two_matters(premises)
        await at_once(
            premises,
            restrict(premises, supervisor, number),
            split(premises, supervisor, f"{number}-2"),
        )

        assert {each.restricted for each in await cases_of(premises, number)} == {True}


@pytest.mark.parametrize("act", [restrict, report, withdraw])
async def test_who_does_the_same_to_two_cases_at_once_does_it_once(
    premises: Premises,
    supervisor: Person,
    act: Callable[[Premises, Person, str], tuple[str, Act]],
) -> None:
    for _ in range(ROUNDS):
        number = await two_matters(premises)
        came_to = await at_once(
            premises,
            act(premises, supervisor, number),
            act(premises, supervisor, f"{number}-2"),
        )

        refused = [each for each in came_to if isinstance(each, Exception)]
        assert [type(each) for each in refused] == [StaleCase]


async def test_a_section_is_split_off_once_by_two_at_once(
    premises: Premises, supervisor: Person
) -> None:
    for _ in range(ROUNDS):
        number = await two_matters(premises)
        await at_once(
            premises,
            split(premises, supervisor, number),
            split(premises, supervisor, f"{number}-2"),
        )

        sections = [each.section_id for each in await cases_of(premises, number)]
        assert len(sections) == len(set(sections)) == 3


async def test_a_letter_joined_while_it_is_restricted_is_not_shown_to_others(
    premises: Premises, supervisor: Person
) -> None:
    for turn in range(ROUNDS):
        into = await write(premises, by=f"into{turn}")
        number = await write(premises, by=f"writer{turn}")
        await take(premises, number, split(premises, supervisor, number)[1])
        done = await asyncio.gather(
            join(premises, supervisor, into, number),
            at_once(premises, restrict(premises, supervisor, f"{number}-2")),
            return_exceptions=True,
        )

        assert all(isinstance(each, AppError | int | list) for each in done)
        first, second = await cases_of(premises, number)
        shared = await case_of(premises, into)
        assert first.restricted == second.restricted
        assert shared.restricted == (
            second.restricted and first.status is Status.JOINED
        )


async def test_a_co_office_gives_no_answer_to_what_it_helps_with(
    premises: Premises, supervisor: Person, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await assign(premises, supervisor, f"{number}-2", UNIT)
    await take(
        premises, number,
        lambda session, revision: co_offices.add(
            session, supervisor, number,
            revision=revision, office_id=officer.office_id, now=START,
        ),
    )  # fmt: skip

    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, officer, f"{number}-2")

    (sibling,) = dossier.siblings
    assert (sibling.visible, sibling.answerable) == (True, False)
