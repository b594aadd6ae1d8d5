"""The working calendar: days that are worked, counted, and pasted from a notice."""

import tomllib
from datetime import date
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deadlines.announcement import as_text, read_announcement
from app.domain.deadlines.calendar import CalendarYear, Version
from app.domain.deadlines.shipped import calendar_of, shipped_years

SHIPPED = calendar_of({})
DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2027, 12, 31))
SATURDAY = 6

NEXT_YEAR = """关于2027年放假的安排（举例）
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至12日（周五）放假调休，共8天。1月31日（周日）、2月20日（周六）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
值班另行安排。
"""


def read(text: str, year: str = "2027") -> tuple[CalendarYear | None, list[str]]:
    facts, slips = read_announcement(year=year, source="举例", text=text)
    return facts, [slip.code for slip in slips]


@pytest.mark.parametrize("year", shipped_years())
def test_each_holiday_gives_as_many_days_off_as_the_law_says(year: int) -> None:
    file = resources.files("app.domain.deadlines").joinpath("shipped.toml")
    facts = tomllib.loads(file.read_text(encoding="utf-8"))[str(year)]["holidays"]
    by_law = {each["name"]: each["statutory"] for each in facts}

    for holiday in shipped_years()[year].holidays:
        off = [day for day in holiday.free if day.isoweekday() < SATURDAY]

        wanted = by_law[holiday.name]
        assert len(off) - len(holiday.worked) == wanted, holiday.name


@pytest.mark.parametrize("year", shipped_years())
def test_only_weekend_days_make_up_for_others(year: int) -> None:
    facts = shipped_years()[year]

    assert all(day.isoweekday() >= SATURDAY for day in facts.worked)
    assert not facts.free & facts.worked
    assert facts.source


def test_a_saturday_may_be_worked_and_a_monday_free() -> None:
    assert SHIPPED.is_working_day(date(2026, 2, 28))
    assert not SHIPPED.is_working_day(date(2026, 2, 23))
    assert not SHIPPED.is_working_day(date(2026, 3, 7))


def test_two_working_days_over_the_spring_festival() -> None:
    assert SHIPPED.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_a_year_of_which_nothing_is_known_is_a_guess() -> None:
    assert SHIPPED.knows([date(2026, 12, 31)])
    assert not SHIPPED.knows([date(2026, 12, 31), date(2027, 1, 4)])
    assert SHIPPED.is_working_day(date(2027, 10, 1))


@given(DAYS, st.integers(min_value=1, max_value=80))
def test_what_is_added_can_be_counted(start: date, count: int) -> None:
    end = SHIPPED.add_working_days(start, count)

    assert SHIPPED.is_working_day(end)
    assert SHIPPED.count_working_days(start, end) == count


@given(DAYS, st.integers(0, 60), st.integers(1, 60))
def test_one_term_after_another_is_both_together(
    start: date, first: int, second: int
) -> None:
    halfway = SHIPPED.add_working_days(start, first) if first else start

    together = SHIPPED.add_working_days(start, first + second)
    assert SHIPPED.add_working_days(halfway, second) == together


def test_a_whole_announcement_can_be_pasted() -> None:
    facts, slips = read(NEXT_YEAR)

    assert slips == []
    assert facts is not None
    assert [each.name for each in facts.holidays] == ["元旦", "春节", "清明节"]
    assert date(2027, 2, 12) in facts.free
    assert facts.worked == {date(2027, 1, 31), date(2027, 2, 20)}


def test_a_holiday_may_begin_in_the_year_before() -> None:
    facts, _ = read("元旦：2026年12月31日至2027年1月2日放假。")

    assert facts is not None
    assert min(facts.free) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "no_holidays"),
        ("元旦快乐", "no_holidays"),
        ("元旦：全体放假。", "days_missing"),
        ("元旦：1月1日放假。\n春节 2月5日至12日放假。", "line_unread"),
        ("元旦：1月1日放假。\n1月4日上班。", "line_unread"),
        ("春节：\n2月5日至12日放假。", "line_unread"),
        ("元旦：1月32日放假。", "bad_day"),
        ("元旦：3日放假。", "bad_day"),
        ("元旦：2029年1月1日放假。", "bad_day"),
        ("国庆：10月7日至1日放假。", "bad_span"),
        ("国庆：9月1日至10月7日放假。", "bad_span"),
        ("元旦：1月1日（周四）放假。", "wrong_weekday"),
        ("元旦：1月2日放假。1月2日上班。", "free_and_worked"),
        ("元旦：1月1日放假。1月4日上班。", "worked_anyway"),
        ("元旦：2026年1月1日放假。", "another_year"),
        ("现将2025年元旦放假安排通知如下。\n元旦：1月1日放假。", "said_otherwise"),
        ("2026年部分节假日安排\n元旦：1月1日放假。", "said_otherwise"),
    ],
)
def test_what_cannot_be_is_told_where_it_stands(text: str, code: str) -> None:
    assert read(text) == (None, [code])


@pytest.mark.parametrize("year", ["", "27", "202７", "1999", "2101", "2027年"])
def test_a_year_has_four_digits(year: str) -> None:
    assert read(NEXT_YEAR, year)[1] == ["bad_year"]


@given(st.text(alphabet="元旦：:年月日至、。放假上班（周一二)12027\n ", max_size=80))
def test_no_text_breaks_the_reader(text: str) -> None:
    facts, slips = read(text)

    assert (facts is None) == bool(slips)


@pytest.mark.parametrize("year", shipped_years())
def test_a_year_reads_back_as_it_was_written(year: int) -> None:
    facts = shipped_years()[year]

    again, slips = read_announcement(
        year=str(year), source=facts.source, text=as_text(facts)
    )

    assert (again, slips) == (facts, [])


def test_what_was_reckoned_with_an_older_calendar_can_be_again() -> None:
    facts, _ = read(NEXT_YEAR)
    assert facts is not None
    own = calendar_of({2027: facts}, entered=1)

    assert own.version == Version.parse("2026+1")
    assert str(own.version) == "2026+1"
    assert not own.is_working_day(date(2027, 2, 8))
    assert calendar_of({}, shipped=2025).is_working_day(date(2026, 10, 1))
