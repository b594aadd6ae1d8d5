"""Figures as they are reckoned in the background and read by pages."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from app.domain.figures import Breakdown, Figures
from app.domain.following import Solved
from app.domain.vocabulary import Channel, Disposition, Role, Status
from app.errors import NotAllowed
from app.models import Answer, Case, Opinion, Rating, WeekFigure
from app.premises import Premises
from app.services import replies, triage
from app.services.figures import docket, reading
from app.services.figures.docket import Wanted
from app.services.figures.reading import Asked, Report
from app.services.staff import Person
from app.workers import figures
from tests import at_desk
from tests.fakes import START, FakeClock

THIS_WEEK = date(2026, 11, 2)
NOVEMBER = Asked(first_on=date(2026, 11, 1), last_on=date(2026, 11, 30))


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    return await at_desk.hire(premises, Role.SUPERVISOR)


async def report(premises: Premises, person: Person, asked: Asked = NOVEMBER) -> Report:
    """Return what is known after everything was reckoned."""
    await figures.look_around(premises)
    async with premises.database.reading() as session:
        return await reading.report(session, person, asked)


async def answer(premises: Premises, person: Person, number: str) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await replies.answer(
            session, person, premises.house, number,
            text="已经修好。", revision=case.revision, now=premises.clock(),
        )  # fmt: skip


async def test_before_the_first_reckoning_nothing_is_known(
    premises: Premises, supervisor: Person
) -> None:
    async with premises.database.reading() as session:
        found = await reading.report(session, supervisor, NOVEMBER)

    assert found.reckoned_at is None


async def test_a_case_counts_in_the_week_in_which_it_was_registered(
    premises: Premises, supervisor: Person
) -> None:
    await at_desk.open_case(premises)

    found = await report(premises, supervisor)

    assert found.weeks[THIS_WEEK] == Figures(received=1, waiting=1)
    assert found.whole.received == 1
    assert len(found.weeks) == 6


async def test_an_answer_in_time_is_told_from_one_that_is_late(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    soon = await at_desk.open_case(premises)
    late = await at_desk.open_case(premises)
    await answer(premises, supervisor, soon.receipt_number)
    clock.advance(days=40)
    await answer(premises, supervisor, late.receipt_number)

    found = await report(premises, supervisor)

    assert found.whole == Figures(received=2, in_time=1, late=1)
    assert found.whole.response_rate == 0.5


async def test_what_citizens_say_of_an_answer_is_counted_with_its_case(
    premises: Premises, supervisor: Person
) -> None:
    for score in (5, 2):
        opened = await at_desk.open_case(premises)
        await answer(premises, supervisor, opened.receipt_number)
        async with premises.database.writing() as session:
            session.add(
                Rating(
                    answer_id=await session.scalar(select(func.max(Answer.id))),
                    opinion_id=opened.opinion_id,
                    solved=Solved.SOLVED, score=score, words="", rated_at=START,
                )
            )  # fmt: skip

    found = await report(premises, supervisor)

    assert found.whole.received == 2
    assert found.whole.resolution_rate == 1
    assert found.whole.satisfaction_rate == 0.5


async def test_a_case_falls_overdue_although_nobody_touches_it(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await at_desk.open_case(premises)
    before = await report(premises, supervisor)
    clock.advance(days=40)

    after = await report(premises, supervisor)

    assert (before.whole.waiting, before.whole.overdue) == (1, 0)
    assert (after.whole.waiting, after.whole.overdue) == (0, 1)


async def test_the_next_week_is_added_to_those_before(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)
    clock.advance(days=7)
    await at_desk.open_case(premises)

    found = await report(premises, supervisor)

    assert found.weeks[THIS_WEEK].received == 1
    assert found.weeks[THIS_WEEK + timedelta(days=7)].received == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("restricted", True), ("status", Status.JOINED), ("merged_at", START),
     ("disposition", Disposition.WITHDRAWN)],
)  # fmt: skip
async def test_what_is_hidden_or_dealt_with_elsewhere_counts_nowhere(
    premises: Premises, supervisor: Person, column: str, value: object
) -> None:
    await at_desk.open_case(premises)
    async with premises.database.writing() as session:
        await session.execute(update(Case).values({column: value}))

    found = await report(premises, supervisor)

    assert found.whole == Figures()


async def test_a_disowned_opinion_counts_nowhere(
    premises: Premises, supervisor: Person
) -> None:
    await at_desk.open_case(premises)
    async with premises.database.writing() as session:
        await session.execute(update(Opinion).values(disowned_at=START))

    found = await report(premises, supervisor)

    assert found.whole == Figures()


async def test_each_breakdown_adds_up_to_the_whole(
    premises: Premises, supervisor: Person
) -> None:
    for channel in (Channel.WEB, Channel.WEB, Channel.PHONE):
        await at_desk.open_case(premises, channel=channel)

    found = await report(premises, supervisor)

    assert set(found.parts) == set(Breakdown) - {Breakdown.WHOLE, Breakdown.UNTIMED}
    for parts in found.parts.values():
        assert sum(part.received for part in parts.values()) == 3
    channels = found.parts[Breakdown.CHANNEL]
    assert list(channels) == ["web", "phone"]


async def test_an_officer_sees_the_figures_of_the_own_office_alone(
    premises: Premises, supervisor: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office="城管局")
    mine = await at_desk.open_case(premises)
    await at_desk.open_case(premises)
    case = await at_desk.case_of(premises, mine.receipt_number)
    async with premises.database.writing() as session:
        await triage.assign(
            session, supervisor, mine.receipt_number,
            office_id=officer.office_id, revision=case.revision, now=START,
        )  # fmt: skip

    found = await report(premises, officer)

    assert found.whole.received == 1
    assert list(found.parts) == [Breakdown.OFFICE]
    assert list(found.parts[Breakdown.OFFICE]) == [str(officer.office_id)]


async def test_open_cases_are_told_apart_by_their_age(
    premises: Premises, supervisor: Person, clock: FakeClock
) -> None:
    await at_desk.open_case(premises)
    clock.advance(days=10)
    await at_desk.open_case(premises)

    async with premises.database.reading() as session:
        found = await reading.ages(session, supervisor, now=premises.clock())

    assert [number for _, number in found] == [1, 0, 1, 0, 0, 0]


async def test_a_docket_goes_on_where_its_last_batch_ended(
    premises: Premises, supervisor: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docket, "BATCH", 2)
    numbers = [(await at_desk.open_case(premises)).receipt_number for _ in range(5)]
    wanted = Wanted(opened_from=START, opened_before=START + timedelta(days=1))
    found, last = [], None
    async with premises.database.reading() as session:
        while lines := await docket.batch(
            session, supervisor, wanted, after=last, now=START
        ):
            assert len(lines) <= 2
            last = lines[-1]
            found += [line.number for line in lines]

    assert sorted(found) == sorted(numbers)


async def test_a_clerk_takes_no_docket_out_of_the_house(premises: Premises) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    wanted = Wanted(opened_from=START, opened_before=START)

    async with premises.database.reading() as session:
        with pytest.raises(NotAllowed):
            await docket.batch(session, clerk, wanted, after=None, now=START)


async def test_two_workers_come_to_the_same_rows(
    premises: Premises, supervisor: Person
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)
    async with premises.database.reading() as session:
        before = await session.scalar(select(func.count()).select_from(WeekFigure))

    found = await report(premises, supervisor)

    async with premises.database.reading() as session:
        after = await session.scalar(select(func.count()).select_from(WeekFigure))
    assert found.whole.received == 1
    assert before == after
