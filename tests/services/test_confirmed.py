"""What counts as confirmed: a clerk's word, and what nobody objected to."""

from datetime import timedelta

from app.domain.vocabulary import Disposition, Language
from app.models import Confirmation
from app.premises import Premises
from app.services import disowning, letters, replies, triage
from app.services.letters import Regarding
from app.services.staff import Person
from tests import at_desk, teaching
from tests.at_desk import go, steps
from tests.fakes import START, FakeClock

PARKING = {"subject": "停车", "text": "老城区晚上没有地方停车，路内泊位太少，停车难。"}


async def choose(
    premises: Premises, clerk: Person, number: str, section: str | None
) -> None:
    """Let a clerk decide what a case is about."""
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await triage.classify(
            session, clerk, premises.house, number,
            revision=case.revision, section=section, now=premises.clock(),
        )  # fmt: skip


async def take(premises: Premises, clerk: Person, number: str, name: str) -> None:
    """Let a clerk take another step."""
    revision = (await at_desk.case_of(premises, number)).revision
    await go(premises, steps(premises, clerk, number)[name], revision=revision)


async def opened(premises: Premises, **changes: object) -> str:
    """Return the number of a new case."""
    return (await at_desk.open_case(premises, **changes)).receipt_number


async def found(premises: Premises, number: str) -> Confirmation:
    """Return what a case is confirmed to be about."""
    confirmation = await teaching.confirmation_of(premises, number)
    assert confirmation is not None
    return confirmation


async def denial(premises: Premises, number: str) -> str:
    """Return the token of the link by which the citizen says "this was not me"."""
    opinion_id = (await at_desk.case_of(premises, number)).opinion_id
    regarding = Regarding(
        opinion_id=opinion_id, case_id=0, receipt_number=number, notice_title="",
        email="", language=Language.ZH, letter_id=None,
    )  # fmt: skip
    return letters.not_me_url(premises.house, regarding).rpartition("/")[2]


def key_of(premises: Premises, path: str) -> int:
    return teaching.sample(premises).section_ids[path]


async def test_what_a_clerk_chose_is_confirmed(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises)

    await choose(premises, clerk, number, teaching.LAMPS)

    confirmation = await found(premises, number)
    assert confirmation.section_id == key_of(premises, teaching.LAMPS)
    assert (confirmation.said, confirmation.decided_at) == (True, START)


async def test_the_last_choice_is_the_one_that_counts(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    number = await opened(premises)
    await choose(premises, clerk, number, teaching.LAMPS)
    clock.advance(days=1)

    await choose(premises, clerk, number, None)

    confirmation = await found(premises, number)
    assert confirmation.section_id is None
    assert confirmation.decided_at == START + timedelta(days=1)


async def test_an_answer_after_a_choice_is_no_new_decision(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    number = await opened(premises)
    await choose(premises, clerk, number, teaching.LAMPS)
    clock.advance(days=1)

    await take(premises, clerk, number, "answer")

    assert (await found(premises, number)).decided_at == START


async def test_a_section_that_stood_when_the_case_was_answered_is_confirmed(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises, section="2.1.2")

    await take(premises, clerk, number, "answer")

    confirmation = await found(premises, number)
    assert confirmation.section_id == key_of(premises, "2.1.2")
    assert confirmation.said is False


async def test_an_answer_says_nothing_of_a_case_that_nobody_placed(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises)

    await take(premises, clerk, number, "answer")

    assert await teaching.confirmation_of(premises, number) is None


async def test_reopening_takes_back_what_only_stood_there(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises, section="2.1.2")
    await take(premises, clerk, number, "answer")
    await take(premises, clerk, number, "close")

    await take(premises, clerk, number, "reopen")

    assert await teaching.confirmation_of(premises, number) is None


async def test_what_the_citizen_withdrew_is_not_confirmed(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises)
    await choose(premises, clerk, number, teaching.LAMPS)
    revision = (await at_desk.case_of(premises, number)).revision

    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, number,
            revision=revision, disposition=Disposition.WITHDRAWN, now=START,
        )  # fmt: skip

    assert await teaching.confirmation_of(premises, number) is None


async def test_what_was_disowned_is_not_confirmed_until_it_counts_again(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises)
    await choose(premises, clerk, number, teaching.LAMPS)
    token = await denial(premises, number)

    async with premises.database.writing() as session:
        await disowning.disown(session, premises.house, token, now=START)
    without = await teaching.confirmation_of(premises, number)
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await disowning.reinstate(
            session, clerk, number, revision=revision, reason="本人来电", now=START
        )

    assert without is None
    assert await teaching.confirmation_of(premises, number) is not None


async def test_the_first_guess_is_kept_beside_the_decision(
    premises: Premises, clerk: Person
) -> None:
    number = await opened(premises, **PARKING)
    await choose(premises, clerk, number, "2.2.1")

    confirmation = await found(premises, number)

    assert confirmation.guessed_id == key_of(premises, "2.1.2")
    assert confirmation.placed
    assert confirmation.place != 1
