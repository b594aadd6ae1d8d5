"""Signatures, tails and notices, and that a citizen's own last words are none."""

import pytest

from app.domain.passages import own_words
from app.mail.quoting.quoted import MarkKind, mark

OWN = "路灯坏了，请尽快修。"
SENTENCE = '在 2020-03-08 17:19:56，"王芳" <wf@a.example> 写道：'
QUOTE = f"{SENTENCE}\n\n旧的话"

SET_OFF = [
    "-- \n张三\n市民",
    "--\n张三\n电话：138 0013 8000",
    "—\n张三",
    "-- \n不管下面写什么。都是签名。",
    "| |\n王芳\n|\n|\nwf@a.example\n|\n签名由网易邮箱大师定制",
    "____________\n张三\n电话：13800138000\n邮箱：zs@a.example",
    "__\nlamps mailing list\nlamps@lists.example\nhttps://lists.example/lamps",
    "--\n张三\n\n发自我的iPhone",
    "------------------\n王小明\n市政管理所\n电话：0571-88888888",
    "------------------\n\n王小明\n",
]

NOTICES = [
    (
        "本邮件及其附件含有某公司的保密信息，仅限于发送给上面列出的个人。"
        "如果您错收了本邮件，请立即通知发件人并删除本邮件！"
    ),
    (
        "This e-mail and any attachments are confidential, for the addressee only.\n"
        "If you have received this e-mail in error, notify the sender."
    ),
    "发自我的iPhone\n\n本邮件可能包含保密信息，如误收请删除本邮件。",
]

CLOSED = [
    "此致\n敬礼\n\n张三\n2020年3月8日",
    "此致\n    敬礼！\n        市民 张三",
    "此致\n敬礼！\n朝阳小区全体业主\n二〇二〇年三月八日",
    "谢谢！\n张三\n13800138000",
    "此致敬礼\n\n一位市民",
    "Best regards,\nJohn Doe\nExample Ltd.\nTel: +86 10 1234 5678",
    "Thanks,\nJohn",
    "张三\n某某科技有限公司\n电话：010-12345678\n邮箱：zs@a.example",
    "王芳 (Fang Wang)\nTel: 010-12345678 | Fax: 010-12345679\nhttp://a.example",
    "顺颂商祺\n\n张三\n地址：朝阳路3号\n电话：13800138000",
]

TAILS = [
    *("发自我的iPhone", "发自我的 iPad", "发自我的企业微信", "发自我的华为手机"),
    *("来自我的小米手机", "发自网易邮箱大师", "来自QQ邮箱手机客户端"),
    *("发送自 Windows 版邮件应用", "从 Windows 版邮件发送", "从我的 iPhone 发送"),
    "从 Windows 版邮件<https://go.microsoft.com/fwlink/?LinkId=550986>发送",
    *("從我的 iPhone 傳送", "傳送自 Windows 10 版郵件", "發自我的手機"),
    *(
        "获取 Outlook for Android",
        "获取适用于 iOS 的 Outlook<https://a.example/o0ukef>",
    ),
    *("Sent from my iPhone", "Sent from my Verizon Wireless BlackBerry"),
    *("Sent from Mail for Windows 10", "Sent from Yahoo Mail on Android"),
    *("Get Outlook for iOS<https://a.example/o0ukef>", "Sent via iPad"),
    *("Envoyé de mon iPhone", "Télécharger Outlook pour iOS<https://a.example/o>"),
    *("Von meinem iPhone gesendet", "Gesendet mit der GMX Mail App"),
    *("Enviado desde mi iPhone", "Enviado do Yahoo Mail no Android"),
    *("Inviato da iPhone", "Verstuurd vanaf mijn iPhone", "Skickat från min iPhone"),
    *("Sendt fra min iPhone", "Lähetetty iPhonesta", "Wysłane z iPhone'a"),
    *("Odesláno z iPhonu", "iPhone'umdan gönderildi", "Отправлено с iPhone"),
    *("Надіслано з iPhone", "iPhoneから送信", "나의 iPhone에서 보냄"),
]


