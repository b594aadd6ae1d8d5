import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.forwarding.blocks import HeaderBlock, find_blocks
from app.mail.forwarding.mailboxes import mailboxes, sender_in
from app.mail.forwarding.phrases import field_names, fold
from app.mail.forwarding.separators import Opening
from app.mail.parts.addresses import Address
from app.mail.tables import table


def _block(text: str) -> HeaderBlock:
    (block,) = find_blocks(text)
    return block


def test_a_block_has_its_fields_by_kind() -> None:
    block = _block(
        "发件人: 王芳 <wang@mail.example>\n发送时间: 周二\n主题: 路灯\n\n不亮。"
    )

    assert block.sender == Address("王芳", "wang@mail.example")
    assert block.value("date") == "周二"
    assert block.value("subject") == "路灯"
    assert block.value("cc") == ""


def test_a_block_knows_where_it_stands() -> None:
    text = "见下\n\n-----原始邮件-----\n发件人: a@b.example\n主题: 路灯\n\n不亮。"

    block = _block(text)

    assert text[block.head : block.start] == "-----原始邮件-----\n"
    assert text[block.start : block.stop] == "发件人: a@b.example\n主题: 路灯"
    assert (block.first_line, block.last_line) == (3, 5)
    assert [field.span.of(text) for field in block.fields] == [
        "发件人: a@b.example",
        "主题: 路灯",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "主题：停车问题\n\n我家楼下没有停车位。",
        "发件人：一位居民\n\n我想反映停车问题。",
        "From: Beijing\nTo: Shanghai\nDate: 1 May",
        "时间：今天\n地点：东巷\n主题：路灯",
        "To: a@b.example\nSubject: lamp",
        "发件人：\n主题：路灯\n日期：今天",
    ],
)
def test_somebodys_own_lines_are_no_block(text: str) -> None:
    assert find_blocks(text) == ()


@pytest.mark.parametrize(
    ("line", "opening"),
    [
        ("---------- Forwarded message ---------", Opening.FORWARD),
        ("-------- 转发邮件信息 --------", Opening.FORWARD),
        ("----- 轉寄郵件 -----", Opening.FORWARD),
        ("开始转发的邮件：", Opening.FORWARD),
        ("---------- Original Message ----------", Opening.FORWARD),
        ("-----Original Message-----", Opening.ORIGINAL),
        ("------------------&nbsp;原始邮件&nbsp;------------------", Opening.ORIGINAL),
        ("---- 回复的原邮件 ----", Opening.ORIGINAL),
        ("-----邮件原件-----", Opening.ORIGINAL),
        ("________________________________", Opening.RULE),
        ("请转发：", Opening.NONE),
        ("------ 内部邮件，请勿转发 ------", Opening.NONE),
        ("-- 李", Opening.NONE),
    ],
)
def test_the_line_above_says_how_the_letter_came(line: str, opening: Opening) -> None:
    block = _block(f"{line}\n\n发件人: a@b.example\n主题: 路灯")

    assert block.opening == opening


def test_a_separator_makes_a_block_of_a_lone_sender() -> None:
    assert _block("---- 转发的邮件 ----\n发件人：王芳\n\n不亮。").sender_name == "王芳"


def test_a_quoted_block_knows_how_deep_it_is_quoted() -> None:
    block = _block("> > 发件人: a@b.example\n> > 主题: 路灯\n> >\n> > 不亮。")

    assert (block.depth, block.value("subject")) == (2, "路灯")


def test_two_blocks_without_a_line_between_are_two() -> None:
    text = "From: a@b.example\nDate: 1\nFrom: c@d.example\nDate: 2"

    senders = [block.sender for block in find_blocks(text)]

    assert senders == [Address("", "a@b.example"), Address("", "c@d.example")]


def test_a_line_of_the_note_above_is_not_of_the_block() -> None:
    text = "附件：一份\n时间：周五\n\n发件人: a@b.example\n发送时间: 周二\n主题: 路灯"

    assert _block(text).value("date") == "周二"


def test_entities_that_leaked_into_the_text_are_undone() -> None:
    block = _block('发件人:&nbsp;"风"<a@b.example&gt;;\n主题:&nbsp;A&amp;B')

    assert block.sender == Address("风", "a@b.example")
    assert block.value("subject") == "A&B"


def test_recipients_run_on_over_several_lines() -> None:
    block = _block(
        "From: a@b.example\nTo: One <1@x.example>,\n Two <2@x.example>,\n"
        "Three <3@x.example>\nSubject: lamps"
    )

    assert [each.name for each in block.addresses("to")] == ["One", "Two", "Three"]
    assert block.value("subject") == "lamps"


def test_the_last_field_may_run_on_too() -> None:
    block = _block("From: a@b.example\nDate: 1\nTo: 1@x.example,\n2@x.example\n\nHi")

    assert len(block.addresses("to")) == 2


