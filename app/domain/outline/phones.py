"""Telephone numbers among the contact lines, without fax and other numbers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.outline.lines import Paragraph

_PHONE: Final = "phone"
_LABELS: Final = (
    (_PHONE, "电 ?话 ?[/、和及与或(]? ?传 ?真|传 ?真 ?[/、和及与或] ?电 ?话"),
    ("beside", "[兼同带]传真|传真同号"),
    ("fax", "传 ?真(?: ?电 ?话)?"),
    ("post", "邮 ?编|邮政编码"),
    ("mail", "邮 ?箱|电子信箱|电子邮件|[Ee]-?[Mm]ail"),
    ("place", "地 ?址|来信|来访|寄至|信箱"),
    ("other", "QQ|微信|编号|文号|备案|代码|账号|标识码"),
    (_PHONE, "电 ?话|热线|手 ?机|座 ?机|联系方式|专线|短号|拨打|致电|来电|值班|短信"),
)
_LABEL = re.compile("|".join(f"({wording})" for _, wording in _LABELS))

_DIGIT_BEFORE: Final = "(?<![0-9A-Za-z@._-])"
_AFTER: Final = "(?![0-9A-Za-z@])"
_NUMBER = re.compile(
    _DIGIT_BEFORE
    + "(?:(?:\\+|00)?86[- ]?)?(?:"
    + "(?P<mobile>1[3-9][0-9](?:[ -]?[0-9]{4}){2})"
    + "|\\(?(?P<area>0(?:10|2[0-9]|[3-9][0-9]{2}))(?: ?\\) ?-? ?| ?-{1,2} ?| ?)"
    + "(?P<local>[1-9][0-9]{2,3}[ -]?[0-9]{4}|1[0-9]{4}|9[0-9]{4})"
    + "|(?P<service>[48]00[- ]?(?:[0-9]{3}[- ]?[0-9]{4}|[0-9]{4}[- ]?[0-9]{3}))"
    + "|(?P<bare>[2-9][0-9]{2,3}[ -]?[0-9]{4})"
    + "|(?P<short>[1-9][0-9]{2,5}(?![- ]?[0-9]))"
    + ")"
    + _AFTER
)
_EXTENSION = re.compile(
    " ?[(,]? ?(?:(?:转分机|分机|转|ext\\.?) ?:? ?(?P<number>[0-9]{1,6})"
    "|-(?P<dashed>[0-9]{3,4}))(?![0-9])"
)
_FURTHER_EXTENSION = re.compile(" ?[、/或] ?(?P<number>[0-9]{3,5})(?![0-9-])")
_FAX_BEHIND = re.compile(" ?\\(传 ?真\\)")
_HOTLINE = re.compile("12[0-9]{3}")
_QUANTITY = re.compile(" ?(?:[年月日号室元人件户个栋楼层路天点时条次%:.]|工作日)")
_SEPARATED = re.compile("[:、,;/为是)( ]*(?:和|或|及)?[:、,;/ ]*")


@dataclass(frozen=True, slots=True)
class _Found:
    """A number, with where it ends."""

    printed: str
    end: int


def find_phones(paragraphs: Iterable[Paragraph], *, hidden: Iterable[str]) -> list[str]:
    """Return the telephone numbers in printed order, each once.

    ``hidden`` are texts whose digits are no telephone number (addresses of mail).
    """
    phones: dict[str, None] = {}
    hidden = list(hidden)
    label = ""
    for paragraph in paragraphs:
        text = paragraph.folded
        for secret in hidden:
            text = text.replace(secret, " " * len(secret))
        label, found = _phones_of(text, label)
        phones.update(dict.fromkeys(found))
    return list(phones)


def _phones_of(text: str, inherited: str) -> tuple[str, list[str]]:
    """Return the numbers of a paragraph, and the label that it leaves without value."""
    found: list[str] = []
    labels = [
        (m.start(), m.end(), _LABELS[(m.lastindex or 1) - 1][0])
        for m in _LABEL.finditer(text)
    ]
    labels = [entry for entry in labels if entry[2] != "beside"]
    label, label_end, index, place = inherited, 0, 0, 0
    while match := _NUMBER.search(text, place):
        place = match.end()
        while index < len(labels) and labels[index][0] < match.start():
            label, label_end, index = labels[index][2], labels[index][1], index + 1
        between = text[label_end : match.start()]
        if found and not label and _SEPARATED.fullmatch(between):
            label = _PHONE
        if not _is_phone(match, label, between):
            continue
        numbers = _with_extensions(match, text)
        found += [number.printed for number in numbers]
        place = label_end = numbers[-1].end
    open_label = labels[-1] if labels else ("", 0, "")
    is_open = bool(labels) and not text[labels[-1][1] :].strip(" :()")
    return (open_label[2] if is_open else ""), found


def _is_phone(match: re.Match[str], label: str, between: str) -> bool:
    if label in ("fax", "post", "other") or _FAX_BEHIND.match(
        match.string, match.end()
    ):
        return False
    if not (match["bare"] or match["short"]):
        return True
    rest = match.string[match.end() : match.end() + 6]
    if _QUANTITY.match(rest):
        return False
    if match["bare"]:
        return label == _PHONE
    if _HOTLINE.fullmatch(match["short"]) and label != "mail":
        return True
    return label == _PHONE and bool(_SEPARATED.fullmatch(between))


def _with_extensions(match: re.Match[str], text: str) -> list[_Found]:
    number = _written(match)
    extension = None if match["short"] else _EXTENSION.match(text, match.end())
    if extension is None:
        return [_Found(number, match.end())]
    if extension["dashed"] and not (match["local"] or match["bare"]):
        return [_Found(number, match.end())]
    digits = extension["number"] or extension["dashed"]
    found = [_Found(f"{number}转{digits}", extension.end())]
    while further := _FURTHER_EXTENSION.match(text, found[-1].end):
        found.append(_Found(f"{number}转{further['number']}", further.end()))
    return found


def _written(match: re.Match[str]) -> str:
    if match["area"]:
        return match["area"] + "-" + re.sub("[ -]", "", match["local"])
    if match["service"]:
        return "-".join(re.findall("[0-9]+", match["service"]))
    digits = match["mobile"] or match["bare"] or match["short"]
    return re.sub("[ -]", "", digits)
