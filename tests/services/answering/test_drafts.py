"""Drafts: one person's, sealed, never overwritten from two windows, gone when sent."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.answering import DraftPart
from app.domain.vocabulary import Role
from app.models import KeptDraft
from app.premises import Premises
from app.services.answering import drafts
from app.services.answering.drafts import StaleDraft, Typed
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import START

ANSWER = DraftPart.ANSWER


@pytest.fixture
async def number(premises: Premises) -> str:
    """A case."""
    return (await at_desk.open_case(premises)).receipt_number


async def save(
    premises: Premises,
    person: Person,
    number: str,
    text: str,
    *,
    version: int = 0,
    revision: int = 1,
    by_itself: bool = False,
) -> int:
    typed = Typed(part=ANSWER, text=text, version=version, revision=revision,
                  by_itself=by_itself)  # fmt: skip
    async with premises.database.writing() as session:
        return await drafts.save(
            session, person, premises.house, number, typed, now=START
        )


async def texts(premises: Premises, person: Person, number: str) -> dict[str, bool]:
    """Return the texts kept for a person, and whether each was thrown away."""
    case = await case_of(premises, number)
    async with premises.database.reading() as session:
        found = await drafts.read(session, person, premises.house, case.id, now=START)
    return {draft.text: draft.discarded for draft in found.values()}


async def test_a_draft_is_found_again_by_its_writer_alone_and_is_sealed(
    premises: Premises, clerk: Person, number: str
) -> None:
    await save(premises, clerk, number, "写到一半")
    other = await at_desk.hire(premises, Role.CLERK)

    assert await texts(premises, clerk, number) == {"写到一半": False}
    assert await texts(premises, other, number) == {}
    async with premises.database.reading() as session:
        row = (await session.scalars(select(KeptDraft))).one()
    assert "写到一半".encode() not in row.sealed


async def test_a_window_that_knows_an_older_draft_overwrites_nothing(
    premises: Premises, clerk: Person, number: str
) -> None:
    first = await save(premises, clerk, number, "甲")
    await save(premises, clerk, number, "乙", version=first)

    for version in (0, first):
        with pytest.raises(StaleDraft):
            await save(premises, clerk, number, "丙", version=version)

    assert await texts(premises, clerk, number) == {"乙": False}


async def test_a_draft_that_was_thrown_away_can_be_taken_back_for_a_day(
    premises: Premises, clerk: Person, number: str
) -> None:
    await save(premises, clerk, number, "不要了")
    async with premises.database.writing() as session:
        await drafts.discard(session, clerk, number, ANSWER, now=START)
    assert await texts(premises, clerk, number) == {"不要了": True}
    async with premises.database.writing() as session:
        await drafts.take_back(session, clerk, number, ANSWER)
    assert await texts(premises, clerk, number) == {"不要了": False}

    async with premises.database.writing() as session:
        await drafts.discard(session, clerk, number, ANSWER, now=START)
        later = START + drafts.UNDO_WITHIN + timedelta(seconds=1)
        await drafts.discard(session, clerk, number, DraftPart.NOTE, now=later)
    async with premises.database.reading() as session:
        assert list(await session.scalars(select(KeptDraft))) == []


async def test_the_echo_of_what_was_sent_is_no_draft(
    premises: Premises, clerk: Person, number: str
) -> None:
    with pytest.raises(StaleDraft):
        await save(premises, clerk, number, "已发出", revision=0, by_itself=True)

    assert await save(premises, clerk, number, "有意存的", revision=0) == 1


async def test_nothing_written_is_no_draft(
    premises: Premises, clerk: Person, number: str
) -> None:
    assert await save(premises, clerk, number, " \n") == 0
    assert await texts(premises, clerk, number) == {}


async def test_the_list_has_only_drafts_on_cases_that_one_may_still_see(
    premises: Premises, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    async with premises.database.writing() as session:
        case = await session.merge(await case_of(premises, number))
        lead, case.office_id = case.office_id, officer.office_id
    await save(premises, officer, number, "本单位的意见")
    async with premises.database.reading() as session:
        page = await drafts.mine(session, officer, premises.house)
    assert [(row.number, row.opening) for row in page.rows] == [
        (number, "本单位的意见")
    ]

    async with premises.database.writing() as session:
        case = await session.merge(await case_of(premises, number))
        case.office_id = lead
    async with premises.database.reading() as session:
        page = await drafts.mine(session, officer, premises.house)
    assert page.rows == []
