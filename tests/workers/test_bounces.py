"""Letters of ours that come back, and what they do to the next ones."""

import pytest
from sqlalchemy import select

from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import MailState, Role
from app.errors import NotAllowed
from app.gateways.delivery import Failure
from app.mail.outgoing import OutgoingLetter
from app.models import Addition, AuditEvent, OutboxMessage, UnreachableAddress
from app.premises import Premises
from app.services import bounces, letters, returns
from app.workers.letters import settle_waiting
from tests import at_desk, make
from tests.at_desk import case_of
from tests.fakes import FakeClock
from tests.gateways import post
from tests.gateways.post import fates, keep
from tests.make import EMAIL
from tests.workers.test_outbox import Recorder, rows, send


async def mailed(premises: Premises, email: str = EMAIL) -> OutboxMessage:
    """Return an acknowledgement that the relay took."""
    contact = ContactDetails(email=email)
    await premises.register(make.submission(contact=contact))
    await send(premises, Recorder())
    return (await rows(premises))[-1]


def bounce(
    *, status: str = "5.1.1", action: str = "failed", to: str = EMAIL, about: str = ""
) -> bytes:
    """Return a report that the letter of the Message-ID ``about`` did not arrive."""
    fields = f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: {status}"
    parts = (
        "Content-Type: text/plain\r\n\r\nIt could not be delivered.",
        f"Content-Type: message/delivery-status\r\n\r\n{fields}",
        f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {about}\r\n",
    )
    return post.letter(
        "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--",
        From="MAILER-DAEMON@m.example",
        Message_ID=f"<bounce.{status}.{action}.{to}.{about.strip('<>')}>",
        Content_Type="multipart/report; report-type=delivery-status; boundary=b",
    )


async def comes_back(premises: Premises, row: OutboxMessage, content: bytes) -> None:
    """Deliver a report to the return path of the letter ``row``."""
    await keep(
        premises, content, letters.return_path(premises.house, row.id), sender=""
    )
    await settle_waiting(premises)


class Swift(Recorder):
    """A relay whose word that a letter did not arrive is faster than its "250"."""

    def __init__(self, premises: Premises) -> None:
        super().__init__()
        self._premises = premises

    async def deliver(self, letter: OutgoingLetter) -> Failure | None:
        (row,) = await rows(self._premises)
        await comes_back(self._premises, row, bounce())
        return await super().deliver(letter)


async def shunned(premises: Premises) -> list[str]:
    """Return the status of every address that takes no letters."""
    async with premises.database.reading() as session:
        return list(await session.scalars(select(UnreachableAddress.status)))


async def deeds(premises: Premises, action: Action) -> list[AuditEvent]:
    """Return what was recorded of ``action``."""
    async with premises.database.reading() as session:
        found = select(AuditEvent).where(AuditEvent.action == action)
        return list(await session.scalars(found.order_by(AuditEvent.id)))


async def test_a_letter_leaves_from_a_return_path_of_its_own(
    premises: Premises,
) -> None:
    await premises.register(make.submission())
    recorder = Recorder()
    await send(premises, recorder)

    (row,) = await rows(premises)
    (letter,) = recorder.delivered
    assert letters.returned_letter(premises.house, letter.return_path or "") == row.id
    assert letters.replied_opinion(premises.house, letter.return_path or "") is None


async def test_where_it_is_set_so_a_letter_leaves_from_the_sender_address(
    bare_premises: Premises,
) -> None:
    settings = bare_premises.settings.model_copy(update={"return_path": "sender"})
    async with Premises(settings, clock=bare_premises.clock) as premises:
        async with premises.database.writing() as session:
            await make.house(session)
        await premises.shelf()
        await premises.register(make.submission())
        recorder = Recorder()
        await send(premises, recorder)

    assert recorder.delivered[0].return_path is None


async def test_a_bounce_is_recorded_on_its_case_and_staff_see_it(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())

    assert (await fates(premises))[-1] == "joined bounce"
    (row,) = await rows(premises)
    assert (row.state, row.last_error) == (MailState.BOUNCED, "5.1.1")
    assert row.bounced_at is not None
    (deed,) = await deeds(premises, Action.MAIL_BOUNCED)
    assert deed.case_id == row.case_id
    assert deed.facts == {"purpose": "acknowledgement", "status": "5.1.1"}
    async with premises.database.reading() as session:
        assert not (await session.scalars(select(Addition))).all()


