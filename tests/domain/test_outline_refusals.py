import pytest

from app.domain.outline import NotANotice, parse_outline
from app.domain.outline.lines import MAX_LINE, MAX_LINES
from app.errors import InvalidInput

RECIPE = """外婆的腌笃鲜
春天的笋最嫩，这道汤我年年都做。
一、备料
1.春笋三根，咸肉半斤。
2.鲜肉一斤，切大块。
二、下锅
(1)冷水下锅；
(2)小火慢炖。一是撇沫；二是不揭盖。
有问题可以打电话问我。
"""
NEWS = """柳湾县推进巡察整改
本报讯（记者 阿柳）连日来，柳湾县扎实推进巡察整改。
一、高位推动
县委主要负责人带头研究整改。
二、真抓实改
整改完成率八成五。
"""
STORY = """柳湾县召开整改工作推进会
会议通报了整改情况。一是压实责任。二是加强督查。
会议要求，各单位要对照整改清单抓好落实。
"""
CONTRACT = """渠道施工合同
甲方：柳湾县水利站
乙方：柳湾建筑队
一、工程内容
乙方为甲方修建渠道12公里。
二、质量
1.甲方发现问题的，乙方应当在三日内整改。
"""
RESUME = """个人简历
姓名：阿柳
一、教育经历
2010年至2014年在柳湾读书。
二、工作经历
1.负责设备整改和反馈的记录。
"""
MEETING = """关于召开春灌工作会议的通知
各水利站：
现将有关事项通知如下：
一、时间
3月5日上午9时。
二、地点
三楼会议室。
柳湾县水利局
2024年3月1日
"""
CODE = """#!/usr/bin/env python3
# 1. 读取整改台账
import json
1. print(json.load(open("rectify.json")))
"""


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "empty", None),
        (" \n\u3000\ufeff\n", "empty", None),
        (STORY, "number", None),
        (RECIPE, "外婆的腌笃鲜", 1),
        (NEWS, "柳湾县推进巡察整改", 1),
        (CONTRACT, "渠道施工合同", 1),
        (f"\n\n{RESUME}", "个人简历", 3),
        (MEETING, "关于召开春灌工作会议的通知", 1),
        (CODE, "Chinese", 1),
        ("整改" * MAX_LINE, "characters", 1),
        ("整改\n" * (MAX_LINES + 1), "lines", MAX_LINES + 1),
        ("\n" * 4_000_001, "characters", None),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_no_notice_is_refused_with_the_reason(
    text: str, reason: str, line: int | None
) -> None:
    with pytest.raises(NotANotice) as refusal:
        parse_outline(text)
    assert reason in refusal.value.reason
    assert refusal.value.line == line


def test_the_refusal_is_one_sentence_that_names_the_line() -> None:
    with pytest.raises(InvalidInput, match=r"^This is not .*\(line 1\)\.$") as refusal:
        parse_outline(RECIPE)
    assert refusal.value.code == "not_a_notice"


@pytest.mark.parametrize(
    "text",
    [
        "堤东小学关于食堂检查反馈问题的整改情况报告\n一、留样不全\n已经补齐。",
        "整改情况公示\n现将整改情况公示如下：\n1.路灯不亮。已修复。\n堤东社区居委会\n2024年5月6日",
        "柳湾水务有限公司党委关于集团巡察整改进展情况的公开\n一、组织领导\n成立专班。",
        "关于省生态环境保护督察群众举报件办理情况的公示\n一、堤东路异味\n部分属实。",
        "堤东镇关于主题教育检视问题整改落实情况的通报\n1、物业不到位\n2、噪声扰民",
        "根据巡察反馈意见，现将整改情况通报如下：\n一、停车难\n正在整改。\n特此通报。",
        "柳湾县第一人民医院\n行风评议整改情况通报\n（一）候诊时间长\n已整改。",
        "柳湾县2023年度预算执行审计查出问题整改结果公告\n一、总体情况\n已整改26个。",
        "中共柳湾县委关于落实巡视反馈意见情况\n一、提高认识\n召开会议。",
        "柳湾县人大代表评议意见办理情况通报\n现将整改情况通报如下\n（一）司法所\n已整改。",
    ],
)
def test_a_rectification_notice_of_any_office_is_accepted(text: str) -> None:
    assert parse_outline(text).chapters
