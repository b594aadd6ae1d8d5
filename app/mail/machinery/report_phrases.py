"""What mail systems without a standard say of a letter, in their own words."""

import re
from typing import Final

_LONGEST: Final = 20_000
"""Signs of a text that are looked at: what is wrong stands above the letter."""


def above_letter(text: str) -> str:
    """Return what stands above the letter that is quoted."""
    start = _QUOTED.search(text)
    return text[: start.start() if start else _LONGEST][:_LONGEST]


def addresses_in(text: str) -> list[str]:
    """Return the addresses that ``text`` names."""
    return [box.strip(".") for box in _ADDRESS.findall(text)]


def tells_of_failure(text: str) -> bool:
    """Whether ``text`` says that a letter was not delivered."""
    return _FAILURE.search(text) is not None


def tells_of_delay(text: str) -> bool:
    """Whether ``text`` says that delivery will be tried again."""
    return _DELAY.search(text) is not None


_ADDRESS: Final = re.compile(
    # Chinese goes on without a blank before or behind an address.
    r"[A-Za-z0-9.!#$%*+^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"
)
_QUOTED: Final = re.compile(
    r"^[> \t|]{0,8}(?:received|return-path|dkim-signature|mime-version|message-id"
    r"|x-mailer):|^.{0,40}\b(?:original (?:message|mail)|returned (?:message|mail)"
    r"|copy of (?:the|your) (?:message|mail)|unsent message|message header)\b.{0,40}$"
    r"|^.{0,20}(?:原始?(?:邮件|郵件|信件)|邮件原文).{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
_FAILURE: Final = re.compile(
    r"undeliver|could ?n[o']t (?:be )?(?:deliver|send)|(?:was|were) not delivered"
    r"|un?able to (?:be )?deliver|deliver\w* (?:has |have )?fail|fail\w* to deliver"
    r"|(?:fatal|delivery|permanent) (?:error|failure)|returned to sender|not be reached"
    r"|(?<!\d)[45]\d\d[ -][45]\.\d{1,3}\.\d{1,3}|will be re-?tried|rejected|bounce"
    r"|not yet been delivered|could not send|unknown (?:user|address)|user unknown"
    r"|(?:invalid|no such) (?:user|recipient|address|mailbox)|failed mail|mail failed"
    r"|退信|(?:无法|無法|未能)(?:投递|投遞|送达|送達|发送|發送|传递|傳遞)|失败|失敗|退回",
    re.IGNORECASE,
)
_DELAY: Final = re.compile(
    r"delay|not yet been delivered|(?:will|keep) (?:be )?(?:continu|retr|try)"
    r"|attempts? will continue|postponed|still (?:being )?(?:retr|try)"
    r"|do not need to resend|could not send (?:message|mail) for (?:the )?past"
    r"|延迟|延遲|继续尝试|繼續嘗試|稍后重试|暂时无法|暫時無法",
    re.IGNORECASE,
)
