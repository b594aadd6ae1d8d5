"""Replies: answer and question, the end of the procedure, and its beginning again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle, places
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.submission import MOST_TEXT, clean, says_something
from app.domain.vocabulary import Disposition, Move
from app.errors import InvalidInput
from app.models import Answer, Case, Office, OutboxMessage
from app.services import (
    audit,
    cases,
    circulars,
    confirmed,
    letters,
    recipients,
    siblings,
    triage,
    withdrawals,
)
from app.services.answering import overtaking, signatures
from app.services.answering.signatures import Signature
from app.services.citizen import subscriptions, withdrawing
from app.services.clocks import beginning, pauses
from app.services.house import House
from app.services.queue import mentioning
from app.services.staff import Person


class UnfilledPlaces(InvalidInput):
    """What a template left to be filled in is still in braces."""

    code = "unfilled_places"

    def __init__(self, unfilled: Sequence[str]) -> None:
        """Name the places, as they stand in the text."""
        super().__init__("there are places to be filled in", field="text")
        self.places = unfilled


async def answer(  # noqa: PLR0913 - each is a fact of its own
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    text: str,
    also: Mapping[int, int] = MappingProxyType({}),
    signed: Signature | None = None,
    now: datetime,
) -> bool:
    """Answer the citizen; return whether a letter was promised in the outbox.

    Without an address that may be written to, the answer stands on the tracking page
    alone. ``also`` names other cases of the same opinion that get the same answer, by
    their ordinals and revisions; still the citizen gets one letter. ``signed`` says
    that somebody else wrote it and ``person`` agreed.

    Raises:
        InvalidInput: It is empty or too long, or has places to be filled in.
        NeedsSignature: An office wants a second signature, and nobody gave one.
        IllegalTransition: A closed case is reopened first.
        AppError: See `cases.take_in_hand`.
    """
    case, *others = await cases.take_together(
        session, person, number, duty=Duty.WORK, revision=revision, also=also
    )
    text = said(text)
    await signatures.check(session, [each.id for each in (case, *others)], signed)
    letter = await _letter(
        session, house, case, letters.answer, others=others, text=text, now=now
    )
    if letter is not None:
        session.add(letter)
    for each in (case, *others):
        each.move(Move.ANSWER)
        each.answered_at = now
        each.contacted_at = each.contacted_at or now
        await beginning.settle(session, each, now=now)
        session.add(
            Answer(case_id=each.id, office_id=each.office_id,
                   staff_id=signed.writer_id if signed else person.staff_id,
                   text=text, answered_at=now)
        )  # fmt: skip
        audit.record(
            session, Action.ANSWERED, at=now, staff_id=person.staff_id,
            case_id=each.id, mailed=letter is not None,
        )  # fmt: skip
        await cases.put_back(session, each)
        await confirmed.note(session, each, now=now)
    return letter is not None


async def ask(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    text: str,
    now: datetime,
) -> bool:
    """Ask the citizen for more; return whether a letter was promised in the outbox.

    The question stands on the tracking page as well. The case stays where it is; its
    clock stands until the citizen says something (`clocks.pauses`).

    Raises:
        InvalidInput: The question is empty or too long.
        IllegalTransition: A closed case is reopened first.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    text = said(text)
    # Nobody is asked about what will not be answered any more.
    lifecycle.after(case.status, Move.ANSWER)
    letter = await _letter(session, house, case, letters.question, text=text, now=now)
    if letter is not None:
        session.add(letter)
    case.contacted_at = case.contacted_at or now
    until = await pauses.begin(session, house, case, now=now)
    stands = {} if until is None else {"until": until.isoformat()}
    audit.record(
        session, Action.QUESTION_ASKED, at=now, staff_id=person.staff_id,
        case_id=case.id, office_id=case.office_id, text=text,
        mailed=letter is not None, **stands,
    )  # fmt: skip
    await cases.put_back(session, case)
    return letter is not None


