"""Surveys of what many write about, from the opinions to what the desk is shown."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from sqlalchemy import func, select, update

from app.classroom.survey import Terms
from app.classroom.surveyor import SurveyFailed, topics_of
from app.domain.hot_topics import Trend
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Disposition, Kind, Role
from app.errors import NotAllowed
from app.models import Case, HotTopic, HotTopicOpinion, Opinion, Strand
from app.premises import Premises
from app.services import hot_topics, surveying
from app.services.hot_topics import TopicEntry
from app.services.staff import Person
from app.workers.hot_topics import Surveyor
from tests import at_desk, make
from tests.classify import topic_letters as letters
from tests.fakes import FakeClock

pytestmark = pytest.mark.anyio

Pairs = Sequence[tuple[str, str]]


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """A supervisor."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


async def write(premises: Premises, pairs: Pairs, **changes: object) -> list[str]:
    """Register opinions; return their numbers."""
    found = []
    for subject, text in pairs:
        facts = {
            "subject": subject,
            "text": text,
            "contact": ContactDetails(),
        } | changes
        found.append((await at_desk.open_case(premises, **facts)).receipt_number)
    return found


async def look(premises: Premises) -> int:
    """Make one round."""
    return await Surveyor(premises, stop=asyncio.Event()).look_around()


async def shown(
    premises: Premises, person: Person, *, weeks: int = 4
) -> Sequence[TopicEntry]:
    """Return what the desk shows."""
    async with premises.database.reading() as session:
        survey = await hot_topics.survey(session, person, None)
        assert survey is not None
        return await hot_topics.entries(session, person, survey, weeks=weeks)


async def opinion_ids(premises: Premises, numbers: Sequence[str]) -> list[int]:
    async with premises.database.reading() as session:
        found = select(Opinion.id).where(Opinion.receipt_number.in_(numbers))
        return list(await session.scalars(found))


async def restrict(premises: Premises, number: str) -> None:
    """Let the opinion's case be a report of wrongdoing."""
    of_it = (
        select(Strand.case_id)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .where(Opinion.receipt_number == number)
    )
    async with premises.database.writing() as session:
        await session.execute(
            update(Case).where(Case.id.in_(of_it)).values(restricted=True)
        )


async def test_what_several_write_about_is_a_topic_with_its_letters(
    premises: Premises, supervisor: Person
) -> None:
    numbers = await write(premises, letters.MILL)
    await write(premises, letters.OTHERS)

    done = await look(premises)

    (topic,) = await shown(premises, supervisor)
    assert done == 1
    assert "石料厂" in topic.terms
    assert "碧桐花苑" in topic.places
    assert topic.period.opinions == len(letters.MILL)
    assert {letter.number for letter in topic.letters} < set(numbers)
    assert len(topic.letters) == 3


async def test_who_writes_twice_is_counted_once_among_the_people(
    premises: Premises, supervisor: Person
) -> None:
    same = ContactDetails(name="张三", email=make.EMAIL)
    await write(premises, letters.MILL[:3], contact=same)
    await write(premises, letters.MILL[3:])

    await look(premises)

    (topic,) = await shown(premises, supervisor)
    assert (topic.period.opinions, topic.period.people) == (5, 3)


