"""Letters of liaisons that a person has to look at: what becomes of them on a case."""

from dataclasses import dataclass

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.domain.submission import ContactDetails
from app.domain.vocabulary import Disposition, Fate, HoldReason, Role, Status
from app.models import Addition, Arrival, LiaisonReply, Note
from app.premises import Premises
from app.services import replies as steps
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import FakeClock
from tests.routing_table import OTHER
from tests.services.offices.liaising import give, mailed, register, replies, reply
from tests.web.citizen import tracked

STRANGER = "colleague@lighting.example"
WORDS = "内部意见：先不要告诉群众，等施工队排期。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A case that a liaison was written to about."""

    number: str
    code: str
    to: str
    """Where the answer to that goes."""


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk of the supervision office, who sits at the desk."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, clerk)
    return clerk


@pytest.fixture
async def sent(premises: Premises, clerk: Person) -> Sent:
    """A case that was mailed to the liaison of an office without any account."""
    async with premises.database.writing() as session:
        office_id = await at_desk.office_named(session, UNIT)
    await register(premises, office_id)
    contact = ContactDetails(email="zhang@example.org")
    opened = await at_desk.open_case(premises, contact=contact)
    await give(premises, clerk, opened.receipt_number, office_id)
    (letter,) = await mailed(premises)
    return Sent(
        number=opened.receipt_number,
        code=opened.query_code or "",
        to=letter.letter.reply_to,
    )


async def held(premises: Premises) -> tuple[int, HoldReason]:
    """Return the one arrival that is held, and why."""
    async with premises.database.reading() as session:
        row = (
            await session.execute(
                select(Arrival.id, Arrival.reason).where(Arrival.fate == Fate.HELD)
            )
        ).one()
    return row.id, HoldReason(row.reason)


async def join(client: AsyncClient, premises: Premises, number: str) -> Response:
    """Join what is held to a case, as its page advises."""
    arrival_id, _ = await held(premises)
    response = await client.post(
        f"/desk/held/{arrival_id}/join", data={"number": number}
    )
    assert response.status_code == 303, response.text
    return response


async def additions(premises: Premises) -> int:
    """Return how often a citizen is said to have added something."""
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count(Addition.id))) or 0


@pytest.mark.parametrize(
    ("sender", "fields", "reason"),
    [
        (STRANGER, {}, HoldReason.NOT_LIAISON),
        (None, {"Auto-Submitted": "auto-replied"}, HoldReason.AUTOMATIC),
    ],
)
async def test_what_an_office_wrote_is_joined_as_that_and_told_to_no_citizen(
    client: AsyncClient,
    premises: Premises,
    sent: Sent,
    *,
    sender: str | None,
    fields: dict[str, str],
    reason: HoldReason,
) -> None:
    known = {"sender": sender} if sender else {}
    await reply(premises, sent.to, WORDS, **known, **fields)
    assert (await held(premises))[1] is reason

    await join(client, premises, sent.number)

    (row,) = await replies(premises)
    assert (row.text, row.helps, row.verdict) == (WORDS, False, None)
    assert await additions(premises) == 0
    case = await client.get(f"/desk/cases/{sent.number}")
    assert f"{UNIT} 的联络员来信" in case.text
    assert 'section class="addition"' not in case.text
    citizens = await tracked(client, sent.number, sent.code)
    assert sent.number in citizens.text
    assert WORDS not in citizens.text
    assert "您的补充" not in citizens.text


async def test_one_that_was_discarded_and_taken_back_is_still_the_offices(
    client: AsyncClient, premises: Premises, sent: Sent
) -> None:
    await reply(premises, sent.to, WORDS, sender=STRANGER)
    arrival_id, _ = await held(premises)
    await client.post(f"/desk/held/{arrival_id}/discard", data={"ground": "off_topic"})
    await client.post(f"/desk/held/{arrival_id}/take-back")

    await join(client, premises, sent.number)

    assert [row.text for row in await replies(premises)] == [WORDS]
    assert await additions(premises) == 0


async def test_one_that_came_late_is_for_the_office_that_has_the_case_to_read(
    client: AsyncClient,
    premises: Premises,
    clerk: Person,
    sent: Sent,
    clock: FakeClock,
) -> None:
    other = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    clock.advance(minutes=1)
    await give(premises, clerk, sent.number, other.office_id)
    await reply(premises, sent.to, WORDS)
    assert (await held(premises))[1] is HoldReason.LIAISON_VOID

    await join(client, premises, sent.number)
    (row,) = await replies(premises)
    taken = await at_desk.take(
        client, premises, sent.number, f"replies/{row.id}", do="take_over"
    )

    assert taken.status_code == 303
    assert await additions(premises) == 0
    async with premises.database.reading() as session:
        note = (await session.scalars(select(Note))).one()
    assert (note.text, note.contributed_by) == (WORDS, row.office_id)


async def test_one_about_a_closed_case_stays_closed_and_readable(
    client: AsyncClient, premises: Premises, clerk: Person, sent: Sent
) -> None:
    async with premises.database.writing() as session:
        await steps.close(
            session, clerk, premises.house, sent.number,
            revision=(await case_of(premises, sent.number)).revision,
            disposition=Disposition.REFERRED, now=premises.clock(),
        )  # fmt: skip
    await reply(premises, sent.to, WORDS)

    await join(client, premises, sent.number)

    assert (await case_of(premises, sent.number)).status is Status.CLOSED
    assert WORDS in (await client.get(f"/desk/cases/{sent.number}")).text
    assert WORDS not in (await tracked(client, sent.number, sent.code)).text


async def test_one_joined_to_somebody_elses_case_is_told_to_nobody_either(
    client: AsyncClient, premises: Premises, sent: Sent
) -> None:
    other = await at_desk.open_case(premises)
    await reply(premises, sent.to, WORDS, sender=STRANGER)

    await join(client, premises, other.receipt_number)

    (row,) = await replies(premises)
    assert row.case_id == (await case_of(premises, other.receipt_number)).id
    citizens = await tracked(client, other.receipt_number, other.query_code or "")
    assert WORDS not in citizens.text


async def test_the_held_page_says_that_no_citizen_reads_it(
    client: AsyncClient, premises: Premises, sent: Sent
) -> None:
    await reply(premises, sent.to, WORDS, sender=STRANGER)
    arrival_id, _ = await held(premises)

    page = await client.get(f"/desk/held/{arrival_id}")

    assert "群众看不到" in page.text


QUOTED = (
    "\n\n> 县教育局 联络员，您好：\n>\n> 意见内容（个人信息已隐去）：\n> 路灯坏了。"
)


@pytest.mark.parametrize(
    "text", ["", QUOTED, f"\n-- \n王芳\n县教育局{QUOTED}", "\n-- \n王芳\n县教育局"]
)
async def test_a_reply_that_says_nothing_proposes_nothing(
    premises: Premises, sent: Sent, text: str
) -> None:
    await reply(premises, sent.to, text, Subject="回复：转办")

    assert (await held(premises))[1] is HoldReason.EMPTY
    async with premises.database.reading() as session:
        assert await session.scalar(select(LiaisonReply.id)) is None
