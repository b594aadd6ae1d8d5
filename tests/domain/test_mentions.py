"""Mentions: whom a note names, as people write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.mentions import MOST, known_as, mentioned

NAMES = {
    known_as(name): frozenset(keys)
    for name, keys in {
        "王芳": {1}, "王芳芳": {2}, "li": {3}, "Li.Ming": {4}, "陈": {5, 6},
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("请@王芳看一下", [1]),
        ("@王芳芳，还有＠王芳", [2, 1]),
        ("@LI 看看", [3]),
        ("@li.ming 看看", [4]),
        ("@lily 看看", []),
        ("写信到 wang@li.example.org", []),
        ("@陈 @陈", [5, 6]),
        ("@ 王芳", []),
        ("王芳", []),
        ("@没有这个人", []),
        ("(@li)", [3]),
    ],
)
def test_a_name_after_an_at_is_whoever_is_called_so(text: str, keys: list[int]) -> None:
    assert mentioned(text, NAMES) == keys


@given(st.text())
def test_of_whatever_text_only_known_people_come_out_once_and_not_too_many(
    text: str,
) -> None:
    found = mentioned(text, NAMES)

    assert len(found) == len(set(found)) <= MOST
    assert set(found) <= set().union(*NAMES.values())


@given(st.lists(st.sampled_from(sorted(NAMES)), max_size=5))
def test_each_name_that_is_mentioned_is_found_whatever_stands_between(
    names: list[str],
) -> None:
    text = "，".join(f"请@{name}" for name in names)

    found = mentioned(text, NAMES)

    assert set(found) == set().union(*(NAMES[name] for name in names))
