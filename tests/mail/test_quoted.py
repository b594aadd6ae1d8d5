"""What of a letter is quoted, and that nothing else is ever taken for a quote."""

import pytest

from app.domain.passages import own_words
from app.mail.quoting.quoted import MarkKind, mark, says_nothing

OWN = "路灯已经修好，谢谢。"

SENTENCES = [
    # Chinese, as 163, Gmail, Thunderbird, Apple, Outlook for Mac, QQ and Zoho write it.
    '在 2020-03-08 17:19:56，"王芳" <wf@a.example> 写道：',
    '在 2020-03-08 17:19:56,"王芳" <wf@a.example> 写道:',
    "在 2020年3月8日，下午5:19，王芳 <wf@a.example> 写道：",
    "2020年3月8日 下午5:19，王芳 <wf@a.example> 写道：",
    "王芳 于2019年11月7日周四 下午8:54写道：",
    "Wang, Fang <wf@a.example> 于 2019年11月7日周四 20:54写道:",
    "在 2019/7/17 上午4:22, Fang Wang 写道:",
    "在2019年11月7日 20:54，王芳 写道：",
    "在星期四，2019年11月7日 20:54，王芳 <wf@a.example> 写道：",
    "在 2019/7/17，上午4:22，“王芳”<wf@a.example> 写入:",
    '"王芳"<wf@a.example&gt;&nbsp;在 2021年3月8日 周一 17:19 写道：',
    "---- 在 星期四, 07 十一月 2019 20:54:12 +0800 王芳 <wf@a.example> 撰写 ----",
    "王芳 <wf@a.example> 於 2019年11月7日 週四 下午8:54寫道：",
    "於 2019年11月7日 下午8:54，王芳 <wf@a.example> 寫道：",
    "Fang Wang 於 2019/7/17 上午 04:22 寫道:",
    "於 2019/7/17 上午 04:22, Fang Wang 提到:",
    "2017-11-24 16:32 GMT+08:00 王芳 <wf@a.example>:",
    "在 2019年11月7日 星期四 下午08:54:12 [GMT+8], 王芳 <wf@a.example> 寫道：",
    "--- 19/11/7 (四)，王芳 <wf@a.example> 寫道：",
    "在 2019年11月7日星期四 CST 下午8:54:12，Fang Wang 写道：",
    "在 2019-11-07四的 20:54 +0800，Fang Wang写道：",
    "王芳 <wf@a.example>于2019年11月7日 周四20:54写道：",
    "王芳 在 2019-11-07 20:54:12 写道：",
    "On 11/7/2019 20:54，Fang Wang<wf@a.example> 写道：",
    "在 11/7/2019 8:54 PM, Fang Wang 写道:",
    "On 十一月 7 2019, at 8:54 晚上, Fang Wang <wf@a.example> wrote:",
    # English.
    'At 2020-03-08 17:19:56, "wangfang" <wf@a.example> wrote:',
    "On Thu, Nov 7, 2019 at 8:54 PM Fang Wang <wf@a.example> wrote:",
    "On 11/7/19 8:54 PM, Fang Wang wrote:",
    "--- On Thu, 11/7/19, Fang Wang <wf@a.example> wrote:",
    "---- On Thu, 07 Nov 2019 20:54:12 +0800 Fang Wang <wf@a.example> wrote ----",
    "Thursday, 7 November 2019, 8:54 PM +0300 from Fang Wang <wf@a.example>:",
    # Other languages.
    "Am 07.11.2019 um 20:54 schrieb Fang Wang:",
    "Fang Wang <wf@a.example> schrieb am Do., 7. Nov. 2019, 20:54:",
    "Le jeu. 7 nov. 2019 à 20:54, Fang Wang <wf@a.example> a écrit :",
    "El jue, 7 nov 2019 a las 20:54, Fang Wang (<wf@a.example>) escribió:",
    "Il giorno gio 7 nov 2019 alle ore 20:54 Fang Wang <wf@a.example> ha scritto:",
    "Em qui., 7 de nov. de 2019 às 20:54, Fang Wang <wf@a.example> escreveu:",
    "Op do 7 nov. 2019 om 20:54 schreef Fang Wang <wf@a.example>:",
    "Den tors 7 nov. 2019 kl 20:54 skrev Fang Wang <wf@a.example>:",
    "to 7. marrask. 2019 klo 20.54 Fang Wang (wf@a.example) kirjoitti:",
    "czw., 7 lis 2019 o 20:54 Fang Wang <wf@a.example> napisał(a):",
    "Dne 07. 11. 19 v 20:54 Fang Wang napsal(a):",
    "Fang Wang <wf@a.example> ezt írta (időpont: 2019. nov. 7., Cs, 20:54):",
    "În joi, 7 nov. 2019 la 20:54, Fang Wang <wf@a.example> a scris:",
    "чт, 7 нояб. 2019 г. в 20:54, Fang Wang <wf@a.example>:",
    "чт, 7 лист. 2019 р. о 20:54 Fang Wang <wf@a.example> пише:",
    "Fang Wang <wf@a.example>, 7 Kas 2019 Per, 20:54 tarihinde şunu yazdı:",
    "2019年11月7日(木) 20:54 Fang Wang <wf@a.example>:",
    "2019년 11월 7일 (목) 오후 8:54, Fang Wang <wf@a.example>님이 작성:",
    "Vào Th 5, 7 thg 11, 2019 vào lúc 20:54 Fang Wang <wf@a.example> đã viết:",
]

