"""A citizen on the tracking page and an office that answers: what tests begin with."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from httpx import AsyncClient, Response
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Disposition, MailPurpose, Role
from app.mail.outgoing import OutgoingLetter, compose
from app.models import AuditEvent, Base, OutboxMessage
from app.premises import Premises
from app.services import outbox, replies
from app.services.letters import LetterContent, unseal
from app.workers.following import Follower
from tests import at_desk
from tests.web import citizen

Stored = TypeVar("Stored", bound=Base)

ANSWER = "路灯已经修好，请您晚上看看。"


@dataclass(frozen=True, slots=True)
class Talk:
    """An opinion, what opens it, and a browser."""

    client: AsyncClient
    premises: Premises
    number: str
    code: str

    async def page(self) -> Response:
        """Open the tracking page."""
        return await citizen.tracked(self.client, self.number, self.code)

    async def send(self, step: str, **typed: str) -> Response:
        """Send one of its forms."""
        key = {"number": self.number, "code": self.code}
        return await self.client.post(f"/track/{step}", data=key | typed)

    async def answer_id(self) -> str:
        """Return the last answer, as its form names it."""
        found = re.findall(r'name="answer" value="(\d+)"', (await self.page()).text)
        assert found
        return str(found[-1])


async def begin(client: AsyncClient, premises: Premises, **changes: str) -> Talk:
    """Send in an opinion."""
    return Talk(client, premises, *await citizen.written(client, **changes))


async def answered(
    talk: Talk,
    *,
    ending: Disposition | None = None,
    office: str | None = None,
) -> None:
    """Answer the case, and close it if an ``ending`` is given."""
    premises, number = talk.premises, talk.number
    role = Role.OFFICER if office else Role.CLERK
    person = await at_desk.hire(premises, role, office=office)
    for step in ("answer", "close") if ending else ("answer",):
        revision = (await at_desk.case_of(premises, number)).revision
        async with premises.database.writing() as session:
            if step == "answer":
                await replies.answer(
                    session, person, premises.house, number,
                    revision=revision, text=ANSWER, now=premises.clock(),
                )  # fmt: skip
            elif ending:
                await replies.close(
                    session, person, premises.house, number, revision=revision,
                    disposition=ending, now=premises.clock(),
                )  # fmt: skip


async def rows(premises: Premises, table: type[Stored]) -> Sequence[Stored]:
    """Return all that a table holds."""
    async with premises.database.reading() as session:
        return (await session.scalars(select(table))).all()


async def events(premises: Premises, action: Action) -> list[dict[str, object]]:
    """Return the facts of all deeds of a kind."""
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == action)
        )
        return [event.facts for event in found]


async def look_around(premises: Premises) -> int:
    """Let the worker make one round."""
    return await Follower(premises, stop=asyncio.Event()).look_around()


async def letters(premises: Premises, purpose: MailPurpose) -> list[LetterContent]:
    """Return what letters of a purpose say that wait to be sent."""
    return [
        unseal(premises.house.seal, row.sealed)
        for row in await rows(premises, OutboxMessage)
        if row.purpose is purpose and row.sealed is not None
    ]


async def headers(premises: Premises, purpose: MailPurpose) -> dict[str, str]:
    """Return the header fields of the one letter of a purpose, as it goes out."""
    async with premises.database.writing() as session:
        due = await outbox.claim_due(
            session, premises.house, now=premises.clock(), most=100
        )
    keys = {
        row.id for row in await rows(premises, OutboxMessage) if row.purpose is purpose
    }
    (letter,) = [each.letter for each in due if each.id in keys]
    return dict(_message(letter))


def _message(letter: OutgoingLetter) -> dict[str, str]:
    return {name: str(value) for name, value in compose(letter).items()}
