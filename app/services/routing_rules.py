"""Routing rules at hand: the table in use, what offices are called, and their load.

Read together with the shelf, so that no submission needs a query for it. Names are
folded once, here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.text import fold_whole
from app.domain import lifecycle
from app.domain.complaint import Named, Names
from app.domain.complaint.short_names import short_names
from app.domain.routing import Rule
from app.models import Case, Office, OfficeName, RoutingRule, Staff

MOST_WAITING: Final = 5_000
"""The greatest load that a rule can ask for, and that is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRules:
    """All that routing a case needs to know of the house."""

    rules: Sequence[Rule] = ()
    named: Sequence[Named] = ()
    names: Names = field(default_factory=Names)
    waiting: Mapping[int, int] = field(default_factory=dict)
    """Cases that wait for an answer, by office, up to `MOST_WAITING`; only those
    offices are counted that a rule asks about."""


NO_RULES: Final = RoutingRules()


def folded(text: str) -> str:
    """Return all of an opinion's ``text`` folded, however long it is."""
    return fold_whole(text)


async def read(session: AsyncSession, known: RoutingRules = NO_RULES) -> RoutingRules:
    """Return the rules as they stand; what is ``known`` is used again if it holds."""
    rows = (await session.scalars(select(RoutingRule).order_by(RoutingRule.position))
            ).all()  # fmt: skip
    named = await read_names(session)
    limited = {row.office_id for row in rows if row.most_open is not None}
    return RoutingRules(
        rules=tuple(as_rule(row) for row in rows),
        named=named,
        names=known.names if named == known.named else Names(named),
        waiting=await count_waiting(session, limited),
    )


async def read_names(session: AsyncSession) -> Sequence[Named]:
    """Return all names under which offices, and those who work there, are spoken of."""
    offices = (await session.execute(select(Office.id, Office.name))).all()
    aliases = await session.execute(
        select(OfficeName.office_id, OfficeName.name).order_by(OfficeName.name)
    )
    people = await session.execute(
        select(Staff.office_id, Staff.id, Staff.display_name)
        .where(Staff.active)
        .order_by(Staff.id)
    )
    called = {
        (office, name)
        for office, own in offices
        for name in (own, *short_names(own))
    } | {(office, name) for office, name in aliases}  # fmt: skip
    return (
        *(
            Named(office_id=office, name=name, folded=folded(name))
            for office, name in sorted(called)
        ),
        *(
            Named(office_id=office, staff_id=key, name=name, folded=folded(name))
            for office, key, name in people
        ),
    )


def as_rule(row: RoutingRule) -> Rule:
    """Return a line of the table as a rule."""
    return Rule(
        id=row.id,
        section_id=row.section_id,
        kind=row.kind,
        channel=row.channel,
        places=tuple(filter(None, (folded(str(word)) for word in row.places))),
        most_open=row.most_open,
        lead=row.office_id,
        co=tuple(int(key) for key in row.co_office_ids),
        note=row.note,
    )


async def count_waiting(session: AsyncSession, office_ids: set[int]) -> dict[int, int]:
    """Return how many cases of those offices wait for an answer, counted so far."""
    if not office_ids:
        return {}
    keys = sorted(office_ids)
    counted = [
        select(func.count())
        .select_from(
            select(Case.id)
            .where(Case.office_id == key, Case.status.in_(lifecycle.WAITING))
            .limit(MOST_WAITING)
            .subquery()
        )
        .scalar_subquery()
        for key in keys
    ]
    found = (await session.execute(select(*counted))).one()
    return dict(zip(keys, found, strict=True))
