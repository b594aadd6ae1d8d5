"""The outline of a notice, read from its text.

Everything is matched on a width-folded copy and shown as printed. The order of work:
lines to paragraphs, page turns, numbers, the head, the signature, tables, levels,
the tree, the contact lines, the faults.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.outline import faults
from app.domain.outline.contact import Contact, read_contact
from app.domain.outline.dates import PrintedDate, has_damaged_date
from app.domain.outline.evidence import check_evidence
from app.domain.outline.faults import NotANotice
from app.domain.outline.furniture import published_date
from app.domain.outline.layout import Layout, lay_out
from app.domain.outline.lines import Paragraph, read_paragraphs
from app.domain.outline.masthead import Masthead, read_masthead
from app.domain.outline.numbering import Number, read_number
from app.domain.outline.outline import Outline
from app.domain.outline.page_turns import join_page_turns
from app.domain.outline.sequence import number_faults
from app.domain.outline.signature import Signature, find_signature
from app.domain.outline.tables import find_cells
from app.domain.outline.tree import Item, build_tree, measure_faults, read_items

_SEVERAL_COLUMNS: Final = 3


@dataclass(frozen=True, slots=True)
class _Parts:
    """A notice taken apart, before its parts are read."""

    head: list[Paragraph]
    body: list[Paragraph]
    numbers: list[Number | None]
    ending: list[Paragraph]
    """Signers, date and what stands with them."""

    page: list[Paragraph]
    """What the page prints below the notice."""

    masthead: Masthead
    signature: Signature
    tabular: bool
    turned: bool


def parse_outline(text: str) -> Outline:
    """Read the outline of a notice; what is wrong with it becomes a warning.

    Raises:
        NotANotice: The text is no rectification notice.
    """
    parts = _take_apart(text)
    layout = lay_out(parts.body, parts.numbers)
    items = read_items(
        parts.body[: layout.closing],
        parts.numbers[: layout.closing],
        layout.depths,
    )
    closing = parts.body[layout.closing :] + parts.ending
    contact, contact_faults = _read_contact(parts, layout, closing)
    signed_on = _date_of(parts)
    return Outline(
        title=parts.masthead.title,
        issuer=_issuer(parts),
        published_on=None if signed_on is None else signed_on.value,
        preamble="\n".join(parts.masthead.preamble),
        chapters=build_tree(items),
        closing="\n".join(paragraph.text for paragraph in closing) or None,
        contact=contact,
        warnings=_warnings(parts, items, contact_faults, signed_on),
    )


def _take_apart(text: str) -> _Parts:
    paragraphs, turned = join_page_turns(read_paragraphs(text))
    numbers = [_number_of(paragraph) for paragraph in paragraphs]
    first = next((n for n, number in enumerate(numbers) if number is not None), None)
    if first is None:
        raise NotANotice("no paragraph begins with a number, so it has no items")

    head, rest = paragraphs[:first], paragraphs[first:]
    masthead = read_masthead(head)
    signature = find_signature(rest, numbers[first:])
    end = first + signature.end
    check_evidence(masthead, paragraphs[:end], signed=signature.exists)

    body = rest[: signature.first]
    cells = find_cells(body, numbers[first : first + signature.first])
    body_numbers = [
        None if place in cells else number
        for place, number in enumerate(numbers[first : first + signature.first])
    ]
    body, body_numbers = _with_headings(body, body_numbers)
    return _Parts(
        head=head,
        body=body,
        numbers=body_numbers,
        ending=rest[signature.first : signature.end],
        page=rest[signature.end :],
        masthead=masthead,
        signature=signature,
        tabular=bool(cells),
        turned=turned,
    )


def _number_of(paragraph: Paragraph) -> Number | None:
    if paragraph.columns >= _SEVERAL_COLUMNS:
        return None
    return read_number(paragraph.folded)


def _with_headings(
    body: Sequence[Paragraph], numbers: Sequence[Number | None]
) -> tuple[list[Paragraph], list[Number | None]]:
    """Put a number that stands alone on its line before the heading below it."""
    kept: list[Paragraph] = []
    kept_numbers: list[Number | None] = []
    for paragraph, number in zip(body, numbers, strict=True):
        above = kept_numbers[-1] if kept_numbers else None
        alone = above is not None and above.end == len(kept[-1].folded)
        if alone and number is None:
            label = kept[-1]
            kept[-1] = replace(
                label,
                text=f"{label.text} {paragraph.text}",
                folded=f"{label.folded} {paragraph.folded}",
            )
        else:
            kept.append(paragraph)
            kept_numbers.append(number)
    return kept, kept_numbers


def _read_contact(
    parts: _Parts, layout: Layout, closing: Sequence[Paragraph]
) -> tuple[Contact, list[str]]:
    numbered = parts.body[layout.contact : layout.closing]
    contact, period = read_contact([*numbered, *closing], head=parts.head)
    found: list[str] = []
    if contact.masked_email:
        found.append(faults.MASKED_EMAIL)
    if period is not None and period.mismatch:
        found.append(faults.PERIOD_DOES_NOT_MATCH)
    if period is not None and period.damaged:
        found.append(faults.DAMAGED_DATE)
    return contact, found


def _issuer(parts: _Parts) -> str | None:
    """Return who signed, or the office that the title names, None without either."""
    if parts.signature.signers:
        return "、".join(parts.signature.signers)
    office, about, _ = parts.masthead.title.partition("关于")
    return office.strip() or None if about else None


def _date_of(parts: _Parts) -> PrintedDate | None:
    """Return the date of signature; only an unsigned notice has the page's date."""
    if parts.signature.exists:
        return parts.signature.signed_on
    return published_date([*parts.head, *parts.page])


def _warnings(
    parts: _Parts,
    items: Sequence[Item],
    contact_faults: Sequence[str],
    signed_on: PrintedDate | None,
) -> tuple[str, ...]:
    found = [*number_faults(items), *measure_faults(items)]
    if parts.turned:
        found.append(faults.JOINED_PAGE_TURN)
    if parts.tabular:
        found.append(faults.FLATTENED_TABLE)
    found += contact_faults
    text = [*parts.masthead.preamble, *(p.folded for p in parts.body)]
    if (signed_on is not None and signed_on.damaged) or any(
        has_damaged_date(folded) for folded in text
    ):
        found.append(faults.DAMAGED_DATE)
    return tuple(dict.fromkeys(found))
