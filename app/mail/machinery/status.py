"""Status codes of mail systems (RFC 3463), also of those that only say it in words."""

import re
from typing import Final

UNKNOWN: Final = ""
"""The status of which nothing is known."""


def status_in(said: str) -> str:
    """Return the status code that a mail system names or means; `UNKNOWN`: none.

    What it says in words counts more than a code that says nothing (``5.0.0``) and
    than a reply code of three digits, which tells little more than "no".
    """
    named = _ENHANCED.search(said)
    if named is not None and (named["good"] or not _says_nothing(named)):
        return named[0].strip()
    reply = _REPLY.search(said)
    kind = (named and named["kind"]) or (reply and reply["code"][0]) or "5"
    for meaning, words in _IN_WORDS.items():
        if words.search(said):
            return f"{kind}.{meaning}"
    if named is not None:
        return f"{kind}.0.0"
    if reply is not None:
        return f"{kind}.{_OF_REPLY.get(reply['code'][1:], '0.0')}"
    return UNKNOWN


def is_final(status: str) -> bool:
    """Whether the letter will never be delivered, as far as ``status`` tells."""
    return status.startswith("5")


def is_dead(status: str) -> bool:
    """Whether no letter whatever will reach the address, at first word.

    Not so a mailbox that is full, a letter that is too large or displeases, or a
    refusal without a reason: the next one may be taken.
    """
    return status in _DEAD


def _says_nothing(code: re.Match[str]) -> bool:
    return code["subject"] == code["detail"] == "0"


_ENHANCED: Final = re.compile(
    # Of success only a field of its own tells; in a text that would be some version.
    r"(?:(?<![\d.])(?P<kind>[45])|^\s*(?P<good>2))"
    r"\.(?P<subject>\d{1,3})\.(?P<detail>\d{1,3})(?![\d.]*\d)"
)
_REPLY: Final = re.compile(r"(?<![\d.:-])(?P<code>[45][0-5]\d)(?![\d.:]|-\d)")
_OF_REPLY: Final = {
    "11": "1.1",
    "21": "3.2",
    "22": "2.2",
    "41": "4.1",
    "46": "4.6",
    "47": "4.7",
    "52": "2.2",
    "53": "1.3",
    "23": "3.4",
}
"""What a reply code means by its last two digits (RFC 5321, section 4.2.3)."""

_DEAD: Final = frozenset(
    {
        "5.1.0",
        "5.1.1",
        "5.1.2",
        "5.1.3",
        "5.1.4",
        "5.1.6",
        "5.1.10",
        "5.2.1",
        "5.4.1",
        "5.4.4",
    }
)
"""No such mailbox, no such host, a mailbox shut for good. Exchange says 5.4.1 of a
receiver whom its directory does not have."""

_IN_WORDS: Final = {
    "2.2": re.compile(
        r"(?:mailbox|quota|inbox|storage)[^.\n]{0,40}"
        r"(?:full|exceed|over|insufficient|limit)"
        r"|(?:over|exceed\w*|full)[^.\n]{0,30}(?:quota|mailbox|storage)"
        r"|(?:邮箱|郵箱|信箱)(?:已满|已滿|空间不足|容量)|超(?:出|过).{0,6}容量",
        re.IGNORECASE,
    ),
    "3.4": re.compile(
        r"(?:message|mail|size)[^.\n]{0,40}(?:too (?:large|big)"
        r"|exceed\w*[^.\n]{0,20}(?:size|limit|maximum))|邮件(?:过大|太大|超过)",
        re.IGNORECASE,
    ),
    "1.1": re.compile(
        r"(?:user|mailbox|account|recipient|address|addressee|alias)"
        r"[^.\n]{0,60}?(?:unknown|not (?:found|known|exist|listed|a valid)"
        r"|does ?n[o']t exist|no longer|invalid|unavailable|undeliverable)"
        r"|(?:no such|unknown|invalid|not a known|bad|non-?existent)[^.\n]{0,30}"
        r"(?:user|mailbox|account|recipient|address|alias|person)"
        r"|no mailbox (?:here|found)|does not have an? [^.\n]{0,20}account"
        r"|(?:用户|帐号|账号|帳號|收件人|邮箱|郵箱|信箱|邮件地址|使用者)"
        r".{0,10}(?:不存在|无效|無效|未找到|找不到)",
        re.IGNORECASE,
    ),
    "2.1": re.compile(
        r"(?:account|mailbox|user)[^.\n]{0,40}"
        r"(?:disabled|inactive|suspended|deactivated|locked|closed)"
        r"|(?:账号|帐号|帳號|邮箱|用户).{0,10}(?:停用|禁用|注销|冻结|锁定)",
        re.IGNORECASE,
    ),
    "1.2": re.compile(
        r"(?:host|domain)[^.\n]{0,40}(?:unknown|not found|does ?n[o']t exist)"
        r"|unknown (?:host|domain)|no (?:mx|such (?:host|domain))"
        r"|name service error|unrouteable|域名.{0,10}(?:不存在|无法解析|错误)",
        re.IGNORECASE,
    ),
    "7.1": re.compile(
        r"spam|virus|block(?:ed|list)|black ?list|reputation|polic(?:y|ies)|dmarc"
        r"|\bspf\b|dkim|rejected (?:due to|by)|content (?:denied|rejected)"
        r"|not authori[sz]ed|access denied|relay(?:ing)? (?:denied|not)"
        r"|垃圾|拒收|被拒|病毒|黑名单|敏感",
        re.IGNORECASE,
    ),
    "4.1": re.compile(
        r"timed? ?out|connection (?:refused|lost|reset)|no route|could not connect"
        r"|too many hops|连接超时|連線逾時|无法连接",
        re.IGNORECASE,
    ),
}
"""What words mean, the more telling first."""
