"""Every step of a case, by table: where it leads, what it leaves, who may take it."""

import pytest
from sqlalchemy import func, select, update

from app.domain.lifecycle import MOVES, CaseJoined, IllegalTransition
from app.domain.record import Action
from app.domain.vocabulary import Channel, Kind, Move, Role, Status
from app.errors import NotAllowed
from app.models import Arrival, AuditEvent, Case, Note, OutboxMessage
from app.premises import Premises
from app.services import cases
from app.services.additions import Addendum, join
from app.services.cases import NoSuchCase, StaleCase
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, go, steps
from tests.fakes import START
from tests.stored import count, newest_event


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a case that is new."""
    return (await at_desk.open_case(premises)).receipt_number


async def put_into(premises: Premises, number: str, status: Status) -> int:
    """Set the case's status past all rules; return its revision."""
    async with premises.database.writing() as session:
        case = await session.merge(await at_desk.case_of(premises, number))
        case.status = status
        await session.flush()
        return case.revision


STEP_OF = {
    Move.ASSIGN: "assign",
    Move.RETURN: "return",
    Move.ANSWER: "answer",
    Move.CLOSE: "close",
    Move.REOPEN: "reopen",
}


@pytest.mark.parametrize("move", STEP_OF)
@pytest.mark.parametrize("status", Status)
async def test_a_step_leads_where_the_table_says_or_nowhere(
    premises: Premises, clerk: Person, number: str, status: Status, move: Move
) -> None:
    revision = await put_into(premises, number, status)
    step = steps(premises, clerk, number)[STEP_OF[move]]

    if move in MOVES[status]:
        await go(premises, step, revision=revision)
    else:
        refusal = CaseJoined if status is Status.JOINED else IllegalTransition
        with pytest.raises(refusal):
            await go(premises, step, revision=revision)

    after = await at_desk.case_of(premises, number)
    assert after.status == MOVES[status].get(move, status)


ACTIONS = {
    "classify": Action.CLASSIFIED,
    "set_kind": Action.KIND_SET,
    "assign": Action.ASSIGNED,
    "note": Action.NOTED,
    "mark_read": Action.ADDITION_SEEN,
    "answer": Action.ANSWERED,
    "ask": Action.QUESTION_ASKED,
    "close": Action.CLOSED,
    "return": Action.RETURNED,
    "reopen": Action.REOPENED,
}


@pytest.mark.parametrize("name", ACTIONS)
async def test_every_step_is_put_down_with_who_took_it_and_is_a_new_revision(
    premises: Premises, clerk: Person, number: str, name: str
) -> None:
    status = {"return": Status.ASSIGNED, "reopen": Status.CLOSED}.get(name)
    revision = await put_into(premises, number, status) if status else 1
    events = await count(premises, AuditEvent)

    await go(premises, steps(premises, clerk, number)[name], revision=revision)

    event = await newest_event(premises)
    case = await at_desk.case_of(premises, number)
    assert (event.action, event.staff_id, event.case_id) == (
        ACTIONS[name], clerk.staff_id, case.id
    )  # fmt: skip
    assert await count(premises, AuditEvent) == events + 1
    assert case.revision == revision + 1


@pytest.mark.parametrize("name", ACTIONS)
async def test_a_stale_step_changes_nothing(
    premises: Premises, clerk: Person, number: str, name: str
) -> None:
    await put_into(premises, number, Status.ASSIGNED)
    before = await at_desk.case_of(premises, number)
    kept = [await count(premises, table) for table in (AuditEvent, Note, OutboxMessage)]

    with pytest.raises(StaleCase):
        await go(premises, steps(premises, clerk, number)[name], revision=1)

    after = await at_desk.case_of(premises, number)
    assert vars(after) | {"_sa_instance_state": 0} == vars(before) | {
        "_sa_instance_state": 0
    }
    assert kept == [
        await count(premises, table) for table in (AuditEvent, Note, OutboxMessage)
    ]


@pytest.mark.parametrize("name", ACTIONS)
async def test_the_auditor_changes_nothing(
    premises: Premises, number: str, name: str
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)

    with pytest.raises(NotAllowed):
        await go(premises, steps(premises, auditor, number)[name], revision=1)


async def test_an_officer_takes_no_step_with_another_offices_case(
    premises: Premises, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)

    for name in ("classify", "set_kind", "note", "answer", "close"):
        with pytest.raises(NoSuchCase):
            await go(premises, steps(premises, officer, number)[name], revision=1)


async def test_what_the_citizen_adds_makes_every_open_page_stale(
    premises: Premises, clerk: Person, number: str
) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        arrival_id = await session.scalar(select(func.min(Arrival.id)))
        addendum = Addendum(
            opinion_id=case.opinion_id, channel=Channel.WEB, text="还有一盏",
            seal=premises.house.seal,
        )  # fmt: skip
        await join(session, addendum, arrival_id=arrival_id or 0, now=START)
    todo = steps(premises, clerk, number)

    with pytest.raises(StaleCase):
        await go(premises, todo["answer"], revision=1)
    assert (await at_desk.case_of(premises, number)).unread
    await go(premises, todo["answer"], revision=2)
    assert not (await at_desk.case_of(premises, number)).unread


async def test_a_change_that_slipped_past_the_lock_is_stale_all_the_same(
    premises: Premises, clerk: Person, number: str
) -> None:
    async with premises.database.writing() as session:
        case = await cases.find(session, clerk, number)
        await session.execute(
            update(Case).values(revision=7).execution_options(synchronize_session=False)
        )
        case.kind = Kind.REPORT
        with pytest.raises(StaleCase):
            await cases.put_back(session, case)
        await session.rollback()
