"""Reminding: when a citizen who was asked, and is silent, is reminded of it.

Once, at nine in the morning, three days before the clock goes on; where it stands for
less than six days, half-way. Whoever has a single day is not reminded: the question
came yesterday.
"""

from datetime import datetime, time, timedelta
from typing import Final

from app.domain.deadlines.moments import Rule

DAYS_BEFORE: Final = 3
_MORNING: Final = time(9)


def reminder(rule: Rule, *, asked_at: datetime, until_at: datetime) -> datetime | None:
    """Return when who was asked is reminded; None: there is no time for it."""
    last = rule.day(until_at)
    days = (last - rule.day(asked_at)).days
    before = min(DAYS_BEFORE, days // 2)
    if before == 0:
        return None
    return datetime.combine(last - timedelta(days=before), _MORNING, rule.zone)
