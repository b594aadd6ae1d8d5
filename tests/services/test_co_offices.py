"""Co-offices: they see the case and say what they think; the lead office answers."""

from typing import Any

import pytest
from sqlalchemy import event, select

from app.domain.record import Action
from app.domain.vocabulary import ContactGround, Role, Tab
from app.models import CaseOffice
from app.premises import Premises
from app.services import (
    case_letters,
    co_offices,
    disclosure,
    dismissals,
    dossiers,
    next_case,
    queues,
    tabs,
    triage,
)
from app.services.accused import ComplainsOfThem
from app.services.cases import NoSuchCase
from app.services.co_offices import OfficeThere
from app.services.helping import NotLeading
from app.services.paging import FIRST, Turn
from app.services.queue.wanted import Wanted
from app.services.staff import NoSuchOffice, Person
from app.services.words import Part
from tests import at_desk, routing_table
from tests.at_desk import UNIT
from tests.fakes import START
from tests.routing_table import OTHER


@pytest.fixture
async def helper(premises: Premises) -> Person:
    """An officer of an office that is asked what it thinks."""
    return await at_desk.hire(premises, Role.OFFICER, office=OTHER)


async def assigned(premises: Premises, clerk: Person, **changes: Any) -> str:
    """Return the number of a case that `UNIT` answers."""
    number = (await at_desk.open_case(premises, **changes)).receipt_number
    office = await routing_table.office(premises)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=1, office_id=office, now=START
        )
    return number


async def ask(
    premises: Premises, clerk: Person, number: str, office: int, **more: Any
) -> None:
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number,
            revision=revision, office_id=office, now=START, **more,
        )  # fmt: skip


async def listed(
    premises: Premises, person: Person, tab: Tab, turn: Turn = FIRST
) -> list[str]:
    async with premises.database.reading() as session:
        page = await queues.page(session, person, Wanted(tab=tab), turn=turn, now=START)
    return [row.number for row in page.rows]


async def test_a_co_office_sees_the_case_and_says_what_it_thinks(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)
    case = await at_desk.case_of(premises, number)

    note = at_desk.steps(premises, helper, number)["note"]
    await at_desk.go(premises, note, revision=case.revision)

    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, helper, number)
    (said,) = dossier.part(Part.NOTE)
    assert (said.text, said.office) == ("问过了", OTHER)
    assert dossier.case.unread


@pytest.mark.parametrize(
    "step", ["classify", "set_kind", "mark_read", "answer", "ask", "close"]
)
async def test_only_the_lead_office_does_anything_else(
    premises: Premises, clerk: Person, helper: Person, step: str
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)
    case = await at_desk.case_of(premises, number)

    with pytest.raises(NotLeading):
        await at_desk.go(
            premises,
            at_desk.steps(premises, helper, number)[step],
            revision=case.revision,
        )


async def test_a_co_office_does_not_see_who_wrote(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)

    with pytest.raises(NotLeading):
        async with premises.database.writing() as session:
            await disclosure.contact(
                session, helper, premises.house, number,
                ground=ContactGround.CLARIFY, now=START,
            )  # fmt: skip


async def test_what_helps_stands_in_a_tab_of_its_own_and_among_all(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    helped = await assigned(premises, clerk)
    await assigned(premises, clerk)
    await ask(premises, clerk, helped, helper.office_id)

    found = {tab: await listed(premises, helper, tab) for tab in Tab}
    async with premises.database.reading() as session:
        counts, _ = await tabs.counts(session, helper, now=START)
    async with premises.database.writing() as session:
        taken = await next_case.take_next(session, helper, leaving=None, now=START)

    assert {tab for tab, numbers in found.items() if numbers == [helped]} == {
        Tab.CO, Tab.ALL
    }  # fmt: skip
    assert counts[Tab.CO] == 1
    assert taken is None


async def test_own_cases_and_those_that_one_helps_with_are_paged_together(
    premises: Premises, clerk: Person, helper: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queues, "PAGE", 2)
    numbers = []
    for place in range(5):
        number = await assigned(premises, clerk)
        numbers.append(number)
        if place % 2:
            await ask(premises, clerk, number, helper.office_id)
        else:
            case = await at_desk.case_of(premises, number)
            async with premises.database.writing() as session:
                await triage.assign(
                    session, clerk, number, revision=case.revision,
                    office_id=helper.office_id, now=START,
                )  # fmt: skip

    seen: list[str] = []
    turn = FIRST
    for _ in range(3):
        async with premises.database.reading() as session:
            page = await queues.page(
                session, helper, Wanted(tab=Tab.ALL), turn=turn, now=START
            )
        seen += [row.number for row in page.rows]
        turn = Turn(after=page.after)

    assert seen == numbers[::-1]


async def test_a_list_of_new_cases_asks_nothing_about_co_offices(
    premises: Premises, helper: Person
) -> None:
    said: list[str] = []
    async with premises.database.reading() as session:
        bind = session.get_bind()
        event.listen(bind, "before_cursor_execute", lambda *a: said.append(a[2]))
        await queues.page(session, helper, Wanted(tab=Tab.NEW), now=START)

    assert "case_office" not in said[-1]


async def test_an_office_that_is_asked_no_more_sees_it_no_more(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await co_offices.remove(
            session, clerk, number,
            revision=case.revision, office_id=helper.office_id, now=START,
        )  # fmt: skip

    async with premises.database.reading() as session:
        with pytest.raises(NoSuchCase):
            await dossiers.read(session, helper, number)
        dossier = await dossiers.read(session, clerk, number)
    actions = [each.action for each in dossier.events]
    assert actions[:2] == [Action.CO_OFFICE_REMOVED, Action.CO_OFFICE_ADDED]


async def test_a_co_office_reads_no_letter_and_settles_no_suggestion(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)

    async with premises.database.writing() as session:
        with pytest.raises(NotLeading):
            await case_letters.read(session, helper, premises.house, number)
        with pytest.raises(NotLeading):
            await dismissals.dismiss(session, helper, number, now=START)


async def test_a_case_that_is_given_to_a_co_office_is_its_own(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number,
            revision=case.revision, office_id=helper.office_id, now=START,
        )  # fmt: skip

    async with premises.database.reading() as session:
        assert (await session.scalars(select(CaseOffice))).all() == []
    assert await listed(premises, helper, Tab.NEW) == [number]


async def test_nobody_is_asked_twice_nor_the_lead_office_nor_one_that_is_not_there(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)
    case = await at_desk.case_of(premises, number)

    for office, refusal in (
        (helper.office_id, OfficeThere), (case.office_id, OfficeThere),
        (1, NoSuchOffice),
    ):  # fmt: skip
        with pytest.raises(refusal):
            await ask(premises, clerk, number, office)


async def test_a_clerk_is_warned_who_asks_whom_it_complains_of(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    number = await assigned(premises, clerk, text="教育局踢皮球，没人管。")

    with pytest.raises(ComplainsOfThem):
        await ask(premises, clerk, number, helper.office_id)
    await ask(premises, clerk, number, helper.office_id, despite=True)

    assert await listed(premises, helper, Tab.CO) == [number]


async def test_officers_of_a_third_office_see_nothing_of_it(
    premises: Premises, clerk: Person, helper: Person
) -> None:
    stranger = await at_desk.hire(premises, Role.OFFICER, office="水务公司")
    lead = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = await assigned(premises, clerk)
    await ask(premises, clerk, number, helper.office_id)

    assert await listed(premises, stranger, Tab.ALL) == []
    assert await listed(premises, lead, Tab.ALL) == [number]
