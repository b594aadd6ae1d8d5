"""Correspondence: the question, the closing note, and how letters hang together."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.lifecycle import IllegalTransition
from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import (
    Channel,
    Disposition,
    Language,
    MailPurpose,
    Role,
    Status,
)
from app.errors import InvalidInput
from app.models import OutboxMessage
from app.premises import Premises
from app.services import dossiers, letters, replies, tracking, triage
from app.services.letters import LetterContent
from app.services.staff import Person
from app.services.tracked import Tracked
from app.services.words import Part
from tests import at_desk
from tests.at_desk import UNIT, go, steps
from tests.fakes import START

CANNOT_BE_MAILED: list[dict[str, Any]] = [
    {"anonymous": True},
    {"contact": ContactDetails(phone="020-1")},
    {"may_mail": False, "channel": Channel.EMAIL},
]


async def out(premises: Premises, purpose: MailPurpose) -> list[LetterContent]:
    """Return the letters of ``purpose`` that are promised."""
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.purpose == purpose)
        )
        return [letters.unseal(premises.house.seal, row.sealed or b"") for row in rows]


async def acknowledged_as(premises: Premises) -> str | None:
    """Return the Message-ID of the acknowledgement."""
    async with premises.database.reading() as session:
        return await session.scalar(
            select(OutboxMessage.message_id).where(
                OutboxMessage.purpose == MailPurpose.ACKNOWLEDGEMENT
            )
        )


async def follow(premises: Premises, number: str) -> Tracked:
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        return await tracking.follow(session, premises.house, case.opinion_id)


async def close(
    premises: Premises, clerk: Person, number: str, *, tell: bool = True
) -> None:
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, number,
            revision=1, disposition=Disposition.REFERRED, tell=tell, now=START,
        )  # fmt: skip


async def test_a_question_goes_out_as_a_letter_and_changes_nothing_else(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    before = await at_desk.case_of(premises, number)

    await go(premises, steps(premises, clerk, number)["ask"], revision=1)

    (letter,) = await out(premises, MailPurpose.QUESTION)
    assert "是哪一盏灯？" in letter.body
    after = await at_desk.case_of(premises, number)
    assert (after.status, after.due_at) == (before.status, before.due_at)


async def test_a_question_stands_among_the_words_of_the_case_with_who_asked(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await go(premises, steps(premises, clerk, number)["ask"], revision=1)

    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, clerk, number)

    (words,) = dossier.part(Part.QUESTION)
    assert (words.text, words.by, words.office) == (
        "是哪一盏灯？", "clerk 某", dossier.office
    )  # fmt: skip


@pytest.mark.parametrize("changes", [{}, *CANNOT_BE_MAILED])
async def test_whoever_it_is_reads_the_question_on_the_tracking_page(
    premises: Premises, clerk: Person, changes: dict[str, Any]
) -> None:
    number = (await at_desk.open_case(premises, **changes)).receipt_number

    await go(premises, steps(premises, clerk, number)["ask"], revision=1)

    assert len(await out(premises, MailPurpose.QUESTION)) == (not changes)
    tracked = await follow(premises, number)
    assert tracked.matters[0].asked
    assert [step.question for step in tracked.history] == [None, "是哪一盏灯？"]


async def test_a_question_that_was_answered_waits_for_nobody(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    todo = steps(premises, clerk, number)
    await go(premises, todo["ask"], revision=1)
    await go(premises, todo["answer"], revision=2)

    assert not (await follow(premises, number)).matters[0].asked


@pytest.mark.parametrize("text", ["", " \n", "x" * 20_001])
async def test_a_question_asks_something(
    premises: Premises, clerk: Person, text: str
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    async with premises.database.writing() as session:
        with pytest.raises(InvalidInput):
            await replies.ask(
                session, clerk, premises.house, number,
                revision=1, text=text, now=START,
            )  # fmt: skip


async def test_nobody_is_asked_about_a_case_that_is_closed(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await close(premises, clerk, number)

    with pytest.raises(IllegalTransition):
        await go(premises, steps(premises, clerk, number)["ask"], revision=2)


async def test_a_closing_note_tells_how_it_ended_in_the_citizens_language(
    premises: Premises, clerk: Person
) -> None:
    opened = await at_desk.open_case(premises, language=Language.EN)

    await close(premises, clerk, opened.receipt_number)

    (letter,) = await out(premises, MailPurpose.CLOSING)
    assert letter.subject == f"Closed: {opened.receipt_number}"
    assert "this is not ours to settle" in letter.body


async def test_a_case_is_closed_without_a_letter_where_none_is_asked_for(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    await close(premises, clerk, number, tell=False)

    assert await out(premises, MailPurpose.CLOSING) == []


@pytest.mark.parametrize("changes", CANNOT_BE_MAILED)
async def test_who_cannot_be_mailed_reads_how_it_ended_on_the_tracking_page(
    premises: Premises, clerk: Person, changes: dict[str, Any]
) -> None:
    number = (await at_desk.open_case(premises, **changes)).receipt_number

    await close(premises, clerk, number)

    assert await out(premises, MailPurpose.CLOSING) == []
    tracked = await follow(premises, number)
    assert (tracked.foremost.status, tracked.foremost.disposition) == (
        Status.CLOSED, Disposition.REFERRED
    )  # fmt: skip


async def test_letters_to_somebody_who_used_the_form_follow_our_acknowledgement(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    todo = steps(premises, clerk, number)
    await go(premises, todo["ask"], revision=1)
    await go(premises, todo["answer"], revision=2)

    first = await acknowledged_as(premises)
    sent = [*await out(premises, MailPurpose.QUESTION),
            *await out(premises, MailPurpose.ANSWER)]  # fmt: skip
    assert [letter.in_reply_to for letter in sent] == [first, first]
    assert first is not None


async def test_letters_to_somebody_who_wrote_a_letter_follow_that(
    premises: Premises, clerk: Person
) -> None:
    opened = await at_desk.open_case(
        premises, channel=Channel.EMAIL, letter_id="<theirs@example.org>"
    )

    await go(
        premises, steps(premises, clerk, opened.receipt_number)["answer"], revision=1
    )

    (letter,) = await out(premises, MailPurpose.ANSWER)
    assert letter.in_reply_to == "<theirs@example.org>"


async def test_an_officer_asks_in_the_name_of_the_own_office(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=1, office_id=officer.office_id, now=START
        )

    await go(premises, steps(premises, officer, number)["ask"], revision=2)

    (step,) = [
        step for step in (await follow(premises, number)).history
        if step.action is Action.QUESTION_ASKED
    ]  # fmt: skip
    assert step.office == UNIT
