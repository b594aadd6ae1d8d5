import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.forwarding.forwarded import Forward, read_forward, unquoted
from app.mail.forwarding.lines import Span
from app.mail.forwarding.prefixes import (
    is_forward_subject,
    is_reply_subject,
    subject_within,
    subject_without_prefixes,
)

_BLANKS = dict.fromkeys(map(ord, "> \n\t\xa0\ufeff"))

_CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "forwards.toml").read_text(encoding="utf-8")
)["case"]


def _span(text: str) -> Span:
    return Span(0, len(text))


def _read(text: str, subject: str = "") -> Forward:
    forward = read_forward(text, subject=subject)
    assert forward is not None
    return forward


@pytest.mark.parametrize("case", _CASES, ids=[case["client"] for case in _CASES])
def test_a_forward_is_read_as_its_program_wrote_it(case: dict[str, Any]) -> None:
    text = case["text"].replace("~", "\xa0")

    forward = _read(text, case["subject"])

    found = {
        "sender": forward.sender.address if forward.sender else "",
        "name": forward.sender_name,
        "about": forward.subject,
        "written": forward.date,
        "note": forward.note.of(text),
        "says": unquoted(text, forward.body, depth=forward.depth)
        .split("\n")[0]
        .strip(),
    }
    skipped = case.get("skip", ())
    wanted = {key: case[key] for key in found if key not in skipped}
    assert {key: found[key] for key in wanted} == wanted


_BLOCK = """发件人: 王芳 <wang@mail.example>
发送时间: 2024年3月5日 19:42
收件人: 意见信箱 <yijian@gov.example>
主题: 路灯

东巷路灯不亮。
"""


@pytest.mark.parametrize(
    "subject",
    [
        "答复: 路灯",
        "回复：路灯",
        "回覆: 路燈",
        "Re: 转发：路灯",
        "RE: FW: 路灯",
        "路灯",
        "",
    ],
)
def test_fields_under_an_answer_make_no_forward(subject: str) -> None:
    assert read_forward(f"已经处理。\n\n{_BLOCK}", subject=subject) is None


@pytest.mark.parametrize(
    "separator",
    [
        "-----原始邮件-----",
        "------------------ 原始邮件 ------------------",
        "---- 回复的原邮件 ----",
        "-----Original Message-----",
        "________________________________",
    ],
)
def test_a_separator_that_answers_have_too_makes_no_forward(separator: str) -> None:
    text = f"已经处理。\n\n{separator}\n{_BLOCK}"

    assert read_forward(text, subject="回复：路灯") is None
    assert read_forward(text, subject="路灯") is None
    assert read_forward(text, subject="转发：路灯") is not None


@pytest.mark.parametrize(
    "text",
    [
        '谢谢！\n\n在 2024-03-05 19:42:00，"王" <w@a.example> 写道：\n\n> 路灯不亮。',
        "谢谢！\n\n王芳 于2024年3月5日周二 下午8:54写道：\n\n> 路灯不亮。",
        "Thanks!\n\nOn Tue, 5 Mar 2024, Wang <wang@mail.example> wrote:\n> No light.",
        "主题：停车问题\n\n我家楼下没有停车位。",
        "请把这封信转发给住建局。\n转发邮件：\n谢谢",
        "---------- 转发的邮件 ---------\n",
        "发件人：一位居民\n\n我想反映停车问题。",
        "时间：今天\n地点：东巷\n主题：路灯",
        "",
    ],
)
def test_a_letter_that_sends_nothing_on_is_no_forward(text: str) -> None:
    assert read_forward(text, subject="停车问题") is None


def test_a_forward_subject_alone_is_no_forward() -> None:
    assert read_forward("我家楼下没有停车位。", subject="转发：停车") is None


def test_an_answer_to_a_forward_is_an_answer() -> None:
    quoted = "\n".join(f"> {line}" for line in _BLOCK.split("\n"))
    text = (
        f"收到。\n\n王 2024年3月6日 a@b.example 写道：\n\n> 转发的邮件：\n>\n{quoted}"
    )

    assert read_forward(text, subject="Re: 转发：路灯") is None
    assert read_forward(text, subject="路灯") is None


def test_a_forward_separator_counts_without_a_forward_subject() -> None:
    text = f"请处理。\n\n-------- 转发邮件信息 --------\n{_BLOCK}"

    forward = _read(text, subject="东巷的事")

    assert forward.sender is not None
    assert forward.sender.address == "wang@mail.example"
    assert forward.subject == "路灯"


def test_a_letter_forwarded_twice_has_one_within_the_other() -> None:
    inner = f"---------- Forwarded message ---------\n{_BLOCK}"
    text = (
        "请看。\n\n发件人: 李 <li@gov.example>\n发送时间: 今天\n主题: 转发: 路灯\n\n"
        f"转请办理。\n\n{inner}"
    )

    forward = _read(text, subject="转发: 转发: 路灯")

    assert forward.sender is not None
    assert forward.sender.address == "li@gov.example"
    assert forward.inner is not None
    assert forward.inner.sender_name == "王芳"
    assert forward.inner.note.of(text) == "转请办理。"
    assert forward.inner.inner is None


def test_an_answer_within_a_forward_is_part_of_its_text() -> None:
    text = f"发件人: 李 <li@gov.example>\n主题: 答复: 路灯\n\n已修。\n\n{_BLOCK}"

    forward = _read(text, subject="转发: 答复: 路灯")

    assert forward.inner is None
    assert "东巷路灯不亮。" in forward.body.of(text)


def test_a_quotation_within_a_forward_is_part_of_its_text() -> None:
    text = f"{_BLOCK}\n2024年3月4日，李 <li@gov.example> 写道：\n> 请告知位置。"

    forward = _read(text, subject="转发: 转发: 路灯")

    assert forward.inner is None


