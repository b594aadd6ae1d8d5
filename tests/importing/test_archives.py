"""Archives are taken apart without trusting them."""

import tracemalloc
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.importing.words import Trouble
from app.gateways.archives import letters, sheets
from app.gateways.archives.kinds import FileKind, UnreadableFile, kind_of


def zipped(*entries: tuple[str, bytes]) -> BytesIO:
    """Return a zip."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in entries:
            archive.writestr(name, file)
    content.seek(0)
    return content


def workbook(folder: Path, cells: dict[tuple[int, int], str]) -> Path:
    """Return a workbook with these cells, each by its row and column from 0."""
    pytest.importorskip("python_calamine")
    file = folder / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for (row, column), said in cells.items():
        sheet.write_string(row, column, said)
    book.close()
    return file


def test_a_zip_bomb_is_counted_while_it_unpacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(letters, "MOST_UNPACKED", 2**20)
    bomb = zipped(*((f"{number}.eml", bytes(2**19)) for number in range(4)))

    with pytest.raises(UnreadableFile) as refused:
        list(letters.letters_in(FileKind.ZIP, "a.zip", bomb, most=2**19))

    assert refused.value.trouble is Trouble.TOO_LARGE_UNPACKED


def test_a_bomb_within_an_mbox_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "MOST_UNPACKED", 2**20)
    bomb = zipped(("a.mbox", bytes(2**21)))

    with pytest.raises(UnreadableFile) as refused:
        list(letters.letters_in(FileKind.ZIP, "a.zip", bomb, most=2**30))

    assert refused.value.trouble is Trouble.TOO_LARGE_UNPACKED


@pytest.mark.parametrize("name", ["../../etc/a.eml", "/tmp/a.eml", "C:\\a.eml"])  # noqa: S108 - a name in a zip
def test_a_path_in_a_zip_leads_nowhere(name: str, tmp_path: Path) -> None:
    found = list(
        letters.letters_in(FileKind.ZIP, "a.zip", zipped((name, b"x")), most=9)
    )

    assert [letter.content for letter in found] == [b"x"]
    assert list(tmp_path.iterdir()) == []


def test_a_locked_zip_is_named_so() -> None:
    content = bytearray(zipped(("a.eml", b"secret")).getvalue())
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(UnreadableFile) as refused:
        list(letters.letters_in(FileKind.ZIP, "a", BytesIO(bytes(content)), most=99))

    assert refused.value.trouble is Trouble.LOCKED_FILE


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "MOST_BYTES", 2**16)
    file = tmp_path / "a.xlsx"
    file.write_bytes(zipped(("xl/sheet", bytes(2**20))).getvalue())

    with pytest.raises(UnreadableFile) as refused:
        list(sheets.rows_in(FileKind.BOOK, file, most=9))

    assert refused.value.trouble is Trouble.TOO_LARGE_UNPACKED


def test_a_sheet_that_claims_a_thousand_million_cells_ends_its_reader_alone(
    tmp_path: Path,
) -> None:
    file = workbook(tmp_path, {(0, 0): "first", (1_048_575, 16_383): "last"})

    with pytest.raises(UnreadableFile):
        list(sheets.rows_in(FileKind.BOOK, file, most=9))


def test_a_table_that_begins_further_in_keeps_its_rows_and_columns(
    tmp_path: Path,
) -> None:
    cells = {(2, 1): "来信内容", (2, 2): "姓名", (4, 2): "李四"}
    file = workbook(tmp_path, cells)

    assert list(sheets.rows_in(FileKind.BOOK, file, most=9)) == [
        (3, ["", "来信内容", "姓名"]), (5, ["", "", "李四"]),
    ]  # fmt: skip


def test_more_rows_than_are_taken_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a\n" * 10)

    with pytest.raises(UnreadableFile) as refused:
        list(sheets.rows_in(FileKind.TEXT, file, most=9))

    assert refused.value.trouble is Trouble.TOO_MANY_PIECES


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        (
            "a.mbox",
            b"From a@b.c Mon Mar  3 09:00:00 2025\nSubject: x\n\n",
            FileKind.MBOX,
        ),
        (
            "export",
            b"From a@b.c Mon Mar  3 09:00:00 2025\nSubject: x\n\n",
            FileKind.MBOX,
        ),
        ("a.eml", b"Subject: x\n\nhello", FileKind.LETTER),
        ("export", b"Received: x\nSubject: x\n\nhello", FileKind.LETTER),
        ("a.csv", b"a,b\n", FileKind.TEXT),
        ("a.xls", b"\xd0\xcf\x11\xe0rest", FileKind.BOOK),
        (
            "a.ods",
            zipped(
                ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet")
            ).getvalue(),
            FileKind.BOOK,
        ),
        ("a.zip", zipped(("a.eml", b"x")).getvalue(), FileKind.ZIP),
    ],
)
def test_a_file_is_known_by_what_is_in_it(
    name: str, content: bytes, kind: FileKind
) -> None:
    assert kind_of(name, BytesIO(content)) is kind


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "gb18030"])
@given(text=st.text(st.characters(codec="gb18030", exclude_characters="\ufeff")))
def test_chinese_text_is_read_in_either_charset(charset: str, text: str) -> None:
    written = f"来信内容{text}".encode(charset)

    assert written.decode(sheets.charset_of(BytesIO(written))).endswith(text)


@given(st.binary())
@example(b"\xef")
def test_any_bytes_are_text_or_named_as_none(content: bytes) -> None:
    try:
        text = content.decode(sheets.charset_of(BytesIO(content)))
    except UnreadableFile as refused:
        text = refused.trouble

    assert isinstance(text, str)


def test_a_long_list_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    peaks = []
    for rows in (4_000, 40_000):
        file = tmp_path / f"{rows}.csv"
        line = "河边的护栏松了，孩子常在那里玩。" * 4 + "\n"
        file.write_text("来信内容\n" + line * rows, encoding="gb18030")
        tracemalloc.start()
        found = sum(1 for _ in sheets.read_rows(FileKind.TEXT, file))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found == rows + 1

    assert peaks[1] < 1.5 * peaks[0]


@given(st.lists(st.lists(st.one_of(st.none(), st.floats(), st.text()), max_size=9)))
def test_rows_that_hold_nothing_are_left_out_and_the_others_keep_their_numbers(
    rows: list[list[Any]],
) -> None:
    found = list(sheets.numbered(rows))

    assert all(cells and cells[-1].strip() for _, cells in found)
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    for number, cells in found:
        assert (
            cells == [sheets.as_text(cell) for cell in rows[number - 1]][: len(cells)]
        )
