"""What machines call themselves, and what stands above what they write.

Names of mail systems and of senders whom nobody reads, subjects of answering machines
and of delivery reports, in Chinese and in the languages that mail systems ship with.
"""

import re
from typing import Final

_LONGEST: Final = 1_000
"""Signs of a header that are looked at."""


def is_mail_system(sender: str) -> bool:
    """Whether ``sender``, a From line or an address, names a mail system."""
    sender = sender[:_LONGEST]
    return any(names.search(sender) for names in (_SYSTEM_NAME, _GATEWAY, _SHOWN_NAME))


def takes_no_reply(local_part: str) -> bool:
    """Whether nobody reads what is sent to ``local_part`` (RFC 3834, section 2)."""
    return _NO_REPLY.fullmatch(local_part[:_LONGEST]) is not None


def asks_for_no_reply(name: str) -> bool:
    """Whether the name that a sender shows asks not to be answered."""
    return _NO_REPLY_NAME.search(name[:_LONGEST]) is not None


def is_answering_machines(subject: str) -> bool:
    """Whether ``subject`` is that of an answering machine."""
    return _ANSWERING.match(subject[:_LONGEST]) is not None


def is_delivery_reports(subject: str) -> bool:
    """Whether ``subject`` is that of a mail system about a letter of ours."""
    return _REPORT.match(subject[:_LONGEST]) is not None


_SYSTEM_NAME: Final = re.compile(
    r"(?:^|[\s<\"'(])(?:mail(?:er)?[-_. ]?daemon|post[-_. ]?master|postoffice|mdaemon"
    r"|microsoftexchange[0-9a-f]{32})(?:$|[\s>\"'@)\\])",
    re.IGNORECASE,
)
_GATEWAY: Final = re.compile(
    r"(?:^|[\s<\"'(._-])(?:smtp|anti[-_]?virus|anti[-_]?spam"
    r"|mail[-_]?(?:gateway|server|system|service))(?:[._-][\w.-]*)?\d*@",
    re.IGNORECASE,
)
"""Robots at the gate, which scan letters and return them."""

_SHOWN_NAME: Final = re.compile(
    r"mail (?:delivery|transport) (?:sub)?system|delivery subsystem|mail system error"
    r"|^[\s\"']*(?:系统退信|退信通知|退信系统|邮件系统(?:管理员)?|邮件(?:投递|传递|收发)系统"
    r"|郵件(?:系統|投遞系統|傳遞系統)(?:管理員)?|(?:qq)?邮箱(?:管理员|系统))[\s\"']*<",
    re.IGNORECASE,
)
_NO_REPLY: Final = re.compile(
    r".*no[-_.]?reply.*"
    r"|(?:.*[-_.+])?(?:not|non|do[-_.]?not|dont|never)[-_.]?(?:reply|respond|answer)"
    r"(?:[-_.+\d].*)?"
    r"|(?:wuxu|qingwu|buyao|wu)[-_.]?huifu"
    r"|(?:owner|bounces?)[-+].*|.*-(?:request|bounces?|owner)"
    r"|mail(?:er)?-?daemon|mdaemon|post-?master|bounces?|daemon|root|nobody"
    r"|list(?:serv|proc)|majordomo|mailer|newsletter|auto-?(?:reply|responder)",
    re.IGNORECASE,
)
_NO_REPLY_NAME: Final = re.compile(
    r"(?:请勿|請勿|不要|无需|無需|无须|毋須|勿)(?:直接)?(?:回复|回覆|回復|答复|回信)"
    r"|自动(?:发送|发出)|自動(?:發送|發出)"
    r"|\bno[- ]?reply\b|\bdo not (?:reply|respond)\b",
    re.IGNORECASE,
)
_LABEL: Final = r"\s*(?:\[[^\]]{0,40}\]\s*|【[^】]{0,40}】\s*)?"
_NOTHING_MORE: Final = r"\s*(?:$|[:：/,，!！(（\[【<《-])"
_ANSWERING: Final = re.compile(
    # The words, then the end or what it answers: "automatic reply to my complaint" is
    # a person's.
    _LABEL + r"(?:"
    r"(?:系统|系統|外出|假期|休假|度假|出差|离职|離職)?(?:期间|期間)?的?"
    r"(?:自动|自動)(?:回复|回覆|回復|答复|答覆|应答|應答|回信|応答)(?:邮件|郵件)?"
    r"|(?:外出|假期|休假|度假|出差)(?:期间|期間)?(?:回复|回覆|答复|答覆|留言)"
    r"|外出\s*(?=$|[:：])"
    r"|(?:我|本人)?(?:现在|目前|暂时|現在)?(?:不在|外出,?不在)(?:办公室|辦公室|公司)"
    r"|不在通知"
    r"|(?:auto|ooo)(?=\s*(?:$|[:：]))|autoresponder"
    r"|auto(?:matic|mated)?[- ]?(?:reply|response|answer)"
    r"|(?:i am |i'm )?(?:currently )?out of (?:the )?office"
    r"(?: auto-?reply| response| message| notification| reply)?"
    r"|(?:on |away on )?(?:vacation|holiday)(?: auto-?reply| reply| response| message)"
    r"|away from (?:the |my )?(?:office|mail|desk)"
    r"|automatische antwort|abwesenheits(?:notiz|meldung|nachricht)"
    r"|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica"
    r"|fuera de (?:la )?oficina|risposta automatica|resposta autom[áa]tica"
    r"|автоматический ответ|자동 ?회신"
    rf"){_NOTHING_MORE}",
    re.IGNORECASE,
)
_REPORT: Final = re.compile(
    _LABEL + r"(?:"
    # The words alone: "about the returned letter" is a person's.
    r"(?:(?:系统|系統)?退信(?:通知|报告|報告|提醒)?|(?:系统|系統)退信"
    r"|(?:邮件|郵件)(?:被)?退回(?:通知)?|退回(?:的)?(?:邮件|郵件|信件)"
    r"|(?:邮件)?(?:传递|傳遞|投递|投遞|傳送|送达)(?:状态|狀態)(?:通知|报告|報告)?)"
    rf"{_NOTHING_MORE}"
    r"|(?:您的|你的)?(?:邮件|郵件|信件)?"
    r"(?:投递|投遞|发送|發送|传送|傳送|传递|傳遞|寄送|递送)"
    r"(?:失[败敗])\s*(?:$|[:：!！通报報提])"
    r"|(?:邮件|郵件|信件)?(?:无法|無法|未能|未)"
    r"(?:投递|投遞|送达|送達|传递|傳遞|传送|傳送|递送)\s*(?:$|[:：通])"
    r"|(?:undeliver(?:ed|able)(?: e?-?mail| messages?)?(?: returned(?: to sender)?)?"
    r"|returned (?:e?-?mail|to sender)|failure notice|non[- ]remis|配信不能"
    r"|(?:e?-?mail |message )?delivery (?:failed|failure|error|warning|delay(?:ed)?"
    r"|has failed|report|status|(?:status )?notification)"
    r"(?: notification| notice| report| warning)?"
    r"|(?:your )?(?:e?-?mail|message) (?:could not be|was not) delivered"
    r"|unzustellbar|no se puede entregar|non recapitabile|メールエラー通知"
    rf"){_NOTHING_MORE}"
    r"|undeliverable to |mail system error|warning: could not send (?:message|mail))",
    re.IGNORECASE,
)