async def test_a_topic_is_compared_with_the_time_before(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await write(premises, letters.MILL[:1])
    clock.advance(weeks=1, days=1)
    await write(premises, letters.MILL[1:])

    await look(premises)

    (week,) = await shown(premises, supervisor, weeks=1)
    (month,) = await shown(premises, supervisor, weeks=4)
    assert (week.period.opinions, week.period.before) == (4, 1)
    assert week.period.trend is Trend.RISING
    assert (month.period.opinions, month.period.trend) == (5, Trend.NEW)


async def test_what_is_over_is_not_hot(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await write(premises, letters.MILL)
    clock.advance(weeks=2)

    await look(premises)

    assert await shown(premises, supervisor, weeks=1) == []


async def test_reports_and_what_was_disowned_or_withdrawn_count_nowhere(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    report, disowned, withdrawn, *_ = await write(premises, letters.MILL)
    await write(premises, letters.BUS)
    await restrict(premises, report)
    (disowned_id,) = await opinion_ids(premises, [disowned])
    (withdrawn_id,) = await opinion_ids(premises, [withdrawn])
    async with premises.database.writing() as session:
        await session.execute(
            update(Opinion).where(Opinion.id == disowned_id).values(disowned_at=clock())
        )
        await session.execute(
            update(Case)
            .where(Case.opinion_id == withdrawn_id)
            .values(disposition=Disposition.WITHDRAWN)
        )

    await look(premises)

    topics = await shown(premises, supervisor)
    assert [topic.period.opinions for topic in topics] == [len(letters.BUS)]


async def test_a_topic_that_a_report_came_to_be_part_of_is_hidden_and_made_anew(
    premises: Premises, supervisor: Person
) -> None:
    report, *_ = await write(premises, letters.MILL)
    await look(premises)
    await restrict(premises, report)

    hidden = await shown(premises, supervisor)
    done = await look(premises)

    (topic,) = await shown(premises, supervisor)
    assert (hidden, done) == ([], 1)
    assert topic.period.opinions == len(letters.MILL) - 1


async def test_nothing_is_surveyed_again_before_the_hour_is_over_or_for_nothing(
    premises: Premises, clock: FakeClock
) -> None:
    await write(premises, letters.MILL)

    rounds = [await look(premises)]
    await write(premises, letters.BUS)
    rounds.append(await look(premises))
    clock.advance(hours=1)
    rounds.append(await look(premises))
    clock.advance(hours=1)
    rounds.append(await look(premises))
    clock.advance(days=1)
    rounds.append(await look(premises))

    assert rounds == [1, 0, 1, 0, 1]


async def test_a_topic_keeps_its_key_and_nothing_old_is_left(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await write(premises, letters.MILL[:4])
    await look(premises)
    (before,) = await shown(premises, supervisor)
    await write(premises, letters.MILL[4:])
    clock.advance(hours=1)

    await look(premises)

    (after,) = await shown(premises, supervisor)
    assert (after.id, after.period.opinions) == (before.id, 5)
    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count(HotTopic.id))) == 1
        assert await session.scalar(select(func.count(HotTopicOpinion.place))) == 5


async def test_only_the_newest_are_read_where_there_are_too_many(
    premises: Premises, supervisor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surveying, "MOST_READ", 3)
    monkeypatch.setattr(surveying, "CHUNK", 2)
    await write(premises, letters.MILL)
    await write(premises, letters.BUS)

    await look(premises)

    (topic,) = await shown(premises, supervisor)
    assert "云溪谷" in topic.terms


async def test_each_of_several_notices_is_surveyed_apart(
    premises: Premises, supervisor: Person
) -> None:
    async with premises.database.writing() as session:
        await make.notice(session, slug="other")
    premises.house.shelf.expire()
    await write(premises, letters.MILL)
    await write(premises, letters.BUS, notice="other")

    done = await look(premises)

    other = premises.house.shelf.notice("other").id
    async with premises.database.reading() as session:
        survey = await hot_topics.survey(session, supervisor, other)
        assert survey is not None
        (topic,) = await hot_topics.entries(session, supervisor, survey, weeks=4)
    assert done == 3
    assert topic.period.opinions == len(letters.BUS)


async def test_a_clerk_sees_no_hot_topics(premises: Premises) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)

    async with premises.database.reading() as session:
        with pytest.raises(NotAllowed):
            await hot_topics.survey(session, clerk, None)


async def test_no_typical_letter_is_shown_of_what_became_a_report(
    premises: Premises, supervisor: Person
) -> None:
    await write(premises, letters.MILL, kind=Kind.COMPLAINT)
    await look(premises)
    (topic,) = await shown(premises, supervisor)
    first = topic.letters[0].number

    await restrict(premises, first)

    assert await shown(premises, supervisor) == []


async def test_a_survey_that_takes_too_much_memory_fails_and_is_not_tried_at_once() -> (
    None
):
    async def chunks() -> AsyncIterator[Pairs]:
        for _ in range(40):
            yield [("题", "路灯坏了没有人修" * 40)] * 200

    terms = Terms(memory_mb=8, cpu_seconds=30, least=3, most=10)

    with pytest.raises(SurveyFailed):
        await topics_of(chunks(), terms)
