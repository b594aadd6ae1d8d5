"""Liaisons: a case goes to an office by mail, and comes back as a proposal."""

import asyncio

import pytest
from sqlalchemy import func, select

from app.domain.offices import ReplyVerdict
from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Fate, HoldReason, MailPurpose, MailState, Role
from app.gateways import delivery
from app.gateways.delivery import Delivery
from app.models import (
    Addition,
    Answer,
    Arrival,
    AuditEvent,
    Liaison,
    OutboxMessage,
)
from app.premises import Premises
from app.services import bounces, co_offices, letters, returns
from app.services.answering import drafts
from app.services.cases import NoSuchCase, StaleCase
from app.services.helping import NotLeading
from app.services.offices import joint, liaison_replies, liaisons
from app.services.offices.liaison_replies import ReplyDecided
from app.services.offices.liaisons import BadLiaison, LiaisonThere
from app.services.staff import Person
from app.workers.outbox import send_due
from tests import at_desk, routing_table
from tests.fakes import FakeClock
from tests.gateways.post import INTAKE
from tests.gateways.relay import relay
from tests.routing_table import OTHER
from tests.services.offices.liaising import (
    ADDRESS,
    SAID,
    Sent,
    give,
    mailed,
    open_given,
    register,
    replies,
    reply,
    take_over,
)


@pytest.fixture
async def sent(premises: Premises, clerk: Person, officer: Person) -> Sent:
    """A case that was given to `UNIT` and mailed to its liaison."""
    await register(premises, officer.office_id)
    number = await open_given(
        premises, clerk, officer.office_id,
        text="我叫张三丰，电话13800138000，门口的路灯坏了三个月。",
        contact=ContactDetails(
            name="张三丰", email="zhang@example.org", phone="13800138000"
        ),
    )  # fmt: skip
    (letter,) = await mailed(premises)
    return Sent(number=number, letter=letter)


async def held(premises: Premises) -> list[str | None]:
    async with premises.database.reading() as session:
        rows = await session.scalars(
            select(Arrival.reason).where(Arrival.fate == Fate.HELD)
        )
        return list(rows)


async def test_the_letter_tells_the_matter_and_nobody_who_wrote(
    premises: Premises, sent: Sent
) -> None:
    letter = sent.letter.letter

    assert letter.to == ADDRESS
    assert "路灯坏了三个月" in letter.body
    assert sent.number in letter.subject
    for secret in ("张三丰", "13800138000", "zhang@example.org"):
        assert secret not in letter.subject + letter.body
    key = letters.answered_liaison(premises.house, letter.reply_to)
    assert key == sent.letter.id


async def test_what_is_not_struck_reads_as_it_was_written(sent: Sent) -> None:
    body = sent.letter.letter.body

    assert "我叫〔姓名〕，电话〔号码〕，门口的路灯坏了三个月。" in body


async def test_it_goes_out_once_over_a_real_conversation(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    await open_given(premises, clerk, officer.office_id, anonymous=True)

    async with relay() as to:
        for _ in range(2):
            sending = Delivery(delivery.Relay.from_url(to.url))
            await send_due(premises, sending, stop=asyncio.Event())

    (letter,) = to.letters
    assert letter["To"].addresses[0].addr_spec == ADDRESS
    assert "+l" in letter["Reply-To"].addresses[0].addr_spec


async def test_a_reply_waits_on_the_case_and_goes_to_no_citizen(
    premises: Premises, sent: Sent
) -> None:
    await reply(premises, sent.letter.letter.reply_to)

    (row,) = await replies(premises)
    assert (row.text, row.verdict) == (SAID, None)
    assert (await at_desk.case_of(premises, sent.number)).unread
    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Answer)) == 0
        assert await session.scalar(select(func.count()).select_from(Addition)) == 0
        purposes = set(await session.scalars(select(OutboxMessage.purpose)))
    assert MailPurpose.ANSWER not in purposes


async def test_taken_over_it_is_the_draft_of_whoever_decided(
    premises: Premises, officer: Person, sent: Sent
) -> None:
    await reply(premises, sent.letter.letter.reply_to)

    await take_over(premises, officer, sent.number)

    case = await at_desk.case_of(premises, sent.number)
    async with premises.database.reading() as session:
        kept = await drafts.read(
            session, officer, premises.house, case.id, now=premises.clock()
        )
    assert [draft.text for draft in kept.values()] == [SAID]
    with pytest.raises(ReplyDecided):
        await take_over(premises, officer, sent.number)


