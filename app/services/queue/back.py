"""Back: cases that were snoozed until now, which stand above the list."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, or_, select

from app.domain.vocabulary import Tab
from app.models import Case
from app.services.queue.sieves import Sieve, sieves
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.tabs import in_list, scopes


def back_again(
    person: Person, wanted: Wanted, *, also: Sequence[Sieve], now: datetime
) -> Select[int] | None:
    """Return the cases that were snoozed and are back, the latest first; None: never.

    They stand above the list until somebody takes a step.
    """
    if wanted.tab not in {Tab.NEW, Tab.MINE}:
        return None
    asked = [*sieves(person, wanted, now=now), *also]
    return (
        select(Case.id)
        .where(
            Case.snoozed_until <= now,
            in_list(wanted.tab, person, now=now, back=True),
            or_(*scopes(wanted.tab, person)),
            *(each.holds for each in asked),
        )
        .order_by(Case.snoozed_until.desc(), Case.id.desc())
    )
