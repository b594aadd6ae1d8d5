"""What cannot be stored is set aside, and keeps neither rows nor imports waiting."""

import asyncio
import csv
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from httpx import AsyncClient
from sqlalchemy import select, text, update

from app.domain.importing.words import ImportState
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.errors import AppError
from app.models import AuditEvent, ImportFile, ImportPiece, Opinion
from app.premises import Premises
from app.services.importing import files
from app.services.staff import Person
from app.workers.importing import Importer
from tests import at_desk
from tests.fakes import FakeClock
from tests.importing.bringing import bring, check, letter, mbox, send, start, work

ROWS = "意见内容,姓名\n" + "".join(
    f"第{number}盏路灯坏了，请修,张三\n" for number in range(1, 61)
)
BAD = "第7盏"


pytestmark = pytest.mark.usefixtures("administrator")


async def texts(premises: Premises) -> set[str]:
    async with premises.database.reading() as session:
        return set(await session.scalars(select(Opinion.text)))


async def kept(premises: Premises) -> list[int]:
    """Return of which rows there is still something to read."""
    async with premises.database.reading() as session:
        return list(
            await session.scalars(
                select(ImportPiece.number).where(ImportPiece.sealed.is_not(None))
            )
        )


@asynccontextmanager
async def refused_by_the_database(
    premises: Premises, words: str
) -> AsyncIterator[None]:
    """Let it store no opinion that says ``words``, for as long as that is asked for."""
    sqlite = premises.database.sqlite
    begin = (
        "CREATE TRIGGER no_such_opinion BEFORE INSERT ON opinion"
        f" WHEN NEW.text LIKE '%{words}%'"
        " BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        if sqlite
        else "ALTER TABLE opinion ADD CONSTRAINT no_such_opinion"
        f" CHECK (text NOT LIKE '%{words}%')"
    )
    end = (
        "DROP TRIGGER no_such_opinion"
        if sqlite
        else "ALTER TABLE opinion DROP CONSTRAINT no_such_opinion"
    )
    await _said_to(premises, begin)
    try:
        yield
    finally:
        # The other tests have the same PostgreSQL.
        await _said_to(premises, end)


async def _said_to(premises: Premises, statement: str) -> None:
    async with premises.database.writing() as session:
        # A colon would be a parameter; a per cent sign is none in a text without any.
        await session.execute(text(statement))


async def test_who_took_the_report_of_an_import_away_is_on_record(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())
    await check(client, page)

    await client.get(f"{page}/report.csv")

    async with premises.database.reading() as session:
        began, ended = await session.scalars(
            select(AuditEvent)
            .where(
                AuditEvent.action.in_(
                    (Action.IMPORT_REPORT_EXPORTED, Action.EXPORT_ENDED)
                )
            )
            .order_by(AuditEvent.id)
        )
    assert began.facts == {"import_id": int(page.rpartition("/")[2])}
    assert ended.facts["export_id"] == began.id
    assert "cut_short" not in ended.facts


async def test_a_row_that_cannot_be_stored_is_set_aside_and_the_others_are_stored(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())
    await check(client, page)

    async with refused_by_the_database(premises, BAD):
        done = await start(client, premises, page)
    report = (await client.get(f"{page}/report.csv")).content.decode("utf-8-sig")

    assert "新存入 59，以前已有 0，没有接收 1" in done
    assert "系统没能存入这一条" in done
    assert [line for line in report.splitlines() if "没有接收" in line] == [
        (
            "8,没有接收,,,系统没能存入这一条，其余的不受影响。原因已写进日志，请联系系统维护人员。"
            ",第7盏路灯坏了，请修 ｜ 张三"
        )
    ]
    assert not any(BAD in each for each in await texts(premises))


async def test_a_row_that_does_not_open_any_more_is_set_aside(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())
    await check(client, page)
    shown = await client.get(f"{page}?checked=true")
    async with premises.database.writing() as session:
        await session.execute(
            update(ImportPiece)
            .where(ImportPiece.number == 8)
            .values(sealed=b"something else")
        )

    done = await start(client, premises, page)

    assert "可以导入 60 行" in shown.text
    assert "新存入 59，以前已有 0，没有接收 1" in done
    assert "保存的这一条打不开了" in done


async def test_what_was_set_aside_is_shown_while_the_others_are_stored(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())
    await check(client, page)
    await start(client, premises, page)
    async with premises.database.writing() as session:
        await session.execute(
            update(ImportPiece)
            .where(ImportPiece.number == 8)
            .values(fate="refused", fault="too_long", at_column="text")
        )
        await session.execute(
            update(ImportFile).values(state=ImportState.RUNNING, refused=1, stored=59)
        )

    running = (await client.get(page)).text

    assert "已处理 60 / 60" in running
    assert "内容太长。" in running
    assert f"{page}/report.csv" in running


