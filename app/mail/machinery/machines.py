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
    if _GATEWAY.search(sender) or _SHOWN_NAME.search(sender):
        return True
    name, sign, address = sender.rpartition("<")
    if _SYSTEM_NAME.search(f"{sign}{address}"):
        return True
    # Somebody called Postmaster Zhang is a person.
    return bool(sign) and _SYSTEM_ONLY.fullmatch(name.strip(_AROUND)) is not None


def takes_no_reply(local_part: str) -> bool:
    """Whether nobody reads what is sent to ``local_part`` (RFC 3834, section 2)."""
    return _NO_REPLY.fullmatch(local_part[:_LONGEST]) is not None


def asks_for_no_reply(name: str) -> bool:
    """Whether the name that a sender shows asks not to be answered."""
    return _NO_REPLY_NAME.search(name[:_LONGEST]) is not None


def is_answering_machines(subject: str) -> bool:
    """Whether ``subject`` is that of an answering machine."""
    return _ANSWERING.match(subject[:_LONGEST]) is not None


def may_be_a_persons(subject: str) -> bool:
    """Whether a person might choose ``subject``, though a mail system's are like it."""
    return _MAY_BE_A_PERSONS.fullmatch(subject[:_LONGEST]) is not None


def says_it_is_automatic(text: str) -> bool:
    """Whether ``text``, somebody's own words, begins by saying that a machine wrote it.

    Or is nothing but what answering machines say who say no more than that.
    """
    if _OF_ITSELF.search(text[:_BEGINNING]) is not None:
        return True
    return len(text) <= _SHORT and _IN_SHORT.match(text) is not None


def is_delivery_reports(subject: str) -> bool:
    """Whether ``subject`` is that of a mail system about a letter of ours."""
    return _REPORT.match(subject[:_LONGEST]) is not None


_MAY_BE_A_PERSONS: Final = re.compile(
    r"\s*(?:退信|退回(?:的)?(?:邮件|郵件|信件)?|(?:邮件|郵件|信件)(?:被)?退回"
    r"|(?:无法|無法|未能|未)(?:投递|投遞|送达|送達)|(?:投递|投遞)失[败敗])[\s。.!！]*"
)
"""Nothing but words that somebody whose letter or parcel came back would write, too."""

_SYSTEM: Final = (
    r"(?:mail(?:er)?[-_. ]?daemon|post[-_. ]?master|postoffice|mdaemon"
    r"|microsoftexchange[0-9a-f]{32})"
)
_SYSTEM_NAME: Final = re.compile(
    rf"(?:^|[\s<\"'(]){_SYSTEM}(?:$|[\s>\"'@)\\])", re.IGNORECASE
)
_SYSTEM_ONLY: Final = re.compile(
    r"(?:(?:the|e?mail|internet|local|network|system|smtp)[ -])*"
    rf"{_SYSTEM}(?:@[\w.-]+| (?:at|of|on|for) \S+| ?\([^)]*\))?",
    re.IGNORECASE,
)
_AROUND: Final = " \t\"'\\"
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
_BEGINNING: Final = 300
_SHORT: Final = 160
_BEGINS: Final = r"(?:^|[\n。！!；;]|[您你]好[，,：:]?|hello,|hi,)[\s（(【\[*—-]*"
_OF_ITSELF: Final = re.compile(
    # What a person says about such a letter stands within a sentence.
    _BEGINS + r"(?:"
    r"(?:这|這|此)(?:是|为|為)[^，。,.!！\n]{0,16}(?:自动|自動)"
    r"(?:回复|回覆|回復|答复|应答)"
    r"(?:邮件|郵件|信息|消息|信)?\s*(?:$|[，。,.!！；;）)】\]\n])"
    r"|(?:此|本|该|该封|这封|這封)(?:邮件|郵件|信件|信)(?:为|為|是|由|系)?(?:系统|系統)?"
    r"(?:自动|自動)(?:回复|回覆|回復|答复|发送|發送|发出|發出|生成|产生)"
    r"|(?:系统|系統)?(?:自动|自動)(?:回复|回覆|回復|答复)\s*[】\]）)]?\s*[:：\n]"
    r"|this is an? (?:automatic|automated|auto)[- ]?(?:generated )?"
    r"(?:reply|response|message|e-?mail|answer)\b"
    r"|this (?:message|e-?mail|reply) (?:was|is|has been) (?:sent automatically"
    r"|automatically (?:generated|sent)|auto-?generated)"
    r"|i(?: am|'m) (?:currently )?(?:out of (?:the )?office|away from (?:the|my) office"
    r"|on (?:annual |sick |parental )?leave|on vacation)"
    r" (?:until|till|from|and will|with)"
    r")",
    re.IGNORECASE,
)
_IN_SHORT: Final = re.compile(
    r"\s*(?:[您你]好[，,！!。：:\s]*)?(?:"
    r"(?:我)?(?:已经|已)?收到[您你]的(?:邮件|郵件|来信|來信)"
    r"|(?:[您你]的)?(?:邮件|郵件|来信|來信)(?:我)?(?:已经|已)?收到"
    r"|(?:我|本人)(?:最近|目前|现在)?(?:正在)?(?:休假|出差|度假)"
    r")[^\n]{0,60}(?:尽快|盡快|稍后|稍後|及时|及時|再)[^\n]{0,8}(?:回复|回覆|回復|答复|处理)",
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
