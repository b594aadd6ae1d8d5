"""Complaint: whom a text complains of, and whom it only names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.text import fold
from app.domain.complaint import Complained, Named, Names, Sign, complained_of
from app.domain.complaint.short_names import short_names
from app.domain.vocabulary import Kind
from tests.domain.complaint_texts import (
    ACCUSING,
    ACCUSING_IF_CALLED_SO,
    INNOCENT,
    OFFICES,
    PEOPLE,
)


def named(name: str, office_id: int = 1, staff_id: int | None = None) -> Named:
    return Named(office_id=office_id, staff_id=staff_id, name=name, folded=fold(name))


NAMES = Names(
    [
        *(named(name, number) for number, name in enumerate(OFFICES)),
        *(named(name, 100 + number, number) for number, name in enumerate(PEOPLE, 1)),
    ]
)

NEARLY_ALL = 0.9
PIECES = (
    "教育局", "张三", "，", "。", "不", "都是", "没有", "找", "被", "反映", "处理",
    "投诉", "后面", "个",
)  # fmt: skip


def told(text: str, kind: Kind | None = None) -> tuple[Complained, ...]:
    return complained_of(fold(text), NAMES, kind=kind)


def signs(text: str, kind: Kind | None = None) -> list[Sign]:
    return [each.sign for each in told(text, kind)]


@pytest.mark.parametrize("text", ACCUSING.splitlines())
def test_a_complaint_of_an_office_is_known(text: str) -> None:
    assert told(text)


@pytest.mark.parametrize("text", INNOCENT.splitlines())
def test_asking_an_office_to_act_is_no_complaint_of_it(text: str) -> None:
    assert told(text) == ()


@pytest.mark.parametrize("text", ACCUSING_IF_CALLED_SO.splitlines())
def test_what_is_called_a_complaint_counts_without_a_word_of_blame(text: str) -> None:
    assert told(text, Kind.COMPLAINT)


def test_a_complaint_about_others_that_asks_an_office_to_act_mostly_reaches_it() -> (
    None
):
    texts = INNOCENT.splitlines()
    free = [text for text in texts if not told(text, Kind.COMPLAINT)]

    assert len(free) >= NEARLY_ALL * len(texts)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("举报城管局收红包", Sign.AIMED_AT),
        ("教育局踢皮球", Sign.CONDUCT),
        ("我被城管打了", Sign.DONE_TO),
        ("对住建局的处理结果不服", Sign.DISPLEASED),
        ("去住建局问了三次，每次都让我找物业", Sign.IN_VAIN),
        ("住建局和开发商勾结", Sign.COLLUDING),
    ],
)
def test_the_sign_says_how_it_was_known(text: str, sign: Sign) -> None:
    assert signs(text) == [sign]


def test_a_report_accuses_the_person_that_it_names_unless_it_thanks() -> None:
    assert signs("工程由张三批的。", Kind.REPORT) == [Sign.REPORTED]
    assert signs("我去找张三办过手续。", Kind.REPORT) == [Sign.REPORTED]
    assert signs("我去找张三办过手续。", Kind.INQUIRY) == []
    assert signs("感谢张三帮忙。", Kind.REPORT) == []


def test_traditional_characters_and_full_width_marks_count_alike() -> None:
    assert signs("城管隊員打人，還搶我嘅嘢！！") == signs("城管队员打人,还抢我的东西!!")


def test_one_name_may_be_that_of_several() -> None:
    names = Names([named("城管", 1), named("城管", 2)])

    found = complained_of("城管打人", names)

    assert {each.office_id for each in found} == {1, 2}


def test_a_name_of_one_sign_is_nobodys() -> None:
    assert len(Names([named("局")])) == 0


@given(st.text(max_size=300))
def test_who_is_not_named_is_not_complained_of(text: str) -> None:
    folded = fold(text)

    for each in complained_of(folded, NAMES, kind=Kind.REPORT):
        assert fold(each.name) in folded


@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=60,
    ).map("".join)
)
def test_calling_it_a_complaint_never_clears_anybody(text: str) -> None:
    plain = {(each.office_id, each.staff_id) for each in told(text)}
    called = {(each.office_id, each.staff_id) for each in told(text, Kind.COMPLAINT)}

    assert plain <= called


@pytest.mark.parametrize(
    "text",
    ["教育局" * 7_000, "教育局，" + "都是" * 9_000, "找教育局" + "反映了" * 6_000,
     "向教育局，" + "然后又都是" * 4_000, "教育局" + "处理我们" * 5_000],
)  # fmt: skip
def test_a_text_made_to_take_for_ever_is_read_to_its_end(text: str) -> None:
    found = complained_of(text, NAMES, kind=Kind.REPORT)

    assert {each.name for each in found} <= {"教育局"}


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("青岚县教育局", "教育局"),
        ("城市管理和综合执法局", "城管"),
        ("天河区住房和城乡建设局", "住建局"),
        ("市公安局交通警察支队", "交警"),
        ("城关镇人民政府", "镇政府"),
        ("市交通委员会", "交通委"),
        ("市交通委员会", "交委"),
        ("市交通运输局", "交通局"),
        ("市城市管理委员会", "城管委"),
        ("市城市管理委员会", "城管局"),
        ("市城市管理和综合执法局", "城管"),
        ("市纪委监察局", "纪委"),
        ("市纪委监委", "监委"),
        ("市监察局", "监察局"),
        ("市纪委监察局", "监察局"),
        ("青岚县卫生健康委员会", "卫健委"),
        ("市卫生局", "卫生局"),
        ("市住房城乡建设委员会", "住建委"),
        ("市住房和城乡建设局", "住建局"),
        ("市市场监督管理局", "市场监管局"),
        ("市场监督管理局", "市监局"),
        ("市发展改革委员会", "发改委"),
        ("市发展和改革委员会", "发改委"),
        ("市人力资源社会保障局", "人社局"),
        ("青岚县公安局", "公安局"),
        ("市公安局", "公安局"),
        ("市水务局", "水务局"),
        ("市国土资源局", "国土局"),
        ("市自然资源和规划局", "规划局"),
        ("市规划委员会", "规划委"),
        ("市民政局", "民政局"),
        ("市财政局", "财政局"),
        ("市林业和园林局", "园林局"),
        ("市科技创新委员会", "科技创新委"),
    ],
)
def test_an_office_is_known_by_what_people_call_it(name: str, short: str) -> None:
    assert short in short_names(name)


@pytest.mark.parametrize(
    "name", ["市政管理所", "城市管理所", "督查室", "城关镇人民政府"]
)
def test_no_short_name_is_made_of_half_a_word(name: str) -> None:
    assert not {"政管理所", "管理所", "民政局", "民政"} & set(short_names(name))


@pytest.mark.parametrize(
    "name",
    ["市政管理所", "市场监督管理局", "市委办公室", "城关镇居民委员会",
     "经济开发区管理委员会"],
)  # fmt: skip
def test_what_begins_or_ends_like_a_region_or_committee_is_left_whole(
    name: str,
) -> None:
    wrong = {"政管理所", "场监督管理局", "委办公室", "居民委", "管理委"}

    assert not wrong & set(short_names(name))


@pytest.mark.parametrize(
    "text",
    [
        "新城管委会不作为，没有人管。",
        "我已提交委托书，窗口不作为。",
        "业主监委会不作为，财务不公开。",
        "他们组建委员会，不作为。",
    ],
)
def test_a_short_name_within_another_word_is_nobodys(text: str) -> None:
    offices = ["市城市管理委员会", "市交通委员会", "市纪委监委", "市住房城乡建设委员会"]
    short = [
        named(each, number)
        for number, office in enumerate(offices)
        for each in short_names(office)
    ]

    assert complained_of(fold(text), Names(short), kind=Kind.COMPLAINT) == ()


@pytest.mark.parametrize(
    "text",
    [
        "教育局领导：您好！我举报实验小学食堂以次充好。",
        "青岚市教育局：\n我是一名教师，举报一所学校的校长收红包。",
        "教育局：我实名举报一所学校的校长受贿，请严查。",
        "尊敬的教育局领导：本人举报某校主任收受好处费，不作为。",
    ],
)
def test_whom_a_letter_greets_is_not_accused_by_it(text: str) -> None:
    assert told(text, Kind.REPORT) == ()


def test_whom_it_greets_may_be_whom_it_accuses() -> None:
    assert signs("教育局，我举报了三次没人管。") == [Sign.CONDUCT]
    assert signs("教育局：我反映了半年，你们不作为。") == [Sign.CONDUCT]
    assert signs("举报教育局压案不查。", Kind.REPORT) == [Sign.AIMED_AT]