async def test_set_aside_it_stays_readable_with_the_reason(
    premises: Premises, officer: Person, sent: Sent
) -> None:
    await reply(premises, sent.letter.letter.reply_to)
    (row,) = await replies(premises)
    seen = (await at_desk.case_of(premises, sent.number)).revision

    with pytest.raises(StaleCase):
        async with premises.database.writing() as session:
            await liaison_replies.set_aside(
                session, officer, sent.number, row.id,
                revision=seen - 1, remark="答非所问", now=premises.clock(),
            )  # fmt: skip
    async with premises.database.writing() as session:
        await liaison_replies.set_aside(
            session, officer, sent.number, row.id,
            revision=seen, remark="答非所问", now=premises.clock(),
        )  # fmt: skip

    (row,) = await replies(premises)
    assert (row.verdict, row.remark) == (ReplyVerdict.SET_ASIDE, "答非所问")


async def test_the_same_letter_twice_counts_once(
    premises: Premises, sent: Sent
) -> None:
    for _ in range(2):
        await reply(premises, sent.letter.letter.reply_to)

    assert len(await replies(premises)) == 1


async def test_a_program_that_heeds_no_reply_to_is_understood(
    premises: Premises, sent: Sent
) -> None:
    await reply(premises, INTAKE, In_Reply_To=sent.letter.letter.message_id)

    assert len(await replies(premises)) == 1


async def test_what_comes_from_another_address_is_held(
    premises: Premises, sent: Sent
) -> None:
    await reply(premises, sent.letter.letter.reply_to, sender="li@elsewhere.example")

    assert await held(premises) == [HoldReason.NOT_LIAISON]
    assert await replies(premises) == []


async def test_a_forged_token_leads_nowhere(premises: Premises, sent: Sent) -> None:
    name, _, host = sent.letter.letter.reply_to.partition("@")
    await reply(premises, f"{name[:-1]}{'0' if name[-1] != '0' else '1'}@{host}")

    assert await replies(premises) == []


async def test_an_out_of_office_note_is_no_answer(
    premises: Premises, sent: Sent
) -> None:
    await reply(
        premises,
        sent.letter.letter.reply_to,
        "我正在休假",
        Auto_Submitted="auto-replied",
    )

    assert await held(premises) == [HoldReason.AUTOMATIC]
    assert await replies(premises) == []


@pytest.mark.parametrize(
    "signature",
    ["------------------\n王联络\n市政管理所\n电话：0571-88888888",
     "此致\n敬礼\n\n王联络\n市政管理所", "谢谢！\n王联络"],
)  # fmt: skip
async def test_a_signature_above_the_quoted_letter_is_no_part_of_the_proposal(
    premises: Premises, sent: Sent, signature: str
) -> None:
    quoted = (
        "------------------ 原始邮件 ------------------\n"
        '发件人: "督查室" <opinions@localhost>;\n'
        "发送时间: 2026年12月1日(星期二) 上午9:00\n主题: 转办\n\n原来的话"
    )

    await reply(
        premises, sent.letter.letter.reply_to, f"{SAID}\n\n{signature}\n\n\n{quoted}"
    )

    (row,) = await replies(premises)
    assert row.text == SAID


@pytest.mark.parametrize(
    ("sender", "told"), [(ADDRESS, [True]), ("other@lighting.example", [])]
)
async def test_that_a_liaison_is_out_of_office_is_told_on_the_case(
    premises: Premises, sent: Sent, sender: str, told: list[bool]
) -> None:
    to = sent.letter.letter.reply_to
    await reply(premises, to, "正在休假", sender=sender, Auto_Submitted="auto-replied")

    case = await at_desk.case_of(premises, sent.number)
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.LIAISON_AWAY)
        )
        arrival = await session.scalar(
            select(Arrival.id).order_by(Arrival.id.desc()).limit(1)
        )
        said = [
            (each.case_id, each.facts["arrival_id"]) == (case.id, arrival)
            for each in found
        ]
    assert said == told


async def test_our_own_letter_coming_back_is_refused(
    premises: Premises, sent: Sent
) -> None:
    letter = sent.letter.letter
    await reply(premises, letter.reply_to, Message_ID=letter.message_id)

    assert await replies(premises) == []
    async with premises.database.reading() as session:
        fates = list(await session.scalars(select(Arrival.fate).order_by(Arrival.id)))
    assert fates[-1] is Fate.REFUSED


async def test_after_the_case_went_elsewhere_the_address_is_void(
    premises: Premises, clerk: Person, sent: Sent, clock: FakeClock
) -> None:
    other = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    clock.advance(minutes=1)
    await give(premises, clerk, sent.number, other.office_id)

    await reply(premises, sent.letter.letter.reply_to)

    assert await held(premises) == [HoldReason.LIAISON_VOID]


