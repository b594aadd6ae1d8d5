"""The same text joins its case by itself, where an administrator says so."""

from datetime import datetime

import pytest
from sqlalchemy import select

from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Role, Status
from app.errors import NotAllowed
from app.models import AuditEvent, Suggestion
from app.premises import Premises
from app.services import joining_rule
from app.workers.likeness import compare_new
from tests import at_desk, make
from tests.classify.campaign_letters import OWN
from tests.fakes import START, FakeClock
from tests.services.campaigning import TEXT, write


class Stopped(Exception):
    """The service ends."""


class StoppingClock:
    """A clock that can be read so many times before the service ends."""

    def __init__(self, readings: int) -> None:
        self.left = readings

    def __call__(self) -> datetime:
        if self.left == 0:
            raise Stopped
        self.left -= 1
        return START


async def put_in_force(premises: Premises, *, role: Role = Role.ADMINISTRATOR) -> None:
    """Put the rule into force, as somebody of that role."""
    person = await at_desk.hire(premises, role)
    async with premises.database.writing() as session:
        await joining_rule.put(session, person, in_force=True, now=premises.clock())


async def test_nothing_joins_by_itself_at_first(premises: Premises) -> None:
    await write(premises, by="a")
    second = await write(premises, by="b")

    assert (await at_desk.case_of(premises, second)).status is Status.REGISTERED


async def test_the_same_text_joins_and_nobody_did_it(premises: Premises) -> None:
    await put_in_force(premises)
    await write(premises, by="a")
    second = await write(premises, TEXT.replace(",", " "), by="b")

    case = await at_desk.case_of(premises, second)
    assert case.status is Status.JOINED
    async with premises.database.reading() as session:
        event = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.CASE_JOINED)
        )
        assert event.one().staff_id is None


async def test_a_letter_with_words_of_its_own_waits_for_a_person(
    premises: Premises,
) -> None:
    await put_in_force(premises)
    await write(premises, by="a")
    second = await write(premises, TEXT + OWN[0], by="b")

    assert (await at_desk.case_of(premises, second)).status is Status.REGISTERED


async def test_a_page_on_which_an_answer_is_written_stays_good(
    premises: Premises,
) -> None:
    await put_in_force(premises)
    first = await write(premises, by="a")
    before = (await at_desk.case_of(premises, first)).revision

    await write(premises, by="b")

    assert (await at_desk.case_of(premises, first)).revision == before


async def test_what_was_answered_takes_nothing_in_by_itself(premises: Premises) -> None:
    await put_in_force(premises)
    first = await write(premises, by="a")
    clerk = await at_desk.hire(premises, Role.CLERK)
    steps = at_desk.steps(premises, clerk, first)
    await at_desk.go(premises, steps["answer"], revision=1)

    second = await write(premises, by="b")

    assert (await at_desk.case_of(premises, second)).status is Status.REGISTERED


async def test_what_joined_by_itself_is_suggested_to_nobody(premises: Premises) -> None:
    await put_in_force(premises)
    await write(premises, by="a")
    await write(premises, by="b")

    async with premises.database.reading() as session:
        found = await session.scalars(select(Suggestion))
        assert all(each.settled_at is not None for each in found)


@pytest.mark.parametrize("readings", [0, 1])
async def test_whenever_the_service_ends_the_rule_comes_to_all_that_was_compared(
    premises: Premises, clock: FakeClock, readings: int
) -> None:
    await put_in_force(premises)
    await write(premises, by="a")
    contact = ContactDetails(name="b", email="b@example.org")
    said = make.submission(text=TEXT, contact=contact, received_at=clock())
    second = (await premises.register(said)).receipt_number

    premises.clock = StoppingClock(readings)
    with pytest.raises(Stopped):
        await compare_new(premises)
    premises.clock = clock
    await compare_new(premises)

    assert (await at_desk.case_of(premises, second)).status is Status.JOINED


async def test_only_an_administrator_puts_the_rule_in_force(
    premises: Premises,
) -> None:
    with pytest.raises(NotAllowed):
        await put_in_force(premises, role=Role.SUPERVISOR)
