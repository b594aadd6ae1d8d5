"""Sheets: lists as files that spreadsheets open, in Chinese and without surprises.

A cell that begins like a formula is only ever text (OWASP, CSV injection): citizens
wrote some of them, and a spreadsheet would run what they wrote.
"""

import csv
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import ExitStack
from datetime import date, datetime
from io import StringIO
from typing import IO, Any, Final, Self
from zoneinfo import ZoneInfo

import xlsxwriter

from app.scratch import scratch
from app.web.spreadsheet import BOM, guarded

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_CELL: Final = 32_000
"""Excel refuses a file in which a cell has more than 32,767 signs."""

_PIECE: Final = 2**16
_WIDTHS: Final = (8, 60)

Row = Sequence[Any]


async def as_csv(
    head: Sequence[str], rows: AsyncIterator[Sequence[Row]], *, zone: ZoneInfo
) -> AsyncGenerator[bytes]:
    """Yield a CSV file (RFC 4180), a batch of rows at a time."""
    yield BOM + _csv_lines([head], zone)
    async for some in rows:
        yield _csv_lines(some, zone)


class Book:
    """A workbook that is written row by row to temporary files, and then read.

    Its sheets lie open in a folder while they are written, in a ``with`` block: at its
    end they are gone, however that comes.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        """Begin an empty one; times in it are in ``zone``."""
        self._zone = zone
        self._open = ExitStack()
        folder = self._open.enter_context(scratch())
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `pieces` closes it
        self._book = xlsxwriter.Workbook(
            self._file,
            {
                "constant_memory": True,
                "tmpdir": str(folder),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self._head = self._book.add_format({"bold": True, "bottom": 1})
        self._moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._share = self._book.add_format({"num_format": "0.0%"})

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End: leave no sheet behind; what was broken off is no workbook either."""
        for sheet in self._book.worksheets():
            sheet.row_data_fh.close()
        if kind is not None:
            self._file.close()
        self._open.close()

    def sheet(
        self, name: str, head: Sequence[str], *, widths: Sequence[int] = ()
    ) -> "Sheet":
        """Return a further sheet with a head that stays in sight.

        ``widths`` are those that the columns need at least, in signs, from the first
        on: rows are not kept, so nobody can measure them.
        """
        made = self._book.add_worksheet(name[:31])
        made.freeze_panes(1, 0)
        for column, title in enumerate(head):
            least, most = _WIDTHS
            needed = widths[column] if column < len(widths) else least
            width = min(max(2 * len(title), least, needed), most)
            made.set_column(column, column, width)
            made.write_string(0, column, title, self._head)
        return Sheet(self, made)

    def write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        """Write one cell by the kind of its value."""
        match value:
            case None:
                return
            case datetime():
                local = value.astimezone(self._zone).replace(tzinfo=None)
                sheet.write_datetime(row, column, local, self._moment)
            case date():
                sheet.write_datetime(row, column, value, self._day)
            case float():
                sheet.write_number(row, column, value, self._share)
            case int() if not isinstance(value, bool):
                sheet.write_number(row, column, value)
            case _:
                sheet.write_string(row, column, _plain(str(value))[:_MOST_CELL])

    def close(self) -> None:
        """End the workbook; then it can be read."""
        self._book.close()
        self._file.seek(0)

    def pieces(self) -> Iterable[bytes]:
        """Yield the file; it is gone afterwards."""
        with self._file:
            while piece := self._file.read(_PIECE):
                yield piece


class Sheet:
    """A sheet of a `Book`, written from top to bottom."""

    def __init__(self, book: Book, sheet: Any) -> None:
        """Go on below the head."""
        self._book = book
        self._sheet = sheet
        self._next = 1

    def add(self, rows: Iterable[Row]) -> None:
        """Write ``rows`` below those before."""
        for row in rows:
            for column, value in enumerate(row):
                self._book.write(self._sheet, self._next, column, value)
            self._next += 1


def _csv_lines(rows: Iterable[Row], zone: ZoneInfo) -> bytes:
    file = StringIO()
    writer = csv.writer(file)
    writer.writerows([_csv_cell(value, zone) for value in row] for row in rows)
    return file.getvalue().encode("utf-8", "replace")


def _csv_cell(value: Any, zone: ZoneInfo) -> Any:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{100 * value:.1f}%"
        case str():
            return guarded(_plain(value))
        case _:
            return value


def _plain(text: str) -> str:
    """Return ``text`` without signs that neither kind of file can hold."""
    return "".join(
        sign
        for sign in text
        if sign in "\n\t" or (sign >= " " and sign not in "\ufffe\uffff")
    )
