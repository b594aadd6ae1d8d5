"""What holds for the marks of every text, and how long it takes to find them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.passages import Mark, own_words
from app.mail.quoting.quoted import mark

_LINES = st.sampled_from(
    [
        *(
            "",
            " ",
            "\xa0",
            "\r",
            ">",
            "> 旧的话",
            "> > 更旧",
            "&gt; 旧",
            ">60分贝",
            "|",
        ),
        *(
            "路灯坏了。",
            "请修：",
            "谢谢！",
            "此致",
            "敬礼",
            "张三",
            "一位市民",
            "No.",
            "On",
        ),
        *("--", "-- ", "—", "____", "=====", "| |", "电话：13800138000", "a@b.example"),
        *("发自我的iPhone", "Sent from my iPhone", "签名由网易邮箱大师定制"),
        *("-----原始邮件-----", "------- Original Message -------", "转发的邮件："),
        *("发件人: a <a@b.example>", "发送时间: 2019年12月16日 10:14", "主题: 路灯"),
        *("From: a@b.example", "Sent: Monday 10:14", "To: c", "Subject: lamp"),
        '在 2020-03-08 17:19:56，"a" <a@b.example> 写道：',
        *(
            "On Thu, Nov 7, 2019 at 8:54 PM a",
            "<a@b.example> wrote:",
            "wrote:",
            "写道：",
        ),
        *("confidential, for the intended recipient", "错收，请删除本邮件"),
    ]
)
_TEXTS = st.one_of(
    st.lists(st.one_of(_LINES, st.text(max_size=9)), max_size=25).map("\n".join),
    st.lists(st.one_of(_LINES, st.sampled_from(["\n", " ", ":"])), max_size=30).map(
        "".join
    ),
    st.text(max_size=200),
)


def _between(text: str, marks: tuple[Mark, ...]) -> list[str]:
    """Return what is not marked, piece by piece."""
    places = [0, *(place for each in marks for place in (each.start, each.stop))]
    return [
        text[start:stop]
        for start, stop in zip(places[::2], [*places[1::2], len(text)], strict=True)
    ]


@given(_TEXTS)
def test_marks_are_in_order_within_the_text_and_never_empty(text: str) -> None:
    marks = mark(text)

    places = [place for each in marks for place in (each.start, each.stop)]
    assert places == sorted(places)
    assert all(0 <= each.start < each.stop <= len(text) for each in marks)


@given(_TEXTS)
def test_marks_are_whole_lines(text: str) -> None:
    for each in mark(text):
        assert each.start == 0 or text[each.start - 1] == "\n"
        assert each.stop == len(text) or text[each.stop - 1] == "\n"


@given(_TEXTS)
def test_what_is_shown_is_all_that_is_not_marked(text: str) -> None:
    marks = mark(text)

    assert own_words(text, marks).split() == "\n".join(_between(text, marks)).split()


@given(_TEXTS)
def test_a_letter_with_words_never_shows_nothing(text: str) -> None:
    has_words = any(sign.isalnum() for sign in text)

    assert not has_words or own_words(text, mark(text))


@given(st.lists(st.text("路灯坏了请修理，。 ab", min_size=1), max_size=9))
def test_plain_sentences_are_never_marked(sentences: list[str]) -> None:
    assert mark("\n".join(sentences)) == ()


@given(st.lists(_LINES.filter(lambda line: ">" not in line and line), max_size=9))
def test_what_stands_above_a_block_that_nothing_marks_is_shown(
    lines: list[str],
) -> None:
    own = "路灯坏了。"
    block = "发件人: a@b.example\n发送时间: 2019-12-16 10:14\n收件人: c\n主题: d"
    text = "\n".join([own, "", block, "", *lines])

    assert own_words(text, mark(text)) == own


@given(st.sampled_from(["\n", "\r\n"]), _TEXTS)
def test_showing_what_is_shown_changes_nothing(end: str, quoted: str) -> None:
    own = f"路灯坏了。{end}{end}请修理，谢谢。"
    sentence = '在 2020-03-08 17:19:56，"a" <a@b.example> 写道：'
    text = f"{own}{end}{sentence}{end}旧{end}{quoted}"

    shown = own_words(text, mark(text))

    assert own_words(shown, mark(shown)) == shown


HOSTILE = {
    "dashes": "-" * 250_000,
    "lines of dashes": "--\n" * 80_000,
    "quotation signs": ">" * 250_000,
    "quotation signs with blanks": "> " * 120_000,
    "deeper and deeper quotes": "\n".join(">" * depth for depth in range(700)),
    "beginnings of a sentence": "On Mon, " * 30_000,
    "lines that begin a sentence": "On Mon,\n" * 30_000,
    "ends of a sentence": "a 10:30 2020 @ wrote:\n" * 12_000,
    "ends without a verb": "a1:\n" * 60_000,
    "blanks": " " * 250_000,
    "line ends": "\n" * 250_000,
    "fields": "发件人:\n发送时间:\n" * 2_000,
    "closings": "谢谢\n张三\n" * 40_000,
    "tails": "发自我的iPhone\n\n" * 20_000,
    "quoted and not": "> a\nb\n" * 40_000,
    "quoted and blank": "> a\n\n" * 50_000,
    "open brackets": ("sent from " + "(" * 500 + "\n") * 500,
    "numbers": "--\n" + ("1 " * 50 + "\n") * 2_500,
    "entities": "&nbsp;\n" * 40_000,
    "notices": ("confidential intended recipient " * 10 + "\n\n") * 800,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_a_letter_made_to_hurt_is_read_soon(text: str) -> None:
    began = time.process_time()

    mark(text)

    assert time.process_time() - began < 2


def test_a_header_block_below_what_is_looked_at_changes_nothing() -> None:
    text = (
        "row\n" * 20_001 + "\nFrom: a@b.c\nSent: Monday\nTo: d@e.f\nSubject: y\n\nold\n"
    )

    assert mark(text) == ()
