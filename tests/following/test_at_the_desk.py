"""What the desk sees of citizens' later steps, and has to say before it looks."""

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Disposition, MailPurpose, MailState, Role
from app.mail.machinery.report import DeliveryAction
from app.models import OutboxMessage, Subscription, UnreachableAddress
from app.premises import Premises
from app.services import outbox, returns
from app.services.returns import Return
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.following import talking
from tests.following.test_items import READER, adopted, follow

REASON = "最里面那盏灯还是不亮。"


async def seat(client: AsyncClient, premises: Premises, role: Role) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, role))


async def test_the_case_shows_what_its_citizen_says(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talking.answered(talk, ending=Disposition.EXPLAINED)
    answer = await talk.answer_id()
    await talk.send("rating", answer=answer, solved="unsolved", score="1", words="没修")
    await talk.send("review", answer=answer, reason=REASON)
    await talk.send("withdrawal", withdraw="yes")
    await talk.send("erasure", erase="yes")
    await seat(client, premises, Role.AUDITOR)

    page = (await client.get(f"/desk/cases/{talk.number}")).text

    for said in ("没有解决 · 1 分", "没修", REASON, "撤回了意见", "要求删除了个人信息"):
        assert said in page
    assert (
        f'href="/desk/cases/{talk.number}"'
        in (await client.get("/desk/cases?tab=unread")).text
    )


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ({"ground": "reply"}, True),
        ({"ground": "other", "why": "核对门牌号"}, True),
        ({"ground": "other"}, False),
        ({"ground": "other", "why": "  "}, False),
        ({"ground": "reply", "why": "长" * 201}, False),
    ],
)
async def test_contact_details_are_shown_for_a_reason(
    client: AsyncClient, premises: Premises, form: dict[str, str], *, shown: bool
) -> None:
    number = (await at_desk.open_case(premises)).receipt_number
    await seat(client, premises, Role.CLERK)

    page = await client.post(f"/desk/cases/{number}/contact", data=form)

    assert (make.EMAIL in page.text) == shown
    assert page.status_code == (200 if shown else 422)
    if not shown:
        assert f'value="{form["ground"]}" selected' in page.text


async def test_an_erased_original_is_offered_to_nobody(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talk.send("erasure", erase="yes")
    await seat(client, premises, Role.CLERK)

    page = await client.get(f"/desk/cases/{talk.number}")
    contact = await client.post(
        f"/desk/cases/{talk.number}/contact", data={"ground": "reply"}
    )

    assert f"/desk/cases/{talk.number}/original" not in page.text
    assert contact.status_code == 404


async def test_a_letter_about_an_item_that_comes_back_ends_what_it_was_part_of(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await follow(client, premises)
    await adopted(client, premises)
    clock.advance(days=1)
    await talking.look_around(premises)
    (letter,) = [
        row
        for row in await talking.rows(premises, OutboxMessage)
        if row.purpose is MailPurpose.PROGRESS
    ]
    (row,) = await talking.rows(premises, Subscription)
    async with premises.database.writing() as session:
        await returns.take_back(
            session,
            Return(
                letter_id=letter.id, opinion_id=0, action=DeliveryAction.FAILED,
                status="5.1.1", receivers=frozenset({row.email_digest}),
            ),
            now=clock(),
        )  # fmt: skip

    assert not await talking.rows(premises, Subscription)
    (shunned,) = await talking.rows(premises, UnreachableAddress)
    assert shunned.email_digest == row.email_digest
    states = {
        row.purpose: row.state for row in await talking.rows(premises, OutboxMessage)
    }
    assert states[MailPurpose.PROGRESS] is MailState.BOUNCED


async def test_a_letter_about_an_item_is_parked_and_shown_without_a_case(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await client.post(
        f"/notices/{make.SLUG}/sections/2.1.2/follow", data={"email": READER}
    )
    await talking.look_around(premises)
    async with premises.database.writing() as session:
        (due,) = await outbox.claim_due(session, premises.house, now=clock())
        await outbox.mark_failed(
            session, premises.house, due.id, error="554 no", final=True, now=clock()
        )
    await seat(client, premises, Role.SUPERVISOR)

    page = await client.get("/desk/outbox")

    assert page.status_code == 200
    assert "确认关注" in page.text
    assert READER not in page.text
