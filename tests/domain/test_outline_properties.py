from hypothesis import example, given
from hypothesis import strategies as st

from app.domain.outline import (
    Contact,
    Node,
    NotANotice,
    Outline,
    decode_notice,
    outline_as_json,
    outline_from_json,
    parse_outline,
)
from app.domain.outline.folding import fold
from app.domain.outline.quotations import enclosed_spans
from tests.domain.notice_texts import SIGNATURE, notice, outline_of

PRINTED = """
一、 （二） ㈢ 1. 2、 (3) ① 第一， 问题一： 1) 。 ； ： “ ” 《 》 ( ） 一是 三是 整改
巡察 关于 的通报 现将 公示 欢迎 监督 联系电话： 0611-5550126 邮箱： a@b.example (at)
地址： 邮编061126 公示期 2024年3月4日 至 共10个工作日 柳湾县水利局 20240301 附件：
特此公示 (下转A4版) (紧接A1版) 序号 责任编辑： 首页>公告 1.86万 𠮷 99999. 万
"""
SPACES = ["\n", "\n\n", " ", "\u3000", "\t", "\ufeff", "\0", "\r"]
PIECES = st.sampled_from([*PRINTED.split(), *SPACES])
TEXTS = st.lists(PIECES, max_size=60).map("".join)

WORDS = st.text(st.sampled_from("渠道渗漏淤塞护坡闸门泵站，"), min_size=1, max_size=12)
STYLES = st.sampled_from(["{一}、", "（{一}）", "{1}.", "{1}、", "({1}）", "第{一}，"])


UNMARKED = str.maketrans("", "", "。：\n")


@st.composite
def bodies(draw: st.DrawFn) -> list[str]:
    """Draw paragraphs, some of them with a number."""
    numerals = ["一", "二", "三", "四", "五", "六"]
    paragraphs = ["一、整改"]
    for _ in range(draw(st.integers(0, 15))):
        value = draw(st.integers(1, 6))
        label = draw(st.one_of(st.just(""), STYLES))
        label = label.replace("{一}", numerals[value - 1]).replace("{1}", str(value))
        end = draw(st.sampled_from(["。", "。已完成。", "：在办。", ""]))
        paragraphs.append(f"{label}{draw(WORDS)}{end}")
    return paragraphs


@given(st.one_of(st.text(), TEXTS, TEXTS.map(notice)))
@example("一" * 10_000)
@example("(" * 50_000 + "一、整改")
def test_any_text_is_either_outlined_or_refused(text: str) -> None:
    try:
        outline = parse_outline(text)
    except NotANotice:
        return
    assert outline.chapters


@given(st.binary(max_size=400))
def test_any_bytes_are_either_read_or_refused(content: bytes) -> None:
    try:
        text = decode_notice(content)
    except NotANotice:
        return
    assert "\0" not in text


@given(bodies())
def test_no_character_of_the_body_is_lost(paragraphs: list[str]) -> None:
    outline = outline_of("\n".join(paragraphs))
    items = "".join(node.label + node.heading + node.body for node in outline.nodes())
    shown = f"{items}{outline.closing}".translate(UNMARKED)
    assert shown == "".join([*paragraphs, SIGNATURE]).translate(UNMARKED)


@given(bodies())
def test_every_numbered_paragraph_is_an_item(paragraphs: list[str]) -> None:
    outline = outline_of("\n".join(paragraphs))
    numbered = [text for text in paragraphs if text[0] in "一二三四五六（(第123456"]
    assert len(list(outline.nodes())) == len(numbered)


@given(st.one_of(TEXTS.map(notice), bodies().map("\n".join).map(notice)))
def test_paths_are_the_ordinals_of_siblings(text: str) -> None:
    try:
        outline = parse_outline(text)
    except NotANotice:
        return
    waiting = [("", outline.chapters)]
    while waiting:
        prefix, siblings = waiting.pop()
        for ordinal, node in enumerate(siblings, start=1):
            assert node.path == f"{prefix}{ordinal}"
            waiting.append((f"{node.path}.", node.children))


@given(bodies())
def test_full_width_print_changes_the_text_but_not_the_tree(
    paragraphs: list[str],
) -> None:
    narrow = "\n".join(paragraphs)
    wide = narrow.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "123456.()"})
    assert [node.path for node in outline_of(wide).nodes()] == [
        node.path for node in outline_of(narrow).nodes()
    ]


TEXT = st.text(max_size=8)
NODES = st.recursive(
    st.builds(Node, path=TEXT, label=TEXT, heading=TEXT, body=TEXT),
    lambda nodes: st.builds(
        Node,
        path=TEXT,
        label=TEXT,
        heading=TEXT,
        body=TEXT,
        measures=st.lists(TEXT, max_size=2).map(tuple),
        children=st.lists(nodes, max_size=3).map(tuple),
    ),
    max_leaves=12,
)
OUTLINES = st.builds(
    Outline,
    title=TEXT,
    issuer=st.none() | TEXT,
    published_on=st.none() | st.dates(),
    preamble=TEXT,
    chapters=st.lists(NODES, max_size=3).map(tuple),
    closing=st.none() | TEXT,
    contact=st.builds(
        Contact,
        phones=st.lists(TEXT, max_size=2).map(tuple),
        emails=st.lists(TEXT, max_size=2).map(tuple),
        masked_email=st.booleans(),
        address=st.none() | TEXT,
        postcode=st.none() | TEXT,
        period=st.none() | TEXT,
    ),
    warnings=st.lists(TEXT, max_size=2).map(tuple),
)


@given(OUTLINES)
def test_the_written_form_is_read_back_the_same(outline: Outline) -> None:
    assert outline_from_json(outline_as_json(outline)) == outline


def test_the_deepest_tree_is_written_and_read_without_recursion() -> None:
    node = Node(path="1", label="1.", heading="渠道", body="")
    for _ in range(5000):
        node = Node(path="1", label="1.", heading="渠道", body="", children=(node,))
    deep = Outline("", None, None, "", (node,), None, Contact(), ())
    read = outline_from_json(outline_as_json(deep))
    assert sum(1 for _ in read.nodes()) == 5001


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(st.sampled_from('“”《》()[]"甲。'), max_size=40))
def test_enclosed_stretches_stand_apart_and_in_order(text: str) -> None:
    spans = enclosed_spans(text)
    ends = [0, *(place for span in spans for place in span)]
    assert ends == sorted(ends)
    assert all(end - start >= 2 for start, end in spans)
