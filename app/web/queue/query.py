"""What an address asks the queue for, and the chips that show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.domain.views import Mark, Order
from app.domain.vocabulary import Channel, Kind, Status, Tab
from app.services.directory import OfficeEntry
from app.services.house import House
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.web.desk_forms import Blank, Key, whither
from app.web.desk_pages import sections_below
from app.web.desk_words import named_section
from app.web.wording import Catalogue

UNSURE: Final = "none"
"""How an address asks for cases that are tied to no section."""

ME, NOBODY = "me", "nobody"

_PLACE: Final = frozenset({"after", "before", "back"})
_NO_FILTER: Final = frozenset({"tab", "q", "order", "view", "topic"})

Asked = dict[str, str | list[str]]


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

    assignee: Annotated[str, Field(pattern=rf"^({ME}|{NOBODY}|\d{{1,18}})?$")] = ""
    status: Annotated[Status | None, Blank] = None
    channel: Annotated[Channel | None, Blank] = None
    opened_from: Annotated[date | None, Blank] = Field(default=None, alias="from")
    opened_to: Annotated[date | None, Blank] = Field(default=None, alias="to")
    due_from: Annotated[date | None, Blank] = None
    due_to: Annotated[date | None, Blank] = None
    mark: Annotated[
        list[Mark], BeforeValidator(lambda some: [each for each in some if each])
    ] = []
    order: Annotated[Order | None, Blank] = None
    topic: Annotated[Key | None, Blank] = None
    """A hot topic."""

    view: Annotated[Key | None, Blank] = None
    """The saved view that it began with."""

    after: str = ""
    before: str = ""
    back: Annotated[str, Field(pattern=r"^([0-7]?[0-9a-f]{1,15})?$")] = ""
    """Search further back than this opinion."""

    def asked(self, *, without: frozenset[str] = _PLACE) -> Asked:
        """Return what was asked for, as parts of an address, without the place."""
        asked = self.model_dump(
            mode="json", by_alias=True, exclude=set(without), exclude_none=True
        )
        return {
            name: value if isinstance(value, list) else str(value)
            for name, value in asked.items()
            if value
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A filter that is in force, and the address without it."""

    name: str
    """The key of the words for what it filters by."""

    value: str
    without: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part of an address, and the offices that it may speak of."""

    name: str
    value: str
    offices: Sequence[OfficeEntry]


def address(asked: Mapping[str, Any]) -> str:
    """Return ``asked`` as the query of an address."""
    return urlencode(asked, doseq=True)


def wanted_of(
    house: House, person: Person, query: QueueQuery, *, now: datetime
) -> Wanted:
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
    someone = query.assignee not in {"", NOBODY}
    mine = query.assignee == ME
    return Wanted(
        tab=query.tab,
        order=query.order,
        notice_id=house.shelf.notice(slug).id if slug else None,
        section_ids=section_ids,
        unsure=query.section == UNSURE,
        kind=query.kind,
        office_id=query.office,
        assignee_id=(person.staff_id if mine else int(query.assignee))
        if someone
        else None,
        unassigned=query.assignee == NOBODY,
        status=query.status,
        channel=query.channel,
        opened_from=midnight(query.opened_from, zone),
        opened_before=midnight(query.opened_to, zone, days=1),
        due_from=midnight(query.due_from, zone),
        due_before=midnight(query.due_to, zone, days=1),
        marks=frozenset(query.mark),
        words=query.q,
        said_before=int(query.back, 16) if query.back else None,
        topic_id=query.topic,
        soon=house.clocks.rule(house.settings).soon(now),
    )


def midnight(day: date | None, zone: tzinfo, *, days: int = 0) -> datetime | None:
    """Return the first moment of ``day``, or of some ``days`` later; None: never."""
    if day is None or day.year in {MINYEAR, MAXYEAR}:
        return None
    return datetime.combine(day + timedelta(days=days), time(), zone)


def days_ahead(now: datetime, zone: tzinfo) -> list[date]:
    """Return the days until which a case is snoozed most: tomorrow, some, a week."""
    today = now.astimezone(zone).date()
    return [today + timedelta(days=days) for days in (1, 3, 7)]


def chips(
    house: House, words: Catalogue, query: QueueQuery, offices: Sequence[OfficeEntry]
) -> list[Chip]:
    """Return the filters in force, each with the address that is without it."""
    asked = query.asked()
    found = []
    for name, value in asked.items():
        if name in _NO_FILTER and name != "q":
            continue
        for each in value if isinstance(value, list) else [value]:
            rest = {key: kept for key, kept in asked.items() if key != name}
            if isinstance(value, list):
                rest[name] = [kept for kept in value if kept != each]
            part = _Part(name=name, value=each, offices=offices)
            said = _said(house, words, query, part)
            found.append(Chip(name=name, value=said, without=address(rest)))
    return found


def _said(house: House, words: Catalogue, query: QueueQuery, part: _Part) -> str:
    """Return the value of a filter in words."""
    match part.name:
        case "kind" | "status" | "channel":
            return words.label(getattr(query, part.name))
        case "mark":
            return words.label(Mark(part.value))
        case "office" | "assignee":
            return _who(words, part)
        case "notice":
            return house.shelf.notice(part.value).title
        case "section":
            return _section(house, words, part.value)
        case _:
            return part.value


def _who(words: Catalogue, part: _Part) -> str:
    if part.name == "office":
        names = {str(one.id): one.name for one in part.offices}
    else:
        names = {str(one.id): one.name for each in part.offices for one in each.people}
    if part.value in {ME, NOBODY}:
        return words.text(f"queue.{part.value}")
    return names.get(part.value, part.value)


def _section(house: House, words: Catalogue, value: str) -> str:
    if value == UNSURE:
        return words.text("field.unsure")
    slug, path = whither(value)
    notice = house.shelf.notice(slug)
    return named_section(notice, notice.section_id(path or "")) or value
