"""Walks: a list is the same however it is found, and says where it ended early."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.domain.views import Mark, Order
from app.domain.vocabulary import Channel, Kind, Role, Status, Tab
from app.models import Case
from app.premises import Premises
from app.services import queues
from app.services.paging import FIRST, Turn
from app.services.queue import walks, words
from app.services.queue.wanted import Wanted
from app.services.queues import Listed
from app.services.staff import Person
from tests import at_desk
from tests.fakes import START, FakeClock

KINDS = (Kind.PRAISE, Kind.COMPLAINT, Kind.INQUIRY)


@pytest.fixture
async def clerk(premises: Premises, clock: FakeClock) -> Person:
    """A clerk, and a dozen cases of several kinds and channels, a minute apart."""
    for place in range(12):
        await at_desk.open_case(
            premises,
            kind=KINDS[place % 3],
            channel=Channel.API if place % 2 else Channel.WEB,
            text=f"第{place}盏路灯坏了，没人来修。",
        )
        clock.advance(minutes=1)
    return await at_desk.hire(premises, Role.CLERK)


async def listed(
    premises: Premises, person: Person, turn: Turn = FIRST, **wanted: Any
) -> Listed:
    async with premises.database.reading() as session:
        return await queues.page(
            session, person, Wanted(**wanted), turn=turn, now=START
        )


async def all_of(premises: Premises, person: Person, **wanted: Any) -> list[str]:
    """Return the numbers on all pages, going on wherever a walk ended."""
    found, turn = [], FIRST
    while True:
        page = await listed(premises, person, turn, **wanted)
        found += [row.number for row in page.rows]
        if page.after is None:
            return found
        turn = Turn(after=page.after)


FILTERS: list[dict[str, Any]] = [
    {"kind": Kind.PRAISE},
    {"kind": Kind.REPORT},
    {"channel": Channel.API, "kind": Kind.INQUIRY},
    {"marks": frozenset({Mark.FILES})},
    {"unassigned": True, "channel": Channel.WEB},
    {"opened_from": START + timedelta(minutes=3), "kind": Kind.COMPLAINT},
    {"status": Status.REGISTERED, "channel": Channel.WEB},
    {"status": Status.CLOSED},
]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("tab", [Tab.NEW, Tab.ALL])
async def test_a_walk_in_small_steps_finds_what_looking_at_all_finds(
    premises: Premises,
    clerk: Person,
    monkeypatch: pytest.MonkeyPatch,
    tab: Tab,
    order: Order,
) -> None:
    whole = [
        await all_of(premises, clerk, tab=tab, order=order, **asked)
        for asked in FILTERS
    ]
    monkeypatch.setattr(walks, "FEW", 0)
    monkeypatch.setattr(walks, "MOST_WALKED", 4)
    monkeypatch.setattr(queues, "PAGE", 3)

    stepwise = [
        await all_of(premises, clerk, tab=tab, order=order, **asked)
        for asked in FILTERS
    ]

    assert stepwise == whole
    assert [len(found) for found in whole] == [4, 0, 2, 0, 6, 3, 6, 0]


async def test_a_walk_that_ends_before_the_list_says_so_and_where_to_go_on(
    premises: Premises, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "FEW", 0)
    monkeypatch.setattr(walks, "MOST_WALKED", 4)

    page = await listed(premises, clerk, tab=Tab.ALL, marks=frozenset({Mark.ANSWERED}))

    assert page.rows == []
    assert page.cut_short
    assert page.after is not None


async def test_a_list_without_filters_is_never_cut_short(
    premises: Premises, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walks, "MOST_WALKED", 4)

    page = await listed(premises, clerk, tab=Tab.ALL)

    assert len(page.rows) == 12
    assert not page.cut_short


async def test_a_search_for_what_very_many_say_finds_the_newest_and_says_so(
    premises: Premises, clerk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words, "MOST_FOUND", 5)

    page = await listed(premises, clerk, tab=Tab.ALL, words="路灯")
    further = await listed(
        premises, clerk, tab=Tab.ALL, words="路灯", said_before=page.said_reached
    )

    assert page.said_reached is not None
    assert [len(page.rows), len(further.rows)] == [5, 5]
    assert not {row.number for row in page.rows} & {row.number for row in further.rows}
    assert page.rows[0].opened_at > further.rows[0].opened_at


async def test_marks_leave_what_they_name(premises: Premises, clerk: Person) -> None:
    numbers = await all_of(premises, clerk, tab=Tab.ALL)
    async with premises.database.writing() as session:
        for column, number in zip(
            ("late", "has_files", "unread"), numbers, strict=False
        ):
            case = await at_desk.case_of(premises, number)
            await session.execute(
                update(Case).where(Case.id == case.id).values({column: True})
            )

    for mark, number in zip(
        (Mark.LATE, Mark.FILES, Mark.UNREAD), numbers, strict=False
    ):
        marked = await all_of(premises, clerk, tab=Tab.ALL, marks=frozenset({mark}))
        assert marked == [number]


async def test_what_falls_due_until_a_moment_is_due_soon_and_overdue_after(
    premises: Premises, clerk: Person
) -> None:
    house = premises.house
    for days, found in ((5, 0), (14, 12), (16, 0)):
        now = START + timedelta(days=days)
        soon = house.clocks.rule(house.settings).soon(now)
        marked = Wanted(tab=Tab.ALL, marks=frozenset({Mark.SOON}), soon=soon)
        async with premises.database.reading() as session:
            page = await queues.page(session, clerk, marked, now=now)
        assert len(page.rows) == found
