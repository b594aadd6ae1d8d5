"""Settling: each letter that was read gets its one fate, a batch in one transaction.

Two workers may read the same letter; only one of them settles it. Two letters may be
the same; only the first of them counts, which the database sees to in the end
(`uq_arrival_kept`): a batch that meets a repeat settled elsewhere fails as a whole,
and is settled again letter by letter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.database import locked
from app.domain.correspondence import JoinReason
from app.domain.vocabulary import Channel, Fate, HoldReason, RefuseReason
from app.mail.machinery.report import DeliveryAction
from app.models import Arrival
from app.services import bounces, intake, returns
from app.services.acknowledging import within_limits
from app.services.additions import Addendum, join
from app.services.drafting import Draft
from app.services.offices import correspondence
from app.services.offices.correspondence import Answered, Letter
from app.services.returns import Return
from app.settings import Settings

_KEPT: Final = (Fate.OPENED, Fate.JOINED, Fate.HELD)
"""The fates of arrivals that count, as in `uq_arrival_kept`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What reading a letter came to: exactly one of the six is given."""

    arrival_id: int

    arrival_key: str
    """Equal for two copies of the same letter."""

    draft: Draft | None = None
    addendum: Addendum | None = None

    returned: Return | None = None
    """What a mail system reports on a letter of ours: it joins the case of that."""

    answered: Answered | None = None
    """What an office's liaison answers: it waits on the case of that."""

    held: HoldReason | None = None
    away: Letter | None = None
    """The letter to a liaison that a machine answered, with what is held."""

    refused: RefuseReason | None = None

    writer: bytes | None = None
    """Digest of the address of whoever wrote, where a person did."""

    authentication: dict[str, Any] | None = None
    """What a mail system that we trust says of the sender."""

    @property
    def fate(self) -> Fate:
        """What becomes of the letter, if it repeats no other."""
        if self.draft is not None:
            return Fate.OPENED
        if self.addendum or self.returned or self.answered:
            return Fate.JOINED
        return Fate.HELD if self.held is not None else Fate.REFUSED

    @property
    def opinion_id(self) -> int | None:
        """The opinion that the letter becomes or adds to."""
        if self.draft is not None:
            return self.draft.opinion_id
        joined = self.addendum or self.returned or self.answered
        return joined.opinion_id if joined is not None else None

    @property
    def reason(self) -> HoldReason | JoinReason | None:
        """Why it is held, or why a machine's letter joins a case."""
        if self.returned is None:
            return self.held
        failed = self.returned.action is DeliveryAction.FAILED
        return JoinReason.BOUNCE if failed else JoinReason.REPORT


@dataclass(slots=True)
class _Settling:
    """A batch on its way: which letters count, and the rows of their fates."""

    now: datetime
    kept: dict[str, int | None]
    """The opinion of the letter that counts, by arrival key."""

    firsts: list[Verdict] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def take(self, verdict: Verdict) -> None:
        key = verdict.arrival_key
        if verdict.refused is not None:
            self._write(verdict, Fate.REFUSED, None, verdict.refused)
        elif key in self.kept:
            self._write(verdict, Fate.DUPLICATE, self.kept[key])
        else:
            self.kept[key] = verdict.opinion_id
            self.firsts.append(verdict)
            self._write(verdict, verdict.fate, verdict.opinion_id, verdict.reason)

    def _write(
        self,
        verdict: Verdict,
        fate: Fate,
        opinion_id: int | None,
        reason: HoldReason | JoinReason | RefuseReason | None = None,
    ) -> None:
        self.rows.append(
            {
                "id": verdict.arrival_id,
                "arrival_key": verdict.arrival_key,
                "fate": fate,
                "reason": reason.value if reason is not None else None,
                "opinion_id": opinion_id,
                "authentication": verdict.authentication,
                "fated_at": self.now,
            }
        )


async def settle_all(
    session: AsyncSession,
    verdicts: Sequence[Verdict],
    *,
    settings: Settings,
    now: datetime,
) -> dict[int, Fate]:
    """Give each letter its fate; return those settled here, by arrival.

    A letter that another worker has settled, or is settling, is passed over.

    Raises:
        DBAPIError: A letter could not be settled, so none was: settle them singly.
    """
    mine = await _open(session, verdicts)
    settling = _Settling(now, dict(await _kept_before(session, mine)))
    for verdict in mine:
        settling.take(verdict)
    firsts = settling.firsts
    drafts = [first.draft for first in firsts if first.draft is not None]
    drafts = await within_limits(session, settings, drafts, now=now)
    if drafts:
        for outcome in await intake.register_all(session, drafts):
            if isinstance(outcome, Exception):
                raise outcome
    for first in firsts:
        await _go_on(session, first, now=now)
    # Who writes has a mailbox that works.
    writers = {first.writer for first in firsts if first.writer and first.opinion_id}
    await bounces.readmit(session, writers, now=now)
    if settling.rows:
        await session.execute(update(Arrival), settling.rows)
    return {row["id"]: row["fate"] for row in settling.rows}


async def _go_on(session: AsyncSession, first: Verdict, *, now: datetime) -> None:
    """Keep what a letter says on the case that it goes on with, if it does."""
    if first.addendum is not None:
        await join(session, first.addendum, arrival_id=first.arrival_id, now=now)
    if first.answered is not None:
        await correspondence.keep(
            session, first.answered, arrival_id=first.arrival_id, now=now
        )
    if first.away is not None:
        correspondence.note_away(
            session, first.away, arrival_id=first.arrival_id, now=now
        )
    if first.returned is not None:
        await returns.take_back(session, first.returned, now=now)


async def _open(session: AsyncSession, verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Return those whose letters have no fate, and lock these."""
    open_ids = set(
        await session.scalars(
            locked(
                select(Arrival.id).where(
                    Arrival.id.in_([verdict.arrival_id for verdict in verdicts]),
                    Arrival.fate.is_(None),
                )
            )
        )
    )
    return [verdict for verdict in verdicts if verdict.arrival_id in open_ids]


async def _kept_before(
    session: AsyncSession, verdicts: Sequence[Verdict]
) -> Mapping[str, int | None]:
    """Return the letters that these repeat: from key to the opinion it became."""
    rows = await session.execute(
        select(Arrival.arrival_key, Arrival.opinion_id).where(
            Arrival.channel == Channel.EMAIL,
            Arrival.arrival_key.in_([verdict.arrival_key for verdict in verdicts]),
            Arrival.fate.in_(_KEPT),
        )
    )
    return {key: opinion_id for key, opinion_id in rows if key is not None}