def test_line_ends_of_either_kind_are_read() -> None:
    text = f"请处理。\n\n{_BLOCK}".replace("\n", "\r\n")

    forward = _read(text, subject="转发: 路灯")

    assert forward.note.of(text) == "请处理。"
    assert forward.subject == "路灯"
    assert forward.body.of(text) == "东巷路灯不亮。"


def test_of_a_sentence_and_the_fields_the_first_counts() -> None:
    text = (
        "On Tue, 5 Mar 2024 at 10:00, Ann Lee <ann@mail.example> wrote:\n\n"
        f"    See below.\n\n{_BLOCK}"
    )

    forward = _read(text, subject="FW: lamps")

    assert (forward.sender_name, forward.subject) == ("Ann Lee", "lamps")


def test_quotation_signs_go_as_deep_as_they_are_told() -> None:
    text = "> > one\n> two\nthree"

    assert unquoted(text, _span(text), depth=1) == "> one\ntwo\nthree"


def test_signs_before_every_line_go_untold() -> None:
    text = "> one\n>\n> two"

    assert unquoted(text, _span(text), depth=0) == "one\n\ntwo"


def test_a_thousand_forwards_within_one_another_are_read_so_far() -> None:
    text = f"---------- 转发的邮件 ---------\n{_BLOCK}\n" * 1_000

    forward: Forward | None = _read(text)

    depth = 0
    while forward is not None:
        depth, forward = depth + 1, forward.inner
    assert 1 < depth <= 20


@pytest.mark.parametrize(
    "subject",
    [
        "Fw: x", "FWD: x", "Fwd[2]: x", "[Fwd: x]", "转发：x", "轉寄: x", "WG: x",
        "TR : x", "I: x", "İLT: x", "Redir.: x", "转发: 答复: x", "【外部】转发：x",
        "【转发】x",
    ],
)  # fmt: skip
def test_a_forward_is_told_from_its_subject(subject: str) -> None:
    assert is_forward_subject(subject)
    assert not is_reply_subject(subject)


@pytest.mark.parametrize(
    "subject",
    ["Re: x", "RE(3)：x", "回复：转发：x", "回覆: x", "答复: x", "[街坊] Re: Fwd: x"],
)
def test_an_answer_is_told_from_its_subject(subject: str) -> None:
    assert is_reply_subject(subject)
    assert not is_forward_subject(subject)


@pytest.mark.parametrize(
    "subject", ["关于转发：的问题", "Regarding: x", "x", "", "主题：x"]
)
def test_other_subjects_are_neither(subject: str) -> None:
    assert not is_forward_subject(subject)
    assert not is_reply_subject(subject)


def test_prefixes_go_and_tags_stay() -> None:
    assert subject_without_prefixes("Re: 回覆: 转发：停车") == "停车"
    assert subject_without_prefixes("[外部] Fwd: Fw: 停车") == "[外部] 停车"
    assert subject_within("转发: 答复: 停车") == "答复: 停车"


_PIECES = st.lists(
    st.sampled_from(
        [
            "发件人：", "From: ", "a@b.example", "<", ">", "> ", "\n", "\n\n", "----",
            "转发的邮件", "Forwarded message", "主题: x", "日期：2024", "| 发件人 |",
            "写道：",
            "On Mon, 5 ", "wrote:", "&nbsp;", "&gt;", ";", ",", '"', " ", "\t", "代表 ",
            "To:", "Subject: Fwd: y\n", "\xa0", "\ufeff", "   ", "【", "】", "正文",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip


@settings(max_examples=300)
@given(
    text=_PIECES | st.text(max_size=200), subject=st.sampled_from(["", "Fw: x", "Re:"])
)
def test_spans_lie_in_the_text_and_in_order(text: str, subject: str) -> None:
    forward = read_forward(text, subject=subject)

    behind = 0
    while forward is not None:
        spans = (forward.note, forward.header, forward.body)
        places = [behind, *(place for span in spans for place in span), len(text)]
        assert places == sorted(places)
        behind, forward = forward.header.stop, forward.inner


@given(text=_PIECES, depth=st.integers(min_value=0, max_value=5))
def test_taking_signs_away_takes_nothing_else(text: str, depth: int) -> None:
    left = unquoted(text, _span(text), depth=depth)

    assert left.translate(_BLANKS) == text.translate(_BLANKS)


@given(subject=st.text(max_size=60) | st.sampled_from(["Re: " * 900, "[x]" * 500]))
def test_a_subject_without_prefixes_is_never_longer(subject: str) -> None:
    assert len(subject_without_prefixes(subject)) <= len(subject)


@pytest.mark.parametrize(
    "text",
    [
        " " * 200_000,
        "发件人: a\n发送时间: b\n" * 2_000,
        "发件人: a@b.example\n发送时间: b\n" * 2_000,
        "On Mon, " * 2_000,
        "On Mon,\n" * 2_000,
        "\n".join(">" * depth + " From: a@b.example" for depth in range(500)),
        ">" * 200_000,
        "-" * 200_000,
        "---- 转发 ----From: a@b.example" * 5_000,
        "From: " + "@" * 200_000,
        "From: a@b.example\nTo: " + '"' * 200_000,
        '"' + " " * 390 + '" a@b.example wrote:\n' * 200,
        "\ufeff:\n" * 50_000,
    ],
    ids=range(13),
)
@pytest.mark.parametrize("subject", ["", "转发：x"])
def test_a_hostile_letter_is_read_to_its_end(text: str, subject: str) -> None:
    forward = read_forward(text, subject=subject)

    assert forward is None or forward.body.stop <= len(text)
