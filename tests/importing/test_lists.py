"""Lists of earlier years in the browser: looked at, checked, stored once each."""

import asyncio
import sys
import time
from datetime import UTC, datetime
from io import BytesIO

import pytest
import xlsxwriter
from httpx import AsyncClient
from sqlalchemy import func, select, update

from app.domain.importing.words import Column, ImportState
from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, Kind, MailState, Status
from app.models import (
    Answer,
    Arrival,
    AuditEvent,
    Case,
    ImportFile,
    ImportPart,
    ImportPiece,
    Note,
    Office,
    Opinion,
    OutboxMessage,
)
from app.premises import Premises
from app.services.importing import checking, files
from app.services.importing.checking import Terms
from app.services.staff import Person
from app.workers.importing import Importer
from tests import make
from tests.at_desk import UNIT
from tests.fakes import FakeClock
from tests.importing import bringing
from tests.importing.bringing import LIST, bring, check, send, start, work
from tests.stored import count

pytestmark = pytest.mark.usefixtures("administrator")


async def case_saying(premises: Premises, words: str) -> tuple[Case, Opinion]:
    async with premises.database.reading() as session:
        row = await session.execute(
            select(Case, Opinion)
            .join(Opinion, Opinion.id == Case.opinion_id)
            .where(Opinion.text.contains(words))
        )
        case, opinion = row.one()
        return case, opinion


async def test_nothing_of_a_list_counts_before_it_is_started(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "2025年登记表.csv", LIST.encode())

    checked = await check(client, page)

    assert "可以导入 2 行，其中 1 行已有答复" in checked.text
    assert await count(premises, Opinion) == 0


