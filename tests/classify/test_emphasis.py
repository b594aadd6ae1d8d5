import pytest

from app.classify.emphasis import FORMULA, MEANT, SET_ASIDE, SUBJECT, weigh
from app.classify.text import fold


def weight_of(words: str, *, subject: str = "", text: str) -> float:
    subject, text = fold(subject), fold(text)
    return weigh(subject, text)[(subject + text).index(words)]


def test_a_plain_text_weighs_the_same_throughout() -> None:
    assert set(weigh("", fold("路灯坏了，晚上很黑。"))) == {1.0}


def test_the_subject_weighs_more() -> None:
    assert weight_of("路灯", subject="路灯", text="坏了半年") == SUBJECT


def test_what_is_set_aside_weighs_less() -> None:
    text = "我不是投诉医生，我想问的是门口谁在收停车费。"
    assert weight_of("医生", text=text) == SET_ASIDE
    assert weight_of("停车费", text=text) == MEANT


@pytest.mark.parametrize(
    ("text", "aside", "meant"),
    [
        ("路灯的事不说了，就说井盖，没了半年。", "路灯", "井盖"),
        ("医生很好，可是药房的价钱不对。", "医生", "药房"),
        ("修路我支持，但是占的田没有补钱。", "修路", "占的田"),
        ("我气的不是违停，气的是没有人接电话。", "违停", "接电话"),
    ],
)
def test_what_speaks_against_it_weighs_more(text: str, aside: str, meant: str) -> None:
    assert weight_of(aside, text=text) < weight_of(meant, text=text)


def test_a_subject_that_the_text_sets_aside_weighs_less() -> None:
    text = "我不是说菜价，是说秤不准。"
    assert weight_of("菜价", subject="菜价", text=text) < 1.0


def test_salutations_and_appeals_hardly_count() -> None:
    text = "尊敬的领导，希望有关部门尽快处理路灯。"
    assert weight_of("领导", text=text) == weight_of("部门", text=text) == FORMULA
    assert weight_of("路灯", text=text) == 1.0
