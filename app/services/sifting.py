"""Sifting (甄别): a held arrival is released, joined, discarded, or taken back.

Reading and drawing up happen before the transaction, as with any other letter; the
row of the arrival, locked while its fate is looked at, sees to it that only one wins.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import Submission
from app.domain.vocabulary import Channel, DiscardGround, Fate, HoldReason, RefuseReason
from app.errors import Conflict
from app.models import Arrival, Case
from app.services import additions, audit, cases, intake
from app.services.acknowledging import within_limits
from app.services.additions import Addendum
from app.services.drafting import Draft
from app.services.held import NoSuchArrival, NotHeld
from app.services.house import House
from app.services.intake import Registration
from app.services.offices import liaison_joining
from app.services.staff import Person


class HasReceipt(Conflict):
    """It came by form: its writer tracks it by a number of its own."""

    code = "has_receipt"


class NotDiscarded(Conflict):
    """The arrival was not discarded, or somebody has taken it back."""

    code = "not_discarded"


class CameAgain(Conflict):
    """The same arrival came once more, and that one is held or has a case."""

    code = "came_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a held arrival says, as it was read."""

    said: Submission
    answers: Collection[int] = ()
    """The letters to offices' liaisons that it may answer."""

    as_charset: str = ""
    """What it was read in, where that is not what it says itself."""


async def release(
    session: AsyncSession,
    person: Person,
    house: House,
    arrival_id: int,
    draft: Draft,
    *,
    as_charset: str = "",
    now: datetime,
) -> Registration:
    """Open a case with the arrival, once; ``as_charset`` is what it was read in.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotHeld: Somebody was faster.
    """
    await _take(session, person, arrival_id)
    drafts = await within_limits(session, house.settings, [draft], now=now)
    (registered,) = await intake.register_all(session, drafts)
    if isinstance(registered, Exception):
        raise registered
    await _settle(
        session, arrival_id, Fate.OPENED, opinion_id=registered.opinion_id, now=now
    )
    audit.record(
        session, Action.HELD_RELEASED, at=now, staff_id=person.staff_id,
        case_id=registered.case_id, arrival_id=arrival_id, **_read(as_charset),
    )  # fmt: skip
    return registered


async def join(
    session: AsyncSession,
    person: Person,
    house: House,
    arrival_id: int,
    read: Read,
    *,
    number: str,
    now: datetime,
) -> str:
    """Add what the arrival says to the opinion called ``number``; return that number.

    What an office wrote is kept beside the case as that, and no citizen reads it.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchCase: There is none, or none that the person may see.
        NoSuchArrival: There is no such arrival.
        NotHeld: Somebody was faster.
        HasReceipt: It came by form.
    """
    await _take(session, person, arrival_id)
    said = read.said
    if said.channel is not Channel.EMAIL:
        raise HasReceipt("its writer was given a receipt number for it")
    case = await cases.find(session, person, number)
    if not await liaison_joining.join(
        session, case, said,
        seal=house.seal, answers=read.answers, arrival_id=arrival_id, now=now,
    ):  # fmt: skip
        await _add(session, house, case, said, arrival_id=arrival_id, now=now)
    await _settle(session, arrival_id, Fate.JOINED, opinion_id=case.opinion_id, now=now)
    audit.record(
        session, Action.HELD_JOINED, at=now, staff_id=person.staff_id,
        case_id=case.id, arrival_id=arrival_id, **_read(read.as_charset),
    )  # fmt: skip
    return cases.parsed_number(number)


async def _add(
    session: AsyncSession, house: House, case: Case, said: Submission, *,
    arrival_id: int, now: datetime,
) -> None:  # fmt: skip
    addendum = Addendum(
        opinion_id=case.opinion_id,
        channel=Channel.EMAIL,
        text=said.text,
        marks=said.marks,
        files=said.files,
        seal=house.seal,
    )
    await additions.join(session, addendum, arrival_id=arrival_id, now=now)


async def discard(
    session: AsyncSession,
    person: Person,
    arrival_id: int,
    *,
    ground: DiscardGround,
    now: datetime,
) -> None:
    """Set the arrival aside; its bytes remain, and it can be taken back.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotHeld: Somebody was faster.
    """
    reason = await _take(session, person, arrival_id)
    await _settle(
        session, arrival_id, Fate.REFUSED, reason=RefuseReason.DISCARDED, now=now
    )
    audit.record(
        session, Action.HELD_DISCARDED, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id, ground=ground, held=reason,
    )  # fmt: skip


async def take_back(
    session: AsyncSession, person: Person, arrival_id: int, *, now: datetime
) -> None:
    """Hold a discarded arrival again.

    Raises:
        NotAllowed: The role does not look through them.
        NoSuchArrival: There is none.
        NotDiscarded: It was not discarded, or somebody was faster.
        CameAgain: The same is held again, or has a case.
    """
    permission.check(person.role, Duty.HELD)
    if await _fate(session, arrival_id) != (Fate.REFUSED, RefuseReason.DISCARDED):
        raise NotDiscarded("this arrival was not discarded")
    try:
        async with session.begin_nested():
            await _settle(
                session, arrival_id, Fate.HELD, reason=HoldReason.TAKEN_BACK, now=now
            )
    except IntegrityError:
        raise CameAgain("the same arrival came again") from None
    audit.record(
        session, Action.HELD_TAKEN_BACK, at=now, staff_id=person.staff_id,
        arrival_id=arrival_id,
    )  # fmt: skip


async def _take(session: AsyncSession, person: Person, arrival_id: int) -> str | None:
    """Lock an arrival; return why it is held."""
    permission.check(person.role, Duty.HELD)
    fate, reason = await _fate(session, arrival_id)
    if fate is not Fate.HELD:
        raise NotHeld("this arrival is not held any more")
    return reason


async def _fate(
    session: AsyncSession, arrival_id: int
) -> tuple[Fate | None, str | None]:
    """Return the fate of an arrival and its reason, and lock it."""
    row = (
        await session.execute(
            select(Arrival.fate, Arrival.reason)
            .where(Arrival.id == arrival_id)
            .with_for_update()
        )
    ).first()
    if row is None:
        raise NoSuchArrival("there is no such arrival")
    return row.fate, row.reason


async def _settle(
    session: AsyncSession,
    arrival_id: int,
    fate: Fate,
    *,
    now: datetime,
    opinion_id: int | None = None,
    reason: HoldReason | RefuseReason | None = None,
) -> None:
    await session.execute(
        update(Arrival)
        .where(Arrival.id == arrival_id)
        .values(fate=fate, reason=reason, opinion_id=opinion_id, fated_at=now)
        .execution_options(synchronize_session=False)
    )


def _read(as_charset: str) -> dict[str, str]:
    """Return the fact that an arrival was not read as it says it is."""
    return {"charset": as_charset} if as_charset else {}
