"""Rows of lists: what they tell of, and what is wrong with them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.importing.columns import guess_columns, guess_heading, letter_of
from app.domain.importing.days import moment_of
from app.domain.importing.rows import Known, ListedOpinion, folded, read_row
from app.domain.importing.words import Column
from app.domain.vocabulary import Kind
from app.errors import InvalidInput

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 2, tzinfo=UTC)
KNOWN = Known(
    zone=ZONE, now=NOW,
    items={folded("2.1.4"): "2.1.4", folded("（一）"): "1"},
    offices={folded("城管局"): 7},
)  # fmt: skip

cells = st.lists(st.text(max_size=30), max_size=12)
columns = st.lists(st.sampled_from([None, *Column]), max_size=12)


@given(cells, columns)
def test_any_row_is_read_or_its_faults_are_named(
    row: list[str], holds: list[Column | None]
) -> None:
    found = read_row(row, holds, KNOWN)

    if isinstance(found, ListedOpinion):
        assert found.text
        assert found.received_at is None or found.received_at <= NOW
    else:
        assert found
        assert {fault.column for fault in found} <= {*holds, Column.TEXT}


@given(st.dates(date(1990, 1, 2), date(2026, 11, 29)), st.sampled_from("-/."))
def test_a_day_is_read_as_people_write_it(day: date, sign: str) -> None:
    written = (
        f"{day.year}{sign}{day.month}{sign}{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        f"{day.isoformat()} 08:30",
        f"{day.isoformat()}T08:30:00",
    )

    assert {moment_of(each, zone=ZONE).date() for each in written} == {day}


@given(st.text())
def test_what_is_no_day_is_refused(text: str) -> None:
    try:
        code = None if moment_of(text, zone=ZONE).tzinfo else "naive"
    except InvalidInput as refused:
        code = refused.code

    assert code in {None, "bad_day"}


def test_a_day_that_is_yet_to_come_is_a_fault() -> None:
    tomorrow = (NOW + timedelta(days=2)).date().isoformat()

    found = read_row(["路灯坏了", tomorrow], [Column.TEXT, Column.RECEIVED], KNOWN)

    assert isinstance(found, tuple)
    assert [(fault.column, fault.code) for fault in found] == [
        (Column.RECEIVED, "date_to_come")
    ]


def test_an_answer_is_not_older_than_what_it_answers() -> None:
    found = read_row(
        ["路灯坏了", "2025-03-02", "2025-03-01"],
        [Column.TEXT, Column.RECEIVED, Column.ANSWERED],
        KNOWN,
    )

    assert isinstance(found, tuple)
    assert found[0].code == "answered_before"


@pytest.mark.parametrize(
    ("item", "office", "kind"),
    [
        ("2.1.4", "城管局", "投诉"),
        (" 2．1．4 ", "城管局 ", "complaint"),
        ("一", "", ""),
    ],
)
def test_items_offices_and_kinds_are_named_as_people_do(
    item: str, office: str, kind: str
) -> None:
    found = read_row(
        ["路灯坏了", item, office, kind],
        [Column.TEXT, Column.ITEM, Column.OFFICE, Column.KIND],
        KNOWN,
    )

    assert isinstance(found, ListedOpinion)
    assert found.item in {"2.1.4", "1"}
    assert found.office_id in {7, None}
    assert found.kind in {Kind.COMPLAINT, None}


def test_the_heading_is_found_below_a_title() -> None:
    rows = [
        ["2025年群众来信登记表"],
        ["", ""],
        ["来信人", "来信内容"],
        ["张三", "灯坏了"],
    ]

    assert guess_heading(rows) == 3


def test_a_list_without_headings_has_none() -> None:
    assert guess_heading([["张三", "灯坏了"], ["李四", "路不平"]]) == 0


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("反映内容（必填）", Column.TEXT),
        ("答复时间", Column.ANSWERED),
        ("答复", Column.ANSWER),
        ("E-mail", Column.EMAIL),
        ("主办单位", Column.OFFICE),
        ("备注", None),
        ("请在这里写下您对本次整改的意见，谢谢", None),
    ],
)
def test_a_column_is_known_by_its_heading(heading: str, column: Column | None) -> None:
    assert guess_columns([heading]) == [column]


@given(st.lists(st.text(max_size=12), max_size=20))
def test_no_two_columns_are_taken_for_the_same(heading: list[str]) -> None:
    known = [column for column in guess_columns(heading) if column is not None]

    assert len(known) == len(set(known))


@pytest.mark.parametrize(
    ("place", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (49, "AX")]
)
def test_columns_are_called_as_in_a_spreadsheet(place: int, letter: str) -> None:
    assert letter_of(place) == letter