SEPARATORS = [
    *("------------------ 原始邮件 ------------------", "-----原始邮件-----"),
    *("------------------&nbsp;原始邮件&nbsp;------------------", "---原始邮件---"),
    *("------------------\xa0原始邮件\xa0------------------", "---- 回复的原邮件 ----"),
    *("------------------ Original ------------------", "-----原始郵件-----"),
    *("-----Original Message-----", "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐"),
    *("-----Ursprüngliche Nachricht-----", "-------- Message d'origine --------"),
]

BLOCKS = [
    "Original\nFrom: 王芳 <wf@a.example>\nTo: 李雷\nDate: 2024年1月2日\nSubject: x",
    (
        "发件人: 王芳 <wf@a.example>\n发送时间: 2019年12月16日 10:14\n"
        "收件人: 李雷\n主题: 路灯"
    ),
    (
        "________________________________\n发件人: 王芳\n"
        "发送时间: 2019年12月16日 10:14\n收件人: 李雷\n抄送: 办公室\n主题: 答复: 路灯"
    ),
    (
        "发件人: wf@a.example<mailto:wf@a.example> "
        "<wf@a.example<mailto:wf@a.example>>\n"
        "发送时间: 2019年12月16日 10:14\n收件人: 李雷 <ll@b.example>\n主题: 路灯"
    ),
    (
        "------------------ 原始邮件 ------------------\n"
        '发件人:&nbsp;"王芳"<wf@a.example&gt;;\n'
        "发送时间:&nbsp;2019年12月16日(星期一) 晚上10:14\n"
        '收件人:&nbsp;"李雷"<ll@b.example&gt;;\n主题:&nbsp;回复：路灯'
    ),
    (
        '-----原始邮件-----\n发件人:"王芳" <wf@a.example>\n'
        "发送日期：2019-12-16 10:14:12\n收件人: 李雷 <ll@b.example>\n抄送:\n主题: 路灯"
    ),
    "\xa0\n发件人：\xa0王芳\n发送时间：\xa02019-12-16\xa010:14\n收件人：\xa0李雷\n主题：\xa0路灯",
    (
        "寄件者: 清單 <list@a.example> 代表 王芳 <wf@a.example>\n"
        "寄件日期: 2021年8月18日 上午 03:04\n收件者: 李雷\n主旨: 路燈"
    ),
    (
        "---- 回复的原邮件 ----\n| 发件人 | 王芳<wf@a.example> |\n"
        "| 日期 | 2022年10月26日 14:30 |\n| 收件人 | <ll@b.example> |\n| 主题 | 路灯 |"
    ),
    (
        "From: Fang Wang <wf@a.example>\nSent: Monday, December 16, 2019 10:14 AM\n"
        "To: Lei Li <ll@b.example>\nSubject: lamp"
    ),
]


def _shown(text: str) -> str:
    return own_words(text, mark(text))


def _kinds(text: str) -> list[MarkKind]:
    return [MarkKind(each.what) for each in mark(text)]


@pytest.mark.parametrize("line", [*SENTENCES, *SEPARATORS, *BLOCKS])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\n\xa0\n \n"])
def test_what_stands_below_the_line_of_a_program_is_a_quote(
    line: str, gap: str
) -> None:
    text = f"{OWN}{gap}{line}\n\n您好：\n\n旧的话。\n\n> 更旧的\n"

    assert _shown(text) == OWN
    assert _shown(text.replace("\n", "\r\n")) == OWN


@pytest.mark.parametrize("line", [*SENTENCES, *SEPARATORS])
def test_what_is_written_below_lines_with_quotation_signs_stays(line: str) -> None:
    text = f"{line}\n> 旧的话\n>\n> 第二段\n\n{OWN}"

    assert _shown(text) == OWN


