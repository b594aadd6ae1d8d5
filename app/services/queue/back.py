"""Back: cases that were snoozed until now, which stand above the list."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import Select, or_, select

from app.domain.vocabulary import Role, Tab
from app.models import Case
from app.services.queue.moulds import anyone, now_and_soon
from app.services.queue.sieves import Sieve, sieves
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.tabs import in_list, scopes

_WHERE: Final = frozenset({Tab.NEW, Tab.MINE})


def back_again(
    person: Person, wanted: Wanted, *, also: Sequence[Sieve], now: datetime
) -> Select[int] | None:
    """Return the cases that were snoozed and are back, the latest first; None: never.

    They stand above the list until somebody takes a step. It is asked for by
    `moulds.filled`: without filters it is a mould.
    """
    if wanted.tab not in _WHERE:
        return None
    asked = [*sieves(person, wanted, now=now), *also]
    if not asked:
        return _plainly(person.role, wanted.tab)
    return _back(person, wanted.tab, now=now).where(*(each.holds for each in asked))


@cache
def _plainly(role: Role, tab: Tab) -> Select[int]:
    now, _ = now_and_soon()
    return _back(anyone(role), tab, now=now)


def _back(person: Person, tab: Tab, *, now: datetime) -> Select[int]:
    return (
        select(Case.id)
        .where(
            Case.snoozed_until <= now,
            in_list(tab, person, now=now, back=True),
            or_(*scopes(tab, person)),
        )
        .order_by(Case.snoozed_until.desc(), Case.id.desc())
    )
