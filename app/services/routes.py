"""Routes: the table by which cases go to offices is looked after, and its effect seen.

Rules and names have one revision together. Whoever saves says which they saw, so that
two administrators do not overwrite each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.keys import new_key
from app.models import (
    RoutedCase,
    RoutingRule,
    RoutingTable,
    SectionText,
    Staff,
)
from app.services import audit, directory
from app.services.house import House
from app.services.routing_rules import as_rule, folded, read_names
from app.services.rule_lines import Atlas, Typed
from app.services.staff import Person

COUNTED_FOR: Final = timedelta(days=90)
_THE_ONE: Final = 1


class StaleTable(Conflict):
    """Somebody changed the table after the page was opened."""

    code = "stale_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rule did of late."""

    sent: int = 0
    came_back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The table in use."""

    revision: int
    rules: Sequence[Typed]
    effects: Mapping[int, Effect]
    """By the keys of rules, over `COUNTED_FOR`."""

    by: str | None = None
    changed_at: datetime | None = None


async def table(session: AsyncSession, person: Person, *, now: datetime) -> Table:
    """Return the table in use, with what it did of late.

    Raises:
        NotAllowed: The role does not see it.
    """
    permission.check(person.role, Duty.READ_ROUTING)
    found = await session.execute(
        select(RoutingTable.revision, RoutingTable.changed_at, Staff.display_name)
        .join(Staff, Staff.id == RoutingTable.staff_id)
        .where(RoutingTable.id == _THE_ONE)
    )
    state = found.first()
    return Table(
        revision=state.revision if state else 0,
        rules=[_typed(row) for row in await _rows(session)],
        effects=await _effects(session, since=now - COUNTED_FOR),
        by=state.display_name if state else None,
        changed_at=state.changed_at if state else None,
    )


async def atlas(session: AsyncSession, house: House) -> Atlas:
    """Return what lines of the table may speak of."""
    offices = [each for each in await directory.offices(session) if each.active]
    called: dict[str, set[int]] = {}
    for each in await read_names(session):
        if each.staff_id is None:
            called.setdefault(each.folded, set()).add(each.office_id)
    # An office that is called by its own name is meant, whoever else is called so too.
    own = {folded(each.name): frozenset({each.id}) for each in offices}
    notices = house.shelf.notices
    there = {key for notice in notices for key in notice.paths}
    texts = await session.execute(
        select(SectionText.section_id, SectionText.heading)
        .join(RoutingRule, RoutingRule.section_id == SectionText.section_id)
        .where(SectionText.section_id.not_in(there))
        .order_by(SectionText.version_id)
    )
    return Atlas(
        notices=notices,
        offices=offices,
        called={name: frozenset(keys) for name, keys in called.items()} | own,
        gone=dict(texts.all()),
    )


async def save(
    session: AsyncSession,
    person: Person,
    rules: Sequence[Typed],
    *,
    revision: int,
    now: datetime,
) -> None:
    """Let cases go by ``rules`` from now on; ``revision`` is what the person saw.

    Raises:
        NotAllowed: The role does not look after the table.
        StaleTable: Somebody was faster.
    """
    permission.check(person.role, Duty.ROUTING)
    await take_table(session, person, revision=revision, now=now)
    before = {row.id: _kept(row) for row in await _rows(session)}
    rows: list[dict[str, Any]] = [
        {
            # A key that is no rule's is not taken from a form.
            "id": each.rule.id if each.rule.id in before else new_key(),
            "position": position,
            "section_id": each.rule.section_id,
            "kind": each.rule.kind,
            "channel": each.rule.channel,
            "places": list(each.places),
            "most_open": each.rule.most_open,
            "office_id": each.rule.lead,
            "co_office_ids": list(each.rule.co),
            "note": each.rule.note,
        }
        for position, each in enumerate(_once(rules), start=1)
    ]
    await session.execute(delete(RoutingRule))
    if rows:
        await session.execute(insert(RoutingRule), rows)
    after = {row["id"]: _kept(RoutingRule(**row)) for row in rows}
    changed = {key for key in before | after if before.get(key) != after.get(key)}
    audit.record(
        session, Action.ROUTING_CHANGED, at=now, staff_id=person.staff_id,
        number=len(rows), changed=len(changed), order=list(after),
        before={str(key): before[key] for key in before if key in changed},
        after={str(key): after[key] for key in after if key in changed},
    )  # fmt: skip


async def take_table(
    session: AsyncSession, person: Person, *, revision: int, now: datetime
) -> None:
    """Take the table in hand and count one up; it is held until the transaction ends.

    Raises:
        StaleTable: It is not at ``revision``.
    """
    row = await session.get(RoutingTable, _THE_ONE, with_for_update=True)
    if revision != (row.revision if row else 0):
        raise StaleTable("somebody changed the table in the meantime")
    if row is not None:
        row.revision, row.staff_id, row.changed_at = revision + 1, person.staff_id, now
        return
    first = {"id": _THE_ONE, "revision": 1, "staff_id": person.staff_id,
             "changed_at": now}  # fmt: skip
    try:
        async with session.begin_nested():
            await session.execute(insert(RoutingTable), [first])
    except IntegrityError:
        raise StaleTable("somebody changed the table at the same moment") from None


async def _rows(session: AsyncSession) -> Sequence[RoutingRule]:
    return (
        await session.scalars(select(RoutingRule).order_by(RoutingRule.position))
    ).all()


async def _effects(session: AsyncSession, *, since: datetime) -> dict[int, Effect]:
    rows = await session.execute(
        select(RoutedCase.rule_id, func.count(), func.count(RoutedCase.returned_at))
        .where(RoutedCase.routed_at >= since)
        .group_by(RoutedCase.rule_id)
    )
    return {key: Effect(sent=sent, came_back=back) for key, sent, back in rows}


def _typed(row: RoutingRule) -> Typed:
    return Typed(rule=as_rule(row), places=[str(word) for word in row.places])


def _kept(row: RoutingRule) -> dict[str, Any]:
    """Return a line as the record keeps it."""
    columns = (each.name for each in RoutingRule.__table__.columns)
    return {
        name: getattr(row, name) for name in columns if name not in {"id", "position"}
    }


def _once(rules: Sequence[Typed]) -> list[Typed]:
    """Return ``rules``; of two with the same key only the first keeps it."""
    seen: set[int] = set()
    found = []
    for each in rules:
        again = each.rule.id in seen
        seen.add(each.rule.id)
        found.append(replace(each, rule=replace(each.rule, id=0)) if again else each)
    return found
