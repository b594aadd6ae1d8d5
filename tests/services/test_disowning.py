"""Disowning: "this was not me", what it takes back, and how it is undone."""

import re

import pytest
from sqlalchemy import func, select

from app.domain.record import Action
from app.domain.vocabulary import MailPurpose, MailState, Role
from app.errors import InvalidInput, NotAllowed
from app.models import AuditEvent, Opinion, OutboxMessage
from app.premises import Premises
from app.services import bounces, disowning, letters, transcribing
from app.services.disowning import NoSuchLink, NotDisowned
from app.services.enclosing import email_digest
from app.services.intake import Registration
from app.services.staff import Person
from tests import at_desk, make
from tests.at_desk import case_of, go, steps
from tests.fakes import START


@pytest.fixture
async def opened(premises: Premises) -> Registration:
    """An opinion that came by form, with its acknowledgement on the way."""
    return await at_desk.open_case(premises)


async def link(premises: Premises, opened: Registration) -> str:
    """Return the token of the link that stands in the acknowledgement."""
    async with premises.database.reading() as session:
        sealed = await session.scalar(
            select(OutboxMessage.sealed).where(
                OutboxMessage.opinion_id == opened.opinion_id
            )
        )
    body = letters.unseal(premises.house.seal, sealed or b"").body
    found = re.search(r"http://testserver/not-me/(\S+)\n", body)
    assert found is not None
    return found[1]


async def disown(premises: Premises, token: str) -> bool:
    async with premises.database.writing() as session:
        return await disowning.disown(session, premises.house, token, now=START)


async def counting(premises: Premises) -> int:
    """Return how many opinions count."""
    async with premises.database.reading() as session:
        counted = select(func.count()).select_from(Opinion).where(disowning.counted())
        return await session.scalar(counted) or 0


async def outbox(premises: Premises) -> list[OutboxMessage]:
    async with premises.database.reading() as session:
        return list(
            await session.scalars(select(OutboxMessage).order_by(OutboxMessage.id))
        )


async def deeds(premises: Premises, action: Action) -> list[AuditEvent]:
    async with premises.database.reading() as session:
        return list(
            await session.scalars(select(AuditEvent).where(AuditEvent.action == action))
        )


async def reinstate(
    premises: Premises, person: Person, opened: Registration, reason: str = "本人来电"
) -> None:
    number = opened.receipt_number
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await disowning.reinstate(
            session, person, number, revision=revision, reason=reason, now=START
        )


async def test_a_disowned_opinion_counts_no_more_and_its_case_is_unread(
    premises: Premises, opened: Registration
) -> None:
    await at_desk.open_case(premises)

    assert await disown(premises, await link(premises, opened))

    assert await counting(premises) == 1
    case = await case_of(premises, opened.receipt_number)
    assert (case.unread, case.revision) == (True, 2)
    (event,) = await deeds(premises, Action.DISOWNED)
    assert (event.case_id, event.staff_id) == (opened.case_id, None)


async def test_saying_it_twice_is_saying_it_once(
    premises: Premises, opened: Registration
) -> None:
    token = await link(premises, opened)
    await disown(premises, token)

    assert not await disown(premises, token)

    assert len(await deeds(premises, Action.DISOWNED)) == 1


async def test_a_letter_on_its_way_is_held_back_and_forgotten(
    premises: Premises, opened: Registration
) -> None:
    await disown(premises, await link(premises, opened))

    (row,) = await outbox(premises)
    assert (row.state, row.sealed) == (MailState.WITHHELD, None)
    (event,) = await deeds(premises, Action.MAIL_WITHHELD)
    assert event.facts == {"purpose": "acknowledgement", "ground": "disowned"}


async def test_no_more_letters_go_out_about_it(
    premises: Premises, opened: Registration
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await disown(premises, await link(premises, opened))
    todo = steps(premises, clerk, opened.receipt_number)

    await go(premises, todo["ask"], revision=2)
    await go(premises, todo["answer"], revision=3)

    assert [row.purpose for row in await outbox(premises)] == [
        MailPurpose.ACKNOWLEDGEMENT
    ]


async def test_another_opinion_of_the_same_address_is_answered_as_before(
    premises: Premises, opened: Registration
) -> None:
    other = await at_desk.open_case(premises)
    clerk = await at_desk.hire(premises, Role.CLERK)
    await disown(premises, await link(premises, opened))

    todo = steps(premises, clerk, other.receipt_number)
    await go(premises, todo["answer"], revision=1)

    assert (await outbox(premises))[-1].purpose is MailPurpose.ANSWER


async def test_an_address_that_takes_letters_again_gets_none_of_those_held_back(
    premises: Premises, opened: Registration
) -> None:
    await disown(premises, await link(premises, opened))
    address = email_digest(premises.house.seal, make.EMAIL)

    async with premises.database.writing() as session:
        await bounces.shun(session, address, status="5.1.1", now=START)
        assert await bounces.readmit(session, [address], now=START) == 0


@pytest.mark.parametrize("change", ["", "0", "zz.00", "-1.00", "é.é", "1" * 40])
async def test_a_link_that_is_none_of_ours_leads_nowhere(
    premises: Premises, opened: Registration, change: str
) -> None:
    token = await link(premises, opened)

    for wrong in (change, token[:-1], token + "0", f"0{token}x"):
        with pytest.raises(NoSuchLink):
            await disown(premises, wrong)
    assert await counting(premises) == 1


async def test_a_reply_address_does_not_deny_what_it_answers(
    premises: Premises, opened: Registration
) -> None:
    reply = letters.reply_address(premises.house, opened.opinion_id)
    token = reply.partition("+r")[2].partition("@")[0]

    with pytest.raises(NoSuchLink):
        await disown(premises, token)


async def test_the_supervision_office_lets_it_count_again_with_a_reason(
    premises: Premises, opened: Registration
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await disown(premises, await link(premises, opened))

    await reinstate(premises, clerk, opened)

    assert await counting(premises) == 1
    (event,) = await deeds(premises, Action.REINSTATED)
    assert event.staff_id == clerk.staff_id
    todo = steps(premises, clerk, opened.receipt_number)
    await go(premises, todo["answer"], revision=3)
    assert (await outbox(premises))[-1].purpose is MailPurpose.ANSWER


async def test_whoever_has_the_link_may_deny_it_again(
    premises: Premises, opened: Registration
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    token = await link(premises, opened)
    await disown(premises, token)
    await reinstate(premises, clerk, opened)

    assert await disown(premises, token)


async def test_what_counts_is_not_reinstated(
    premises: Premises, opened: Registration
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)

    with pytest.raises(NotDisowned):
        await reinstate(premises, clerk, opened)


async def test_without_a_reason_it_stays_out(
    premises: Premises, opened: Registration
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    await disown(premises, await link(premises, opened))

    with pytest.raises(InvalidInput):
        await reinstate(premises, clerk, opened, reason=" ")
    assert await counting(premises) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
async def test_others_do_not_reinstate(
    premises: Premises, opened: Registration, role: Role
) -> None:
    person = await at_desk.hire(premises, role)
    await disown(premises, await link(premises, opened))

    with pytest.raises(NotAllowed):
        await reinstate(premises, person, opened)


async def test_staff_do_not_get_the_link_from_a_reply_that_quotes_it(
    premises: Premises, opened: Registration
) -> None:
    token = await link(premises, opened)
    quoted = f"> http://testserver/not-me/{token}\n> 这封邮件"

    covered = transcribing.without_codes(quoted)

    assert token not in covered
    assert len(covered) == len(quoted)
    assert covered.endswith("\n> 这封邮件")
