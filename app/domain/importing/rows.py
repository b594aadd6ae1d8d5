"""Rows: a line of a list as the opinion that it tells of, or what is wrong there."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from app.domain.importing.days import moment_of
from app.domain.importing.words import Column
from app.domain.submission import (
    MOST_TEXT,
    ContactDetails,
    clean,
    problems,
    says_something,
)
from app.domain.vocabulary import Kind
from app.errors import InvalidInput

Value = TypeVar("Value")

MOST_OWN_NUMBER: Final = 60
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)

_KINDS: Final[Mapping[str, Kind]] = {
    "建议": Kind.SUGGESTION, "意见建议": Kind.SUGGESTION,
    "投诉": Kind.COMPLAINT, "求助": Kind.COMPLAINT, "诉求": Kind.COMPLAINT,
    "咨询": Kind.INQUIRY, "举报": Kind.REPORT, "表扬": Kind.PRAISE, "感谢": Kind.PRAISE,
    **{kind.value: kind for kind in Kind},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What rows may name, and the time in which they may lie."""

    zone: ZoneInfo
    now: datetime

    items: Mapping[str, str] = field(default_factory=dict)
    """From what an item is called, folded by `folded`, to its path."""

    offices: Mapping[str, int] = field(default_factory=dict)
    """From the folded name of an office to its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is wrong with a cell."""

    column: Column
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOpinion:
    """What a row tells of."""

    text: str
    subject: str = ""
    contact: ContactDetails = field(default_factory=ContactDetails)
    received_at: datetime | None = None
    """None: the list does not say."""

    own_number: str = ""
    item: str | None = None
    kind: Kind | None = None
    office_id: int | None = None
    answer: str = ""
    answered_at: datetime | None = None


def read_row(
    cells: Sequence[str], columns: Sequence[Column | None], known: Known
) -> ListedOpinion | tuple[RowFault, ...]:
    """Return what a row tells of; or everything that is wrong with it."""
    row = _Row(
        {
            column: cell
            for column, cell in zip(columns, cells, strict=False)
            if column is not None
        },
        known,
    )
    found = row.read()
    return tuple(row.faults) or found


def folded(name: str) -> str:
    """Return what a name of an item or office is compared by."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\s.,、。:;()\[\]〔〕第项]+", " ", plain).strip()


class _Row:
    """A row while it is read."""

    def __init__(self, cells: Mapping[Column, str], known: Known) -> None:
        self.faults: list[RowFault] = []
        self._cells = cells
        self._known = known

    def read(self) -> ListedOpinion:
        """Return what it tells of; what is wrong is in `faults`."""
        contact = ContactDetails(
            name=self._line(Column.NAME) or None,
            email=self._line(Column.EMAIL) or None,
            phone=self._line(Column.PHONE) or None,
        )
        subject, text = self._line(Column.SUBJECT), self._text(Column.TEXT)
        for problem in problems(subject=subject, text=text, contact=contact):
            self._fault(Column(problem.field or Column.TEXT), problem.code)
        received, answered = self._day(Column.RECEIVED), self._day(Column.ANSWERED)
        if received and answered and answered.date() < received.date():
            self._fault(Column.ANSWERED, "answered_before")
        return ListedOpinion(
            text=text,
            subject=subject,
            contact=contact,
            received_at=received,
            own_number=self._own_number(),
            item=self._named(Column.ITEM, self._known.items, "no_such_item"),
            kind=self._named(Column.KIND, _KINDS, "no_such_kind"),
            office_id=self._named(Column.OFFICE, self._known.offices, "no_such_office"),
            answer=self._answer(),
            answered_at=answered,
        )

    def _fault(self, column: Column, code: str) -> None:
        self.faults.append(RowFault(column=column, code=code))

    def _text(self, column: Column) -> str:
        return clean(self._cells.get(column, ""))

    def _line(self, column: Column) -> str:
        return clean(self._cells.get(column, ""), lines=False)

    def _own_number(self) -> str:
        number = self._line(Column.OWN_NUMBER)
        if len(number) > MOST_OWN_NUMBER:
            self._fault(Column.OWN_NUMBER, "too_long")
        return number

    def _answer(self) -> str:
        text = self._text(Column.ANSWER)
        if not says_something(text):
            return ""
        if len(text) > MOST_TEXT:
            self._fault(Column.ANSWER, "too_long")
        return text

    def _day(self, column: Column) -> datetime | None:
        text = self._line(column)
        if not text:
            return None
        try:
            found = moment_of(text, zone=self._known.zone)
        except InvalidInput as error:
            self._fault(column, error.code)
            return None
        today = self._known.now.astimezone(self._known.zone).date()
        if found.date() > today:
            self._fault(column, "date_to_come")
        elif found < _EARLIEST:
            self._fault(column, "bad_day")
        # The noon of today may be yet to come.
        return min(found, self._known.now)

    def _named(
        self, column: Column, names: Mapping[str, Value], code: str
    ) -> Value | None:
        name = folded(self._line(column))
        if not name:
            return None
        if name not in names:
            self._fault(column, code)
        return names.get(name)
