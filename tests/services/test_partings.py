"""What was joined comes apart, and everybody keeps what was said meanwhile."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Disposition, Role, Status
from app.models import Joining, Opinion
from app.premises import Premises
from app.services import (
    campaigns,
    dismissals,
    dossiers,
    like_cases,
    like_texts,
    partings,
    replies,
    tracking,
)
from app.services.like_texts import LikeText
from app.services.staff import Person
from app.services.tracked import MatterSeen
from app.services.words import Part
from tests import at_desk
from tests.classify.campaign_letters import LETTERS
from tests.fakes import FakeClock
from tests.services.campaigning import TEXT, campaign, join, write

SAID = "泵站已经停用。"


def wait(premises: Premises) -> datetime:
    """Let an hour pass."""
    assert isinstance(premises.clock, FakeClock)
    premises.clock.advance(hours=1)
    return premises.clock()


async def answer(premises: Premises, person: Person, number: str, text: str) -> None:
    """Answer a case as it now stands."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.answer(
            session, person, premises.house, number,
            revision=revision, text=text, now=wait(premises),
        )  # fmt: skip


async def ask(premises: Premises, person: Person, number: str, text: str) -> None:
    """Ask whoever shares a case."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.ask(
            session, person, premises.house, number,
            revision=revision, text=text, now=wait(premises),
        )  # fmt: skip


async def close(premises: Premises, person: Person, number: str) -> None:
    """End the procedure of a case."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.close(
            session, person, premises.house, number, revision=revision,
            disposition=Disposition.EXPLAINED, now=wait(premises),
        )  # fmt: skip


async def separate(premises: Premises, person: Person, number: str) -> None:
    """Take a case out of the one that it was joined into."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await partings.separate(
            session, person, number, revision=revision, now=wait(premises)
        )


async def take_back(premises: Premises, person: Person, number: str) -> None:
    """Take the last step of joining back."""
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        acts = await session.scalars(select(Joining.act_id).order_by(Joining.id.desc()))
        await partings.separate(
            session, person, number,
            revision=revision, act_id=acts.first(), now=wait(premises),
        )  # fmt: skip


async def matter_of(premises: Premises, number: str) -> MatterSeen:
    """Return what the citizen reads of the only matter."""
    async with premises.database.reading() as session:
        key = await session.scalars(
            select(Opinion.id).where(Opinion.receipt_number == number)
        )
        followed = await tracking.follow(session, premises.house, key.one())
    (matter,) = followed.matters
    return matter


async def answers(premises: Premises, number: str) -> list[str]:
    """Return the answers on the tracking page."""
    return [each.text for each in (await matter_of(premises, number)).answers]


async def said(
    premises: Premises, person: Person, number: str, part: Part
) -> list[str]:
    """Return what the case's page says of that part."""
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, person, number)
    return [each.text for each in dossier.part(part)]


async def lately(premises: Premises, person: Person) -> Sequence[LikeText]:
    """Return what the page of campaigns shows."""
    async with premises.database.reading() as session:
        return await like_texts.lately(session, person)


async def others(premises: Premises, person: Person, number: str) -> int:
    """Return how many cases are suggested to join one."""
    async with premises.database.reading() as session:
        case = await at_desk.case_of(premises, number)
        return await like_cases.count(session, person, case)


