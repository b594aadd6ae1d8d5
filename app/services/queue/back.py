"""Back: cases that were snoozed until now, which stand above the list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select, type_coerce

from app.domain.vocabulary import Tab
from app.models import Case
from app.models.base import UtcDateTime
from app.models.spelt import exactly
from app.services.queue.sieves import Sieve, sieves
from app.services.queue.walks import Places
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.services.tabs import in_list, scopes

_MOST: Final = 50
_WHERE: Final = frozenset({Tab.NEW, Tab.MINE})


def back_again(
    person: Person, wanted: Wanted, *, also: Sequence[Sieve], now: datetime
) -> Places | None:
    """Return when cases were back that had been snoozed, the latest first; None: never.

    They stand above the list until somebody takes a step.
    """
    if wanted.tab not in _WHERE:
        return None
    asked = [*sieves(person, wanted, now=now), *also]
    return (
        select(type_coerce(Case.snoozed_until, UtcDateTime()).label("at"), Case.id)
        .where(
            Case.snoozed_until <= now,
            in_list(wanted.tab, person, now=now, back=True),
            or_(*scopes(wanted.tab, person)),
            *(each.holds for each in asked),
        )
        .order_by(Case.snoozed_until.desc(), Case.id.desc())
        .limit(exactly(_MOST))
    )