async def test_columns_are_guessed_by_their_headings(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", LIST.encode())

    assert bringing.columns_on(await client.get(page)) == [
        "own_number", "text", "name", "phone", "email", "received", "item", "office",
        "answer", "answered",
    ]  # fmt: skip


async def test_what_was_answered_is_closed_with_its_own_days_and_never_late(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    case, opinion = await case_saying(premises, "护栏")
    assert (case.status, case.disposition) == (Status.CLOSED, Disposition.EXPLAINED)
    assert opinion.registered_at == datetime(2025, 3, 1, 4, tzinfo=UTC)
    assert case.answered_at == datetime(2025, 3, 20, 4, tzinfo=UTC)
    assert case.due_at >= case.answered_at
    assert (case.lapses_at, case.policy) == (None, None)
    async with premises.database.reading() as session:
        office = await session.get_one(Office, case.office_id)
        answers = (await session.scalars(select(Answer.text))).all()
    assert (office.name, answers) == (UNIT, ["护栏已经加固。"])


async def test_what_is_open_gets_a_clock_that_begins_today(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    case, opinion = await case_saying(premises, "菜市场")
    assert case.status in {Status.REGISTERED, Status.ASSIGNED}
    assert opinion.registered_at == premises.clock()
    assert case.due_at > premises.clock()
    async with premises.database.reading() as session:
        received = await session.scalar(
            select(Arrival.received_at).where(Arrival.opinion_id == opinion.id)
        )
    assert received == datetime(2025, 4, 2, 4, tzinfo=UTC)


async def test_a_case_tells_its_earlier_number_and_days(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    case, _ = await case_saying(premises, "护栏")
    async with premises.database.reading() as session:
        note = await session.scalar(select(Note.text).where(Note.case_id == case.id))
    assert note is not None
    assert {"原编号：2025-1", "原收到日期：2025-03-01"} <= set(note.splitlines())


async def test_nobody_is_written_to(client: AsyncClient, premises: Premises) -> None:
    await bring(client, premises, LIST.encode())

    async with premises.database.reading() as session:
        waiting = select(func.count()).where(OutboxMessage.state == MailState.WAITING)
        assert await session.scalar(waiting) == 0


async def test_a_later_answer_to_an_imported_case_is_mailed(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())
    _, opinion = await case_saying(premises, "菜市场")

    number = opinion.receipt_number
    await client.post(
        f"/desk/cases/{number}/answer", data={"text": "已经派人疏导。", "revision": "1"}
    )

    assert await count(premises, OutboxMessage) == 1


async def test_the_same_list_is_stored_once(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    page = await bring(client, premises, LIST.encode("gb18030"), "again.csv")

    assert "新存入 0，以前已有 2，没有接收 0" in (await client.get(page)).text
    assert await count(premises, Opinion) == 2
    assert await count(premises, Answer) == 1


async def test_a_row_is_known_by_its_number_whatever_else_changed(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    page = await bring(client, premises, LIST.replace("护栏松了", "栏杆坏了").encode())

    assert "以前已有 2" in (await client.get(page)).text
    report = (await client.get(f"{page}/report.csv")).text
    assert "这个编号或这一行以前导入过" in report
    assert await count(premises, Opinion) == 2


async def test_two_rows_alike_in_everything_are_one(
    client: AsyncClient, premises: Premises
) -> None:
    row = "路灯坏了,张三\n"

    page = await bring(client, premises, f"内容,姓名\n{row}{row}".encode())

    assert "新存入 1，以前已有 1" in (await client.get(page)).text


async def test_faults_are_named_by_row_and_column_and_left_out(
    client: AsyncClient, premises: Premises
) -> None:
    bad = "内容,邮箱,日期,事项,单位\n好的一行,,,,\n,x,昨天,9.9.9,无此局\n"
    page = await send(client, premises, "list.csv", bad.encode())

    checked = await check(client, page)

    for said in (
        "没有意见内容",
        "不是邮箱地址",
        "读不出日期",
        "没有这个事项",
        "没有这个单位",
    ):
        assert said in checked.text
    assert "B · 邮箱" in checked.text
    over = await start(client, premises, page)
    assert "新存入 1，以前已有 0，没有接收 1" in over


async def test_a_report_of_wrongdoing_lies_with_those_who_receive_them(
    client: AsyncClient, premises: Premises
) -> None:
    listed = f"内容,性质,承办单位\n某科长收钱办事,举报,{UNIT}\n"

    await bring(client, premises, listed.encode())

    case, _ = await case_saying(premises, "某科长")
    async with premises.database.reading() as session:
        office = await session.get_one(Office, case.office_id)
    assert case.restricted
    assert case.kind is Kind.REPORT
    assert office.leads


async def test_a_wrong_guess_is_corrected_and_no_text_is_told_beside_it(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", "甲,乙\n路灯坏了,张三\n".encode())

    refused = await check(client, page, heading="1", column=["", "name"])
    taken = await check(client, page, heading="1", column=["text", "name"])

    assert refused.status_code == 422
    assert "请指定哪一栏是意见内容" in refused.text
    assert "可以导入 1 行" in taken.text


async def test_two_columns_cannot_hold_the_same(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", "甲,乙\n路灯坏了,张三\n".encode())

    refused = await check(client, page, column=["text", "text"])

    assert refused.status_code == 422


async def test_what_is_started_is_what_was_looked_at(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", LIST.encode())
    await check(client, page)
    await check(client, page)

    begun = await client.post(f"{page}/start", data={"seen": "2"})

    assert begun.status_code == 409
    assert "请重新核对" in begun.text


async def test_two_workers_store_every_row_once(
    client: AsyncClient, premises: Premises
) -> None:
    rows = "".join(f"第{number}盏路灯坏了\n" for number in range(120))
    page = await send(client, premises, "list.csv", f"内容,姓名\n{rows}".encode())
    await check(client, page)
    shown = (await client.get(f"{page}?checked=true")).text
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    await client.post(f"{page}/start", data={"seen": seen})

    await asyncio.gather(work(premises), work(premises))

    assert "新存入 120，以前已有 0" in (await client.get(page)).text
    assert await count(premises, Opinion) == 120


async def test_an_import_that_was_broken_off_goes_on_where_it_stood(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", LIST.encode())
    key = int(page.rpartition("/")[2])
    stop = asyncio.Event()
    stop.set()
    async with premises.database.writing() as session:
        await session.execute(
            update(ImportFile).values(state=ImportState.READING, kind=None)
        )
        await files.add_part(session, premises.house.seal, key, 0, LIST.encode())

    await Importer(premises, stop=stop).look_around()

    assert await count(premises, ImportPiece) == 3
    await check(client, page)
    assert "新存入 2" in await start(client, premises, page)


async def test_while_a_long_list_is_checked_others_have_their_turn(
    premises: Premises, administrator: Person
) -> None:
    rows = "".join(f"第{number}盏路灯坏了,张三\n" for number in range(3000))
    key = await bringing.waiting(premises, administrator, f"内容,姓名\n{rows}")
    terms = Terms(
        notice=make.SLUG, channel=Channel.LETTER, heading=1,
        columns=[Column.TEXT, Column.NAME],
    )  # fmt: skip
    async with premises.database.writing() as session:
        await checking.put(session, administrator, premises.house, key, terms)
    gaps: list[float] = []
    checking_over = asyncio.Event()

    async def come_and_go() -> None:
        before = time.process_time()
        while not checking_over.is_set():
            await asyncio.sleep(0)
            now = time.process_time()
            gaps.append(now - before)
            before = now

    visitor = asyncio.create_task(come_and_go())
    began = time.process_time()
    async with premises.database.reading() as session:
        row = await files.seen(session, key)
        found = await checking.check(session, premises.house, row, now=premises.clock())
    took = time.process_time() - began
    checking_over.set()
    await visitor

    assert found.good == 3000
    assert max(gaps) < took / 10


async def test_two_workers_take_a_file_apart_and_no_row_is_lost(
    client: AsyncClient, premises: Premises
) -> None:
    rows = "".join(f"第{number}盏路灯坏了\n" for number in range(1000))
    sent = await client.post(
        "/desk/imports", files={"file": ("list.csv", f"内容\n{rows}".encode())}
    )

    await asyncio.gather(work(premises), work(premises), return_exceptions=True)
    await work(premises)

    assert await count(premises, ImportPiece) == 1001
    assert "共 1001 行" in (await client.get(sent.headers["location"])).text


async def test_nothing_that_a_citizen_wrote_is_kept_twice(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    assert await count(premises, ImportPart) == 0
    async with premises.database.reading() as session:
        kept = select(func.count()).where(ImportPiece.sealed.is_not(None))
        assert await session.scalar(kept) == 0


async def test_a_file_that_nobody_starts_is_deleted(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    await send(client, premises, "list.csv", LIST.encode())

    clock.advance(days=files.KEPT_FOR.days + 1)
    await work(premises)

    assert await count(premises, ImportFile) == 0
    assert await count(premises, ImportPiece) == 0


async def test_a_report_is_removed_and_what_was_imported_stays(
    client: AsyncClient, premises: Premises
) -> None:
    page = await bring(client, premises, LIST.encode())

    removed = await client.post(f"{page}/remove")

    assert removed.status_code == 303
    assert (await client.get(page)).status_code == 404
    assert await count(premises, Opinion) == 2
    again = await bring(client, premises, LIST.encode())
    assert "以前已有 2" in (await client.get(again)).text


async def test_it_is_on_record_who_imported(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, LIST.encode())

    async with premises.database.reading() as session:
        actions = (await session.scalars(select(AuditEvent.action))).all()
    assert actions.count(Action.IMPORTED) == 2
    assert {Action.IMPORT_BEGUN, Action.IMPORT_STARTED} <= set(actions)
    assert "开始导入，共 2 条" in (await client.get("/desk/audit")).text


async def test_where_workbooks_cannot_be_read_the_page_says_so_beforehand(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "python_calamine", None)

    page = await client.get("/desk/imports")

    assert "暂时只能上传 csv 和邮件" in page.text
    assert 'accept=".mbox,.mbx,.eml,.zip,.csv"' in page.text


async def test_a_workbook_is_read_with_its_days_and_numbers(
    client: AsyncClient, premises: Premises
) -> None:
    pytest.importorskip("python_calamine")
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, ["2025年来信登记表"])
    sheet.write_row(2, 0, ["来信内容", "联系电话", "来信日期"])
    sheet.write_string(3, 0, "学校门口要一条斑马线。")
    sheet.write_number(3, 1, 13900000000)
    sheet.write_datetime(3, 2, datetime(2025, 5, 6), day)  # noqa: DTZ001 - a sheet knows no zone
    book.close()
    page = await send(client, premises, "登记表.xlsx", file.getvalue())

    shown = await client.get(page)
    checked = await check(client, page)

    assert 'name="heading" type="number" min="0" max="12" value="3"' in shown.text
    assert "13900000000" in shown.text
    assert "可以导入 1 行" in checked.text
    await start(client, premises, page)
    _, opinion = await case_saying(premises, "斑马线")
    async with premises.database.reading() as session:
        received = await session.scalar(
            select(Arrival.received_at).where(Arrival.opinion_id == opinion.id)
        )
    assert received == datetime(2025, 5, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("list.csv", b"\xff\x00\x81", "csv 请存成"),
        ("list.csv", b"\n\n", "没有可以导入的内容"),
        ("picture.png", b"\x89PNG\r\n\x1a\n", "认不出这是什么文件"),
        ("list.csv", b"," * 60 + b"x\n", "超过 50 栏"),
        ("list.xlsx", b"PK\x03\x04 broken", "文件损坏"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(
    client: AsyncClient, premises: Premises, name: str, content: bytes, said: str
) -> None:
    page = await send(client, premises, name, content)

    assert said in (await client.get(page)).text
    assert await count(premises, ImportPart) == 0


async def test_no_file_is_told_beside_the_field(client: AsyncClient) -> None:
    page = await client.post("/desk/imports", files={"file": ("", b"")})

    assert page.status_code == 422
    assert 'id="wrong-file"' in page.text


async def test_the_report_holds_no_formula(
    client: AsyncClient, premises: Premises
) -> None:
    page = await bring(client, premises, "内容,邮箱\n=1+1 的问题,\n,x\n".encode())

    report = await client.get(f"{page}/report.csv")

    assert report.content.startswith(b"\xef\xbb\xbf")
    assert all(not cell.startswith(("=", "+")) for cell in report.text.split(","))
    assert "没有意见内容" in report.text
    assert make.SLUG not in report.text
