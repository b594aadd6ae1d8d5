"""Kept: whether anybody knows by when a case was to be answered.

What was answered before it came here, out of a list of an earlier year, brings the days
on which it came and was answered; by when it was due then, nobody wrote down. It is
neither called in time nor late.
"""

from sqlalchemy import ColumnElement, or_

from app.models import Case


def due_kept() -> ColumnElement[bool]:
    """Return the condition that holds for cases whose due date is one.

    Where no policy set it although a clock is said to have begun, it was answered
    before it came here; cases from before there were policies have neither.
    """
    return or_(Case.policy.is_not(None), Case.clock_began_at.is_(None))
