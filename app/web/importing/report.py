"""The report of an import in words: what became of each row or letter."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence

from fastapi import Request

from app.domain.importing.words import Column, ImportKind
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
) -> AsyncGenerator[bytes]:
    """Yield the report as CSV, in which nothing is a formula."""
    words = catalogue(language_of(request))
    heads = [words.text(f"import_file.{name}") for name in _HEADS]
    heads[0] = words.text(f"import_file.number_{entry.kind or 'rows'}")
    rows = entry.kind is ImportKind.ROWS
    if rows:
        heads.append(words.text("import_file.content"))
    zone = premises_of(request).settings.zone
    return as_csv(heads, _rows(words, lines, rows=rows), zone=zone)


async def _rows(
    words: Catalogue, lines: AsyncIterator[Sequence[ReportLine]], *, rows: bool
) -> AsyncIterator[list[Row]]:
    """Yield lines in batches; of ``rows`` that were set aside with their content."""
    async for some in lines:
        yield [
            [*_row(words, line), line.content] if rows else _row(words, line)
            for line in some
        ]


def _row(words: Catalogue, line: ReportLine) -> Row:
    return [
        line.number,
        words.label(line.fate),
        line.receipt_number,
        words.text("import_file.between").join(columns_of(words, line)) or None,
        " ".join(why(words, line)),
    ]


def columns_of(words: Catalogue, line: ReportLine) -> list[str]:
    """Return what the columns are called that are at fault in a row."""
    return [words.label(Column(column)) for _, column in line.faults if column]


def why(words: Catalogue, line: ReportLine) -> list[str]:
    """Return what there is to say of a row or letter beside its fate."""
    if line.faults:
        return [_said(words, code) for code, _ in line.faults]
    return [words.label(line.arrival_fate)] if line.arrival_fate else [""]


def _said(words: Catalogue, code: str) -> str:
    found = (key for key in (f"import_fault.{code}", f"error.{code}") if key in words)
    key = next(found, None)
    return words.text(key) if key else code
