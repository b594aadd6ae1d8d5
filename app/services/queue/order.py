"""Order: what a list of cases goes by, and the cases on one side of a place in it."""

from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from app.models import Case
from app.models.base import UtcDateTime
from app.services.paging import Place


def moment(*, newest_first: bool) -> ColumnElement[Any]:
    """Return what a list goes by first: when cases came, or when they are due."""
    return (Case.opened_at if newest_first else Case.due_at).expression


def ways(*, newest_first: bool, rising: bool) -> list[ColumnElement[Any]]:
    """Return what a list is ordered by."""
    columns = [moment(newest_first=newest_first), Case.id.expression]
    return columns if rising else [column.desc() for column in columns]


def beyond(
    place: Place, *, newest_first: bool = False, rising: bool = True
) -> ColumnElement[bool]:
    """Return the condition that holds for the cases on one side of ``place``."""
    here = tuple_(moment(newest_first=newest_first), Case.id)
    there = tuple_(literal(place.at, UtcDateTime()), literal(place.key))
    return here > there if rising else here < there
