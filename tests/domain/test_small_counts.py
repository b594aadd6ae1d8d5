"""Small counts are withheld, and cannot be told from what is shown."""

from collections import Counter
from collections.abc import Iterator, Mapping

from hypothesis import given
from hypothesis import strategies as st

from app.domain.small_counts import LEAST, Shown, guarded

Table = dict[str, dict[str, int]]

numbers = st.integers(0, 9)
tables = st.dictionaries(
    st.sampled_from("abcde"),
    st.dictionaries(st.sampled_from("vwxyz"), numbers, min_size=1),
    min_size=1,
)


def alone(table: Table) -> Shown[str, str]:
    return guarded({"": table})[""]


def lines(table: Table, shown: Shown[str, str]) -> Iterator[tuple[list[int], bool]]:
    """Yield of each line the true numbers withheld, and whether its sum is shown."""
    columns = {column for numbers in table.values() for column in numbers}
    ways: list[list[tuple[int, int | None]]] = [
        [(table[row].get(each, 0), shown.cell(row, each)) for each in columns]
        for row in table
    ]
    ways += [
        [(table[row].get(each, 0), shown.cell(row, each)) for row in table]
        for each in columns
    ]
    sums = [shown.rows.get(row, 0) for row in table]
    sums += [shown.columns.get(column, 0) for column in columns]
    for way, total in zip(ways, sums, strict=True):
        yield [true for true, told in way if told is None], total is not None


def test_what_is_large_enough_is_shown_and_zero_too() -> None:
    shown = alone({"a": {"v": 3, "w": 0}, "b": {"v": 0, "w": 12}})

    assert shown.cell("a", "v") == 3
    assert shown.cell("a", "w") == 0
    assert shown.rows == {"a": 3, "b": 12}
    assert shown.total == 15


def test_one_small_number_takes_another_with_it_along_its_row_and_column() -> None:
    shown = alone({"a": {"v": 2, "w": 5, "x": 9}, "b": {"v": 7, "w": 8, "x": 9}})

    gone = {place for place, number in shown.cells.items() if number is None}
    assert gone == {("a", "v"), ("a", "w"), ("b", "v"), ("b", "w")}
    assert shown.rows == {"a": 16, "b": 24}


def test_three_ones_are_not_told_by_their_sum() -> None:
    shown = alone({"a": {"v": 1, "w": 1, "x": 1}})

    assert set(shown.cells.values()) == {None}
    assert shown.rows == {"a": None}


@given(tables)
def test_no_number_below_three_is_ever_shown(table: Table) -> None:
    shown = alone(table)

    told = [*shown.cells.values(), *shown.rows.values(), *shown.columns.values()]
    assert not [n for n in [*told, shown.total] if n is not None and 0 < n < LEAST]


@given(tables)
def test_what_is_shown_is_true(table: Table) -> None:
    shown = alone(table)

    assert {
        (row, column)
        for (row, column), number in shown.cells.items()
        if number not in {None, table[row][column]}
    } == set()
    sums = {row: sum(numbers.values()) for row, numbers in table.items()}
    assert {
        r for r, number in shown.rows.items() if number not in {None, sums[r]}
    } == set()


@given(tables)
def test_no_withheld_number_follows_from_the_rest_of_its_line(table: Table) -> None:
    shown = alone(table)

    for withheld, sum_is_shown in lines(table, shown):
        if sum_is_shown:
            assert len(withheld) != 1
            assert (
                sum(withheld) not in {len(withheld), 2 * len(withheld)} or not withheld
            )
    margins = [n for n in shown.rows.values() if n is None]
    assert shown.total is None or len(margins) != 1


@given(tables, tables)
def test_tables_of_the_same_rows_withhold_the_same_sums(
    one: Table, other: Table
) -> None:
    pairs = {row: sum(numbers.values()) for row, numbers in one.items()}
    same = {row: {"k": number} for row, number in pairs.items()}
    shown = guarded({"one": one, "other": same, "third": _spread(pairs, other)})

    assert shown["one"].rows == shown["other"].rows == shown["third"].rows


def _spread(sums: Mapping[str, int], by: Table) -> Table:
    """Return the same sums, cut in another way."""
    found: Table = {}
    for row, number in sums.items():
        first = min(number, Counter(by.get(row, {})).total())
        found[row] = {"p": first, "q": number - first}
    return found
