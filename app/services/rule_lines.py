"""Lines of the routing table as somebody types them, and what is wrong with them.

A section is named by its path (``2.3``; with several notices ``SLUG/2.3``), offices by
their names or what they are called for short. A section that the notice no longer has
is kept as ``?KEY``: it holds for nothing until somebody says what is meant now.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.routing import Rule
from app.domain.submission import clean
from app.domain.vocabulary import Channel, Kind
from app.errors import InvalidInput
from app.services.directory import OfficeEntry
from app.services.routing_rules import MOST_WAITING, folded
from app.services.shelf import ShelvedNotice

MOST_RULES: Final = 200
MOST_PLACES: Final = 50
MOST_NOTE: Final = 200
_MOST_PLACE: Final = 30
_BETWEEN: Final = re.compile(r"[、,，;；\n]+")
_DIGITS: Final = re.compile(r"[0-9]{1,5}")
_KEY: Final = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line as it is typed; an empty condition holds always."""

    id: str = ""
    """The key of the rule that it was; empty: it is new."""

    section: str = ""
    kind: str = ""
    channel: str = ""
    places: str = ""
    most_open: str = ""
    lead: str = ""
    """The key of the office."""

    co: str = ""
    """Names of offices."""

    note: str = ""

    @property
    def key(self) -> int:
        """The key of the rule that it was; 0: it is new."""
        return int(self.id) if _KEY.fullmatch(self.id) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a field of a line, counted from 0."""

    line: int
    field: str
    code: str
    said: str = ""


class BadLines(InvalidInput):
    """Some lines cannot be rules."""

    code = "bad_lines"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Name all that is wrong."""
        codes = ", ".join(fault.code for fault in faults)
        super().__init__(f"lines that cannot be rules: {codes}", field="rules")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A line that is a rule, with its words as they were typed."""

    rule: Rule
    places: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """What lines may speak of."""

    notices: Sequence[ShelvedNotice]
    offices: Sequence[OfficeEntry]
    called: Mapping[str, frozenset[int]]
    """Offices by the folded names that they have."""

    gone: Mapping[int, str]
    """What sections were called that rules name and no notice has."""

    def section_name(self, section_id: int | None) -> str:
        """Return how a line names a section."""
        if section_id is None:
            return ""
        for notice in self.notices:
            if section_id in notice.paths:
                path = notice.paths[section_id]
                return path if len(self.notices) == 1 else f"{notice.slug}/{path}"
        return f"?{section_id}"

    def heading(self, named: str) -> str | None:
        """Return what the section is called that a line names; None: none."""
        section_id = self.section_id(named)
        if section_id is None:
            return None
        for notice in self.notices:
            if section_id in notice.paths:
                node = notice.nodes[notice.paths[section_id]]
                return " ".join((node.heading or node.body).split())
        return self.gone.get(section_id)

    def section_id(self, named: str) -> int | None:
        """Return the key of the section that a line names; None: no one section."""
        if named.startswith("?"):
            key = int(named[1:]) if _KEY.fullmatch(named[1:]) else 0
            return key if key in self.gone else None
        found = self._sections(named)
        return found[0] if len(found) == 1 else None

    def is_in_several(self, named: str) -> bool:
        """Return whether a number that a line names is one of several notices."""
        return len(self._sections(named)) > 1

    def _sections(self, named: str) -> list[int]:
        slug, slash, path = named.rpartition("/")
        return [
            notice.section_ids[path]
            for notice in self.notices
            if path in notice.section_ids and (not slash or slug == notice.slug)
        ]

    def office_name(self, office_id: int) -> str:
        """Return what an office is called."""
        found = (each.name for each in self.offices if each.id == office_id)
        return next(found, "")


def as_line(atlas: Atlas, typed: Typed) -> Line:
    """Return a rule as it is typed."""
    rule = typed.rule
    return Line(
        id=str(rule.id),
        section=atlas.section_name(rule.section_id),
        kind=rule.kind or "",
        channel=rule.channel or "",
        places="、".join(typed.places),
        most_open="" if rule.most_open is None else str(rule.most_open),
        lead=str(rule.lead),
        co="、".join(atlas.office_name(key) for key in rule.co),
        note=rule.note,
    )


def checked(atlas: Atlas, lines: Sequence[Line]) -> list[Typed]:
    """Return the rules that ``lines`` are; a new one has the key 0.

    Raises:
        BadLines: Some of them are none.
    """
    faults: list[Fault] = []
    if len(lines) > MOST_RULES:
        faults.append(
            Fault(line=MOST_RULES, field="lead", code="too_many", said=str(MOST_RULES))
        )
    read = [
        _Reading(atlas, line, number, faults).typed()
        for number, line in enumerate(lines[:MOST_RULES])
    ]
    _check_twice(read, faults)
    if faults:
        raise BadLines(faults)
    return read


def _check_twice(read: Sequence[Typed], faults: list[Fault]) -> None:
    """Find lines that can never decide, for one above asks the same and no load."""
    seen: set[object] = set()
    for number, each in enumerate(read):
        rule = each.rule
        asked = (rule.section_id, rule.kind, rule.channel, frozenset(rule.places))
        if asked in seen and not any(fault.line == number for fault in faults):
            faults.append(Fault(line=number, field="section", code="twice"))
        if rule.most_open is None:
            seen.add(asked)


class _Reading:
    """One line that is read, and where what is wrong with it is put down."""

    def __init__(
        self, atlas: Atlas, line: Line, number: int, faults: list[Fault]
    ) -> None:
        self._atlas = atlas
        self._line = line
        self._number = number
        self._faults = faults

    def typed(self) -> Typed:
        """Return what the line says, as far as it says anything."""
        line = self._line
        lead, places = self._lead(), self._places()
        note = clean(line.note, lines=False)
        if len(note) > MOST_NOTE:
            self._wrong("note", "too_long")
        rule = Rule(
            id=line.key,
            section_id=self._section(),
            kind=self._kind(),
            channel=self._channel(),
            places=tuple(folded(word) for word in places),
            most_open=self._most_open(),
            lead=lead,
            note=note,
        )
        return Typed(rule=replace(rule, co=self._co(lead)), places=places)

    def _wrong(self, field: str, code: str, said: str = "") -> None:
        self._faults.append(Fault(line=self._number, field=field, code=code, said=said))

    def _section(self) -> int | None:
        named = _plain(self._line.section)
        if not named:
            return None
        found = self._atlas.section_id(named)
        if found is None:
            several = self._atlas.is_in_several(named)
            code = "section_in_several" if several else "no_section"
            self._wrong("section", code, named[:40])
        return found

    def _kind(self) -> Kind | None:
        said = self._line.kind
        if said and said not in set(Kind):
            self._wrong("kind", "no_kind", said[:40])
            return None
        return Kind(said) if said else None

    def _channel(self) -> Channel | None:
        said = self._line.channel
        if said and said not in set(Channel):
            self._wrong("channel", "no_channel", said[:40])
            return None
        return Channel(said) if said else None

    def _places(self) -> list[str]:
        words = [clean(word, lines=False) for word in _BETWEEN.split(self._line.places)]
        found = list(dict.fromkeys(word for word in words if word))
        if len(found) > MOST_PLACES:
            self._wrong("places", "too_many_places", str(MOST_PLACES))
        for word in found:
            if len(word) > _MOST_PLACE or not folded(word).strip("，。"):
                self._wrong("places", "bad_place", word[:_MOST_PLACE])
        return found

    def _most_open(self) -> int | None:
        said = _plain(self._line.most_open)
        if not said:
            return None
        if not _DIGITS.fullmatch(said) or not 0 < int(said) <= MOST_WAITING:
            self._wrong("most_open", "bad_number", str(MOST_WAITING))
            return None
        return int(said)

    def _lead(self) -> int:
        said = self._line.lead
        known = {str(each.id) for each in self._atlas.offices}
        if said not in known:
            self._wrong("lead", "no_lead")
            return 0
        return int(said)

    def _co(self, lead: int) -> tuple[int, ...]:
        found: list[int] = []
        for named in filter(None, map(str.strip, _BETWEEN.split(self._line.co))):
            keys = self._atlas.called.get(folded(named), frozenset())
            if len(keys) != 1:
                code = "several_offices" if keys else "no_office"
                self._wrong("co", code, named[:40])
            elif lead in keys:
                self._wrong("co", "co_leads", named[:40])
            else:
                found += [key for key in keys if key not in found]
        return tuple(found)


def _plain(said: str) -> str:
    """Return ``said`` in plain forms: full-width digits and points are typed too."""
    return unicodedata.normalize("NFKC", said).strip().replace("。", ".").rstrip(".")