async def test_a_letter_that_does_not_open_any_more_keeps_no_other(
    client: AsyncClient, premises: Premises
) -> None:
    several = [letter(Message_ID=f"<{number}@example.org>") for number in range(3)]
    page = await send(client, premises, "archive.mbox", mbox(*several))
    async with premises.database.writing() as session:
        await session.execute(
            update(ImportPiece).where(ImportPiece.number == 2).values(sealed=b"else")
        )

    done = await start(client, premises, page)

    assert "新存入 2，以前已有 0，没有接收 1" in done


async def test_an_import_that_fails_as_a_whole_keeps_no_later_one_waiting(
    client: AsyncClient, premises: Premises, administrator: Person
) -> None:
    """The parts of its file were lost, so that nothing can be taken out of it."""
    seal = premises.house.seal
    async with premises.database.writing() as session:
        key = await files.begin(
            session, administrator, seal, "one.csv", now=premises.clock()
        )
        await files.add_part(session, seal, key, 0, b"x")
        await session.execute(
            text("UPDATE import_part SET sealed = :other"), {"other": b"something"}
        )
        await files.complete(session, administrator, key, size=1, now=premises.clock())
    sent = await client.post(
        "/desk/imports", files={"file": ("two.csv", ROWS.encode())}
    )
    importer = Importer(premises, stop=asyncio.Event())

    taken = await importer.look_around()
    with pytest.raises(AppError):
        await importer.look_around()

    assert taken == 61
    assert "等待核对" in (await client.get(sent.headers["location"])).text


async def test_an_import_on_a_notice_that_went_away_ends_with_that_reason(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())
    await check(client, page)
    shown = await client.get(f"{page}?checked=true")
    seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    await client.post(f"{page}/start", data={"seen": seen})
    async with premises.database.writing() as session:
        await session.execute(update(ImportFile).values(notice_id=None))

    await work(premises)

    done = (await client.get(page)).text
    assert "没有接收 60" in done
    assert "这个通报没有发布" in done


WRONG = '内容,日期\n"=1+1，<b>井盖</b>\n丢了",哪天\n路灯坏了,2025-03-01\n'


async def test_the_check_and_the_report_show_how_a_row_begins_that_has_a_fault(
    client: AsyncClient, premises: Premises
) -> None:
    page = await send(client, premises, "list.csv", WRONG.encode())
    shown = "=1+1，&lt;b&gt;井盖&lt;/b&gt; 丢了 ｜ 哪天"

    checked = await check(client, page)
    done = await start(client, premises, page)
    report = (await client.get(f"{page}/report.csv")).content.decode("utf-8-sig")

    assert shown in checked.text
    assert shown in done
    line = list(csv.reader(report.splitlines()))[1]
    assert line[0] == "2"
    assert line[-1] == "'=1+1，<b>井盖</b> 丢了 ｜ 哪天"


async def test_a_row_that_was_here_with_another_text_is_shown_in_the_report(
    client: AsyncClient, premises: Premises
) -> None:
    await bring(client, premises, "编号,内容\n7,路灯坏了\n8,井盖丢了\n".encode())

    page = await bring(client, premises, "编号,内容\n7,路灯不亮\n8,井盖丢了\n".encode())

    report = (await client.get(f"{page}/report.csv")).text
    assert "7 ｜ 路灯不亮" in report
    assert "井盖" not in report


async def test_of_what_was_stored_no_copy_is_kept_and_of_the_rest_for_a_while(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    page = await bring(client, premises, WRONG.encode())
    at_first = await kept(premises)
    clock.advance(days=files.KEPT_FOR.days + 1)

    await work(premises)

    assert at_first == [2]
    assert await kept(premises) == []
    # One's session is over by now.
    await at_desk.sit(
        client, premises, await at_desk.hire(premises, Role.ADMINISTRATOR)
    )
    report = (await client.get(f"{page}/report.csv")).text
    assert "读不出日期" in report
    assert "井盖" not in report


async def test_the_report_names_all_that_is_wrong_with_a_row(
    client: AsyncClient, premises: Premises
) -> None:
    wrong = "内容,日期,邮箱\n井盖丢了,哪天,坏的\n路灯坏了,2025-03-01,\n"

    page = await bring(client, premises, wrong.encode())

    report = (await client.get(f"{page}/report.csv")).content.decode("utf-8-sig")
    line = list(csv.reader(report.splitlines()))[1]
    assert line[3] == "邮箱、收到日期"
    assert line[4].startswith("不是邮箱地址。 读不出日期。")
    assert "<td>邮箱、收到日期</td>" in (await client.get(page)).text


@pytest.mark.parametrize("heading", ["", "-1", "13", "x", "1.5"])
async def test_a_heading_that_is_no_row_is_told_beside_the_field(
    client: AsyncClient, premises: Premises, heading: str
) -> None:
    page = await send(client, premises, "list.csv", ROWS.encode())

    said = await check(client, page, heading=heading)

    assert said.status_code == 422
    assert 'id="wrong-heading"' in said.text
    assert f'value="{heading}"' in said.text
