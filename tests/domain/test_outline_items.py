import pytest

from tests.domain.notice_texts import labels, only, outline_of


def test_levels_come_from_the_order_of_appearance() -> None:
    outline = outline_of("一、甲\n1、乙\n(1)丙\n①丁\n②戊\n(2)己\n2、庚\n二、辛")
    assert labels(outline) == {
        "1": "一、",
        "1.1": "1、",
        "1.1.1": "(1)",
        "1.1.1.1": "①",
        "1.1.1.2": "②",
        "1.1.2": "(2)",
        "1.2": "2、",
        "2": "二、",
    }


def test_any_style_may_be_the_top_level() -> None:
    outline = outline_of("（一）甲\n1.乙\n2.丙\n（二）丁\n1.戊")
    assert list(labels(outline)) == ["1", "1.1", "1.2", "2", "2.1"]


def test_levels_may_be_skipped_in_one_chapter_and_not_in_another() -> None:
    outline = outline_of("一、甲\n（1）乙\n二、丙\n（一）丁\n（1）戊\n三、己\n第一，庚")
    assert list(labels(outline)) == ["1", "1.1", "2", "2.1", "2.1.1", "3", "3.1"]


def test_mixed_brackets_and_widths_are_one_style() -> None:
    outline = outline_of("(1)甲\n（2)乙\n(3）丙\n（４）丁")
    assert list(labels(outline)) == ["1", "2", "3", "4"]
    assert labels(outline)["4"] == "（４）"


def test_a_list_goes_on_in_a_mark_that_was_mixed_up() -> None:
    outline = outline_of("一、甲\n1.乙\n2、丙\n3.丁\n二、戊")
    assert list(labels(outline)) == ["1", "1.1", "1.2", "1.3", "2"]


def test_two_marks_that_both_count_from_one_are_two_levels() -> None:
    outline = outline_of("1.甲\n1、乙\n2、丙\n2.丁\n1、戊")
    assert list(labels(outline)) == ["1", "1.1", "1.2", "2", "2.1"]


def test_paths_count_whatever_is_printed() -> None:
    outline = outline_of("二、甲\n二、乙\n(五)丙\n(五)丁\n九、戊")
    assert list(labels(outline)) == ["1", "2", "2.1", "2.2", "3"]


@pytest.mark.parametrize(
    ("printed", "heading", "body"),
    [
        ("1.疏通渠道。已经完成。", "疏通渠道", "已经完成。"),
        ("1.疏通渠道：已经完成。", "疏通渠道", "已经完成。"),
        ("1.疏通渠道:已经完成。", "疏通渠道", "已经完成。"),
        ("1.疏通渠道，清除淤泥", "疏通渠道，清除淤泥", ""),
        ("1.疏通渠道，清除淤泥；", "疏通渠道，清除淤泥", ""),
        ("1.疏通渠道，清除淤泥。", "疏通渠道，清除淤泥", ""),
        ("1.关于“渠道淤塞。群众缺水”的问题", "关于“渠道淤塞。群众缺水”的问题", ""),
        (
            "1.落实《通知：限期办理。》要求。完成",
            "落实《通知：限期办理。》要求",
            "完成",
        ),
        ("1.疏通渠道（含支渠：12条)情况。完成", "疏通渠道（含支渠：12条)情况", "完成"),
        ("1.“淤塞。缺水。已经疏通。", "“淤塞", "缺水。已经疏通。"),
        ("1.推行8:30上岗。完成", "推行8:30上岗", "完成"),
        ("1.(灌区)疏通。完成", "(灌区)疏通", "完成"),
        ("问题一：疏通渠道：完成", "疏通渠道", "完成"),
        ("1. 疏通　渠道", "疏通 渠道", ""),
    ],
)
def test_a_heading_ends_where_the_rules_say(
    printed: str, heading: str, body: str
) -> None:
    node = only(outline_of(printed))
    assert (node.heading, node.body) == (heading, body)


def test_text_below_an_item_belongs_to_it_until_the_next_number() -> None:
    outline = outline_of("一、甲\n说明。\n1.乙\n责任单位：水利站\n2023年完成。\n二、丙")
    bodies = {node.path: node.body for node in outline.nodes()}
    assert bodies == {"1": "说明。", "1.1": "责任单位：水利站\n2023年完成。", "2": ""}


def test_enumerations_in_running_text_are_no_items() -> None:
    node = only(
        outline_of("1.便民：（1）延时服务；（2）上门服务；①电话预约②网上预约。")
    )
    assert node.children == ()


def test_a_number_alone_on_its_line_takes_the_heading_below_it() -> None:
    node = only(outline_of("一、\n疏通渠道。\n已经完成。"))
    assert (node.heading, node.body) == ("疏通渠道", "已经完成。")


def test_measures_are_read_within_a_paragraph() -> None:
    node = only(
        outline_of(
            "1.清淤。现状：一是疏通；分两期。二是清运；三是管护。另外，二是说明。"
        )
    )
    assert node.measures == ("疏通；分两期。", "清运；", "管护。另外，二是说明。")


def test_measures_may_be_paragraphs_of_their_own() -> None:
    node = only(outline_of("1.清淤\n一是疏通。\n二是清运。\n以上均已完成。"))
    assert node.measures == ("疏通。", "清运。")


