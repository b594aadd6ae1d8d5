"""Every entry ends in a number, whatever it does to whoever reads it."""

import pytest

from app.checking.collection import Entry, Judge, What
from app.checking.inspection import inspect
from app.checking.points import Point
from app.checking.tally import Finding, Tally
from app.mail.reading import Reading
from app.reading_room.conditions import Conditions
from app.reading_room.room import ReaderUnavailable
from tests.gateways.post import letter
from tests.reading_room import poison

pytestmark = pytest.mark.anyio

NOTED: list[tuple[str, str]] = []


async def tallied(
    *entries: Entry, read: str = f"{poison.__name__}:read", cpu_seconds: float = 0.2
) -> Tally:
    """Return the tally of some entries, which are read by a reader that may break."""
    conditions = Conditions(read=read, cpu_seconds=cpu_seconds, memory_mb=48)
    tally = Tally(lambda kind, name, _: NOTED.append((kind, name)))
    NOTED.clear()
    await inspect(iter(entries), tally, conditions=conditions, progress=lambda: None)
    return tally


def entry(text: str, *judges: Judge, name: str = "a") -> Entry:
    """Return a letter with this text."""
    return Entry(name=name, what=What.LETTER, raw=letter(text), judges=judges)


async def test_a_letter_that_ends_its_reader_is_held_and_the_next_is_read() -> None:
    tally = await tallied(entry("loop"), entry("a lift", name="b"))

    assert tally.letters == 2
    assert dict(tally.held) == {"broke_reader (cpu)": 1}
    assert tally.is_well
    assert tally.cpu_seconds >= 0.2


async def test_a_letter_that_meets_an_error_of_ours_is_an_exception() -> None:
    tally = await tallied(entry("raise"))

    assert tally.found[Finding.EXCEPTION] == 1
    assert ("exceptions", "a") in NOTED
    assert not tally.is_well


async def test_what_reading_costs_is_measured() -> None:
    tally = await tallied(entry("a"), entry("b"), entry("c"), entry("d"))

    assert 0 < tally.cpu_seconds < 2
    assert tally.peak_mb > 5
    assert len(tally.slowest) == 3


async def test_points_are_counted_and_those_that_disagree_are_noted() -> None:
    def judge(_: Reading) -> list[Point]:
        return [Point(name=f"mbox.{agrees}", agrees=agrees) for agrees in (True, False)]

    tally = await tallied(entry("a", judge))

    assert tally.agreed == {"mbox.True": 1, "mbox.False": 0}
    assert NOTED == [("mbox.False", "a")]
    assert tally.found[Finding.DISAGREE] == 1


async def test_an_expectation_that_cannot_be_compared_is_no_exception_of_ours() -> None:
    def broken(_: Reading) -> list[Point]:
        raise KeyError("parts")

    tally = await tallied(entry("a", broken))

    assert tally.found[Finding.INCOMPARABLE] == 1
    assert tally.is_well


async def test_files_of_other_kinds_are_counted() -> None:
    kinds = (What.OTHER, What.UNREADABLE, What.TOO_LARGE, What.TEXT, What.FILE)
    tally = await tallied(*(Entry(name="a", what=kind) for kind in kinds))

    assert (tally.letters, tally.texts, tally.variants) == (1, 1, 0)
    assert tally.held == {"unreadable (too_large)": 1}
    assert (tally.found[Finding.OTHER], tally.found[Finding.UNREADABLE]) == (1, 1)
    assert not tally.is_well


async def test_without_a_reader_nothing_is_claimed() -> None:
    with pytest.raises(ReaderUnavailable):
        await tallied(entry("a"), read="app.nowhere:read")