@pytest.mark.parametrize("line", [each for each in SENTENCES if " <" in each])
def test_a_wrapped_line_of_a_program_is_known(line: str) -> None:
    wrapped = line.replace(" <", "\n<", 1)

    assert _shown(f"{OWN}\n\n{wrapped}\n\n旧的话。") == OWN
    assert _shown(f"{OWN}\n\n{wrapped}\n> 旧的话。") == OWN


@pytest.mark.parametrize(
    "lines",
    [
        "Fang Wang <wf@a.example> 于2019年11月7日周四\n下午8:54\n写道：",
        "Fang Wang <wf@a.example>\n于2019年11月7日周四 下午8:54写道：",
        "On Thu, 7 Nov 2019 20:54:12 +0800\nFang Wang <wf@a.example> wrote:",
        "On Nov 7, 2019,\nat 20:54,\nFang Wang <wf@a.example>\nwrote:",
        "On Thursday, November 7,\n2019 at 20:54, Fang Wang <wf@a.example> wrote:",
    ],
)
def test_a_line_may_be_wrapped_anywhere_and_more_than_once(lines: str) -> None:
    assert _shown(f"{OWN}\n\n{lines}\n\n旧的话") == OWN
    assert _shown(f"{OWN}\n\n{lines}\n> 旧的话") == OWN


def test_a_line_above_a_sentence_of_a_program_is_not_taken_for_its_name() -> None:
    text = "收到。\n王芳\n<wf@a.example> 于2019年11月7日周四 20:54写道：\n\n旧的话"

    assert _shown(text) == "收到。\n王芳"


def test_a_line_with_a_date_above_a_sentence_of_a_program_is_not_of_it() -> None:
    text = f"{OWN}\n2020年3月5日已收到\n{SENTENCES[4]}\n\n旧的话"

    assert _shown(text) == f"{OWN}\n2020年3月5日已收到"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_quoted_with_signs_is_within_its_quote(block: str) -> None:
    quoted = "\n".join("> " + line for line in (block + "\n\n旧的话").split("\n"))

    assert _shown(f"{OWN}\n\n{quoted}\n\n下面的话") == f"{OWN}\n\n下面的话"


def test_answers_between_quotes_stay() -> None:
    text = "> 什么时候修？\n\n下周。\n\n> 谁来修？\n物业。\n> 谢谢\n\n再见"

    assert _shown(text).split() == ["下周。", "物业。", "再见"]


def test_an_address_that_was_cut_off_a_quoted_line_is_quoted_too() -> None:
    text = f"{OWN}\n\n> 收件人: 王芳 <wf@a.example>,\n <ll@b.example>\n> 主题: 路灯\n"

    assert _shown(text) == OWN


def test_the_cut_off_end_of_a_quoted_line_is_quoted_too() -> None:
    text = f"Yes.\n\n> {'a long line that was broken ' * 3}\nby some program\n> here\n"

    assert _shown(text) == "Yes."


def test_a_letter_that_is_one_quote_is_shown_whole() -> None:
    text = "> 路灯坏了\n> 请修理"

    assert mark(text) == ()
    assert own_words(text, ()) == text


def test_of_a_letter_that_is_one_quote_the_tail_is_still_a_tail() -> None:
    text = f"> {OWN}\n\n发自我的iPhone"

    assert _kinds(text) == [MarkKind.TAIL]
    assert _shown(text) == f"> {OWN}"


def test_a_letter_that_only_has_a_tail_is_shown_whole() -> None:
    assert mark("发自我的iPhone") == ()


def test_a_letter_below_its_own_header_block_is_shown_whole() -> None:
    text = f"{BLOCKS[0]}\n\n{OWN}"

    assert _shown(text) == text


def test_a_forwarded_letter_is_what_its_sender_wants_to_be_read() -> None:
    text = f"请看。\n\n---------- Forwarded message ---------\n{BLOCKS[-1]}\n\n> 旧的话"

    assert mark(text) == ()


def test_a_forwarded_letter_may_have_quotation_signs() -> None:
    text = f"请看。\n\n> Begin forwarded message:\n>\n> From: a@b.example\n>\n> {OWN}"

    assert mark(text) == ()
    assert _shown(f"{OWN}\n\n{SENTENCES[0]}\n> Begin forwarded message:\n> 旧") == OWN


