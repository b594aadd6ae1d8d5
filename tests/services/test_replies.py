"""Replies: the answer and its letter, the end of a case, and its beginning again."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.domain.lifecycle import AnswerFirst
from app.domain.submission import ContactDetails
from app.domain.vocabulary import (
    Channel,
    Disposition,
    Status,
)
from app.models import OutboxMessage
from app.premises import Premises
from app.services import dossiers, letters, replies
from app.services.staff import Person
from app.services.words import Part
from tests import at_desk, make
from tests.at_desk import go, steps
from tests.fakes import START, FakeClock


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a case that is new."""
    return (await at_desk.open_case(premises)).receipt_number


async def letters_out(premises: Premises) -> list[letters.LetterContent]:
    """Return the letters that are promised, the acknowledgement left out."""
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.purpose == "answer")
        )
        return [letters.unseal(premises.house.seal, row.sealed or b"") for row in rows]


async def test_an_answer_puts_exactly_one_letter_into_the_outbox(
    premises: Premises, clerk: Person, number: str
) -> None:
    await go(premises, steps(premises, clerk, number)["answer"], revision=1)

    (letter,) = await letters_out(premises)
    assert letter.to == make.EMAIL
    assert "已经修好" in letter.body
    assert number in letter.body


@pytest.mark.parametrize(
    "changes",
    [
        {"anonymous": True},
        {"contact": ContactDetails(phone="020-1")},
        {"contact": ContactDetails()},
        {"may_mail": False, "channel": Channel.EMAIL},
    ],
)
async def test_who_cannot_or_must_not_be_written_to_gets_no_letter(
    premises: Premises, clerk: Person, changes: dict[str, Any]
) -> None:
    number = (await at_desk.open_case(premises, **changes)).receipt_number

    await go(premises, steps(premises, clerk, number)["answer"], revision=1)

    assert await letters_out(premises) == []
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, clerk, number)
    assert [each.text for each in dossier.part(Part.ANSWER)] == ["已经修好"]
    assert not dossier.may_mail


@pytest.mark.parametrize("disposition", Disposition)
async def test_what_is_adopted_or_explained_was_answered_first(
    premises: Premises, clerk: Person, number: str, disposition: Disposition
) -> None:
    without = {
        Disposition.REFERRED, Disposition.NOT_ACCEPTED, Disposition.WITHDRAWN
    }  # fmt: skip
    revision = 1
    if disposition not in without:
        with pytest.raises(AnswerFirst):
            await close(premises, clerk, number, disposition, revision=1)
        await go(premises, steps(premises, clerk, number)["answer"], revision=1)
        revision = 2

    await close(premises, clerk, number, disposition, revision=revision)

    case = await at_desk.case_of(premises, number)
    assert (case.status, case.disposition) == (Status.CLOSED, disposition)
    assert case.closed_at == START


async def close(
    premises: Premises,
    person: Person,
    number: str,
    disposition: Disposition,
    *,
    revision: int,
) -> None:
    async with premises.database.writing() as session:
        await replies.close(
            session, person, premises.house, number,
            revision=revision, disposition=disposition, now=START,
        )  # fmt: skip


async def test_a_reopened_case_has_a_clock_of_its_own_and_needs_a_new_answer(
    premises: Premises, clerk: Person, number: str, clock: FakeClock
) -> None:
    todo = steps(premises, clerk, number)
    await go(premises, todo["answer"], revision=1)
    await close(premises, clerk, number, Disposition.EXPLAINED, revision=2)
    clock.advance(days=40)
    async with premises.database.writing() as session:
        await replies.reopen(
            session, clerk, premises.house, number,
            revision=3, reason="又坏了", now=clock(),
        )  # fmt: skip

    case = await at_desk.case_of(premises, number)
    rule = premises.house.clocks.rule(premises.settings)
    assert case.due_at == rule.end(rule.day(clock()) + timedelta(days=15))
    assert (case.disposition, case.closed_at) == (None, None)
    with pytest.raises(AnswerFirst):
        await close(premises, clerk, number, Disposition.EXPLAINED, revision=4)
