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
few = st.dictionaries(
    st.sampled_from("abcdef"),
    st.dictionaries(st.sampled_from("vwxyz"), st.integers(0, 2), min_size=1),
    min_size=2,
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


def solved(tables: Mapping[str, Shown[str, str]]) -> list[int]:
    """Return the withheld numbers of which somebody patient finds the one answer."""
    low: dict[object, int] = {}
    high: dict[object, int] = {}
    sums: dict[object, list[object]] = {}

    def see(key: object, number: int | None, *wholes: object) -> None:
        low[key], high[key] = (1, 10**6) if number is None else (number, number)
        for whole in wholes:
            sums.setdefault(whole, []).append(key)

    for name, shown in tables.items():
        see("all", shown.total)
        for row, number in shown.rows.items():
            see(row, number, (name, "all"))
        for column, number in shown.columns.items():
            see((name, column), number, (name, "all", "columns"))
        for (row, column), number in shown.cells.items():
            see((name, row, column), number, (name, "row", row), (name, column))
    before: object = None
    while before != (before := (dict(low), dict(high))):
        for whole, parts in sums.items():
            _narrow(low, high, _whole(whole), parts)
    hidden = [key for key, _ in _withheld(tables)]
    return [low[key] for key in hidden if low[key] == high[key]]


def _whole(key: object) -> object:
    """Return the sum that a line adds up to."""
    if isinstance(key, tuple) and "all" in key:
        return "all"
    return key[2] if isinstance(key, tuple) and len(key) == 3 else key


def _narrow(
    low: dict[object, int], high: dict[object, int], whole: object, parts: list[object]
) -> None:
    least, most = sum(low[part] for part in parts), sum(high[part] for part in parts)
    low[whole], high[whole] = max(low[whole], least), min(high[whole], most)
    for part in parts:
        others = most - high[part], least - low[part]
        low[part] = max(low[part], low[whole] - others[0])
        high[part] = min(high[part], high[whole] - others[1])
        least = others[1] + low[part]
        most = others[0] + high[part]


def _withheld(
    tables: Mapping[str, Shown[str, str]],
) -> Iterator[tuple[object, None]]:
    for name, shown in tables.items():
        told: dict[object, int | None] = {"all": shown.total}
        told |= dict(shown.rows.items())
        told |= {(name, column): number for column, number in shown.columns.items()}
        told |= {(name, *place): number for place, number in shown.cells.items()}
        yield from ((key, None) for key, number in told.items() if number is None)


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


@given(few, few)
def test_whoever_solves_all_tables_together_finds_no_small_number(
    one: Table, other: Table
) -> None:
    sums = {row: sum(numbers.values()) for row, numbers in one.items()}
    cut = {"one": one, "other": _spread(sums, other)}

    found = solved(guarded(cut))

    assert [number for number in found if number < LEAST] == []


def test_sums_that_are_as_small_as_can_be_do_not_tell_their_parts() -> None:
    rows = {"a": {"v": 1}, "b": {"v": 1, "w": 1}, "c": {"w": 1}, "d": {"v": 1}}

    shown = alone(rows)

    assert shown.total is None
    assert set(shown.rows.values()) == {None}


def test_it_is_the_same_number_that_goes_in_whatever_order_they_came() -> None:
    rows = {"a": {"v": 2, "w": 5, "x": 5}, "b": {"v": 7, "w": 8, "x": 8}}
    turned = {
        row: dict(reversed(numbers.items())) for row, numbers in reversed(rows.items())
    }

    assert alone(rows) == alone(turned)
