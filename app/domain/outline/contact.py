"""How the public can reach the office: the contact lines of a notice as values."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from app.domain.outline.lines import Paragraph
from app.domain.outline.mailboxes import find_mailboxes
from app.domain.outline.period import (
    Period,
    find_labelled_period,
    find_period,
)
from app.domain.outline.phones import find_phones

_POSTCODE = re.compile(
    "(?:邮 ?编|邮政编码|邮政编号|邮码) ?[:为是]? ?"
    "(?P<digits>[0-9](?: ?[0-9]){5})(?![0-9])"
)
_ADDRESS_LABEL = re.compile(
    "(?:(?:通信|通讯|联系|邮寄|来信|来访|信件|办公|单位|接待|受理|反馈|投递|寄送|收件"
    "|收信|信访|书信|举报|监督|详细|邮政|来信来访|来信或来访)?(?:地 ?址|邮寄处)"
    "(?:[及和、/] ?(?:邮编|邮政编码))?(?!和|及)(?:[(][^()]{1,8}[)])? ?[:为是在]?"
    "|(?<!电子)邮政信箱 ?:|(?<!电子)(?<!邮政)信箱 ?:(?! ?[A-Za-z0-9])"
    "|(?:来信|来访|来人|信函|上门|邮寄)[^:。,;0-9]{0,4} ?:"
    "|(?:来信|信件|信函|材料)请?(?:邮寄|寄送|寄|送)(?:至|到|往)? ?:?"
    "|(?:邮寄|寄送|寄|送|递交|投递)(?:至|到|往) ?:?) ?"
)
_STOP: Final = re.compile(
    "[;。]|[(,、]? ?(?:邮 ?编|邮政编码|邮政编号|邮码|联系电话|电 ?话|收件人|收信人"
    "|联系人|电子邮箱|电子信箱|电子邮件|邮箱|传 ?真|手机|注明|联系方式)"
    "|, ?(?:或|也|并|请|逾期|如|可|欢迎|来信|来访|工作|接待)"
    "|[(,]? ?(?<![0-9])[0-9]{6}(?![0-9])| 0[0-9]{2,3}-"
)
_MOST: Final = 80
"""Characters; no address is longer."""

_MOST_LINES: Final = 300
_LONGEST_LINE: Final = 3000
"""More than any office prints: bounds the work on a hostile file."""

_CHINESE = re.compile("[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Contact:
    """What the notice says about reaching the office."""

    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    masked_email: bool = False
    address: str | None = None
    postcode: str | None = None
    period: str | None = None


def read_contact(
    paragraphs: Iterable[Paragraph], *, head: Iterable[Paragraph] = ()
) -> tuple[Contact, Period | None]:
    """Return what the contact lines say, and the comment period with its faults.

    Some notices name the period before their first item, in the ``head``.
    """
    paragraphs = [_clipped(paragraph) for paragraph in paragraphs][:_MOST_LINES]
    mailboxes = find_mailboxes(paragraphs)
    period = find_period(paragraphs) or find_labelled_period(map(_clipped, head))
    contact = Contact(
        phones=tuple(find_phones(paragraphs, hidden=mailboxes.printed)),
        emails=mailboxes.addresses,
        masked_email=mailboxes.masked,
        address=_find_address(paragraphs),
        postcode=_find_postcode(paragraphs),
        period=None if period is None else period.printed,
    )
    return contact, period


def _clipped(paragraph: Paragraph) -> Paragraph:
    if len(paragraph.text) <= _LONGEST_LINE:
        return paragraph
    return replace(
        paragraph,
        text=paragraph.text[:_LONGEST_LINE],
        folded=paragraph.folded[:_LONGEST_LINE],
    )


def _find_address(paragraphs: list[Paragraph]) -> str | None:
    for index, paragraph in enumerate(paragraphs):
        for match in _ADDRESS_LABEL.finditer(paragraph.folded):
            address = _address_at(paragraph, match.end())
            if address:
                return address
        label = _ADDRESS_LABEL.search(paragraph.folded[-16:])
        ends_with_label = label is not None and label.end() == len(
            paragraph.folded[-16:]
        )
        if ends_with_label and index + 1 < len(paragraphs):
            return _address_at(paragraphs[index + 1], 0)
    return None


def _address_at(paragraph: Paragraph, start: int) -> str | None:
    limit = min(len(paragraph.folded), start + _MOST)
    stop = _STOP.search(paragraph.folded, start, limit)
    end = stop.start() if stop else limit
    end = start + _balanced(paragraph.folded[start:end])
    address = paragraph.part(start, end).strip(" ,，、;；:：")
    is_place = len(address) > 3 and "@" not in address and _CHINESE.search(address)  # noqa: PLR2004 - a place has a longer name
    return address if is_place else None


def _balanced(folded: str) -> int:
    """Return the length up to a bracket that was opened before the address."""
    depth = 0
    for place, sign in enumerate(folded):
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return place
    return len(folded) if depth == 0 else folded.rindex("(")


def _find_postcode(paragraphs: list[Paragraph]) -> str | None:
    for paragraph in paragraphs:
        match = _POSTCODE.search(paragraph.folded)
        if match is not None:
            return match["digits"].replace(" ", "")
    for paragraph in paragraphs:
        label = _ADDRESS_LABEL.search(paragraph.folded)
        if label is None:
            continue
        rest = paragraph.folded[label.end() : label.end() + _MOST]
        match = re.search("(?<![0-9-])[0-9]{6}(?![0-9-])", rest)
        if match is not None:
            return match[0]
    return None
