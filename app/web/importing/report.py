"""The report of an import in words: what became of each row or letter."""

from collections.abc import AsyncIterator, Sequence

from fastapi import Request

from app.domain.importing.words import Column
from app.services.importing.files import ImportEntry
from app.services.importing.looking import ReportLine
from app.web.pages import language_of, premises_of
from app.web.sheets import Row, as_csv
from app.web.wording import Catalogue, catalogue

_HEADS = ("number", "fate", "case", "column", "why")


def report_in_words(
    request: Request,
    entry: ImportEntry,
    lines: AsyncIterator[Sequence[ReportLine]],
) -> AsyncIterator[bytes]:
    """Yield the report as CSV, in which nothing is a formula."""
    words = catalogue(language_of(request))
    heads = [words.text(f"import_file.{name}") for name in _HEADS]
    heads[0] = words.text(f"import_file.number_{entry.kind or 'rows'}")
    zone = premises_of(request).settings.zone
    return as_csv(heads, _rows(words, lines), zone=zone)


async def _rows(
    words: Catalogue, lines: AsyncIterator[Sequence[ReportLine]]
) -> AsyncIterator[list[Row]]:
    async for some in lines:
        yield [_row(words, line) for line in some]


def _row(words: Catalogue, line: ReportLine) -> Row:
    return [
        line.number,
        words.label(line.fate),
        line.receipt_number,
        words.label(Column(line.at_column)) if line.at_column else None,
        why(words, line),
    ]


def why(words: Catalogue, line: ReportLine) -> str:
    """Return what there is to say of a row or letter beside its fate."""
    if line.fault is not None:
        key = f"import_fault.{line.fault}"
        if key not in words:
            key = f"error.{line.fault}"
        return words.text(key) if key in words else line.fault
    if line.arrival_fate is not None:
        return words.label(line.arrival_fate)
    return ""
