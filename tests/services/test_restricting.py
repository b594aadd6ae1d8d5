"""Reports of wrongdoing: which they are, where they lie, and who sees them."""

import pytest
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Kind, MailPurpose, MailState, Role, Status, Tab
from app.models import AuditEvent, OutboxMessage
from app.premises import Premises
from app.services import (
    bounces,
    cases,
    joining,
    letters,
    next_case,
    outbox,
    queues,
    restricting,
    tabs,
    tracking,
    trail,
    triage,
)
from app.services.cases import NoSuchCase
from app.services.queue.wanted import Wanted
from app.services.restricting import NotRestricted, RestrictedAlready, RestrictedCase
from app.services.staff import NoSuchOffice, Person
from tests import at_desk, make
from tests.at_desk import UNIT, case_of
from tests.fakes import START


@pytest.fixture
async def supervisor(premises: Premises) -> Person:
    """Whoever leads the supervision office, to which reports go."""
    return await at_desk.hire(premises, Role.SUPERVISOR)


async def sees(premises: Premises, person: Person, number: str) -> bool:
    async with premises.database.reading() as session:
        try:
            await cases.find(session, person, number)
        except NoSuchCase:
            return False
        return True


async def report(premises: Premises) -> str:
    sent = await at_desk.open_case(premises, kind=None, text=make.REPORT)
    return sent.receipt_number


async def restrict(premises: Premises, person: Person, number: str) -> None:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await restricting.restrict(
            session, person, premises.house, number, revision=revision, now=START
        )


async def release(premises: Premises, person: Person, number: str) -> None:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await restricting.release(
            session, person, premises.house, number, revision=revision, now=START
        )


async def send_reports_to(premises: Premises, office: str) -> None:
    async with premises.database.writing() as session:
        await at_desk.office_named(session, office)
        await restricting.receive_reports(session, office, now=START)
    premises.house.shelf.expire()
    await premises.shelf()


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.REPORT},
        {"kind": None, "text": make.REPORT},
        {"kind": Kind.COMPLAINT, "text": make.REPORT},
    ],
)
async def test_what_was_called_a_report_or_surely_is_one_is_restricted(
    premises: Premises, changes: dict[str, object]
) -> None:
    sent = await at_desk.open_case(premises, **changes)

    assert sent.restricted
    assert (await case_of(premises, sent.receipt_number)).restricted


async def test_what_only_asks_for_an_inquiry_is_not_restricted(
    premises: Premises,
) -> None:
    text = "停车收费太贵，收费员不给票，请查一查。"

    sent = await at_desk.open_case(premises, kind=None, text=text)

    assert not sent.restricted
    assert not (await case_of(premises, sent.receipt_number)).restricted


