import time

from hypothesis import given
from hypothesis import strategies as st

from app.domain.succession import SectionWords, matched

SAYINGS = (
    "补贴资金发放提速", "村级账务清理见底", "危房改造漏项补齐", "审批环节压减",
    "拖欠企业账款清偿", "安置房停工项目复工", "断头路打通", "老旧水厂搬迁",
)  # fmt: skip
BODIES = (
    "七道手续并为三道,到账不超过二十天。", "抽调骨干逐笔核对,已收回三百万元。",
    "组织干部再走一遍,新识别七十三户。", "八个部门同一天到场,当场出具意见。",
    "逐户登记欠款原因和还款来源,六月底还清。", "由副市长包案,截至六月底主体封顶。",
    "协调铁路部门调整方案,五月实现通车。", "取水口上移四公里,供水管线同步埋设。",
)  # fmt: skip

Items = list[tuple[str, str]]

items = st.permutations(list(zip(SAYINGS, BODIES, strict=True)))
places = st.integers(0, len(SAYINGS) - 1)


def section(path: str, heading: str, text: str = "") -> SectionWords:
    label = f"({path.rpartition('.')[2]})"
    return SectionWords(path=path, label=label, heading=heading, text=text)


def chapter(listed: Items) -> list[SectionWords]:
    """Return ``listed`` as the items of one chapter, numbered as they stand."""
    return [
        section(f"1.{number}", heading, text)
        for number, (heading, text) in enumerate(listed, start=1)
    ]


def kept(before: Items, after: Items) -> dict[int, int]:
    """Return for each place in ``after`` the place in ``before`` of the same item."""
    same = matched(chapter(before), chapter(after))
    return {place(new): place(old) for new, old in same.items()}


def place(path: str) -> int:
    return int(path.rpartition(".")[2]) - 1


@given(items)
def test_a_text_that_did_not_change_keeps_every_item(listed: Items) -> None:
    assert kept(listed, listed) == {n: n for n in range(len(listed))}


@given(items, items)
def test_items_that_changed_places_stay_themselves(before: Items, after: Items) -> None:
    expected = {n: before.index(item) for n, item in enumerate(after)}

    assert kept(before, after) == expected


@given(items, places)
def test_a_new_item_is_nobodys_successor(listed: Items, at: int) -> None:
    after = listed.copy()
    after.insert(at, ("食堂采购公开招标", "每月公示菜价,家长可到场查看。"))

    same = kept(listed, after)

    assert at not in same
    assert len(same) == len(listed)


@given(items, places)
def test_an_item_that_is_gone_leaves_the_others_alone(listed: Items, at: int) -> None:
    after = listed[:at] + listed[at + 1 :]

    assert kept(listed, after) == {n: n + (n >= at) for n in range(len(after))}


@given(items, places)
def test_a_new_text_under_the_old_heading_is_the_old_item(
    listed: Items, at: int
) -> None:
    after = listed.copy()
    after[at] = (listed[at][0], "目前已经全部完成,经复查没有反弹。")

    assert kept(listed, after)[at] == at


@given(items, places)
def test_a_reworded_heading_over_the_old_text_is_the_old_item(
    listed: Items, at: int
) -> None:
    after = listed.copy()
    after[at] = (f"继续推进{listed[at][0]}", listed[at][1])

    assert kept(listed, after)[at] == at


@given(items, places, items, places)
def test_moved_edited_joined_and_gone_all_at_once(
    before: Items, gone: int, after: Items, edited: int
) -> None:
    left = [item for item in after if item != before[gone]]
    at = edited % len(left)
    changed = left.copy()
    changed[at] = (left[at][0], left[at][1] + "已通过验收。")
    changed.append(("食堂采购公开招标", "每月公示菜价,家长可到场查看。"))

    expected = {n: before.index(item) for n, item in enumerate(left)}
    assert kept(before, changed) == expected


words = st.text("补贴资金发放提速村级账务清理", max_size=6)
scribbles = st.lists(st.tuples(words, words), max_size=8)


@given(scribbles, scribbles)
def test_no_old_item_has_two_successors(before: Items, after: Items) -> None:
    same = kept(before, after)

    assert len(set(same.values())) == len(same)
    assert set(same) <= set(range(len(after)))
    assert set(same.values()) <= set(range(len(before)))


def test_items_called_alike_move_with_the_chapters_they_stand_in() -> None:
    before = [
        section("1", "惠民补贴"), section("1.1", "存在问题", "发放滞后"),
        section("2", "营商环境"), section("2.1", "存在问题", "拖欠账款"),
    ]  # fmt: skip
    after = [
        section("1", "营商环境"), section("1.1", "存在问题", "拖欠账款"),
        section("2", "惠民补贴"), section("2.1", "存在问题", "发放滞后"),
    ]  # fmt: skip

    assert matched(before, after) == {"1": "2", "1.1": "2.1", "2": "1", "2.1": "1.1"}


def test_items_called_alike_follow_their_chapter_even_with_a_new_text() -> None:
    before = [
        section("1", "惠民补贴"), section("1.1", "整改情况", "已发放三成"),
        section("2", "营商环境"), section("2.1", "整改情况", "已清欠一半"),
    ]  # fmt: skip
    after = [
        section("1", "营商环境"), section("1.1", "整改情况", "本月清完"),
        section("2", "惠民补贴"), section("2.1", "整改情况", "本月发完"),
    ]  # fmt: skip

    assert matched(before, after) == {"1": "2", "1.1": "2.1", "2": "1", "2.1": "1.1"}


def test_two_long_texts_with_nothing_in_common_are_soon_told_apart() -> None:
    before = [section(f"1.{n}", f"甲{n}", f"旧文{n}" * 20) for n in range(10_000)]
    after = [section(f"1.{n}", f"乙{n}", f"新文{n}" * 20) for n in range(10_000)]
    began_at = time.process_time()

    assert matched(before, after) == {}
    assert time.process_time() - began_at < 5
