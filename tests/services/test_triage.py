"""Triage: what a case is about, and whose it is."""

import pytest

from app.domain.vocabulary import (
    Method,
    Role,
)
from app.errors import InvalidInput
from app.models import Classification, Note
from app.premises import Premises
from app.services import dossiers, triage
from app.services.cases import NoSuchCase
from app.services.staff import NoSuchOffice, Person
from app.services.triage import NoSuchColleague
from app.services.words import Part
from tests import at_desk
from tests.at_desk import UNIT, go, steps
from tests.fakes import START
from tests.stored import count, newest_event


@pytest.fixture
async def number(premises: Premises) -> str:
    """The receipt number of a case that is new."""
    return (await at_desk.open_case(premises)).receipt_number


async def test_what_the_staff_decides_stands_beside_what_was_chosen_and_guessed(
    premises: Premises, clerk: Person
) -> None:
    chosen, decided = list(premises.house.shelf.notices[0].section_ids)[:2]
    number = (await at_desk.open_case(premises, section=chosen)).receipt_number
    async with premises.database.writing() as session:
        await triage.classify(
            session, clerk, premises.house, number,
            revision=1, section=decided, now=START,
        )  # fmt: skip

    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, clerk, number)
    ids = premises.house.shelf.notices[0].section_ids
    assert [choice.method for choice in dossier.choices] == [
        Method.STAFF, Method.CITIZEN, Method.MODEL
    ]  # fmt: skip
    assert dossier.choices[1].section_id == ids[chosen]
    assert dossier.case.section_id == ids[decided]
    assert (await newest_event(premises)).facts == {"before": chosen, "after": decided}


async def test_none_of_the_items_is_a_decision_too(
    premises: Premises, clerk: Person, number: str
) -> None:
    await go(premises, steps(premises, clerk, number)["classify"], revision=1)

    assert (await at_desk.case_of(premises, number)).section_id is None
    assert await count(premises, Classification) == 2


async def test_who_gets_a_case_gets_it_into_the_own_office(
    premises: Premises, clerk: Person, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number,
            revision=1, assignee_id=officer.staff_id, now=START,
        )  # fmt: skip

    case = await at_desk.case_of(premises, number)
    assert (case.office_id, case.assignee_id) == (officer.office_id, officer.staff_id)


async def test_nothing_is_assigned_to_who_only_reads_or_is_not_there(
    premises: Premises, clerk: Person, number: str
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    gone = await at_desk.hire(premises, Role.CLERK, active=False)

    for key in (auditor.staff_id, gone.staff_id, 1):
        with pytest.raises(NoSuchColleague):
            async with premises.database.writing() as session:
                await triage.assign(
                    session, clerk, number, revision=1, assignee_id=key, now=START
                )
    with pytest.raises(NoSuchOffice):
        async with premises.database.writing() as session:
            await triage.assign(
                session, clerk, number, revision=1, office_id=1, now=START
            )


async def test_what_the_supervision_office_takes_back_is_nobodys(
    premises: Premises, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=1, assignee_id=officer.staff_id, now=START
        )

    await go(premises, steps(premises, clerk, number)["return"], revision=2)

    case = await at_desk.case_of(premises, number)
    assert case.office_id == premises.house.shelf.lead_office_id
    assert case.assignee_id is None
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, clerk, number)
        assert [note.text for note in dossier.part(Part.NOTE)] == ["不是我们的"]
        with pytest.raises(NoSuchCase):
            await dossiers.read(session, officer, number)


@pytest.mark.parametrize("text", ["", " \n\t", "字" * 5001])
async def test_a_note_says_something_and_not_too_much(
    premises: Premises, clerk: Person, number: str, text: str
) -> None:
    with pytest.raises(InvalidInput):
        async with premises.database.writing() as session:
            await triage.note(session, clerk, number, revision=1, text=text, now=START)
    assert await count(premises, Note) == 0