async def test_only_whoever_is_charged_with_reports_sees_one(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    number = await report(premises)
    others = [
        clerk,
        await at_desk.hire(premises, Role.AUDITOR),
        await at_desk.hire(premises, Role.OFFICER, office=UNIT),
        await at_desk.hire(premises, Role.ADMINISTRATOR, office=UNIT),
    ]

    assert await sees(premises, supervisor, number)
    assert not any([await sees(premises, other, number) for other in others])


async def test_an_office_of_its_own_can_receive_reports(
    premises: Premises, supervisor: Person
) -> None:
    await send_reports_to(premises, "纪检组")
    officer = await at_desk.hire(premises, Role.OFFICER, office="纪检组")
    number = await report(premises)

    async with premises.database.reading() as session:
        page = await queues.page(session, officer, Wanted(tab=Tab.NEW), now=START)
    assert [row.number for row in page.rows] == [number]
    assert not await sees(premises, supervisor, number)
    assert (await case_of(premises, number)).status is Status.ASSIGNED


async def test_one_office_receives_them(premises: Premises) -> None:
    await send_reports_to(premises, "纪检组")
    await send_reports_to(premises, UNIT)

    async with premises.database.reading() as session:
        assert premises.house.shelf.report_office_id == await at_desk.office_named(
            session, UNIT
        )


async def test_reports_go_to_no_office_that_is_not_there(premises: Premises) -> None:
    async with premises.database.writing() as session:
        with pytest.raises(NoSuchOffice):
            await restricting.receive_reports(session, "没有这个科", now=START)


async def test_a_report_is_in_no_list_of_a_clerk(
    premises: Premises, clerk: Person
) -> None:
    number = await report(premises)

    async with premises.database.writing() as session:
        for tab in Tab:
            page = await queues.page(session, clerk, Wanted(tab=tab), now=START)
            assert not page.rows
        counts, _ = await tabs.counts(session, clerk, now=START)
        found = await joining.search(session, clerk, "好处费")
        by_number = await joining.search(session, clerk, number)
        following = await next_case.take_next(session, clerk, leaving=None, now=START)
    assert set(counts.values()) == {0}
    assert (found, by_number, following) == ([], [], None)


async def test_letters_about_a_report_are_in_no_list_of_a_clerk(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    await report(premises)
    async with premises.database.writing() as session:
        for letter in await session.scalars(select(OutboxMessage)):
            letter.state = MailState.PARKED

    async with premises.database.reading() as session:
        assert not await outbox.parked(session, clerk)
        assert not await bounces.unsent(session, clerk)
        assert len(await outbox.parked(session, supervisor)) == 1


async def test_an_auditor_reads_of_a_report_that_there_is_one(
    premises: Premises,
) -> None:
    number = await report(premises)
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    stranger = await at_desk.hire(premises, Role.ADMINISTRATOR, office=UNIT)

    async with premises.database.reading() as session:
        known = await trail.page(session, auditor, number=number)
        hidden = await trail.page(session, stranger)
        with pytest.raises(NoSuchCase):
            await trail.page(session, stranger, number=number)

    assert [deed.number for deed in known.rows] == [number]
    assert number not in {deed.number for deed in hidden.rows}


async def test_a_clerk_gives_a_report_away_and_sees_it_no_more(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    await restrict(premises, clerk, number)

    assert not await sees(premises, clerk, number)
    assert await sees(premises, supervisor, number)
    with pytest.raises(RestrictedAlready):
        await restrict(premises, supervisor, number)


async def test_calling_a_case_a_report_gives_it_away(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number

    async with premises.database.writing() as session:
        await triage.set_kind(
            session, clerk, premises.house, number,
            revision=1, kind=Kind.REPORT, now=START,
        )  # fmt: skip

    assert not await sees(premises, clerk, number)


async def test_all_cases_of_a_letter_are_restricted_together(
    premises: Premises, clerk: Person
) -> None:
    sent = await at_desk.open_case(premises, subject="", text=make.TWO_MATTERS)

    await restrict(premises, clerk, f"{sent.receipt_number}-2")

    assert not await sees(premises, clerk, sent.receipt_number)


async def test_a_case_that_is_with_an_office_comes_to_the_restricted_desk(
    premises: Premises, supervisor: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.writing() as session:
        await triage.assign(
            session, supervisor, number,
            revision=1, assignee_id=officer.staff_id, now=START,
        )  # fmt: skip

    await restrict(premises, officer, number)

    case = await case_of(premises, number)
    assert (case.status, case.assignee_id) == (Status.REGISTERED, None)
    assert case.office_id == supervisor.office_id


async def test_the_restricted_desk_gives_a_case_free(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    number = await report(premises)

    await release(premises, supervisor, number)

    assert await sees(premises, clerk, number)
    with pytest.raises(NotRestricted):
        await release(premises, supervisor, number)


async def test_a_report_is_passed_to_nobody_who_may_not_see_it(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    number = await report(premises)

    for receiver in (clerk, officer):
        async with premises.database.writing() as session:
            with pytest.raises(RestrictedCase):
                await triage.assign(
                    session, supervisor, number,
                    revision=1, assignee_id=receiver.staff_id, now=START,
                )  # fmt: skip


async def test_the_citizen_is_told_of_discipline_inspection(premises: Premises) -> None:
    sent = await at_desk.open_case(premises, kind=None, text=make.REPORT)
    plain = await at_desk.open_case(premises)

    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.purpose == MailPurpose.ACKNOWLEDGEMENT)
            .order_by(OutboxMessage.id)
        )
        bodies = [
            letters.unseal(premises.house.seal, row.sealed or b"").body for row in rows
        ]
        tracked = await tracking.follow(session, premises.house, sent.opinion_id)
        other = await tracking.follow(session, premises.house, plain.opinion_id)
    assert ["12388" in body for body in bodies] == [True, False]
    assert (tracked.restricted, other.restricted) == (True, False)


async def test_each_step_is_put_down(
    premises: Premises, clerk: Person, supervisor: Person
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await restrict(premises, clerk, number)
    await release(premises, supervisor, number)

    async with premises.database.reading() as session:
        events = await session.execute(
            select(AuditEvent.action, AuditEvent.staff_id)
            .where(AuditEvent.action.in_((Action.RESTRICTED, Action.UNRESTRICTED)))
            .order_by(AuditEvent.id)
        )
        assert events.all() == [
            (Action.RESTRICTED, clerk.staff_id),
            (Action.UNRESTRICTED, supervisor.staff_id),
        ]


async def reason(premises: Premises, number: str) -> AuditEvent | None:
    case = await case_of(premises, number)
    async with premises.database.reading() as session:
        found: AuditEvent | None = await session.scalar(
            select(AuditEvent).where(
                AuditEvent.case_id == case.id, AuditEvent.action == Action.KEPT_BACK
            )
        )
    return found


async def test_a_report_of_the_office_that_receives_reports_is_kept_from_it(
    premises: Premises, supervisor: Person, clerk: Person
) -> None:
    await send_reports_to(premises, "市纪委监察局")
    officer = await at_desk.hire(premises, Role.OFFICER, office="市纪委监察局")
    text = "举报市纪委监察局局长收受好处费五万元，压案不查。"

    sent = await at_desk.open_case(premises, kind=Kind.REPORT, text=text)

    number = sent.receipt_number
    case = await case_of(premises, number)
    assert (case.restricted, case.status) == (True, Status.REGISTERED)
    assert await sees(premises, supervisor, number)
    assert not await sees(premises, officer, number)
    assert not await sees(premises, clerk, number)
    kept = await reason(premises, number)
    assert kept is not None
    assert kept.facts["name"] == "市纪委监察局"
    assert kept.facts["office_id"] == premises.house.shelf.lead_office_id


async def test_so_is_one_that_names_somebody_there_or_uses_a_short_name(
    premises: Premises,
) -> None:
    await send_reports_to(premises, "市纪委监察局")
    await at_desk.hire(
        premises, Role.OFFICER, office="市纪委监察局", display_name="贺兰亭"
    )
    premises.house.shelf.expire()
    await premises.shelf()

    for text in ("举报贺兰亭收受好处费五万元。", "举报纪委领导收受好处费。"):
        sent = await at_desk.open_case(premises, kind=Kind.REPORT, text=text)
        case = await case_of(premises, sent.receipt_number)
        assert case.office_id == premises.house.shelf.lead_office_id


async def test_whoever_receives_reports_may_be_asked_to_look_into_one(
    premises: Premises,
) -> None:
    await send_reports_to(premises, "市纪委监察局")
    text = "市纪委：我实名举报教育局科长受贿，请纪委查处。"

    sent = await at_desk.open_case(premises, kind=Kind.REPORT, text=text)

    case = await case_of(premises, sent.receipt_number)
    assert case.office_id == premises.house.shelf.report_office_id
    assert await reason(premises, sent.receipt_number) is None


async def test_a_clerk_who_restricts_a_case_does_not_hand_it_to_the_accused(
    premises: Premises, supervisor: Person
) -> None:
    await send_reports_to(premises, "市纪委监察局")
    text = "市纪委监察局不作为，信寄去半年没有人管。"
    number = (await at_desk.open_case(premises, text=text)).receipt_number

    await restrict(premises, supervisor, number)

    case = await case_of(premises, number)
    assert case.restricted
    assert case.office_id == premises.house.shelf.lead_office_id
    kept = await reason(premises, number)
    assert kept is not None
    assert kept.facts["sign"] == "conduct"


async def test_a_report_of_the_supervision_office_stays_and_says_so(
    premises: Premises, clerk: Person
) -> None:
    keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
    text = "举报督查室主任收受好处费。"

    sent = await at_desk.open_case(premises, kind=Kind.REPORT, text=text)

    number = sent.receipt_number
    kept = await reason(premises, number)
    assert kept is not None
    assert kept.facts["receiver"] == kept.facts["office_id"]
    assert await sees(premises, keeper, number)
    assert not await sees(premises, clerk, number)


async def test_taking_money_in_a_public_hospital_sounds_like_a_report(
    premises: Premises, clerk: Person
) -> None:
    text = "市第一医院医生做手术收红包三千元"

    number = (await at_desk.open_case(premises, kind=None, text=text)).receipt_number

    async with premises.database.reading() as session:
        page = await queues.page(session, clerk, Wanted(kind=Kind.REPORT), now=START)
    assert [row.number for row in page.rows] == [number]
    assert not (await case_of(premises, number)).restricted
