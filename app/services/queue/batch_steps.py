"""The steps that a batch takes, each by the function that a case's own page calls."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.batch import ENDINGS, KINDS, BatchStep, Deed
from app.errors import Conflict, InvalidInput
from app.services import cases, replies, triage
from app.services.house import House
from app.services.queue import assigning, mentioning, snoozing, watching
from app.services.staff import Person


class AnotherNotice(Conflict):
    """The case belongs to another notice than the item."""

    code = "another_notice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Who takes a step, where and when."""

    person: Person
    house: House
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One of several cases, as it stood on the page where it was chosen."""

    number: str
    revision: int
    reason: str = ""


async def _assign(session: AsyncSession, hand: Hand, deed: Deed, pick: Pick) -> None:
    if deed.by_load is not None:
        await assigning.assign_by_load(
            session, hand.person, pick.number, revision=pick.revision,
            office_id=deed.by_load, now=hand.now,
        )  # fmt: skip
        return
    await triage.assign(
        session, hand.person, pick.number, revision=pick.revision,
        office_id=deed.office_id, assignee_id=deed.assignee_id, now=hand.now,
    )  # fmt: skip


async def _classify(session: AsyncSession, hand: Hand, deed: Deed, pick: Pick) -> None:
    case = await cases.find(session, hand.person, pick.number)
    if deed.notice not in {None, hand.house.shelf.by_id(case.notice_id).slug}:
        raise AnotherNotice("the case belongs to another notice than the item")
    await triage.classify(
        session, hand.person, hand.house, pick.number,
        revision=pick.revision, section=deed.section, now=hand.now,
    )  # fmt: skip


async def _set_kind(session: AsyncSession, hand: Hand, deed: Deed, pick: Pick) -> None:
    if deed.kind not in KINDS:
        raise InvalidInput("this is no kind for many", field="kind", code="choose_one")
    await triage.set_kind(
        session, hand.person, hand.house, pick.number,
        revision=pick.revision, kind=deed.kind, now=hand.now,
    )  # fmt: skip


async def _snooze(session: AsyncSession, hand: Hand, deed: Deed, pick: Pick) -> None:
    await snoozing.snooze(
        session, hand.person, pick.number,
        revision=pick.revision, until=deed.until or hand.now, now=hand.now,
    )  # fmt: skip


async def _watch(session: AsyncSession, hand: Hand, _deed: Deed, pick: Pick) -> bool:
    return await watching.watch(session, hand.person, pick.number)


async def _close(session: AsyncSession, hand: Hand, deed: Deed, pick: Pick) -> None:
    if deed.disposition not in ENDINGS:
        raise InvalidInput("choose how", field="disposition", code="choose_one")
    case = await cases.find(session, hand.person, pick.number)
    reason = triage.written(
        pick.reason, field="reason", case=case, person=hand.person, now=hand.now
    )
    await replies.close(
        session, hand.person, hand.house, pick.number, revision=pick.revision,
        disposition=deed.disposition, now=hand.now,
    )  # fmt: skip
    session.add(reason)
    await mentioning.mention(session, reason, now=hand.now)


STEPS: Final = {
    BatchStep.ASSIGN: _assign, BatchStep.SECTION: _classify, BatchStep.KIND: _set_kind,
    BatchStep.SNOOZE: _snooze, BatchStep.WATCH: _watch, BatchStep.CLOSE: _close,
}  # fmt: skip
