"""The signature: who signed a notice, when, and where the notice ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.outline.dates import PrintedDate, read_date_line
from app.domain.outline.furniture import is_footer
from app.domain.outline.invitation import (
    invites,
    is_attachment,
    is_contact_line,
    is_formula,
)
from app.domain.outline.lines import Paragraph
from app.domain.outline.numbering import Number, read_number
from app.domain.outline.offices import is_office, may_be_name, names_in

_SENTENCE: Final = 40
_MOST_SIGNERS: Final = 12
_MOST_AFTERWORDS: Final = 3
_CHAPTER_STYLES: Final = frozenset({"一、", "一.", "(一)", "第", "问题"})

_MEASURE = re.compile("[一二三四五六七八九十]{1,3}是")
_AFTERWORD = re.compile(
    "[(\\[【][^()]{0,40}(?:此件|公开|联系人|电话|发布)[^()]{0,60}[)\\]】]"
)
_NAME_AND_DATE = re.compile(
    "(?P<name>[^。;:,!?@|>0-9]{4,50}?) ?\\(?"
    "(?P<date>(?:19|20)[0-9]{2}[-./年][^。;:,()]{3,14}"
    "|[一二][〇○零0O九][^。;:,()]{2}年[^。;:,()]{3,8})\\)?$"
)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, when, and between which paragraphs it is printed."""

    first: int
    """The first signer's paragraph; ``end`` where nobody signed."""

    end: int
    """One past the last paragraph of the notice."""

    signers: tuple[str, ...] = ()
    signed_on: PrintedDate | None = None

    @property
    def exists(self) -> bool:
        """Whether somebody signed, or at least a date stands at the end."""
        return bool(self.signers) or self.signed_on is not None


def find_signature(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None]
) -> Signature:
    """Find signers, date and end among the paragraphs from the first number on.

    The signature is the last one behind which nothing of the notice follows before
    the page's own footer begins; dates in the cells of a table are none.
    """
    footers = [is_footer(paragraph) for paragraph in paragraphs]
    belongs = [
        not footer and _must_belong(paragraph, number)
        for paragraph, number, footer in zip(paragraphs, numbers, footers, strict=True)
    ]
    clean = _clean_from(paragraphs, footers, belongs)

    found: Signature | None = None
    for place in range(1, len(paragraphs)):
        if found is not None and footers[place]:
            break
        if clean[place + 1] and not footers[place]:
            signature = _signed_at(paragraphs, place)
            if signature and (signature.signers or not (found and found.signers)):
                found = signature
    if found is not None:
        return found
    return _undated(paragraphs, _end_without_date(footers, belongs))


def _must_belong(paragraph: Paragraph, number: Number | None) -> bool:
    """Whether the paragraph is surely text of the notice."""
    if number is not None and number.style in _CHAPTER_STYLES and number.value > 1:
        return True
    folded = paragraph.folded
    if _AFTERWORD.fullmatch(folded[: 2 * _SENTENCE]):
        return False
    sentence = len(folded) > _SENTENCE and "。" in folded
    return sentence or is_formula(paragraph) or invites(paragraph)


def _clean_from(
    paragraphs: Sequence[Paragraph], footers: list[bool], belongs: list[bool]
) -> list[bool]:
    """Say for each place whether only the page's own text follows from there."""
    clean = [True] * (len(paragraphs) + 2)
    for place in range(len(paragraphs) - 1, -1, -1):
        stop = footers[place] or is_attachment(paragraphs[place])
        clean[place] = stop or (not belongs[place] and clean[place + 1])
    return clean


def _signed_at(paragraphs: Sequence[Paragraph], place: int) -> Signature | None:
    paragraph = paragraphs[place]
    signed_on = read_date_line(paragraph.folded)
    end = _with_afterwords(paragraphs, place + 1)
    if signed_on is None:
        return _signed_on_one_line(paragraphs, place, end)
    above = paragraphs[place - 1]
    first = _first_signer(paragraphs, place)
    named = may_be_name(above.folded) and read_number(above.folded) is None
    if first == place and named and place > 1:
        first -= _ends_text(paragraphs[place - 2])
    if first == place and not _ends_text(above):
        return None
    signers = [name for p in paragraphs[first:place] for name in names_in(p.text)]
    return Signature(first, end, tuple(signers), signed_on)


def _signed_on_one_line(
    paragraphs: Sequence[Paragraph], place: int, end: int
) -> Signature | None:
    paragraph = paragraphs[place]
    match = _NAME_AND_DATE.match(paragraph.folded[: 2 * _SENTENCE])
    if match is None or not is_office(match["name"]) or read_number(match["name"]):
        return None
    signed_on = read_date_line(match["date"])
    if signed_on is None:
        return None
    first = _first_signer(paragraphs, place)
    names = [p.text for p in paragraphs[first:place]]
    names.append(paragraph.part(*match.span("name")))
    signers = [name for line in names for name in names_in(line)]
    return Signature(first, end, tuple(signers), signed_on)


def _first_signer(paragraphs: Sequence[Paragraph], place: int) -> int:
    first = place
    while first > 0 and place - first < _MOST_SIGNERS:
        if not _may_sign(paragraphs[first - 1]):
            break
        first -= 1
    return first


def _may_sign(paragraph: Paragraph) -> bool:
    """Whether a line names an office, and is no item or measure that ends with one."""
    folded = paragraph.folded
    if not is_office(folded) or _MEASURE.match(folded):
        return False
    return read_number(folded) is None


def _ends_text(paragraph: Paragraph) -> bool:
    """Whether a signature can follow this paragraph: it is no cell of a table."""
    return (
        paragraph.folded.endswith(("。", ";"))
        or is_contact_line(paragraph)
        or is_attachment(paragraph)
        or "@" in paragraph.folded
        or is_formula(paragraph)
        or len(paragraph.folded) > _SENTENCE
    )


def _with_afterwords(paragraphs: Sequence[Paragraph], end: int) -> int:
    last = min(len(paragraphs), end + _MOST_AFTERWORDS)
    while end < last and not is_footer(paragraphs[end]):
        if not _AFTERWORD.fullmatch(paragraphs[end].folded):
            break
        end += 1
    return end


def _end_without_date(footers: list[bool], belongs: list[bool]) -> int:
    """Return where the page's footer begins: behind all that belongs to the notice."""
    last = max((place for place, must in enumerate(belongs) if must), default=0)
    for place in range(last + 1, len(footers)):
        if footers[place]:
            return place
    return len(footers)


def _undated(paragraphs: Sequence[Paragraph], end: int) -> Signature:
    """Read a signature that has no date, where offices stand last in the text."""
    while end > 1 and _AFTERWORD.fullmatch(paragraphs[end - 1].folded):
        end -= 1
    last = end
    first = _first_signer(paragraphs, last)
    end = _with_afterwords(paragraphs, end)
    if first in (0, last) or not _ends_text(paragraphs[first - 1]):
        return Signature(end, end)
    signers = [name for p in paragraphs[first:last] for name in names_in(p.text)]
    return Signature(first, end, tuple(signers))
