"""Figures, the board, the report and the docket at the desk."""

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from httpx import AsyncClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Kind, Role
from app.models import AuditEvent
from app.premises import Premises
from app.workers import figures
from tests import at_desk

FORMULA = '=HYPERLINK("http://evil.example","click")'


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> None:
    """A supervisor who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, person)


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("page", ["/desk/figures", "/desk/board"])
async def test_before_anything_was_reckoned_the_page_says_so(
    client: AsyncClient, page: str
) -> None:
    found = await client.get(page)

    assert "还没有统计过" in found.text


@pytest.mark.usefixtures("supervisor")
async def test_rates_stand_there_with_their_formulas(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)

    page = await client.get("/en/desk/figures")

    assert "answered in time ÷ (answered in time" in page.text
    assert "said to be solved ÷ all that citizens rated" in page.text
    assert "rated 4 or 5 ÷ all that citizens rated" in page.text
    assert "Week by week" in page.text
    assert "Kind" in page.text


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("path", ["/desk/docket", "/desk/figures/report.xlsx"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_days_at_the_end_of_time_are_no_time(
    client: AsyncClient, path: str, day: str
) -> None:
    if path == "/desk/docket":
        page = await client.post(path, data={"since": day, "until": day})
    else:
        page = await client.get(f"{path}?since={day}&until={day}")

    assert page.status_code == 422


@pytest.mark.usefixtures("supervisor")
@pytest.mark.parametrize("asked", ["since=2026-12-01&until=2026-11-01",
                                   "since=2001-01-01"])  # fmt: skip
async def test_a_time_that_is_none_is_said_beside_its_field(
    client: AsyncClient, asked: str
) -> None:
    page = await client.get(f"/desk/figures?{asked}")

    assert page.status_code == 422
    assert 'aria-describedby="period-problem"' in page.text
    assert "日期不对" in page.text


@pytest.mark.usefixtures("supervisor")
async def test_the_board_is_loaded_anew_until_somebody_stops_that(
    client: AsyncClient,
) -> None:
    moving, still = [
        (await client.get(f"/desk/board{asked}")).text for asked in ("", "?still=true")
    ]

    assert 'data-again="60"' in moving
    assert "data-again" not in still


@pytest.mark.usefixtures("supervisor")
async def test_the_report_says_who_drew_it_up(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)

    page = await client.get("/desk/figures/report")

    assert "共收到意见建议 1 件" in page.text
    assert "制表：supervisor 某" in page.text


@pytest.mark.usefixtures("supervisor")
async def test_the_workbook_has_a_sheet_for_each_table(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await figures.look_around(premises)

    found = await client.get("/en/desk/figures/report.xlsx")

    book = CalamineWorkbook.from_filelike(BytesIO(found.content))
    assert book.sheet_names[:2] == ["Week (from Monday)", "By channel"]
    rows = book.get_sheet_by_name("By channel").to_python()
    assert [row[:2] for row in rows[1:]] == [["Web form", 1.0], ["Together", 1.0]]


@pytest.mark.usefixtures("supervisor")
async def test_columns_of_a_docket_are_as_wide_as_what_stands_in_them(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)

    sheet = await client.post("/desk/docket", data={"form": "xlsx"})

    with ZipFile(BytesIO(sheet.content)) as book:
        written = book.read("xl/worksheets/sheet1.xml").decode()
    first = re.search(r'<col min="1" max="1" width="([\d.]+)"', written)
    assert first is not None
    assert float(first[1]) > len("AAAA-BBBB-CCCC")


@pytest.mark.usefixtures("supervisor")
async def test_a_docket_is_text_where_a_citizen_wrote_a_formula(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises, subject=FORMULA)

    sheet = await client.post("/desk/docket", data={"form": "xlsx"})
    lines = await client.post("/desk/docket", data={"form": "csv"})

    book = CalamineWorkbook.from_filelike(BytesIO(sheet.content))
    head, row = book.get_sheet_by_index(0).to_python()
    assert row[head.index("主题")] == FORMULA
    assert lines.content.startswith(b"\xef\xbb\xbf")
    assert f"'{FORMULA}".replace('"', '""') in lines.text


@pytest.mark.usefixtures("supervisor")
async def test_a_docket_has_what_citizens_wrote_only_where_that_was_asked_for(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises, text="东桥的栏杆断了。")

    without = await client.post("/desk/docket", data={"form": "csv"})
    with_it = await client.post("/desk/docket", data={"form": "csv", "words": "true"})

    assert "东桥的栏杆断了" not in without.text
    assert "东桥的栏杆断了" in with_it.text


@pytest.mark.usefixtures("supervisor")
async def test_that_somebody_took_a_docket_goes_on_record(
    client: AsyncClient, premises: Premises
) -> None:
    await client.post("/desk/docket", data={"form": "csv", "words": "true"})

    async with premises.database.reading() as session:
        (event,) = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.EXPORTED)
        )
    assert event.facts["words"] is True
    assert event.facts["form"] == "csv"


@pytest.mark.usefixtures("supervisor")
async def test_a_report_of_wrongdoing_is_in_no_docket_of_another_office(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    officer = await at_desk.hire(premises, Role.AUDITOR)
    reported = await at_desk.open_case(premises, kind=Kind.REPORT)
    await at_desk.sit(client, premises, officer)

    found = await client.post("/desk/docket", data={"form": "csv"})

    assert reported.receipt_number not in found.text
    assert found.text.count("\n") == 2
