"""Differences: two texts read as one, with what was taken out and what was put in."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.differences import Change, Part, differences

TEXTS = st.text("停车位学校ab1。，\n", max_size=60)


def test_a_changed_number_is_all_that_is_shown_as_changed() -> None:
    found = differences(
        "划定泊位860个，开放院落12处。", "划定泊位910个，开放院落12处。"
    )

    assert found == (
        Part(Change.KEPT, "划定泊位"),
        Part(Change.REMOVED, "860"),
        Part(Change.ADDED, "910"),
        Part(Change.KEPT, "个，开放院落12处。"),
    )


def test_a_clause_put_in_leaves_the_others_alone() -> None:
    found = differences("先修路。再种树。", "先修路。后装灯。再种树。")

    assert [part.text for part in found if part.change is Change.ADDED] == ["后装灯。"]
    assert all(part.change is not Change.REMOVED for part in found)


def test_a_single_sign_between_two_changes_goes_with_them() -> None:
    found = differences("甲乙丙", "丁乙戊")

    assert [part.change for part in found] == [Change.REMOVED, Change.ADDED]


def test_equal_texts_have_no_difference() -> None:
    assert differences("同样的话。", "同样的话。") == (Part(Change.KEPT, "同样的话。"),)


def test_a_very_long_passage_is_shown_as_a_whole() -> None:
    found = differences("甲" * 9_000, "乙" * 9_000)

    assert [part.change for part in found] == [Change.REMOVED, Change.ADDED]


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_parts(before: str, after: str) -> None:
    parts = differences(before, after)

    kept = {Change.KEPT}
    assert (
        "".join(p.text for p in parts if p.change in kept | {Change.REMOVED}) == before
    )
    assert "".join(p.text for p in parts if p.change in kept | {Change.ADDED}) == after


@given(TEXTS, TEXTS)
def test_no_part_is_empty_or_followed_by_its_like(before: str, after: str) -> None:
    parts = differences(before, after)

    assert all(part.text for part in parts)
    assert all(a.change != b.change for a, b in pairwise(parts))
