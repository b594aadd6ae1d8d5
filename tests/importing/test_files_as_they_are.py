"""Files as offices have them: renamed, locked, counted from one, packed by mailers."""

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from httpx import AsyncClient
from sqlalchemy import func, select

from app.domain.importing.columns import guess_columns, without_running
from app.domain.importing.days import moment_of
from app.domain.importing.words import Column, Trouble
from app.errors import InvalidInput
from app.gateways.archives import sheets
from app.gateways.archives.kinds import FileKind, UnreadableFile, kind_of
from app.models import Opinion
from app.premises import Premises
from tests.importing.bringing import bring, letter, mbox, send
from tests.importing.test_rows import ZONE


def maildir(*letters: bytes) -> bytes:
    """Return a zip that holds a Maildir, with what else lies in one."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, each in enumerate(letters):
            folder = "cur" if number % 2 else "new"
            flags = ":2,S" if number % 2 else ""
            archive.writestr(f"Maildir/{folder}/17464{number}.M1P1.host{flags}", each)
        archive.writestr("Maildir/dovecot.index.log", b"\x00\x01")
        archive.writestr("Maildir/tmp/half", b"From: half")
    return content.getvalue()


def profile(*letters: bytes) -> bytes:
    """Return a zip of a mail program's folder: an mbox without an ending."""
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("Mail/Local Folders/Inbox", mbox(*letters))
        archive.writestr("Mail/Local Folders/Inbox.msf", b"// <!-- <mdb:mork")
        archive.writestr("Mail/Local Folders/README", b"From here on nothing")
    return content.getvalue()


@pytest.mark.usefixtures("administrator")
@pytest.mark.parametrize("pack", [maildir, profile])
async def test_a_zipped_mailbox_gives_its_letters(
    client: AsyncClient, premises: Premises, pack: Callable[..., bytes]
) -> None:
    content = pack(letter(), letter("站台没有雨棚。", Message_ID="<2@example.org>"))

    page = await send(client, premises, "往年.zip", content)

    assert "文件里有 2 封信" in (await client.get(page)).text


@pytest.mark.usefixtures("administrator")
async def test_the_rows_of_a_second_list_do_not_pass_for_those_of_the_first(
    client: AsyncClient, premises: Premises
) -> None:
    lists = (
        f"序号,来信内容\n1,{year}年路灯坏了\n2,{year}年路不平\n" for year in (24, 25)
    )

    for content in lists:
        page = await bring(client, premises, content.encode())

    assert "新存入 2，以前已有 0" in (await client.get(page)).text
    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count(Opinion.id))) == 4


@pytest.mark.usefixtures("administrator")
async def test_a_known_number_with_other_words_is_shown_beside_what_was_set_aside(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, "编号,来信内容\nA-7,路灯坏了\n".encode())

    page = await bring(client, premises, "编号,来信内容\nA-7,井盖松了\n".encode())

    shown = (await client.get(page)).text
    assert "当时的内容不同" in shown
    assert "A-7 ｜ 井盖松了" in shown


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("登记表.xlsx", "序号,内容\n".encode("gb18030"), FileKind.TEXT),
        ("登记表.xls", "序号\t内容\n".encode("utf-16"), FileKind.TEXT),
    ],
)
def test_a_list_as_text_may_be_called_a_workbook(
    name: str, content: bytes, kind: FileKind
) -> None:
    assert kind_of(name, BytesIO(content)) is kind


@pytest.mark.parametrize("content", [b"<html><table>", b"\x89PNG\0"])
def test_what_is_neither_text_nor_workbook_is_not_taken_for_one(
    content: bytes,
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        kind_of("登记表.xls", BytesIO(content))

    assert refused.value.trouble is Trouble.UNKNOWN_FILE


def test_a_workbook_with_a_password_is_named_so_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    pytest.importorskip("python_calamine")
    file = tmp_path / "file"
    named = "EncryptedPackage".encode("utf-16-le")
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000) + named)

    with pytest.raises(UnreadableFile) as refused:
        list(sheets.rows_in(FileKind.BOOK, file, most=9))

    assert refused.value.trouble is Trouble.LOCKED_FILE


def test_a_day_merged_over_two_rows_is_the_day_of_both_and_a_text_is_not(
    tmp_path: Path,
) -> None:
    pytest.importorskip("python_calamine")
    file = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    form = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.merge_range(1, 1, 3, 1, date(2025, 4, 1), form)
    sheet.merge_range(1, 2, 2, 2, "路灯坏了")
    sheet.write_column(1, 3, ["张三", "李四"])
    sheet.write(4, 3, "王五")
    book.close()

    assert list(sheets.read_rows(FileKind.BOOK, file)) == [
        (2, ["", "2025-04-01", "路灯坏了", "张三"]),
        (3, ["", "2025-04-01", "", "李四"]),
        (5, ["", "", "", "王五"]),
    ]


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("45722", 4),
        ("45722.604166", 4),
        ("2025/3/6 上午9:30", 1),
        ("2025/3/6 下午3:30", 7),
        ("2025年3月6日 下午12:30", 4),
    ],
)
def test_a_day_is_read_as_spreadsheets_write_it(written: str, hour: int) -> None:
    found = moment_of(written, zone=ZONE).astimezone(UTC)

    assert found.replace(minute=0) == datetime(2025, 3, 6, hour, tzinfo=UTC)


@pytest.mark.parametrize("written", ["4572", "13800", "457220", "2025-3-6 下午23:60"])
def test_a_number_that_counts_no_day_is_refused(written: str) -> None:
    with pytest.raises(InvalidInput):
        moment_of(written, zone=ZONE)


@pytest.mark.parametrize(
    ("numbers", "kept"),
    [
        (["1", "2", "3"], False),
        (["1", "2", "合计"], False),
        (["12", "13"], True),
        (["2025-1"], True),
        ([], True),
    ],
)
def test_a_number_that_only_counts_rows_is_not_the_offices_own(
    numbers: list[str], *, kept: bool
) -> None:
    columns = guess_columns(["序号", "内容"])

    found = without_running(columns, [[number, "路灯坏了"] for number in numbers])

    assert found == [Column.OWN_NUMBER if kept else None, Column.TEXT]