async def test_a_citizen_keeps_the_answer_of_the_case_that_was_shared(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await answer(premises, clerk, first, SAID)

    await separate(premises, clerk, second)

    matter = await matter_of(premises, second)
    assert matter.status is Status.ANSWERED
    assert [each.text for each in matter.answers] == [SAID]
    assert Action.ANSWERED in [step.action for step in matter.history]


async def test_a_case_that_was_answered_in_another_is_answered_since_then(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await answer(premises, clerk, first, SAID)
    answered_at = premises.clock()

    await separate(premises, clerk, second)

    case = await at_desk.case_of(premises, second)
    assert (case.status, case.answered_at) == (Status.ANSWERED, answered_at)
    assert await said(premises, clerk, second, Part.ANSWER) == [SAID]


async def test_a_whole_step_taken_back_leaves_everybody_the_answer(
    premises: Premises,
) -> None:
    clerk, (first, *rest) = await campaign(premises)
    await join(premises, clerk, first)
    await answer(premises, clerk, first, SAID)

    await take_back(premises, clerk, first)

    assert [await answers(premises, each) for each in (first, *rest)] == [[SAID]] * 3


async def test_what_is_answered_after_parting_goes_to_its_own_citizens_alone(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await answer(premises, clerk, first, SAID)
    await separate(premises, clerk, second)

    await answer(premises, clerk, first, "只对甲说。")
    await answer(premises, clerk, second, "只对乙说。")

    assert await answers(premises, first) == [SAID, "只对甲说。"]
    assert await answers(premises, second) == [SAID, "只对乙说。"]
    assert await said(premises, clerk, second, Part.ANSWER) == [SAID, "只对乙说。"]


async def test_whoever_joined_an_answered_case_keeps_its_answer(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await answer(premises, clerk, first, SAID)
    await join(premises, clerk, first, second)

    await separate(premises, clerk, second)

    assert await answers(premises, second) == [SAID]
    assert (await at_desk.case_of(premises, second)).status is Status.ANSWERED


async def test_a_question_stays_with_whom_it_was_put_to(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await ask(premises, clerk, first, "先前的问题？")
    wait(premises)
    await join(premises, clerk, first)
    await ask(premises, clerk, first, "哪一天？")

    await separate(premises, clerk, second)
    await ask(premises, clerk, first, "后来的问题？")

    history = (await matter_of(premises, second)).history
    assert [step.question for step in history if step.question] == ["哪一天？"]
    assert await said(premises, clerk, second, Part.QUESTION) == ["哪一天？"]
    assert (await at_desk.case_of(premises, second)).status is Status.REGISTERED


async def test_a_case_taken_out_of_a_closed_one_is_answered_and_open(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await answer(premises, clerk, first, SAID)
    await close(premises, clerk, first)

    await separate(premises, clerk, second)

    matter = await matter_of(premises, second)
    assert matter.status is Status.ANSWERED
    assert Action.CLOSED in [step.action for step in matter.history]


async def test_an_answer_given_two_cases_on_stays(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    third = await write(premises, LETTERS[1], by="d")
    await join(premises, clerk, first, second)
    await join(premises, clerk, third, first)
    await answer(premises, clerk, third, SAID)

    await separate(premises, clerk, second)

    assert await answers(premises, second) == [SAID]
    assert (await at_desk.case_of(premises, second)).status is Status.ANSWERED


async def test_joined_again_an_answer_is_not_shown_twice(premises: Premises) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, first)
    await ask(premises, clerk, first, "哪一天？")
    await separate(premises, clerk, second)
    await ask(premises, clerk, first, "只问甲？")
    wait(premises)

    await join(premises, clerk, first, second)
    await answer(premises, clerk, first, SAID)

    matter = await matter_of(premises, second)
    assert [each.text for each in matter.answers] == [SAID]
    assert [step.question for step in matter.history if step.question] == ["哪一天？"]


async def test_a_whole_step_taken_back_is_suggested_again(premises: Premises) -> None:
    clerk, (first, *_) = await campaign(premises)
    wait(premises)
    await join(premises, clerk, first)

    await take_back(premises, clerk, first)

    (line,) = await lately(premises, clerk)
    assert (line.number, line.waiting) == (first, 2)
    assert await others(premises, clerk, first) == 2


async def test_what_was_said_not_to_belong_is_not_suggested_by_taking_back(
    premises: Premises,
) -> None:
    clerk, (first, second, _) = await campaign(premises)
    async with premises.database.writing() as session:
        await dismissals.dismiss(session, clerk, second, now=wait(premises))
    wait(premises)
    await join(premises, clerk, first, second)

    await take_back(premises, clerk, first)

    assert await others(premises, clerk, first) == 1


async def test_taking_one_out_leaves_the_others_suggested(premises: Premises) -> None:
    clerk, (first, second, _) = await campaign(premises)
    wait(premises)
    await join(premises, clerk, first, second)

    await separate(premises, clerk, second)

    assert await others(premises, clerk, first) == 1


async def test_the_first_letter_taken_out_of_the_second_stays_apart(
    premises: Premises,
) -> None:
    clerk, (first, second) = await campaign(premises, TEXT, TEXT)
    await join(premises, clerk, second, first)

    await separate(premises, clerk, first)

    assert await others(premises, clerk, first) == 0
    assert await others(premises, clerk, second) == 0


async def test_the_same_person_is_the_reason_whichever_letter_joins_the_other(
    premises: Premises,
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    first, second = [await write(premises, by="a") for _ in range(2)]

    async with premises.database.reading() as session:
        before = await campaigns.read(session, clerk, second, waiting=True)
    await join(premises, clerk, second, first)
    async with premises.database.reading() as session:
        after = await campaigns.read(session, clerk, second, waiting=False)

    shown = [*before.page.rows, *after.page.rows]
    grounds = [member.ground for member in shown if not member.opener]
    assert grounds == ["repeat", "repeat"]


async def test_another_person_in_the_same_words_is_no_repeat(
    premises: Premises,
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    first, _, third = [await write(premises, by=by) for by in ("a", "b", "b")]

    await join(premises, clerk, first, third)

    async with premises.database.reading() as session:
        page = (await campaigns.read(session, clerk, first, waiting=False)).page
    assert [row.ground for row in page.rows if not row.opener] == ["campaign"]
