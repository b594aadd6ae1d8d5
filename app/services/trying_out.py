"""Trying out: where past cases would go by a table that nobody has saved.

Nothing is changed by it. Sections and kinds are those that the cases have now; the
load of an office is what it is now. A case that is restricted is left out.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission, receipt
from app.domain.permission import Duty
from app.domain.routing import Routed, Rule, route
from app.models import Case, Opinion
from app.services.cases import seen_by
from app.services.house import House
from app.services.routing import facts_of
from app.services.routing_rules import count_waiting
from app.services.staff import Person

MOST_TRIED: Final = 2_000
MOST_SIGNS: Final = 1_000_000
"""Signs of all texts together: the newest cases are tried until so many are read."""

MOST_SAMPLES: Final = 30
_OPENING: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCase:
    """A case that a table is tried on."""

    case: Case
    opinion: Opinion

    @property
    def number(self) -> str:
        """What the case is called."""
        return receipt.case_number(self.opinion.receipt_number, self.case.ordinal)

    @property
    def opening(self) -> str:
        """How it is known again in a list."""
        return self.opinion.subject or self.opinion.text[:_OPENING]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A case, where it would go, and where the table in use would send it."""

    past: PastCase
    now: Routed
    then: Routed


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a table would do; offices by their keys, None: the supervision office."""

    tried: int
    left: int
    """How many older ones were not tried, because the texts are long."""

    by_office: Sequence[tuple[int | None, int]]
    by_rule: Sequence[int]
    """How many cases each line would send, in the order of the lines."""

    kept: int
    """How many would stay because they complain of whom they would go to."""

    changes: Sequence[tuple[int | None, int | None, int]]
    """From, to, how many."""

    samples: Sequence[Sample]
    """Those first that would go elsewhere; the newest first."""


async def past_cases(
    session: AsyncSession,
    person: Person,
    *,
    notice_id: int | None = None,
    since: datetime | None = None,
) -> Sequence[PastCase]:
    """Return the newest cases, at most `MOST_TRIED`, of one notice or of all.

    Raises:
        NotAllowed: The role does not look after the table.
    """
    permission.check(person.role, Duty.ROUTING)
    statement = (
        select(Case, Opinion)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .where(seen_by(person), ~Case.restricted)
        .order_by(Case.id.desc())
        .limit(MOST_TRIED)
    )
    if notice_id is not None:
        statement = statement.where(Case.notice_id == notice_id)
    if since is not None:
        statement = statement.where(Case.opened_at >= since)
    rows = await session.execute(statement)
    return [PastCase(case=case, opinion=opinion) for case, opinion in rows]


async def load(
    session: AsyncSession, house: House, rules: Sequence[Rule]
) -> Mapping[int, int]:
    """Return how many cases wait at the offices that ``rules`` ask about, or ours."""
    both = [*rules, *house.shelf.routing.rules]
    asked = {each.lead for each in both if each.most_open is not None}
    return await count_waiting(session, asked)


def try_out(
    house: House,
    rules: Sequence[Rule],
    past: Sequence[PastCase],
    *,
    waiting: Mapping[int, int],
) -> Trial:
    """Return what ``rules`` would do with ``past`` cases, against the table in use.

    ``waiting`` are the cases that wait for an answer, by office (`load`).

    It takes about a second for `MOST_TRIED` cases, and no more than a few for texts of
    `MOST_SIGNS`, so it is done apart from the event loop.
    """
    at_hand, lead = house.shelf.routing, house.shelf.lead_office_id
    by_office: Counter[int | None] = Counter()
    by_rule: Counter[int] = Counter()
    changes: Counter[tuple[int | None, int | None]] = Counter()
    kept = 0
    moved: list[Sample] = []
    unmoved: list[Sample] = []
    tried = _readable(past)
    for each in tried:
        known = facts_of(house, at_hand, each.case, each.opinion)
        facts = replace(known, waiting=waiting)
        now, then = route(at_hand.rules, facts), route(rules, facts)
        was, goes = _whither(now, lead), _whither(then, lead)
        by_office[goes] += 1
        kept += then.kept is not None
        if then.decided is not None:
            by_rule[then.decided.position] += 1
        sample = Sample(past=each, now=now, then=then)
        if was != goes:
            changes[was, goes] += 1
            moved.append(sample)
        elif len(unmoved) < MOST_SAMPLES:
            unmoved.append(sample)
    return Trial(
        tried=len(tried),
        left=len(past) - len(tried),
        by_office=by_office.most_common(),
        by_rule=[by_rule[position] for position in range(1, len(rules) + 1)],
        kept=kept,
        changes=[(was, goes, many) for (was, goes), many in changes.most_common()],
        samples=[*moved, *unmoved][:MOST_SAMPLES],
    )


def _whither(routed: Routed, lead: int) -> int | None:
    return None if routed.lead == lead else routed.lead


def _readable(past: Sequence[PastCase]) -> Sequence[PastCase]:
    """Return the first of ``past`` that can be read in a moment, one at least."""
    read = 0
    for number, each in enumerate(past):
        read += len(each.opinion.subject) + len(each.opinion.text)
        if read > MOST_SIGNS and number:
            return past[:number]
    return past
