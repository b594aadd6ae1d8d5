"""A notice made ready for reading: nothing is lost, added or reworded."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from app.domain.outline import Node, decode_notice, parse_outline
from app.web.notices.markup import Pen
from app.web.reading import Passage, passages, short_name
from tests import make, needs

ITEM = (
    "有关部门正在办理:一是摸清底数。逐户登记。二是分类处理;三是公开结果。"
    "其余3户年底前完成。"
)


def node(body: str, *measures: str) -> Node:
    return Node(path="1", label="一、", heading="整改", body=body, measures=measures)


def flat(parts: tuple[Passage, ...]) -> str:
    return "".join("".join(part.paragraphs + part.measures) for part in parts)


def bare(text: str) -> str:
    return "".join(text.split())


def figures(text: str) -> list[str]:
    return re.findall('<span class="figure">(.+?)</span>', str(Pen().mark(text)))


def test_measures_stand_apart_with_their_ordinals() -> None:
    parts = passages(node(ITEM, "摸清底数。逐户登记。", "分类处理", "公开结果。"))

    assert parts == (
        Passage(paragraphs=("有关部门正在办理:",)),
        Passage(
            measures=("一是摸清底数。逐户登记。", "二是分类处理;", "三是公开结果。")
        ),
        Passage(paragraphs=("其余3户年底前完成。",)),
    )


def test_a_measure_that_is_not_found_leaves_the_body_whole() -> None:
    assert passages(node(ITEM, "另一件事", "分类处理")) == (
        Passage(paragraphs=(ITEM,)),
    )


def test_paragraphs_stay_paragraphs() -> None:
    assert passages(node("一段\n又一段")) == (Passage(paragraphs=("一段", "又一段")),)


def test_an_item_without_a_body_has_no_passages() -> None:
    assert passages(node("")) == ()


def test_every_item_of_the_sample_reads_as_it_is_printed() -> None:
    outline = parse_outline(decode_notice(make.notice_source()))

    for item in outline.nodes():
        assert bare(flat(passages(item))) == bare(item.body)


def test_every_item_of_the_real_notices_reads_as_it_is_printed() -> None:
    for file in sorted(needs.shared("notices").glob("0[0-6]*.txt")):
        for item in parse_outline(decode_notice(file.read_bytes())).nodes():
            assert bare(flat(passages(item))) == bare(item.body)


@given(st.lists(st.text("一二是。;(1)\n甲乙", min_size=1)), st.data())
def test_nothing_is_lost_whatever_the_measures(
    texts: list[str], data: st.DataObject
) -> None:
    body = "".join(texts)
    measures = data.draw(st.lists(st.sampled_from(texts or [""])))

    assert bare(flat(passages(node(body, *measures)))) == bare(body)


def test_numbers_with_their_units_are_figures() -> None:
    text = "投入1,360.5万元,建成42个点位,完成率98.7%,惠及2万余户"

    assert figures(text) == ["1,360.5万元", "42个", "98.7%", "2万余户"]


def test_full_width_numbers_are_figures_too() -> None:
    assert figures("投入\uff13\uff16\uff10万元") == ["\uff13\uff16\uff10万元"]


def test_dates_and_numbers_of_documents_are_no_figures() -> None:
    assert figures("2026年3月20日,国办函〔2025〕66号,第3条") == []


@given(st.text())
def test_marking_figures_changes_no_sign_and_lets_no_markup_through(text: str) -> None:
    marked = str(Pen().mark(text))
    plain = re.sub(r'<span class="(?:figure|deadline|field)">|</span>', "", marked)

    assert html.unescape(plain) == html.unescape(html.escape(text))
    assert "<" not in plain


def test_a_long_run_of_digits_is_read_in_one_go() -> None:
    assert figures("9" * 100_000) == []


def test_a_short_name_fits_its_line() -> None:
    assert short_name(node("", ""), 10) == "一、 整改"
    assert len(short_name(Node("1", "一、", "长" * 99, ""), 20)) == 20
