import pytest

from app.domain.outline.folding import fold
from app.domain.outline.numbering import read_number
from app.domain.outline.numerals import chinese_numeral, chinese_value
from tests.domain.notice_texts import labels, outline_of


@pytest.mark.parametrize(
    ("printed", "label"),
    [
        ("一、渠道渗漏", "一、"),
        ("二十一、渠道渗漏", "二十一、"),
        ("一．渠道渗漏", "一．"),
        ("（一）渠道渗漏", "（一）"),
        ("(十二）渠道渗漏", "(十二）"),
        ("( 三 ) 渠道渗漏", "( 三 )"),
        ("㈠渠道渗漏", "㈠"),
        ("1.渠道渗漏", "1."),
        ("１．渠道渗漏", "１．"),
        ("1．渠道渗漏", "1．"),
        ("12、渠道渗漏", "12、"),
        ("1)渠道渗漏", "1)"),
        ("２）渠道渗漏", "２）"),
        ("（1)渠道渗漏", "（1)"),
        ("（１２）渠道渗漏", "（１２）"),
        ("①渠道渗漏", "①"),
        ("⑴渠道渗漏", "⑴"),
        ("⒈渠道渗漏", "⒈"),
        ("第一，渠道渗漏", "第一，"),
        ("第二、渠道渗漏", "第二、"),
        ("问题一：渠道渗漏", "问题一："),
        ("问题1:渠道渗漏", "问题1:"),
        ("问题一 渠道渗漏", "问题一"),
        ("Ⅱ、渠道渗漏", "Ⅱ、"),
        ("第一部分 渠道渗漏", "第一部分"),
        ("1. 35处渠道渗漏", "1."),
        ("1.2021年以来渠道渗漏", "1."),
        ("2、12个行政村渠道渗漏", "2、"),
        ("1.“卡脖子”渠段", "1."),
    ],
)
def test_a_printed_number_opens_an_item(printed: str, label: str) -> None:
    number = read_number(fold(printed))
    assert number is not None
    assert printed[: number.end].strip() == label


@pytest.mark.parametrize(
    "printed",
    [
        "1.86万米渠道完成衬砌。",
        "１８．３％的渠道完成衬砌。",
        "0.6万立方米淤泥运走。",
        "24小时值班电话开通。",
        "106万元专款到位。",
        "73户农户受益。",
        "2015年5月渠道开工。",
        "二〇二二年八月渠道开工。",
        "第一季度渠道开工。",
        "第一书记到岗。",
        "第一批渠道完工。",
        "第一、第二季度全部完工。",
        "第一、二批渠道全部完工。",
        "一是加快进度。",
        "一季度完工。",
        "一、二级渠道全部完工。",
        "五一、国庆期间不停工。",
        "十一、中秋期间不停工。",
        "1、2号泵站已维修。",
        "3、5、7号闸门已更换。",
        "3、4月份集中清淤。",
        "（试行）办法印发。",
        "（一）至（三）项均已完成。",
        "(1)(2)两项均已完成。",
        "（2023）12号文件废止。",
        "(123)号闸门更换。",
        "①、②两项均已完成。",
        "问题一直没有解决。",
        "问题一、二均已解决。",
        "16.12.2015  15:21",
        "1:3的坡比得到恢复。",
        "1～3月停水检修。",
        "一一、对账。",
        "",
    ],
)
def test_a_sentence_that_begins_with_a_quantity_is_no_item(printed: str) -> None:
    assert read_number(fold(printed)) is None


def test_a_heading_may_begin_with_the_next_number() -> None:
    outline = outline_of("一、总体情况\n二、三季度重点整改事项\n三、保障")
    assert labels(outline) == {"1": "一、", "2": "二、", "3": "三、"}


@pytest.mark.parametrize("value", [*range(1, 121), 200, 305, 310, 999])
def test_chinese_numerals_are_read_as_they_are_written(value: int) -> None:
    assert chinese_value(chinese_numeral(value)) == value


@pytest.mark.parametrize("numeral", ["二〇二二", "一二", "十十", "百", "零", "一十百"])
def test_digits_in_a_row_are_no_chinese_number(numeral: str) -> None:
    assert chinese_value(numeral) is None


@pytest.mark.parametrize(
    ("items", "warning"),
    [
        ("一、甲\n三、乙", "missing number 二、"),
        ("（一）甲\n（三）乙", "missing number （二）"),
        ("㈠甲\n㈢乙", "missing number ㈡"),
        ("1.甲\n3.乙", "missing number 2."),
        ("１．甲\n３．乙", "missing number ２．"),
        ("1、甲\n3、乙", "missing number 2、"),
        ("1)甲\n3)乙", "missing number 2)"),
        ("（1)甲\n（3)乙", "missing number （2)"),
        ("①甲\n③乙", "missing number ②"),
        ("⑴甲\n⑶乙", "missing number ⑵"),
        ("⒈甲\n⒊乙", "missing number ⒉"),
        ("第一，甲\n第三，乙", "missing number 第二，"),
        ("问题一：甲\n问题三：乙", "missing number 问题二："),
        ("问题1:甲\n问题3:乙", "missing number 问题2:"),
        ("九、甲\n十一、乙", "missing number 十、"),
        ("一、甲\n一、乙", "repeated number 一、"),
        ("①甲\n②乙\n②丙", "repeated number ②"),
        ("问题1：甲\n问题1：乙", "repeated number 问题1："),
    ],
)
def test_a_fault_of_numbering_is_worded_like_its_siblings(
    items: str, warning: str
) -> None:
    outline = outline_of(items)
    assert outline.warnings == (warning,)
    assert len(outline.chapters) == len(items.splitlines())


def test_numbers_may_run_on_through_sections() -> None:
    outline = outline_of("(一)甲\n1.乙\n2.丙\n(二)丁\n3.戊\n4.己")
    assert outline.warnings == ()
    assert labels(outline)["2.1"] == "3."


def test_a_number_lost_between_sections_is_missed() -> None:
    outline = outline_of("(一)甲\n1.乙\n2.丙\n(二)丁\n4.戊\n5.己")
    assert outline.warnings == ("missing number 3.",)


def test_numbers_that_begin_anew_in_each_section_are_no_repetition() -> None:
    outline = outline_of("(一)甲\n1.乙\n2.丙\n(二)丁\n1.戊\n2.己")
    assert outline.warnings == ()


def test_an_odd_number_far_ahead_does_not_miss_a_hundred_others() -> None:
    outline = outline_of("1.甲\n2.乙\n99.丙")
    assert outline.warnings == ()
    assert [chapter.path for chapter in outline.chapters] == ["1", "2", "3"]
