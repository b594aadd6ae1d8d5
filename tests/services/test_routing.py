"""Routing: new cases go by the table, and never to whom they complain of."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Kind, Role, Status
from app.models import AuditEvent, Case, CaseOffice, RoutedCase
from app.premises import Premises
from app.services import next_case, routes, routing, tracking, triage
from app.services.accused import ComplainsOfThem
from app.services.routing import NotByTheTable
from app.services.staff import Person
from tests import at_desk, routing_table
from tests.at_desk import UNIT
from tests.fakes import START, FakeClock
from tests.routing_table import OTHER

LIGHTS = "2.1.2"
"""An item of the sample notice."""

ACCUSING = "市政管理所不作为，路灯坏了三个月一直没人管。"


async def came(premises: Premises, **changes: Any) -> Case:
    """Return the case of a new opinion."""
    number = (await at_desk.open_case(premises, **changes)).receipt_number
    return await at_desk.case_of(premises, number)


async def event(premises: Premises, case: Case, action: Action) -> AuditEvent | None:
    async with premises.database.reading() as session:
        found: AuditEvent | None = await session.scalar(
            select(AuditEvent).where(
                AuditEvent.case_id == case.id, AuditEvent.action == action
            )
        )
    return found


async def test_without_a_table_a_case_is_the_supervision_offices(
    premises: Premises,
) -> None:
    case = await came(premises)

    assert case.office_id == premises.house.shelf.lead_office_id
    assert case.status is Status.REGISTERED


async def test_a_rule_assigns_and_says_why(premises: Premises) -> None:
    office = await routing_table.office(premises)
    await routing_table.use(
        premises,
        await routing_table.line(premises, kind="praise"),
        await routing_table.line(premises, section=LIGHTS, places="小区、南门"),
    )

    case = await came(premises, section=LIGHTS)

    assert (case.office_id, case.status) == (office, Status.ASSIGNED)
    routed = await event(premises, case, Action.ROUTED)
    assert routed is not None
    assert routed.staff_id is None
    assert routed.facts["rule"] == 2
    assert routed.facts["place"] == "小区"
    assert routed.facts["passed"] == {"kind": "1"}


async def test_a_rule_about_an_item_holds_for_all_below_it(premises: Premises) -> None:
    office = await routing_table.office(premises)
    chapter = LIGHTS.partition(".")[0]
    await routing_table.use(
        premises, await routing_table.line(premises, section=chapter)
    )

    case = await came(premises, section=LIGHTS)

    assert case.office_id == office


async def test_a_guess_that_is_not_sure_goes_by_no_item(premises: Premises) -> None:
    await routing_table.use(premises, await routing_table.line(premises, section="2"))

    case = await came(premises, subject="", text="随便说两句而已哈。", kind=None)

    assert case.section_id is None
    assert case.office_id == premises.house.shelf.lead_office_id


async def test_what_an_office_cannot_take_goes_to_the_next(premises: Premises) -> None:
    first = await routing_table.office(premises)
    second = await routing_table.office(premises, OTHER)
    await routing_table.use(
        premises,
        await routing_table.line(premises, most_open="1"),
        await routing_table.line(premises, to=OTHER),
    )

    offices = []
    for _ in range(2):
        offices.append((await came(premises)).office_id)
        premises.house.shelf.expire()

    assert offices == [first, second]


async def test_a_case_stays_here_that_complains_of_whom_it_would_go_to(
    premises: Premises,
) -> None:
    await routing_table.use(
        premises,
        await routing_table.line(premises, kind="complaint"),
        await routing_table.line(premises, to=OTHER),
    )

    case = await came(premises, text=ACCUSING)

    assert case.office_id == premises.house.shelf.lead_office_id
    assert case.status is Status.REGISTERED
    kept = await event(premises, case, Action.KEPT_BACK)
    assert kept is not None
    assert (kept.facts["kept"], kept.facts["name"]) == (1, UNIT)


async def test_asking_the_office_to_act_is_no_complaint_of_it(
    premises: Premises,
) -> None:
    office = await routing_table.office(premises)
    await routing_table.use(premises, await routing_table.line(premises))

    case = await came(premises, text="小区门口的路灯坏了，请市政管理所尽快来修。")

    assert case.office_id == office


async def test_a_short_name_and_a_colleagues_name_count_too(premises: Premises) -> None:
    officer = await at_desk.hire(
        premises, Role.OFFICER, office=OTHER, display_name="赵铁柱"
    )
    await routing_table.use(premises, await routing_table.line(premises, to=OTHER))

    for text in ("教育局踢皮球，跑了三趟没人管。", "赵铁柱吃拿卡要，办事要红包。"):
        case = await came(premises, text=text)
        assert case.office_id != officer.office_id


async def test_co_offices_are_asked_except_whom_it_complains_of(
    premises: Premises,
) -> None:
    lead = await routing_table.office(premises)
    other = await routing_table.office(premises, OTHER)
    await routing_table.use(premises, await routing_table.line(premises, co="教育局"))

    asked = await came(premises)
    left_out = await came(premises, text="教育局不作为，校门口的路灯没人管。")

    async with premises.database.reading() as session:
        found = (await session.scalars(select(CaseOffice))).all()
    assert [(each.case_id, each.office_id) for each in found] == [(asked.id, other)]
    assert left_out.office_id == lead
    routed = await event(premises, left_out, Action.ROUTED)
    assert routed is not None
    assert routed.facts["left_out"] == [other]


async def test_the_citizen_is_told_as_of_any_assignment(premises: Premises) -> None:
    await routing_table.use(premises, await routing_table.line(premises))
    opened = await at_desk.open_case(premises)

    async with premises.database.reading() as session:
        tracked = await tracking.follow(session, premises.house, opened.opinion_id)

    assert (Action.ASSIGNED, UNIT) in {
        (step.action, step.office) for step in tracked.history
    }


async def test_who_is_complained_of_is_never_handed_the_case(
    premises: Premises,
) -> None:
    accused = await at_desk.hire(premises, Role.CLERK, display_name="钱多多")
    colleague = await at_desk.hire(premises, Role.CLERK)
    premises.house.shelf.expire()
    number = (
        await at_desk.open_case(premises, text="钱多多态度恶劣，把我的材料扔了。")
    ).receipt_number

    async with premises.database.writing() as session:
        nothing = await next_case.take_next(session, accused, leaving=None, now=START)
        something = await next_case.take_next(
            session, colleague, leaving=None, now=START
        )

    assert (nothing, something) == (None, number)


@pytest.mark.parametrize("to", ["office_id", "assignee_id"])
async def test_a_clerk_is_warned_and_may_go_on(
    premises: Premises, clerk: Person, to: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    whom: dict[str, Any] = {
        to: officer.office_id if to == "office_id" else officer.staff_id
    }
    number = (await at_desk.open_case(premises, text=ACCUSING)).receipt_number

    async def assign(**more: Any) -> None:
        async with premises.database.writing() as session:
            await triage.assign(
                session, clerk, number, revision=1, now=START, **whom, **more
            )

    with pytest.raises(ComplainsOfThem):
        await assign()
    await assign(despite=True)

    assert (await at_desk.case_of(premises, number)).office_id == officer.office_id


async def test_what_complains_of_the_supervision_office_may_go_to_its_people(
    premises: Premises, clerk: Person
) -> None:
    opened = await at_desk.open_case(premises, text="督查室不作为，没人管。")

    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, opened.receipt_number,
            revision=1, assignee_id=clerk.staff_id, now=START,
        )  # fmt: skip

    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.assignee_id == clerk.staff_id


async def send(premises: Premises, person: Person, number: str, office: int) -> None:
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await routing.send(
            session, person, premises.house, number,
            revision=revision, office_id=office, now=premises.clock(),
        )  # fmt: skip


async def test_a_clerk_sends_by_the_table_what_was_not_sure(
    premises: Premises, clerk: Person
) -> None:
    office = await routing_table.office(premises)
    number = (await at_desk.open_case(premises)).receipt_number
    await routing_table.use(
        premises, await routing_table.line(premises, kind="complaint")
    )

    await send(premises, clerk, number, office)

    case = await at_desk.case_of(premises, number)
    assert (case.office_id, case.status) == (office, Status.ASSIGNED)
    routed = await event(premises, case, Action.ROUTED)
    assert routed is not None
    assert routed.staff_id == clerk.staff_id


async def test_nothing_is_sent_where_the_table_no_longer_sends_it(
    premises: Premises, clerk: Person
) -> None:
    office = await routing_table.office(premises)
    number = (await at_desk.open_case(premises)).receipt_number
    await routing_table.use(premises, await routing_table.line(premises, kind="praise"))

    with pytest.raises(NotByTheTable):
        await send(premises, clerk, number, office)


async def test_what_came_back_is_counted_for_the_rule_that_sent_it(
    premises: Premises, clock: FakeClock
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await routing_table.use(premises, await routing_table.line(premises))
    await at_desk.open_case(premises)
    number = (await at_desk.open_case(premises)).receipt_number

    await at_desk.go(
        premises, at_desk.steps(premises, clerk, number)["return"], revision=1
    )

    case = await at_desk.case_of(premises, number)
    returned = await event(premises, case, Action.RETURNED)
    assert returned is not None
    assert returned.facts["rule"] == 1
    keeper = await at_desk.hire(premises, Role.SUPERVISOR)
    async with premises.database.reading() as session:
        table = await routes.table(session, keeper, now=clock())
        later = await routes.table(
            session, keeper, now=clock() + routes.COUNTED_FOR * 2
        )
    (effect,) = table.effects.values()
    assert (effect.sent, effect.came_back) == (2, 1)
    assert later.effects == {}


async def test_a_report_of_wrongdoing_does_not_go_by_the_table(
    premises: Premises,
) -> None:
    office = await routing_table.office(premises)
    await routing_table.use(premises, await routing_table.line(premises))

    case = await came(
        premises, kind=Kind.REPORT, contact=ContactDetails(name="", email="")
    )

    assert case.office_id != office
    async with premises.database.reading() as session:
        assert (await session.scalars(select(RoutedCase))).all() == []