async def test_a_bounce_that_is_faster_than_the_relays_answer_stands(
    premises: Premises,
) -> None:
    await premises.register(make.submission())
    await send(premises, Swift(premises))

    (row,) = await rows(premises)
    assert row.state is MailState.BOUNCED


async def test_a_case_is_unread_once_a_letter_came_back(premises: Premises) -> None:
    registration = await at_desk.open_case(premises)
    await send(premises, Recorder())
    (row,) = await rows(premises)
    before = (await case_of(premises, registration.receipt_number)).revision
    await comes_back(premises, row, bounce())

    case = await case_of(premises, registration.receipt_number)
    assert case.unread
    assert case.revision == before + 1


async def test_nothing_more_goes_to_an_address_that_is_not_there(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())
    recorder = Recorder()
    await premises.register(make.submission(text="还是不亮。"))

    assert await send(premises, recorder) == 0
    assert not recorder.delivered
    assert [each.state for each in await rows(premises)] == [
        MailState.BOUNCED,
        MailState.WITHHELD,
    ]
    (deed,) = await deeds(premises, Action.MAIL_WITHHELD)
    assert deed.facts == {"purpose": "acknowledgement", "ground": "unreachable"}


async def test_letters_to_others_go_on(premises: Premises) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())

    assert (await mailed(premises, "li@example.org")).state is MailState.SENT


@pytest.mark.parametrize("status", ["5.7.1", "5.2.2", "5.3.4", "5.0.0", "4.4.7"])
async def test_what_may_pass_stops_letters_only_the_second_time(
    premises: Premises, status: str
) -> None:
    await comes_back(premises, await mailed(premises), bounce(status=status))
    assert await shunned(premises) == []

    row = await mailed(premises)
    assert row.state is MailState.SENT
    await comes_back(premises, row, bounce(status=status, about="<another@here>"))
    assert await shunned(premises) == [status]


async def test_what_came_back_long_ago_does_not_count(
    premises: Premises, clock: FakeClock
) -> None:
    await comes_back(premises, await mailed(premises), bounce(status="5.7.1"))
    clock.now += returns.MEMORY
    row = await mailed(premises)
    await comes_back(premises, row, bounce(status="5.7.1", about="<another@here>"))

    assert await shunned(premises) == []


async def test_another_address_that_fails_may_be_one_that_letters_were_passed_on_to(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce(to="elsewhere@example.net"))

    assert (await rows(premises))[0].state is MailState.BOUNCED
    assert await shunned(premises) == []


async def test_the_same_bounce_twice_is_recorded_once_and_another_beside_it(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())
    await comes_back(premises, row, bounce())
    await comes_back(premises, row, bounce(status="5.1.2"))

    assert (await fates(premises))[1:] == [
        "joined bounce",
        "duplicate",
        "joined bounce",
    ]
    noted = await deeds(premises, Action.MAIL_BOUNCED)
    assert [event.facts["status"] for event in noted] == ["5.1.1", "5.1.2"]


async def test_the_second_bounce_of_a_letter_tells_that_its_address_is_gone(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce(status="5.2.2", to="elsewhere@example.net"))
    assert await shunned(premises) == []

    await comes_back(premises, row, bounce())

    assert await shunned(premises) == ["5.1.1"]
    (row,) = await rows(premises)
    assert (row.state, row.last_error) == (MailState.BOUNCED, "5.1.1")


async def test_reports_without_end_do_not_fill_the_record(premises: Premises) -> None:
    row = await mailed(premises)
    for number in range(returns.MOST_NOTED + 2):
        await comes_back(premises, row, bounce(status=f"5.7.{number}"))

    assert len(await deeds(premises, Action.MAIL_BOUNCED)) == returns.MOST_NOTED
    assert (await fates(premises))[1:] == ["joined bounce"] * (returns.MOST_NOTED + 2)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered"])
async def test_word_that_is_no_failure_changes_nothing(
    premises: Premises, action: str
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce(action=action, status="4.4.1"))

    assert (await fates(premises))[-1] == "joined report"
    assert (await rows(premises))[0].state is MailState.SENT
    assert await shunned(premises) == []


