"""The calendar that came with the package, from `shipped.toml`."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from app.domain.deadlines.calendar import (
    Calendar,
    CalendarYear,
    Holiday,
    Version,
    days_between,
)


@cache
def shipped_years() -> Mapping[int, CalendarYear]:
    """Return the years that the package knows."""
    return {int(year): _year(int(year), facts) for year, facts in _tables().items()}


def calendar_of(
    own: Mapping[int, CalendarYear],
    *,
    entered: int = 0,
    shipped: int | None = None,
) -> Calendar:
    """Return the calendar with the office's ``own`` years, which go before ours.

    ``shipped`` leaves out years that a later release of the package brought, so that
    what was reckoned before can be reckoned again.
    """
    ours = shipped_years()
    last = max(ours) if shipped is None else shipped
    years = {year: facts for year, facts in ours.items() if year <= last}
    return Calendar(version=Version(shipped=last, own=entered), years={**years, **own})


def _year(year: int, facts: Mapping[str, Any]) -> CalendarYear:
    holidays = tuple(
        Holiday(
            name=each["name"],
            free=days_between(*(_day(year, text) for text in each["free"])),
            worked=tuple(_day(year, text) for text in each["worked"]),
        )
        for each in facts["holidays"]
    )
    return CalendarYear(year=year, source=facts["source"], holidays=holidays)


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


@cache
def _tables() -> Mapping[str, Any]:
    file = resources.files("app.domain.deadlines").joinpath("shipped.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
