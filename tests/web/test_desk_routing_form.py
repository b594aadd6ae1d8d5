"""The routing table as a form and as a file, whatever stands in either."""

import csv
from io import StringIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.vocabulary import Language
from app.services.rule_lines import Atlas, Line
from app.web.desk_routing_form import COLUMNS, BadFile, as_csv, done_to, from_csv
from app.web.wording import catalogue

NOWHERE = Atlas(notices=(), offices=(), called={}, gone={})
WORDS = [catalogue(language) for language in Language]
FORMULAS = "=+-@＝＋－＠\t\r\n"

cells = st.text(f"{FORMULAS}'\"，,; a路", max_size=6) | st.text(max_size=20)


def exported(line: Line) -> bytes:
    return as_csv(WORDS[0], NOWHERE, [line])


@given(cells, cells)
@example("'=1", "''")
@example("\t=1", "'")
def test_a_table_that_was_exported_reads_as_it_was(places: str, note: str) -> None:
    places, note = (cell.encode(errors="ignore").decode() for cell in (places, note))
    line = Line(section="2.1", lead="7", places=places, note=note)

    (read,) = from_csv(WORDS, NOWHERE, exported(line))

    assert read.section == "2.1"
    assert (read.places, read.note) == (places.strip(), note.strip())


@given(cells)
def test_no_cell_of_an_exported_table_is_a_formula(note: str) -> None:
    line = Line(lead="7", note=note.encode(errors="ignore").decode())

    rows = list(csv.reader(StringIO(exported(line).decode("utf-8-sig"))))

    assert len(rows) == 2
    assert not any(cell.startswith(tuple(FORMULAS)) for cell in rows[1])


@pytest.mark.parametrize(
    "rows",
    [
        "lead" + ",x" * 200_000,
        "lead,note\n7" + ",x" * 200_000,
        "lead\n7\n" * 9 + "," * 999,
    ],
)
def test_a_file_with_more_columns_than_a_table_has_is_refused(rows: str) -> None:
    with pytest.raises(BadFile):
        from_csv(WORDS, NOWHERE, rows.encode())


def test_of_a_file_with_too_many_rules_so_many_are_read_as_show_that() -> None:
    rows = ",".join(COLUMNS) + "\n" + "2.1,,,,,,,\n" * 5_000

    assert len(from_csv(WORDS, NOWHERE, rows.encode())) == 201


@given(st.text("0123456789٣-", max_size=8) | st.just("9" * 5_000))
@pytest.mark.parametrize("step", ["remove", "above", "up", "down"])
def test_a_button_that_names_no_line_changes_nothing(step: str, which: str) -> None:
    lines = [Line(section="1")]

    after = done_to(lines, f"{step}-{which}")

    assert after == lines or (which.isascii() and which.isdigit() and not int(which))
