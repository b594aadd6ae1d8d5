"""Models that learn from clerks, prove themselves, and can be gone back from."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.classroom.lesson import keyed_sections, sections_as_bytes
from app.classroom.process import LearningFailed, taught_by
from app.domain.teaching import ModelState, is_held_back
from app.domain.topics import Amendment
from app.domain.vocabulary import Kind, Role
from app.models import Case, ModelVersion, Strand
from app.premises import Premises
from app.services import models, splitting, switching, teaching, topic_changes, triage
from app.services.intake import Registration
from app.services.switching import (
    ModelGone,
    ModelInUse,
    ModelOvertaken,
    NoSuchModel,
)
from app.services.topic_changes import Change
from app.settings import Settings
from app.teaching import Teaching
from app.workers import training
from app.workers.training import Learnt, NothingConfirmed, Trainer
from tests import at_desk, make
from tests import teaching as town
from tests.fakes import START, FakeClock
from tests.web import publishing

LAMP = "北坡新村的路灯整夜不亮，出门要打手电"
ENOUGH = 60

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of an office that is content with trials on few opinions."""
    return settings.model_copy(update={"try_on_least": 1})


async def look(premises: Premises) -> int:
    """Make one round."""
    return await Trainer(premises, stop=asyncio.Event()).look_around()


async def learn(premises: Premises) -> Learnt:
    """Learn now, and let the shelf know."""
    learnt = await training.learn(premises, town.sample(premises))
    await premises.shelf()
    return learnt


async def versions(premises: Premises) -> list[ModelVersion]:
    """Return all versions, the oldest first."""
    async with premises.database.reading() as session:
        return list(
            await session.scalars(select(ModelVersion).order_by(ModelVersion.number))
        )


async def use(premises: Premises, number: int) -> None:
    """Choose a model, and let the shelf know."""
    async with premises.database.writing() as session:
        await switching.use(
            session, town.sample(premises), number, now=premises.clock()
        )
    premises.house.shelf.expire()
    await premises.shelf()


async def restock(premises: Premises, **values: object) -> None:
    """Change the stored model behind everybody's back."""
    async with premises.database.writing() as session:
        await session.execute(update(ModelVersion).values(**values))


async def taught(premises: Premises) -> int:
    """Return how many opinions would be learned from."""
    async with premises.database.reading() as session:
        chunk = await teaching.chunk(session, town.sample(premises), after=None)
    return len(chunk.taught)