def test_measures_may_begin_right_behind_the_number() -> None:
    node = only(outline_of("1.一是疏通渠道。二是清运淤泥。"))
    assert node.measures == ("疏通渠道。", "清运淤泥。")


@pytest.mark.parametrize(
    "text",
    [
        "1.作风。一要实干；二要创新。",
        "1.账目。一是一，二是二，不得虚报。",
        "1.账目。一是一、二是二，不得虚报。",
        "1.口号。“目标明确。一是疏通。二是清运。”",
        "1.落实。全县一是疏通、二是清运。",
        "1.干部。“一把手”带头，一案双查。",
    ],
)
def test_what_only_looks_like_a_measure_is_none(text: str) -> None:
    assert only(outline_of(text)).measures == ()


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("1.清淤。一是甲。三是乙。", ("missing measure 二是",)),
        ("1.清淤。一是甲。二是乙。二是丙。", ("repeated measure 二是",)),
        (
            "1.清淤。一是甲。一是乙。三是丙。",
            ("repeated measure 一是", "missing measure 二是"),
        ),
        ("1.清淤。一是甲。二是乙。\n下一步：一是丙。二是丁。", ()),
        ("1.清淤。二是甲。三是乙。", ()),
    ],
)
def test_measures_out_of_order_are_warned_of(
    text: str, warnings: tuple[str, ...]
) -> None:
    assert outline_of(text).warnings == warnings


def test_a_page_turn_in_a_sentence_leaves_one_item() -> None:
    outline = outline_of(
        "1.清淤。一是疏通12条、 (下转第三版)\n（上接A1版）支渠。二是清运。\n2.护坡"
    )
    assert outline.chapters[0].measures == ("疏通12条、支渠。", "清运。")
    assert outline.warnings == ("joined page turn",)


def test_the_page_between_two_halves_is_passed_over() -> None:
    outline = outline_of(
        "1.疏通渠道，\n下转A4版\n要闻 A4\n(紧接A1版)清运淤泥。已完成。"
    )
    assert only(outline).heading == "疏通渠道，清运淤泥"


def test_a_page_turn_between_two_items_does_not_merge_them() -> None:
    outline = outline_of("1.疏通渠道。(下转2版)\n(上接1版)2.清运淤泥。")
    assert list(labels(outline)) == ["1", "2"]
    assert outline.warnings == ("joined page turn",)


def test_a_page_turn_within_one_paragraph_is_taken_out() -> None:
    outline = outline_of("1.疏通渠道，（下转2版）（上接1版）清运淤泥。")
    assert only(outline).heading == "疏通渠道，清运淤泥"
    assert outline.warnings == ("joined page turn",)


def test_the_cells_of_a_flattened_table_are_no_items() -> None:
    outline = outline_of(
        "1.清淤\n序号\n渠段\n时间\n1.\n东干渠\n2023年3月\n2.\n西干渠\n2023年4月\n2.护坡"
    )
    assert list(labels(outline)) == ["1", "2"]
    assert outline.chapters[0].body.endswith("2.\n西干渠\n2023年4月")
    assert outline.warnings == ("flattened table",)


def test_rows_whose_number_shares_a_cell_are_no_items() -> None:
    outline = outline_of(
        "（一）清淤情况见下表\n渠段\n时间\n1.东干渠\n3月\n2.西干渠\n4月\n（二）护坡。"
    )
    assert list(labels(outline)) == ["1", "2"]


def test_rows_with_long_cells_keep_their_numbers_to_themselves() -> None:
    outline = outline_of(
        "1.清淤\n序号\n问题\n办理\n1.\n东干渠淤塞，两个村的农田不能灌溉。\n已办结\n"
        "2.\n西干渠的护坡塌方，压坏农户菜地若干。\n在办\n2.护坡。已修。"
    )
    assert list(labels(outline)) == ["1", "2"]


@pytest.mark.parametrize(
    "table",
    [
        "| 渠段 | 时间 | 责任人 |\n| 1. 东 | 3月 | 张 |\n| 2. 西 | 4月 | 李 |",
        "渠段\t时间\t责任人\n1.东\t3月\t张\n2.西\t4月\t李",
        "渠段 |\n1.东干渠 |\n2.西干渠 |",
        "序号渠段完成时间责任单位整改措施",
    ],
)
def test_tables_in_rows_are_noticed(table: str) -> None:
    outline = outline_of(f"一、清淤\n{table}\n二、护坡。")
    assert list(labels(outline)) == ["1", "2"]
    assert outline.warnings == ("flattened table",)


def test_an_item_behind_a_table_is_not_lost() -> None:
    outline = outline_of(
        "1.清淤\n月份\n漏损率\n1月\n18.2%\n2月\n17.9%\n2.护坡\n护坡已经修复，群众反映良好。"
    )
    assert list(labels(outline)) == ["1", "2"]


def test_a_damaged_date_is_warned_of_and_not_repaired() -> None:
    outline = outline_of("一、清淤计划20259月底前完成。")
    assert outline.warnings == ("damaged date",)
    assert "20259月底" in only(outline).heading
