"""Queues: which cases a person finds where, page by page.

A page is two statements, whatever it shows: which cases are on it, and what their lines
say. The second is the same for everyone, so a database thinks about it once. Pages
follow each other by the place of a case in its order, never by counting, so none is
skipped or shown twice when others come or go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.views import Order
from app.domain.vocabulary import Role, Tab
from app.services.paging import FIRST, Page, Turn, cut
from app.services.queue.back import back_again
from app.services.queue.lines import QueuedCase, lines_of
from app.services.queue.moulds import anyone, filled, now_and_soon
from app.services.queue.places import Statement, find, together
from app.services.queue.walks import beginning, is_plain, walk
from app.services.queue.wanted import Wanted
from app.services.queue.words import saying
from app.services.staff import Person

PAGE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Page[QueuedCase]):
    """One page of the queue."""

    back: Sequence[QueuedCase] = ()
    """Cases that were snoozed and are back: above the list, on its first page."""

    said_reached: int | None = None
    """The opinion down to which the words were sought; None: in all of them."""

    cut_short: bool = False
    """Whether the walk ended before the page was full; ``after`` leads on from there,
    or ``before`` where it went backwards."""


async def page(
    session: AsyncSession,
    person: Person,
    wanted: Wanted,
    *,
    turn: Turn = FIRST,
    now: datetime,
) -> Listed:
    """Return one page of the cases ``wanted``.

    Raises:
        NotAllowed: The role reads no cases.
    """
    permission.check(person.role, Duty.READ)
    said = None
    if wanted.words.strip():
        said = await saying(session, wanted.words, before=wanted.said_before)
    also = [said.sieve] if said else []
    if turn == FIRST and not also and is_plain(person, wanted, now=now):
        statement = _plainly(person.role, wanted.tab, wanted.order)
    else:
        walked = await walk(
            session, person, wanted, also=also, turn=turn, most=PAGE + 1, now=now
        )
        above = None
        if turn == FIRST:
            above = back_again(person, wanted, also=also, now=now)
        statement = together(walked, above)
    facts = filled(person, now=now, soon=wanted.soon)
    found = await find(
        session, statement, facts, rising=wanted.rises(turn), most=PAGE + 1
    )
    listed = cut(found.listed, most=PAGE, turn=turn, place=lambda place: place)
    keys = [place.key for place in (*found.above, *listed.rows)]
    lines = await lines_of(session, person, keys, now=now)
    short = found.reached is not None and len(found.listed) <= PAGE
    return Listed(
        rows=[lines[each.key] for each in listed.rows if each.key in lines],
        after=found.reached if short and not turn.backwards else listed.after,
        before=found.reached if short and turn.backwards else listed.before,
        back=[lines[each.key] for each in found.above if each.key in lines],
        said_reached=said.reached if said else None,
        cut_short=short,
    )


@cache
def _plainly(role: Role, tab: Tab, order: Order | None) -> Statement | None:
    """Return the statement of a plain list's beginning, as most pages of the desk are.

    It is asked for a person at a moment by `moulds.filled`.
    """
    now, _ = now_and_soon()
    wanted = Wanted(tab=tab, order=order)
    above = back_again(anyone(role), wanted, also=(), now=now)
    return together(beginning(role, tab, order, PAGE + 1), above)