async def close(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    disposition: Disposition,
    tell: bool = False,
    now: datetime,
) -> bool:
    """End the procedure of the case; return whether a letter was promised.

    ``tell`` says that the citizen is to get a closing note, where that can be. What the
    citizen withdrew ends in all cases of the opinion.

    Raises:
        AnswerFirst: It cannot end like this before the citizen has an answer.
        IllegalTransition: It has ended already.
        AppError: See `withdrawals.others`, `siblings.hold` and `cases.take_in_hand`.
    """
    if disposition is Disposition.WITHDRAWN:
        await siblings.hold(session, number)
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.WORK, revision=revision
    )
    lifecycle.after(case.status, Move.CLOSE)
    lifecycle.check_ending(disposition, answered=case.answered_at is not None)
    ending = [case]
    if disposition is Disposition.WITHDRAWN:
        ending += await withdrawals.others(session, person, case)
    writing = partial(letters.closing, disposition=disposition)
    letter = await _letter(session, house, case, writing, now=now) if tell else None
    if letter is not None:
        session.add(letter)
    for each in ending:
        each.move(Move.CLOSE)
        each.disposition, each.closed_at = disposition, now
        await beginning.settle(session, each, now=now)
        audit.record(
            session, Action.CLOSED, at=now, staff_id=person.staff_id, case_id=each.id,
            disposition=disposition, mailed=letter is not None,
        )  # fmt: skip
        await cases.put_back(session, each)
        await confirmed.note(session, each, now=now)
        await subscriptions.tell_of_closing(session, house, each, now=now)
    await overtaking.end(
        session, [each.id for each in ending], staff_id=person.staff_id, now=now
    )
    return letter is not None


async def reopen(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    *,
    revision: int,
    reason: str,
    now: datetime,
) -> None:
    """Begin again: the case is the supervision office's, with a clock of its own.

    The answers given remain; to close it as answered takes a new one.

    Raises:
        InvalidInput: There is no reason given.
        IllegalTransition: It is not closed.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.REOPEN, revision=revision
    )
    note = triage.written(reason, field="reason", case=case, person=person, now=now)
    await withdrawing.stand_again(session, case)
    case.move(Move.REOPEN)
    before = case.disposition
    case.office_id, case.assignee_id = house.shelf.lead_office_id, None
    case.disposition, case.answered_at, case.closed_at = None, None, None
    beginning.begin_again(house, case, now=now)
    session.add(note)
    audit.record(
        session, Action.REOPENED, at=now, staff_id=person.staff_id, case_id=case.id,
        before=before, note_id=note.id,
    )  # fmt: skip
    await cases.put_back(session, case)
    await mentioning.mention(session, note, now=now)
    await confirmed.note(session, case, now=now)


def said(text: str) -> str:
    """Return what is said to the citizen, as it is kept.

    Raises:
        InvalidInput: It is empty or too long.
        UnfilledPlaces: A template's place in it has nothing to tell.
    """
    text = clean(text)
    if not says_something(text):
        raise InvalidInput("this says nothing", field="text", code="text_missing")
    if len(text) > MOST_TEXT:
        raise InvalidInput("this is too long", field="text", code="too_long")
    if unfilled := places.unfilled(text):
        raise UnfilledPlaces(unfilled)
    return text


async def _letter(
    session: AsyncSession,
    house: House,
    case: Case,
    writing: Callable[..., dict[str, Any]],
    others: Sequence[Case] = (),
    **facts: Any,
) -> OutboxMessage | None:
    """Return a letter to the citizen; None: nobody may be written to.

    Whoever else shares the case, or one of the ``others``, is written to by the way.
    """
    found = await session.scalars(
        select(Office.name).where(Office.id == case.office_id)
    )
    facts["office"] = found.one()
    await circulars.send(session, house, [case, *others], writing, **facts)
    regarding = await recipients.regarding(session, house, case)
    if regarding is None:
        return None
    return OutboxMessage(**writing(house, regarding, **facts))
