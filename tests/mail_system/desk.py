"""A desk in the town's office: what staff see and do while the service runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Select, select

from app.domain.record import Action
from app.domain.vocabulary import MailState, Role
from app.models import (
    Addition,
    AuditEvent,
    Contact,
    Opinion,
    OutboxMessage,
    UnreachableAddress,
)
from app.premises import Premises
from app.services import replies
from tests import at_desk
from tests.mail_system.town import Town

Row = TypeVar("Row")

UNDECIDED = {MailState.WAITING, MailState.SENT}
"""States in which a letter may come back, or be held back, yet."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Works on the same database as the service, from another process."""

    premises: Premises
    town: Town

    async def opinion(self, message_id: str) -> Opinion:
        """Wait until a letter became an opinion; return that."""
        (one,) = await self._found(
            select(Opinion)
            .join(Contact, Contact.opinion_id == Opinion.id)
            .where(Contact.letter_id == message_id)
        )
        return one

    async def addition(self, about: Opinion) -> str:
        """Wait until something was added to an opinion; return that."""
        (text,) = await self._found(
            select(Addition.text).where(Addition.opinion_id == about.id)
        )
        return text

    async def answer(self, about: Opinion, *, text: str) -> None:
        """Answer an opinion, as a clerk does."""
        clerk = await at_desk.hire(self.premises, Role.CLERK)
        case = await at_desk.case_of(self.premises, about.receipt_number)
        async with self.premises.database.writing() as session:
            await replies.answer(
                session, clerk, self.premises.house, about.receipt_number,
                revision=case.revision, text=text, now=self.premises.clock(),
            )  # fmt: skip

    async def letters(self, about: Opinion, *, number: int) -> list[MailState]:
        """Wait until it is known of so many letters that none arrived, and why."""
        states = (
            select(OutboxMessage.state)
            .where(
                OutboxMessage.opinion_id == about.id,
                OutboxMessage.state.not_in(UNDECIDED),
            )
            .order_by(OutboxMessage.id)
        )
        return list(await self._found(states, number=number))

    async def bounces(self) -> list[str]:
        """Return what is recorded of letters that came back, by their cases."""
        recorded = select(AuditEvent).where(AuditEvent.action == Action.MAIL_BOUNCED)
        return [event.facts["status"] for event in await self._rows(recorded)]

    async def shunned(self) -> list[str]:
        """Return why no letter goes to an address, for each such address."""
        return list(await self._rows(select(UnreachableAddress.status)))

    async def _found(self, wanted: Select[Row], *, number: int = 1) -> Sequence[Row]:
        rows: list[Row] = []

        async def enough() -> bool:
            rows[:] = await self._rows(wanted)
            return len(rows) >= number

        await self.town.until(enough)
        return rows

    async def _rows(self, wanted: Select[Row]) -> Sequence[Row]:
        async with self.premises.database.reading() as session:
            return (await session.scalars(wanted)).all()