def test_a_long_subject_runs_on_before_a_blank_line() -> None:
    long = "about the lamps of the eastern lane which " * 2
    block = _block(f"From: a@b.example\nSubject: {long}\nhave been dark\n\nHi")

    assert block.value("subject") == f"{long}have been dark"


def test_all_fields_on_one_line_are_taken_apart() -> None:
    block = _block(
        '----- Forwarded Message ----- From: Ann <ann@x.example>To: "b@x.example" '
        "<b@x.example>Sent: Tuesday, 09:26 AM GMT+1Subject: From: nobody"
    )

    assert block.sender == Address("Ann", "ann@x.example")
    assert block.value("date") == "Tuesday, 09:26 AM GMT+1"
    assert block.value("subject") == "From: nobody"


@pytest.mark.parametrize(
    ("written", "name", "address"),
    [
        ("王芳 <w@x.example>", "王芳", "w@x.example"),
        ('"王芳" <w@x.example>;', "王芳", "w@x.example"),
        ("王芳＜w@x.example＞；", "王芳", "w@x.example"),
        ("王芳（w@x.example）", "王芳", "w@x.example"),
        ("王芳 [mailto:w@x.example]", "王芳", "w@x.example"),
        ("Wang, Fang <w@x.example>", "Wang, Fang", "w@x.example"),
        ("w@x.example (Wang Fang)", "Wang Fang", "w@x.example"),
        ("w@x.example<mailto:w@x.example> <w@x.example<mailto:w@x.example>>", "",
         "w@x.example"),
        ("清單 <l@x.example> 代表 Bills, Jason M <j@x.example>", "Bills, Jason M",
         "j@x.example"),
        ("l@x.example on behalf of Ann Lee <a@x.example>", "Ann Lee", "a@x.example"),
        ('"bank@x.example" <thief@y.example>', "", "thief@y.example"),
        ("人大代表 张三 <z@x.example>", "人大代表 张三", "z@x.example"),
    ],
)  # fmt: skip
def test_a_sender_is_read_however_it_is_written(
    written: str, name: str, address: str
) -> None:
    assert sender_in(written) == (Address(name, address), name)


def test_a_sender_without_an_address_has_a_name_only() -> None:
    assert sender_in("王芳;") == (None, "王芳")


def test_lists_are_cut_at_semicolons_or_else_at_commas() -> None:
    assert [each.name for each in mailboxes("Doe, J <j@x.y>; Roe, A <a@x.y>")] == [
        "Doe, J",
        "Roe, A",
    ]
    assert [each.name for each in mailboxes("甲 <j@x.y>、乙，丙 <a@x.y>")] == [
        "甲",
        "丙",
    ]


def test_no_word_names_two_kinds_of_fields() -> None:
    kinds: dict[str, set[str]] = {}
    for kind, languages in table("forwarding/fields").items():
        for names in languages.values():
            for name in names:
                kinds.setdefault(fold(name), set()).add(kind)

    assert {name: found for name, found in kinds.items() if len(found) > 1} == {}
    assert len(kinds) == len(field_names())


@pytest.mark.parametrize("name", ["Fwd", "ＦＷＤ", "f w d", "*Fwd*", "&nbsp;fwd"])
def test_words_are_known_by_what_they_say(name: str) -> None:
    assert fold(name) == "fwd"


_LINES = st.lists(
    st.sampled_from(
        [
            "发件人：", "发件人: a@b.example", "From: X", "> To: <c@d.example>,",
            "主题: x", "正文 @", "Date: 2024", "| 收件人 | e |", "抄送", "", "   ", ">",
            "--- 转发 ---",
            "---- 转发 ---- From: a@b.example To: x", "发件人 a@b.example", "_______",
        ]
    )
    | st.text(max_size=20),
    max_size=30,
).map("\n".join)  # fmt: skip


@settings(max_examples=300)
@given(text=_LINES)
def test_blocks_lie_in_the_text_and_in_order(text: str) -> None:
    behind = 0
    for block in find_blocks(text):
        assert behind <= block.head <= block.start <= block.stop <= len(text)
        assert block.first_line < block.last_line <= text.count("\n") + 1
        assert block.value("from")
        behind = block.stop


@given(value=st.text(alphabet="甲 <>[]()\"'@.;,a代表", max_size=60))
def test_addresses_are_read_from_anything(value: str) -> None:
    for address in (*mailboxes(value), *filter(None, sender_in(value)[:1])):
        assert "@" in address.address
        assert not set(address.address) & set(' <>[]()";,')


def test_a_header_has_no_end_of_fields() -> None:
    text = "From: a@b.example\nTo: c@d.example\n" + "Importance: x\n" * 20_000

    assert all(len(block.fields) <= 40 for block in find_blocks(text))
