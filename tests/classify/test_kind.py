import pytest

from app.classify.kind import guess_kind
from app.domain.vocabulary import Kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("建议在桥头加装红绿灯。", Kind.SUGGESTION),
        ("请问补贴什么时候发，去哪里领？", Kind.INQUIRY),
        ("举报某镇干部王某收受好处费，有转账记录可以提供。", Kind.REPORT),
        ("路修好了，给施工队点赞，谢谢！", Kind.PRAISE),
        ("乱收费没人管，简直太离谱了！", Kind.COMPLAINT),
    ],
)
def test_the_wording_shows_what_is_asked_for(text: str, kind: Kind) -> None:
    assert guess_kind(subject="", text=text).kind is kind


def test_a_subject_that_announces_a_suggestion_decides() -> None:
    subject = "关于增设站点的建议"
    text = "等车的人太多，天天挤，从来没有位置。"
    assert guess_kind(subject=subject, text=text).kind is Kind.SUGGESTION


def test_wording_that_pulls_two_ways_is_left_open() -> None:
    assert guess_kind(subject="", text="好的地方点赞").kind in {Kind.PRAISE, None}


def test_a_guess_shows_the_words_that_decided() -> None:
    found = guess_kind(subject="", text="請問補貼幾時發，去哪裡領？")

    assert found.kind is Kind.INQUIRY
    assert "請問" in found.terms


@pytest.mark.parametrize(
    "text",
    [
        "停车场乱收费，一是没有发票，二是没人管。",
        "食堂有两个问题，一是饭菜太差，二是涨价不公示，离谱。",
    ],
)
def test_counting_up_is_no_suggestion(text: str) -> None:
    assert guess_kind(subject="", text=text).kind is Kind.COMPLAINT


def test_words_that_only_hint_are_shown_where_none_tells() -> None:
    found = guess_kind(subject="", text="路灯从来不亮。")

    assert found.kind is Kind.COMPLAINT
    assert found.terms == ("从来",)