async def test_a_bounce_that_came_to_the_intake_is_known_by_the_letter_in_it(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await keep(premises, bounce(about=row.message_id), post.INTAKE, sender="")
    await settle_waiting(premises)

    assert (await fates(premises))[-1] == "joined bounce"
    assert await shunned(premises) == ["5.1.1"]


async def test_a_bounce_in_nothing_but_chinese_words_is_one(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    text = f"很抱歉，您的邮件未能送达{EMAIL}，原因：该用户不存在。"
    sender = {"From": "PostMaster@mail.example", "Subject": "System bounce"}
    await comes_back(premises, row, post.letter(text, **sender))

    assert (await fates(premises))[-1] == "joined bounce"
    assert await shunned(premises) == ["5.1.1"]


async def test_a_bounce_that_somebody_made_up_is_only_a_machines_letter(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    forged = f"<{row.id:x}.{'0' * 20}@localhost>"
    await keep(
        premises,
        bounce(about=forged),
        f"opinions+b{row.id:x}.{'0' * 20}@localhost",
        letters.reply_address(premises.house, row.opinion_id or 0),
        sender="",
    )
    await settle_waiting(premises)

    assert (await fates(premises))[-1] == "held automatic"
    assert await shunned(premises) == []
    assert (await rows(premises))[0].state is MailState.SENT


async def test_a_token_of_one_letter_does_not_do_for_another(
    premises: Premises,
) -> None:
    address = letters.return_path(premises.house, 7)

    assert letters.returned_letter(premises.house, address) == 7
    assert letters.returned_letter(premises.house, address.replace("b7", "b8")) is None
    replied = letters.reply_address(premises.house, 7).replace("+r", "+b")
    assert letters.returned_letter(premises.house, replied) is None


async def test_an_answering_machine_at_the_return_path_is_held(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    away = post.letter("我在休假。", Auto_Submitted="auto-replied")
    await comes_back(premises, row, away)

    assert (await fates(premises))[-1] == "held automatic"
    assert (await rows(premises))[0].state is MailState.SENT


async def test_an_address_that_the_relay_refuses_counts_the_same(
    premises: Premises,
) -> None:
    await premises.register(make.submission())
    refused = Failure(error="550 5.1.1 no such user", final=True, receiver_refused=True)
    await send(premises, Recorder(refused))

    assert (await rows(premises))[0].state is MailState.BOUNCED
    assert await shunned(premises) == ["5.1.1"]


async def test_a_letter_from_the_address_shows_that_it_works(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())
    withheld = await mailed(premises)
    assert withheld.state is MailState.WITHHELD
    await keep(premises, post.letter("我的邮箱好了。"))
    await settle_waiting(premises)

    assert await shunned(premises) == []
    recorder = Recorder()
    assert await send(premises, recorder) == 2
    assert {each.state for each in (await rows(premises))[1:]} == {MailState.SENT}


async def test_a_machines_letter_from_the_address_shows_nothing(
    premises: Premises,
) -> None:
    row = await mailed(premises)
    await comes_back(premises, row, bounce())
    await keep(premises, post.letter(Auto_Submitted="auto-replied"))
    await settle_waiting(premises)

    assert await shunned(premises) == ["5.1.1"]


async def test_staff_may_have_an_address_tried_again(premises: Premises) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    number = (await at_desk.open_case(premises)).receipt_number
    refused = Failure(error="550 5.1.1 no such user", final=True, receiver_refused=True)
    await send(premises, Recorder(refused))
    async with premises.database.writing() as session:
        count = await bounces.try_again(session, clerk, number, now=premises.clock())

    assert (count, await shunned(premises)) == (1, [])
    (row,) = await rows(premises)
    assert (row.state, row.attempts, row.bounced_at) == (MailState.WAITING, 0, None)
    (deed,) = await deeds(premises, Action.MAIL_RETRIED)
    assert deed.staff_id == clerk.staff_id
    assert await send(premises, Recorder()) == 1


async def test_not_everybody_may_have_an_address_tried_again(
    premises: Premises,
) -> None:
    auditor = await at_desk.hire(premises, Role.AUDITOR)
    number = (await at_desk.open_case(premises)).receipt_number
    async with premises.database.writing() as session:
        with pytest.raises(NotAllowed):
            await bounces.try_again(session, auditor, number, now=premises.clock())