async def muddle(premises: Premises, registered: list[Registration]) -> None:
    """Have a clerk decide each opinion that is learned from in another way."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    others = {town.LAMPS: town.FAIR, town.FAIR: None, None: town.LAMPS}
    lessons = town.lessons(len(registered))
    async with premises.database.writing() as session:
        for each, (_, path) in zip(registered, lessons, strict=True):
            if not is_held_back(each.opinion_id):
                await triage.classify(
                    session, clerk, premises.house, each.receipt_number,
                    revision=2, section=others[path], now=premises.clock(),
                )  # fmt: skip


async def add_a_term(premises: Premises) -> None:
    """Have an administrator add a term to a topic, and the shelf take it up."""
    keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        await topic_changes.save(
            session, keeper, premises.house.shelf,
            Change(amendment=Amendment(topic="parking", added={"strong": "转角亭"})),
            revision=0, now=premises.clock(),
        )  # fmt: skip
    premises.house.shelf.expire()
    await premises.shelf()


async def test_what_clerks_decide_is_learned(premises: Premises) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    before = town.first_guess(premises, LAMP)

    assert await look(premises) == 1

    await premises.shelf()
    assert before != town.LAMPS
    assert town.first_guess(premises, LAMP) == town.LAMPS


async def test_a_version_says_what_it_was_learned_from_and_how_it_did(
    premises: Premises,
) -> None:
    registered = await town.confirm(premises, town.lessons(ENOUGH))
    held_back = sum(is_held_back(each.opinion_id) for each in registered)

    await learn(premises)

    (version,) = await versions(premises)
    assert (version.number, version.state) == (1, ModelState.IN_USE)
    assert version.examples == ENOUGH - held_back
    assert version.measures["opinions"] == held_back
    assert version.learned_until == START


async def test_a_few_decisions_are_waited_with(premises: Premises) -> None:
    await town.confirm(premises, town.lessons(premises.settings.learn_after - 1))

    assert await look(premises) == 0
    assert await versions(premises) == []


async def test_a_model_that_can_be_tried_on_too_little_replaces_nothing(
    bare_premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    async with bare_premises.database.writing() as session:
        await make.house(session)
    careful = settings.model_copy(update={"try_on_least": ENOUGH})
    async with Premises(careful, clock=clock) as premises:
        await town.confirm(premises, town.lessons(ENOUGH))

        learnt = await learn(premises)

        (version,) = await versions(premises)
        async with premises.database.reading() as session:
            (entry,) = await models.entries(session, town.sample(premises).id)
    assert (learnt.trial.replaces, version.state) == (False, ModelState.REJECTED)
    assert entry.untested


async def test_the_worker_waits_until_there_is_enough_to_try_a_model_on(
    bare_premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    async with bare_premises.database.writing() as session:
        await make.house(session)
    careful = settings.model_copy(update={"try_on_least": ENOUGH})
    async with Premises(careful, clock=clock) as premises:
        await town.confirm(premises, town.lessons(ENOUGH))

        assert await look(premises) == 0
        assert await versions(premises) == []


async def test_an_hour_passes_between_two_models(
    premises: Premises, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await look(premises)
    clock.advance(minutes=59)
    await town.confirm(premises, town.lessons(30))

    early = await look(premises)
    clock.advance(minutes=1)

    assert early == 0
    assert await look(premises) == 1


async def test_nothing_is_learned_twice_from_the_same_decisions(
    premises: Premises, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await look(premises)
    clock.advance(hours=2)

    assert await look(premises) == 0


async def test_a_change_of_topics_starts_a_lesson_once_an_hour_has_passed(
    premises: Premises, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await look(premises)
    await add_a_term(premises)

    early = await look(premises)
    clock.advance(hours=1)
    in_time = await look(premises)
    clock.advance(hours=1)
    again = await look(premises)

    assert (early, in_time, again) == (0, 1, 0)


async def test_a_model_of_another_version_of_the_package_learns_anew(
    premises: Premises, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await look(premises)
    (version,) = await versions(premises)
    await restock(premises, measures=version.measures | {"topics": "of another time"})
    clock.advance(hours=1)

    assert await look(premises) == 1


async def test_nothing_is_learned_where_the_settings_say_so(
    bare_premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    async with bare_premises.database.writing() as session:
        await make.house(session)
    deaf = settings.model_copy(update={"learning": False})
    async with Premises(deaf, clock=clock) as premises:
        await town.confirm(premises, town.lessons(ENOUGH))

        assert await look(premises) == 0


async def test_a_worse_candidate_does_not_replace_the_model_in_use(
    premises: Premises, clock: FakeClock
) -> None:
    registered = await town.confirm(premises, town.lessons(2 * ENOUGH))
    await learn(premises)
    clock.advance(hours=2)
    await muddle(premises, registered)

    assert await look(premises) == 1

    await premises.shelf()
    first, second = await versions(premises)
    assert (first.state, second.state) == (ModelState.IN_USE, ModelState.REJECTED)
    assert (second.sealed, second.measures["before_number"]) == (None, 1)
    assert town.first_guess(premises, LAMP) == town.LAMPS


async def test_a_rejected_model_cannot_be_used(
    premises: Premises, clock: FakeClock
) -> None:
    registered = await town.confirm(premises, town.lessons(2 * ENOUGH))
    await learn(premises)
    clock.advance(hours=2)
    await muddle(premises, registered)
    await learn(premises)

    with pytest.raises(ModelGone):
        await use(premises, 2)
    with pytest.raises(ModelInUse):
        await use(premises, 1)
    with pytest.raises(NoSuchModel):
        await use(premises, 3)


async def test_one_can_go_back_to_the_words_alone_and_forth_again(
    premises: Premises,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    before = town.first_guess(premises, LAMP)
    await learn(premises)

    await use(premises, 0)
    without = town.first_guess(premises, LAMP)
    await use(premises, 1)

    assert without == before
    assert town.first_guess(premises, LAMP) == town.LAMPS


async def test_a_model_outlives_the_process(
    premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await learn(premises)

    async with Premises(settings, clock=clock) as others:
        await others.shelf()

        assert town.first_guess(others, LAMP) == town.LAMPS


async def test_a_new_version_of_the_notice_keeps_what_was_learned(
    premises: Premises,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await learn(premises)

    await publishing.renew(premises, town.renumbered())
    await premises.shelf()

    assert town.first_guess(premises, LAMP) == "2.1.5"


@pytest.mark.parametrize("purpose", ["model", "another"])
async def test_a_model_that_cannot_be_read_is_done_without(
    premises: Premises,
    settings: Settings,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    purpose: str,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    before = town.first_guess(premises, LAMP)
    await learn(premises)
    strange = premises.house.seal.close(b"of another time", purpose=purpose)
    await restock(premises, sealed=strange)

    with caplog.at_level(logging.WARNING):
        async with Premises(settings, clock=clock) as others:
            await others.shelf()
            guess = town.first_guess(others, LAMP)

    assert guess == before
    assert caplog.messages == [
        "a model cannot be read: the notice's words alone are used"
    ]


async def test_learning_goes_on_behind_a_model_that_cannot_be_read(
    premises: Premises,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await learn(premises)
    await restock(premises, sealed=b"")

    learnt = await learn(premises)

    assert (learnt.number, learnt.trial.replaces) == (2, True)


async def test_two_workers_at_once_make_one_model(premises: Premises) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    notice = town.sample(premises)

    ends = await asyncio.gather(
        training.learn(premises, notice),
        training.learn(premises, notice),
        return_exceptions=True,
    )

    assert {type(end) for end in ends} == {Learnt, ModelOvertaken}
    assert len(await versions(premises)) == 1


async def test_old_models_are_forgotten_but_for_their_measures(
    premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    tidy = settings.model_copy(update={"models_kept": 1})
    async with Premises(tidy, clock=clock) as others:
        await others.shelf()
        for _ in range(3):
            await learn(others)

    kept = [version.sealed is not None for version in await versions(premises)]
    assert kept == [False, True, True]


async def test_reports_of_wrongdoing_are_not_learned_from(premises: Premises) -> None:
    first, second, third = await town.confirm(premises, town.lessons(3))
    for each, facts in ((first, {"kind": Kind.REPORT}), (second, {"restricted": True})):
        case = await at_desk.case_of(premises, each.receipt_number)
        async with premises.database.writing() as session:
            await session.execute(
                update(Case).where(Case.id == case.id).values(**facts)
            )

    assert third.opinion_id
    assert await taught(premises) == 1


async def test_an_opinion_on_two_matters_teaches_only_where_its_words_are_known(
    premises: Premises,
) -> None:
    (opened,) = await town.confirm(premises, town.lessons(1))
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await splitting.split(
            session, clerk, premises.house, opened.receipt_number,
            revision=2, section=town.FAIR, now=START,
        )  # fmt: skip
    unknown = await taught(premises)
    async with premises.database.writing() as session:
        await session.execute(update(Strand).values(places=[[0, 6]]))

    assert unknown == 0
    assert await taught(premises) == 2


async def test_a_model_learns_on_top_of_the_topics_of_the_office(
    premises: Premises,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    await add_a_term(premises)

    await learn(premises)

    notice = town.sample(premises)
    assert (notice.model, notice.topics) == (1, 1)
    assert town.first_guess(premises, LAMP) == town.LAMPS
    assert town.first_guess(premises, "转角亭又满了，转角亭太贵") == "2.1.2"


async def test_a_change_of_topics_leaves_what_was_learned_in_use(
    premises: Premises,
) -> None:
    keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await town.confirm(premises, town.lessons(ENOUGH))
    await learn(premises)

    async with premises.database.writing() as session:
        await topic_changes.add(
            session, keeper, zh="渡口", en="Ferry", now=premises.clock()
        )
    premises.house.shelf.expire()
    await premises.shelf()

    notice = town.sample(premises)
    assert (notice.model, notice.topics) == (1, 1)
    assert town.first_guess(premises, LAMP) == town.LAMPS


async def test_nothing_comes_of_nothing(premises: Premises) -> None:
    with pytest.raises(NothingConfirmed):
        await learn(premises)


async def test_a_learner_that_fails_says_so_and_leaves_no_model(
    premises: Premises,
) -> None:
    async def lesson() -> AsyncIterator[bytes]:
        yield b"these are no sections"
        yield b""

    with pytest.raises(LearningFailed):
        await taught_by(premises.settings, lesson())


async def test_a_lesson_that_is_broken_off_leaves_no_process(
    premises: Premises,
) -> None:
    notice = town.sample(premises)
    begun = asyncio.Event()

    async def lesson() -> AsyncIterator[bytes]:
        yield sections_as_bytes(keyed_sections(notice.outline, notice.section_ids))
        begun.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(taught_by(Teaching(), lesson()))
    await begun.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert learners() == []


async def test_a_worker_that_is_to_stop_does_not_wait_for_the_lesson(
    premises: Premises,
) -> None:
    await town.confirm(premises, town.lessons(ENOUGH))
    stop = asyncio.Event()

    looking = asyncio.create_task(Trainer(premises, stop=stop).look_around())
    while not learners():  # noqa: ASYNC110 - a process is no event
        await asyncio.sleep(0.01)
    stop.set()

    assert await looking == 0
    assert learners() == []
    assert await versions(premises) == []


def learners() -> list[str]:
    """Return the learners that this process has."""
    children = Path("/proc/self/task").glob("*/children")
    return [
        child
        for each in children
        for child in each.read_text().split()
        if b"classroom" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
