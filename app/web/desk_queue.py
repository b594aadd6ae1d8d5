"""The queue: tabs, views, filters, search, and the next case."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.batch import MOST, BatchStep
from app.domain.permission import Duty
from app.domain.vocabulary import Tab
from app.services import (
    cases,
    directory,
    hot_topics,
    next_case,
    queues,
    tabs,
    trouble,
)
from app.services.cases import NoSuchCase
from app.services.house import House
from app.services.paging import Place
from app.services.queue import views
from app.services.queue.numbers import only_one
from app.services.queue.views import Choices, NoSuchView
from app.services.queue.wanted import Wanted
from app.services.queues import Listed
from app.services.staff import Person
from app.services.trouble import Trouble
from app.web.dependencies import NowDep, ReadingDep, WritingDep
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.keyset import cursor, parse_turn
from app.web.pages import Surroundings, language_of, premises_of
from app.web.queue.counters import counted
from app.web.queue.lines import Lineup, lines_of
from app.web.queue.query import QueueQuery, address, chips, wanted_of
from app.web.queue.sieve import sieve_of
from app.web.wording import catalogue

router = APIRouter()

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]


@router.get("")
@router.get("/cases")
async def show_queue(
    request: Request,
    query: Annotated[QueueQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show one page of the queue; a number of one case leads straight to that.

    Without any question it begins with the view that the person chose.
    """
    house = premises_of(request).house
    chosen = await views.choices(session, person)
    elsewhere = await _elsewhere(request, session, person, query, chosen)
    if elsewhere is not None:
        return see(request, elsewhere)
    turn = parse_turn(after=query.after, before=query.before, timed=True)
    wanted = wanted_of(house, person, query, now=now)
    found = await queues.page(session, person, wanted, turn=turn, now=now)
    offices = await directory.offices(session)
    batch_steps = _batch_steps(person)
    lineup = Lineup(
        around=Surroundings.of(request),
        columns=tuple(chosen.columns),
        picks=bool(batch_steps),
        notices=house.shelf.notices,
        one_notice=len(house.shelf.notices) == 1 or bool(query.notice),
        soon=wanted.soon,
        now=now,
    )
    return desk_page(
        request, person, "desk/queue.html",
        query=query,
        asked=query.asked(),
        found=found,
        lines=lines_of(lineup, [*found.back, *found.rows]),
        neighbours=_neighbours(query, found),
        further=_further(query, found),
        chips=chips(house, catalogue(language_of(request)), query, offices),
        in_all=address(query.asked() | {"tab": Tab.ALL, "view": ""}),
        columns=lineup.columns,
        views=await counted(request, session, person, now=now),
        sieve=sieve_of(
            lineup.around, person, query, notices=lineup.notices, offices=offices,
            topic=await _topic(session, person, query),
        ),
        batch_steps=batch_steps,
        most_at_once=MOST,
        **await _tabs(session, house, person, wanted, now=now),
        trouble=await _trouble(session, house, person, now=now),
    )  # fmt: skip


async def _elsewhere(
    request: Request,
    session: AsyncSession,
    person: Person,
    query: QueueQuery,
    chosen: Choices,
) -> str | None:
    """Return the path of the case, or of the view, that is meant; None: a list is."""
    number = _number(query.q)
    if number is not None and await only_one(session, person, number):
        return f"/desk/cases/{number}"
    if chosen.view_id is None or request.url.query:
        return None
    # Whoever shared it may have taken it back since.
    with suppress(NoSuchView):
        own = await views.view(session, person, chosen.view_id)
        return f"/desk?{address({**own.asked, 'view': own.id})}"
    return None


@router.get("/next")
async def show_next(
    request: Request,
    person: ReaderDep,
    session: WritingDep,
    now: NowDep,
    after: str = "",
) -> Response:
    """Open the case to work on next, leaving the one called ``after``."""
    leaving = _number(after)
    number = await next_case.take_next(session, person, leaving=leaving, now=now)
    if number is not None:
        return see(request, f"/desk/cases/{number}")
    taken = await next_case.any_taken(session, person, now=now)
    return see(request, "/desk", done="all_taken" if taken else "nothing_left")


def _receives(house: House, person: Person) -> bool:
    """Whether reports of wrongdoing lie with the person's office."""
    return person.office_id == house.shelf.report_office_id


def _number(words: str) -> str | None:
    """Return the number of a case that ``words`` are; None: they are none."""
    try:
        return cases.parsed_number(words)
    except NoSuchCase:
        return None


async def _topic(
    session: AsyncSession, person: Person, query: QueueQuery
) -> Sequence[str]:
    """Return the words of the hot topic asked for; none: none is, or it is gone."""
    if query.topic is None:
        return ()
    return await hot_topics.terms_of(session, person, query.topic) or ()


def _neighbours(query: QueueQuery, found: Listed) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    asked = query.asked()
    if query.back:
        asked["back"] = query.back

    def beside(side: str, place: Place | None) -> str | None:
        return address(asked | {side: cursor(place)}) if place else None

    return {
        "before": beside("before", found.before),
        "after": beside("after", found.after),
    }


def _further(query: QueueQuery, found: Listed) -> str | None:
    """Return the query that searches further back; None: all was searched."""
    if found.said_reached is None:
        return None
    return address(query.asked() | {"back": f"{found.said_reached:x}"})


async def _tabs(
    session: AsyncSession,
    house: House,
    person: Person,
    wanted: Wanted,
    *,
    now: datetime,
) -> dict[str, Any]:
    """Return what the line of tabs shows."""
    counts, held = await tabs.counts(
        session, person, receives_reports=_receives(house, person), now=now,
        soon=wanted.soon,
    )  # fmt: skip
    return {
        "counts": counts,
        "held": held,
        "most": tabs.MOST_COUNTED,
        "tab_links": {
            tab: address({"tab": tab})
            for tab in Tab
            if tab in counts or tab in {Tab.ALL, wanted.tab}
        },
    }


async def _trouble(
    session: AsyncSession, house: House, person: Person, *, now: datetime
) -> Trouble:
    """Return what there is to tell the person, who can do something about it."""
    if not permission.may(person.role, Duty.READ_OUTBOX):
        return trouble.NONE
    return await trouble.read(session, house, now=now)


def _batch_steps(person: Person) -> list[BatchStep]:
    """Return the steps that the person can take on several cases."""
    if not permission.may(person.role, Duty.WORK):
        return []
    assigns = permission.may(person.role, Duty.ASSIGN)
    return [step for step in BatchStep if assigns or step is not BatchStep.ASSIGN]
