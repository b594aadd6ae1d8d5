"""The queue: tabs, filters, search, and the next case."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.permission import Duty
from app.domain.vocabulary import Channel, Kind, Status, Tab
from app.services import (
    cases,
    directory,
    hot_topics,
    mailboxes,
    next_case,
    outbox,
    queues,
    tabs,
)
from app.services.cases import NoSuchCase
from app.services.house import House
from app.services.paging import Page, Place
from app.services.queues import QueuedCase, Wanted
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep, WritingDep
from app.web.desk_forms import Blank, Key, whither
from app.web.desk_pages import desk_page, sections_below, see
from app.web.desk_person import on_duty
from app.web.desk_words import named_section, section_options
from app.web.keyset import cursor, parse_turn
from app.web.pages import premises_of

router = APIRouter()

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]

UNSURE = "none"
"""How an address asks for cases that are tied to no section."""


class QueueQuery(BaseModel):
    """What an address asks the queue for."""

    model_config = ConfigDict(populate_by_name=True)

    tab: Tab = Tab.NEW
    q: str = ""
    notice: str = ""

    section: str = ""
    """`SLUG/PATH`, with the parts of that section, or `none`."""

    kind: Annotated[Kind | None, Blank] = None
    office: Annotated[Key | None, Blank] = None
    status: Annotated[Status | None, Blank] = None
    channel: Annotated[Channel | None, Blank] = None
    opened_from: Annotated[date | None, Blank] = Field(default=None, alias="from")
    opened_to: Annotated[date | None, Blank] = Field(default=None, alias="to")
    topic: Annotated[Key | None, Blank] = None
    """A hot topic."""

    after: str = ""
    before: str = ""

    def asked(self) -> dict[str, str]:
        """Return what was asked for, as parts of an address, without the place."""
        asked = self.model_dump(
            mode="json", by_alias=True, exclude={"after", "before"}, exclude_none=True
        )
        return {name: str(value) for name, value in asked.items() if value}

    @property
    def filtered(self) -> bool:
        """Whether anything but a tab and words was asked for."""
        return bool(set(self.asked()) - {"tab", "q"})


@router.get("")
@router.get("/cases")
async def show_queue(
    request: Request,
    query: Annotated[QueueQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show one page of the queue; a number of one case leads straight to that."""
    house = premises_of(request).house
    number = _number(query.q)
    if number is not None and await cases.only_one(session, person, number):
        return see(request, f"/desk/cases/{number}")
    falling = query.tab in queues.NEWEST_FIRST
    turn = parse_turn(after=query.after, before=query.before, timed=not falling)
    soon = house.clocks.rule(house.settings).soon(now)
    wanted = replace(_wanted(house, query), soon=soon)
    found = await queues.page(session, person, wanted, turn=turn, now=now)
    counts, held = await tabs.counts(
        session, person, receives_reports=_receives(house, person), now=now, soon=soon
    )
    notices = house.shelf.notices
    return desk_page(
        request, person, "desk/queue.html",
        query=query,
        rows=found.rows,
        soon=soon,
        neighbours=_neighbours(query, found),
        counts=counts,
        held=held,
        most=tabs.MOST_COUNTED,
        tab_links={
            tab: urlencode({"tab": tab})
            for tab in Tab
            if tab in counts or tab in {Tab.ALL, query.tab}
        },
        section_of=partial(_section_of, house),
        notices=notices,
        sections={each.slug: section_options(each) for each in notices},
        offices=await directory.offices(session),
        trouble=await outbox.trouble(session, house),
        mailbox_trouble=await mailboxes.in_trouble(session, now=now),
        topic=await _topic(session, person, query),
        choices={"kind": Kind, "status": Status, "channel": Channel},
    )  # fmt: skip


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


def _wanted(house: House, query: QueueQuery) -> Wanted:
    """Return what ``query`` asks for, in keys and moments.

    Raises:
        NoSuchNotice: It names a notice that is not published.
        NoSuchSection: The notice has no such section.
    """
    section_ids = None
    slug = query.notice
    if query.section not in {"", UNSURE}:
        slug, path = whither(query.section)
        notice = house.shelf.notice(slug)
        notice.section_id(path or "")
        below = sections_below(list(notice.section_ids), path or "")
        section_ids = frozenset(notice.section_ids[each] for each in below)
    zone = house.settings.zone
    return Wanted(
        tab=query.tab,
        notice_id=house.shelf.notice(slug).id if slug else None,
        section_ids=section_ids,
        unsure=query.section == UNSURE,
        kind=query.kind,
        office_id=query.office,
        status=query.status,
        channel=query.channel,
        opened_from=_midnight(query.opened_from, zone),
        opened_before=_midnight(query.opened_to, zone, days=1),
        words=query.q,
        topic_id=query.topic,
    )


async def _topic(
    session: AsyncSession, person: Person, query: QueueQuery
) -> Sequence[str]:
    """Return the words of the hot topic asked for; none: none is, or it is gone."""
    if query.topic is None:
        return ()
    return await hot_topics.terms_of(session, person, query.topic) or ()


def _midnight(day: date | None, zone: tzinfo, *, days: int = 0) -> datetime | None:
    if day is None or day.year in {MINYEAR, MAXYEAR}:
        return None
    return datetime.combine(day + timedelta(days=days), time(), zone)


def _neighbours(query: QueueQuery, found: Page[QueuedCase]) -> dict[str, str | None]:
    """Return the queries of the pages beside this one; None: there is none."""
    asked = query.asked()

    def beside(side: str, place: Place | None) -> str | None:
        return urlencode(asked | {side: cursor(place)}) if place else None

    return {
        "before": beside("before", found.before),
        "after": beside("after", found.after),
    }


def _section_of(house: House, row: QueuedCase) -> str | None:
    """Return what the section of a row is called; None: it is tied to none."""
    by_id = {notice.id: notice for notice in house.shelf.notices}
    return named_section(
        by_id.get(row.notice_id),
        row.section_id,
        path=row.section_path,
        heading=row.section_heading,
    )