def test_marks_say_what_they_are() -> None:
    text = f"{OWN}\n\n发自我的iPhone\n\n{SENTENCES[0]}\n> 旧的话\n\n-- \n王芳"

    assert _kinds(text) == [
        *(MarkKind.TAIL, MarkKind.ATTRIBUTION, MarkKind.QUOTE, MarkKind.SIGNATURE),
    ]
    assert _kinds(f"{OWN}\n\n{BLOCKS[1]}\n\n旧") == [MarkKind.HEADER, MarkKind.QUOTE]


def test_a_quote_is_hidden_however_long_it_is() -> None:
    assert _shown(f"{OWN}\n\n{BLOCKS[0]}\n\n" + "旧的话\n" * 30_000) == OWN


def test_a_letter_too_long_to_be_looked_at_to_its_end_is_shown_to_its_end() -> None:
    text = "路灯坏了。\n" * 30_000 + "> 旧的话\n发自我的iPhone"

    assert mark(text) == ()
    assert len(mark("> 旧的话\n" * 20_000 + OWN)) == 1


def test_a_line_to_answer_above_is_where_the_quote_begins() -> None:
    assert _shown(f"{OWN}\n\n##- 请在此行上方回复 -##\n\n旧的话") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "我有意见。\n\n主题：停车\n地点：朝阳路3号\n时间：每天晚上10:30\n\n请尽快解决。",
        "发件人：张三\n主题：停车\n内容：小区门口乱停车。",
        "您好：\n发件人：张三\n收件人：市长\n主题：停车\n日期：3月5日\n门口乱停车。",
        "从：东门\n至：西门\n主题：没有路灯\n日期：2020-3-5 22:30\n请处理。",
        "There is none\nFrom: the east gate\nTo: the west gate\nat all.",
    ],
)
def test_a_citizens_own_form_is_no_header(text: str) -> None:
    assert mark(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "记者在2019年3月的报道中写道：\n\n整改不到位。\n\n我认为属实。",
        "3月5日上午10:30，小区物业在公告中写道：\n\n停水三天。\n\n至今没有来水。",
        "物业于2020年3月5日10:30在群里写道：\n\n已经修好。\n\n其实没有。",
        "2020年3月5日10:30，我写道：路灯坏了。\n还没修。",
        "我于2020年3月5日10:30发邮件至 a@b.example，内容如下：\n\n请修。\n\n没有。",
        "I wrote on 3 May 2020 at 10:30 to a@b.example, as follows:\n\nMend it.\n\nNo.",
        "Answer Ann <a@b.example>, who wrote in 2019:\n\nNo lamp.\n\nSo it is.",
        "In 2019 the mayor wrote:\n\nAll will be well.\n\nIt is not.",
        "On the other hand, at 10:30 the noise starts:\n\nit is loud.",
        "——原文——\n通报说已经整改。\n——我的意见——\n并没有。",
    ],
)
def test_a_sentence_that_introduces_words_of_others_hides_nothing(text: str) -> None:
    assert mark(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "建议如下：\n> 增设路灯\n> 修补路面\n请考虑。",
        "夜间噪声\n>60分贝\n请处理",
        "您好\n\n>>> 重点：路灯\n\n请处理",
    ],
)
def test_a_quotation_sign_may_be_put_before_a_point_or_a_number(text: str) -> None:
    assert mark(text) == ()


def test_a_quote_within_a_quote_makes_no_list() -> None:
    assert _shown("同意：\n> 一\n>> 二\n\n请处理") == "同意：\n\n请处理"


def test_in_a_letter_that_quotes_a_colon_makes_no_list_of_a_quote() -> None:
    text = f"{SENTENCES[0]}\n> 一\n\n回复如下：\n> 二\n\n同意。"

    assert _shown(text) == "回复如下：\n\n同意。"


FORWARD = (
    "---------- Forwarded message ----------\nFrom: Li <li@example.org>\n"
    "Date: Mon, 2 Nov 2026 09:00:00 +0800\nSubject: 路灯\n"
    "To: wang@example.org\n\n已经修好。"
)
QUOTE = (
    "\n发件人: 回音 <opinions@example.org>\n发送时间: 2026年12月1日 9:43\n"
    "收件人: wang@example.org\n主题: 转办\n\n路灯坏了。"
)


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "> 联络员，您好：\n>\n> 路灯坏了。", "-- \n王芳\n县教育局", QUOTE],
)
def test_a_reply_of_nothing_but_quotes_and_a_signature_says_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text",
    ["同意。\n\n> 路灯坏了。", "> 路灯坏了。\n\n已经修好。", "见附件", "王芳", FORWARD],
)
def test_a_reply_with_a_word_of_its_own_or_of_a_letter_sent_on_says_something(
    text: str,
) -> None:
    assert not says_nothing(text)