async def test_a_case_that_comes_back_is_mailed_anew_and_the_old_address_stays_void(
    premises: Premises, clerk: Person, officer: Person, sent: Sent, clock: FakeClock
) -> None:
    other = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    for office_id in (other.office_id, officer.office_id):
        clock.advance(minutes=1)
        await give(premises, clerk, sent.number, office_id)
    (again,) = await mailed(premises)

    await reply(premises, sent.letter.letter.reply_to)
    await reply(premises, again.letter.reply_to, Message_ID="<two@example.org>")

    assert await held(premises) == [HoldReason.LIAISON_VOID]
    (row,) = await replies(premises)
    assert row.letter_id == again.id


async def test_a_liaison_who_was_switched_off_gets_and_says_nothing(
    premises: Premises, clerk: Person, officer: Person, sent: Sent
) -> None:
    keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
    async with premises.database.writing() as session:
        key = (await session.scalars(select(Liaison.id))).one()
        await liaisons.switch(session, keeper, key, active=False, now=premises.clock())
    await open_given(premises, clerk, officer.office_id, subject="别的事")

    await reply(premises, sent.letter.letter.reply_to)

    assert await mailed(premises) == []
    assert await held(premises) == [HoldReason.LIAISON_VOID]


async def test_what_the_table_sends_is_mailed_too_and_once(
    premises: Premises, officer: Person
) -> None:
    await register(premises, officer.office_id)
    await routing_table.use(premises, await routing_table.line(premises))
    await at_desk.open_case(premises)
    number = (await at_desk.open_case(premises)).receipt_number
    case = await at_desk.case_of(premises, number)
    assert case.office_id == officer.office_id

    found = [*await mailed(premises), *await mailed(premises)]

    assert sum(number in each.letter.subject for each in found) == 1


async def test_a_report_of_wrongdoing_is_mailed_to_nobody(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    number = await open_given(premises, clerk, officer.office_id)
    async with premises.database.writing() as session:
        case = await session.merge(await at_desk.case_of(premises, number))
        case.restricted = True

    assert await mailed(premises) == []


async def test_a_co_offices_liaison_gives_its_opinion(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    await register(premises, helper.office_id)
    number = await open_given(premises, clerk, officer.office_id)
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number, revision=2, office_id=helper.office_id,
            now=premises.clock(),
        )  # fmt: skip
    (letter,) = await mailed(premises)
    await reply(premises, letter.letter.reply_to)

    await take_over(premises, helper, number)

    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        (given,) = await joint.contributions(session, case)
    assert (given.office, given.text) == (OTHER, SAID)


async def test_who_has_no_part_in_it_decides_on_nothing(
    premises: Premises, clerk: Person, sent: Sent
) -> None:
    stranger = await at_desk.hire(premises, Role.OFFICER, office="教育局")
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    seen = (await at_desk.case_of(premises, sent.number)).revision
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, sent.number, revision=seen, office_id=helper.office_id,
            now=premises.clock(),
        )  # fmt: skip
    await reply(premises, sent.letter.letter.reply_to)

    with pytest.raises(NoSuchCase):
        await take_over(premises, stranger, sent.number)
    with pytest.raises(NotLeading):
        await take_over(premises, helper, sent.number)


async def test_a_letter_that_comes_back_shuns_the_liaison_and_not_the_citizen(
    premises: Premises, sent: Sent
) -> None:
    async with premises.database.writing() as session:
        row = await session.get_one(OutboxMessage, sent.letter.id)
        await returns.record(session, row, status="5.1.1", now=premises.clock())
        assert row.state is MailState.BOUNCED
        opinion_id = row.opinion_id or 0

    async with premises.database.reading() as session:
        assert await bounces.standing(session, opinion_id) is None
        digest = (await session.scalars(select(Liaison.email_digest))).one()
        assert await bounces.shunned(session, {digest}) == {digest}


@pytest.mark.parametrize("address", ["", "nobody", INTAKE, "opinions+x@localhost"])
async def test_only_a_mailbox_of_theirs_is_a_liaison(
    premises: Premises, officer: Person, address: str
) -> None:
    with pytest.raises(BadLiaison):
        await register(premises, officer.office_id, address)


async def test_an_address_is_registered_once_and_kept_sealed(
    premises: Premises, officer: Person
) -> None:
    await register(premises, officer.office_id)

    with pytest.raises(LiaisonThere):
        await register(premises, officer.office_id, ADDRESS.upper())
    async with premises.database.reading() as session:
        row = (await session.scalars(select(Liaison))).one()
    assert ADDRESS.encode() not in row.sealed
