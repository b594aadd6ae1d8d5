"""The routing table as a form: lines in an order, and buttons that are told by name.

Every button sends the whole form, so the table can be put together without a script;
nothing is kept before "save".
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from io import StringIO
from itertools import islice
from typing import Final

from starlette.datastructures import FormData

from app.domain.vocabulary import Channel, Kind
from app.errors import InvalidInput
from app.services.routes import Effect
from app.services.rule_lines import MOST_RULES, Atlas, Fault, Line
from app.web.spreadsheet import bare, guarded
from app.web.wording import Catalogue

MOST_FIELDS: Final = 4_000
MOST_CSV: Final = 2**20

COLUMNS: Final = (
    "section", "kind", "channel", "places", "most_open", "lead", "co", "note"
)  # fmt: skip
"""The columns of a table as a file."""

_MOST_WORD: Final = 2_000
_MOST_COLUMNS: Final = 100
_PLACE: Final = re.compile(r"[0-9]{1,4}")


class BadFile(InvalidInput):
    """The file is no table of rules."""

    code = "bad_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """A line of the form, with what is known and what is wrong about it."""

    number: int
    """Counts from 0."""

    line: Line
    heading: str | None
    """What its section is called."""

    gone: bool
    """Whether the notice has that section no more."""

    faults: Mapping[str, Sequence[str]]
    """What is wrong, in words, by field."""

    effect: Effect | None = None


def lines_of(form: FormData) -> list[Line]:
    """Return the lines of a form in their order."""
    names = [each.name for each in fields(Line)]
    rows = [str(row) for row in form.getlist("row")][: MOST_RULES + 1]
    return [
        Line(**{name: _word(form, f"{name}-{row}") for name in names}) for row in rows
    ]


def done_to(lines: Sequence[Line], do: str) -> list[Line]:
    """Return ``lines`` after a button that changes their order or number."""
    step, _, which = do.partition("-")
    place = int(which) if _PLACE.fullmatch(which) else -1
    kept = list(lines)
    if step == "add":
        kept.append(Line())
    elif not 0 <= place < len(kept):
        return kept
    elif step == "remove":
        del kept[place]
    elif step == "above":
        kept.insert(place, Line())
    elif step == "up" and place > 0:
        kept[place - 1], kept[place] = kept[place], kept[place - 1]
    elif step == "down" and place < len(kept) - 1:
        kept[place + 1], kept[place] = kept[place], kept[place + 1]
    return kept


def shown(
    words: Catalogue,
    atlas: Atlas,
    lines: Sequence[Line],
    *,
    faults: Sequence[Fault] = (),
    effects: Mapping[int, Effect],
) -> list[ShownLine]:
    """Return ``lines`` as the page shows them."""
    found = []
    for number, line in enumerate(lines):
        wrong: dict[str, list[str]] = {}
        for fault in faults:
            if fault.line == number:
                said = words.text(f"routing.{fault.code}", said=fault.said)
                wrong.setdefault(fault.field, []).append(said)
        key = line.key
        found.append(
            ShownLine(
                number=number,
                line=line,
                heading=atlas.heading(line.section),
                gone=line.section.startswith("?"),
                faults=wrong,
                effect=effects.get(key),
            )
        )
    return found


def as_csv(words: Catalogue, atlas: Atlas, lines: Sequence[Line]) -> bytes:
    """Return ``lines`` as a file that a spreadsheet opens, in the reader's words."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([words.text(f"routing.{name}") for name in COLUMNS])
    for line in lines:
        told = asdict(line)
        told["kind"] = words.label(Kind(line.kind)) if line.kind else ""
        told["channel"] = words.label(Channel(line.channel)) if line.channel else ""
        told["lead"] = atlas.office_name(int(line.lead))
        writer.writerow([guarded(told[name]) for name in COLUMNS])
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def from_csv(words: Sequence[Catalogue], atlas: Atlas, content: bytes) -> list[Line]:
    """Return the lines of a file; ``words`` are the languages it may be written in.

    Raises:
        BadFile: It is none, or too large.
    """
    if len(content) > MOST_CSV:
        raise BadFile("the file is too large", field="file")
    try:
        rows = list(_rows(_decoded(content)))
    except (csv.Error, UnicodeDecodeError):
        raise BadFile("the file cannot be read", field="file") from None
    columns = [_column(words, cell) for cell in rows[0]] if rows else []
    if "lead" not in columns:
        raise BadFile("the file has no column for the lead office", field="file")
    return [
        _read(words, atlas, dict(zip(columns, row, strict=False)))
        for row in rows[1:]
        if any(cell.strip() for cell in row)
    ]


def _rows(text: str) -> Iterator[list[str]]:
    """Yield the rows of a file: a heading, and as many as show that they are too many.

    Raises:
        csv.Error: It is none.
        BadFile: A row has more columns than any table.
    """
    for row in islice(csv.reader(StringIO(text), strict=True), MOST_RULES + 2):
        if len(row) > _MOST_COLUMNS:
            raise BadFile("the file has too many columns", field="file")
        yield row


def _read(words: Sequence[Catalogue], atlas: Atlas, row: Mapping[str, str]) -> Line:
    told = {name: bare(row.get(name, "")).strip()[:_MOST_WORD] for name in COLUMNS}
    told["kind"] = _member(words, Kind, told["kind"])
    told["channel"] = _member(words, Channel, told["channel"])
    named = (each.id for each in atlas.offices if each.name == told["lead"])
    told["lead"] = str(next(named, ""))
    return Line(**told)


def _column(words: Sequence[Catalogue], cell: str) -> str:
    said = cell.strip()
    for name in COLUMNS:
        if said in {name, *(each.text(f"routing.{name}") for each in words)}:
            return name
    return ""


def _member(
    words: Sequence[Catalogue], kind: type[Kind] | type[Channel], said: str
) -> str:
    """Return the word that ``said`` is a name of; what is none is left to be seen."""
    for member in kind:
        if said in {member.value, *(each.label(member) for each in words)}:
            return member.value
    return said


def _decoded(content: bytes) -> str:
    """Return the text of a file, as spreadsheets write it here."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _word(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value[:_MOST_WORD] if isinstance(value, str) else ""