def _shown(text: str) -> str:
    return own_words(text, mark(text))


@pytest.mark.parametrize("tail", TAILS)
def test_a_tail_is_no_word_of_the_writer(tail: str) -> None:
    assert _shown(f"{OWN}\n\n{tail}\n") == OWN
    assert _shown(f"{OWN}\n\n\n{tail}\n\n{QUOTE}") == OWN
    assert [each.what for each in mark(f"{OWN}\n\n{tail}")] == [MarkKind.TAIL]


def test_what_is_written_below_a_tail_stays() -> None:
    assert _shown(f"{OWN}\n\nSent from my iPhone\n\n又坏了。") == f"{OWN}\n\n又坏了。"


@pytest.mark.parametrize(
    "text",
    [
        "发自内心的感谢\n\n修路的工人很辛苦。",
        "您好\n\n发自内心地感谢你们",
        "来自群众的意见\n路灯不亮",
        "从手机上无法发送\n\n验证码收不到",
        "请看：\n\n从手机上无法发送",
        "系统问题\n\n获取邮箱验证码失败",
        "The letter was\nsent from my iPhone app to all users.",
        "All users got this:\n\nIt was sent from our system, not sent from my iPad.",
        "Sent from my balcony the noise is quite unbearable, day and night, all year.",
    ],
)
def test_a_sentence_about_sending_is_no_tail(text: str) -> None:
    assert mark(text) == ()


@pytest.mark.parametrize("signature", [*SET_OFF, *NOTICES])
def test_what_is_set_off_is_a_signature_even_above_a_quote(signature: str) -> None:
    assert _shown(f"{OWN}\n\n{signature}") == OWN
    assert _shown(f"{OWN}\n\n{signature}\n\n{QUOTE}") == OWN


@pytest.mark.parametrize("signature", CLOSED)
def test_a_closing_with_a_name_is_a_signature_at_the_end_only(signature: str) -> None:
    text = f"{OWN}\n\n{signature}"

    assert _shown(text) == OWN
    assert _shown(f"{text}\n\n{QUOTE}") == text


def test_a_signature_may_stand_below_the_quote() -> None:
    assert _shown(f"{OWN}\n\n{SENTENCE}\n> 旧\n\n-- \n张三") == OWN
    assert _shown(f"{OWN}\n\n> 旧的话\n\n--\n张三") == OWN


@pytest.mark.parametrize(
    "text",
    [
        f"{OWN}\n\n谢谢！\n请尽快修路",
        f"{OWN}\n\n谢谢！\n请关心小区居民",
        f"{OWN}\n谢谢\n路灯坏了\n垃圾成堆",
        f"{OWN}\n\n谢谢！",
        "联系方式如下：\n张三\n电话：13800000000\n邮箱：zs@a.example",
        "我的意见是路灯太暗。\n\n张三\n13800000000",
        "请把以下号码查处\n\n10690001234\n10690005678",
        "张三\n电话：13800138000\n邮箱：zs@a.example",
        "-- \n张三",
    ],
)
def test_names_and_numbers_that_may_be_the_answer_stay(text: str) -> None:
    assert mark(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "我的意见：\n\n第一，路灯坏了。\n--\n第二，垃圾没人收。",
        "要点\n----\n1. 路灯\n2. 垃圾\n----\n以上请处理",
        "The light is broken.\n--\nAlso the bins are full again.",
        "路灯：\n======\n太暗\n\n垃圾：\n======\n太多",
    ],
)
def test_a_ruled_line_between_paragraphs_sets_no_signature_off(text: str) -> None:
    assert mark(text) == ()


def test_asking_for_secrecy_is_no_notice() -> None:
    assert mark(f"{OWN}\n\n请对本邮件内容保密。") == ()
