"""What was said to others, in a case that an opinion passed through, is not told it."""

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import replies
from app.services.staff import Person
from tests import at_desk
from tests.fakes import FakeClock
from tests.services.campaigning import join, write
from tests.services.test_unions import tracked

QUESTION = "请问您说的是哪一栋?"


async def ask(premises: Premises, person: Person, number: str) -> None:
    """Ask whoever is in that case now."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.ask(
            session, person, premises.house, number,
            revision=revision, text=QUESTION, now=premises.clock(),
        )  # fmt: skip


async def asked(premises: Premises, number: str) -> list[str]:
    """Return the questions that a citizen reads."""
    seen = await tracked(premises, number)
    return [
        step.question
        for matter in seen.matters
        for step in matter.history
        if step.question
    ]


async def test_a_question_to_another_stays_unseen_wherever_the_case_goes(
    premises: Premises, clock: FakeClock
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    numbers = [await write(premises, by=each) for each in "abc"]
    await ask(premises, clerk, numbers[1])
    for into, other in ((1, 0), (2, 1)):
        clock.advance(hours=1)
        await join(premises, clerk, numbers[into], numbers[other])

    assert [await asked(premises, each) for each in numbers] == [[], [QUESTION], []]


async def test_a_question_put_to_all_of_a_case_goes_with_them(
    premises: Premises, clock: FakeClock
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    first, second, third = [await write(premises, by=each) for each in "abc"]
    await join(premises, clerk, second, first)
    clock.advance(hours=1)
    await ask(premises, clerk, second)
    clock.advance(hours=1)
    await join(premises, clerk, third, second)

    assert await asked(premises, first) == [QUESTION]
    assert await asked(premises, third) == []
