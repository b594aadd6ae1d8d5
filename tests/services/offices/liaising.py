"""What tests of offices share: cases given to them, their liaisons, their letters."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.vocabulary import Role
from app.models import Case, LiaisonReply
from app.premises import Premises
from app.services import outbox, triage
from app.services.offices import liaison_replies, liaisons
from app.services.outbox import DueLetter
from app.services.staff import Person
from app.workers.letters import settle_waiting
from tests import at_desk
from tests.gateways import post

ADDRESS = "wang.liaison@lighting.example"
SAID = "已经派人检修，三天内恢复照明。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A case that was mailed to a liaison."""

    number: str
    letter: DueLetter


async def register(premises: Premises, office_id: int, address: str = ADDRESS) -> None:
    """Have a liaison at an office."""
    keeper = await at_desk.hire(premises, Role.SUPERVISOR)
    async with premises.database.writing() as session:
        await liaisons.add(
            session, keeper, premises.house,
            office_id=office_id, address=address, now=premises.clock(),
        )  # fmt: skip


async def give(premises: Premises, clerk: Person, number: str, office_id: int) -> None:
    """Give a case to an office, as it now stands."""
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number,
            revision=seen, office_id=office_id, now=premises.clock(),
        )  # fmt: skip


async def open_given(
    premises: Premises, clerk: Person, office_id: int, **changes: Any
) -> str:
    """Open a case and give it to an office; return its number."""
    number = (await at_desk.open_case(premises, **changes)).receipt_number
    await give(premises, clerk, number, office_id)
    return number


async def mailed(premises: Premises) -> list[DueLetter]:
    """Return what leaves for liaisons now, and nothing that goes to citizens."""
    async with premises.database.writing() as session:
        due = await outbox.claim_due(session, premises.house, now=premises.clock())
    return [each for each in due if each.letter.to.endswith("lighting.example")]


async def reply(
    premises: Premises,
    to: str,
    text: str = SAID,
    *,
    sender: str = ADDRESS,
    **fields: str,
) -> None:
    """Have a letter come in and be read."""
    headers = {"From": f"Wang <{sender}>", "Subject": "Re: 转办"} | fields
    content = post.letter(text, to=to, **headers)
    await post.keep(premises, content, to, sender=sender)
    await settle_waiting(premises)


async def replies(premises: Premises) -> list[LiaisonReply]:
    """Return what waits, or waited, for the desk."""
    async with premises.database.reading() as session:
        return list(await session.scalars(select(LiaisonReply)))


async def case(premises: Premises, number: str) -> Case:
    """Return the case as it now stands."""
    return await at_desk.case_of(premises, number)


async def take_over(premises: Premises, person: Person, number: str) -> None:
    """Take the one answer over."""
    (row,) = await replies(premises)
    seen = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await liaison_replies.take_over(
            session, person, premises.house, number, row.id,
            revision=seen, now=premises.clock(),
        )  # fmt: skip
