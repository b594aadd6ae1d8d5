"""E-mail addresses among the contact lines, and those that the site has hidden."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.domain.outline.lines import Paragraph

_LOCAL: Final = "[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}"
_DOMAIN: Final = "[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\\.[A-Za-z0-9-]{1,63}){1,4}"
_PLAIN = re.compile(f"(?<![A-Za-z0-9._%+-]){_LOCAL} ?@ ?{_DOMAIN}")
_DOT: Final = "(?:\\.|[\\[({【] ?(?:dot|点|DOT) ?[\\])}】])"
_SPELLED = re.compile(
    f"(?<![A-Za-z0-9._%+-])(?P<local>{_LOCAL})"
    " ?(?:[\\[({<【] ?(?:at|AT|At|a|@|#|艾特) ?[\\])}>】]|#| at | AT ) ?"
    "(?P<domain>[A-Za-z0-9][A-Za-z0-9-]{0,62}"
    f"(?: ?{_DOT} ?[A-Za-z0-9-]{{1,63}}){{1,4}})"
)
_DOTS = re.compile(f" ?{_DOT} ?")
_HIDDEN = re.compile(
    "email ?protected|邮箱(?:地址)?(?:受|已)?(?:保护|隐藏|屏蔽)"
    "|[A-Za-z0-9*]{1,64}\\*+[A-Za-z0-9*]{0,64} ?@|@ ?\\*{2,}",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    "[将把] ?[\"“‘'(]?(?P<sign>[^\"”’')]{1,6}?)[\"”’')]? ?(?:符号)?"
    "(?:替换|更换|更改|换|改)[为成] ?[\"“‘'(]?@"
)
_EMPTY_LABEL = re.compile(
    "(?:电子(?:邮箱|信箱|邮件)|(?<!收)邮箱|[Ee]-?mail)(?:地址)? ?: ?[;。,]?$"
)


@dataclass(frozen=True, slots=True)
class Mailboxes:
    """The addresses that can be written to, and whether one was not printed plainly."""

    addresses: tuple[str, ...]
    masked: bool
    printed: tuple[str, ...] = field(default=())
    """The same as they stand in the folded text."""


def find_mailboxes(paragraphs: Iterable[Paragraph]) -> Mailboxes:
    """Return the e-mail addresses; one that cannot be rebuilt for certain is none."""
    found: dict[str, str] = {}
    masked = False
    paragraphs = list(paragraphs)
    for index, paragraph in enumerate(paragraphs):
        text = paragraph.folded
        for match in _PLAIN.finditer(text):
            found.setdefault(match[0].replace(" ", ""), match[0])
        for address, printed in _rebuilt(text):
            found.setdefault(address, printed)
            masked = True
        following = paragraphs[index + 1].folded if index + 1 < len(paragraphs) else ""
        unfilled = _EMPTY_LABEL.search(text) and not _may_be_address(following)
        masked = masked or bool(unfilled or _HIDDEN.search(text))
    return Mailboxes(tuple(found), masked, tuple(found.values()))


def _rebuilt(text: str) -> list[tuple[str, str]]:
    spelled = [
        (f"{match['local']}@{_DOTS.sub('.', match['domain'])}", match[0])
        for match in _SPELLED.finditer(text)
    ]
    note = _REPLACED.search(text)
    if spelled or note is None:
        return spelled
    sign = re.escape(note["sign"].strip())
    return [
        (f"{match['local']}@{match['domain']}", match[0])
        for match in re.finditer(
            f"(?P<local>{_LOCAL}?) ?{sign} ?(?P<domain>{_DOMAIN})", text
        )
    ]


def _may_be_address(text: str) -> bool:
    return bool(_PLAIN.match(text) or _SPELLED.match(text) or _HIDDEN.search(text))
