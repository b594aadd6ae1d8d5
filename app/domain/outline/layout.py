"""Which paragraph is an item, which is text, and where the closing begins."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.outline.invitation import (
    heads_contact_lines,
    is_attachment,
    is_formula,
    is_listed_attachment,
    is_numbered_contact,
    is_plain,
    may_head_contact_lines,
    names_means,
    opens_closing,
    surely_opens_closing,
)
from app.domain.outline.levels import Levels
from app.domain.outline.lines import Paragraph
from app.domain.outline.numbering import Number


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts of the text between the title and the signature."""

    depths: tuple[int | None, ...]
    """The depth of each paragraph's number; None where it has none that counts."""

    closing: int
    """The place at which the closing begins."""

    contact: int
    """The place from which on contact lines stand: before the closing if numbered."""


def lay_out(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None]
) -> Layout:
    """Tell items from text from closing, in the text before the signature."""
    earliest = 1 + _last_certain(paragraphs, numbers)
    levels = Levels()
    depths: list[int | None] = []
    contact: _ContactChapter | None = None
    for place, (paragraph, number) in enumerate(zip(paragraphs, numbers, strict=True)):
        if number is not None:
            depth = levels.place(number)
            depths.append(depth)
            contact = _contact_chapter(contact, place, depth, paragraph, number)
            continue
        if place >= earliest and _closes(paragraph, contact):
            break
        depths.append(None)
        if contact is not None and not contact.sure:
            contact = contact.confirmed() if opens_closing(paragraph) else None
    return Layout(
        depths=tuple(depths),
        closing=len(depths),
        contact=_contact_place(contact, paragraphs, numbers, len(depths)),
    )


@dataclass(frozen=True, slots=True)
class _ContactChapter:
    """A numbered heading that has, or may have, the contact lines below it."""

    place: int
    depth: int
    sure: bool

    def confirmed(self) -> "_ContactChapter":
        """Return the same, now that contact lines were seen below it."""
        return _ContactChapter(self.place, self.depth, sure=True)


def _contact_chapter(
    current: _ContactChapter | None,
    place: int,
    depth: int,
    paragraph: Paragraph,
    number: Number,
) -> _ContactChapter | None:
    """Return the chapter of contact lines that a numbered paragraph is in."""
    if current is not None and current.sure and depth > current.depth:
        return current
    if heads_contact_lines(paragraph, number):
        return _ContactChapter(place, depth, sure=True)
    if depth == 1 and may_head_contact_lines(paragraph, number):
        return _ContactChapter(place, depth, sure=False)
    return None


def _contact_place(
    contact: _ContactChapter | None,
    paragraphs: Sequence[Paragraph],
    numbers: Sequence[Number | None],
    closing: int,
) -> int:
    """Return where numbered contact lines begin; ``closing`` if there are none."""
    if contact is not None and contact.sure:
        return contact.place
    place = closing
    while place > 0:
        number = numbers[place - 1]
        if number is None or not is_numbered_contact(paragraphs[place - 1], number):
            break
        place -= 1
    return place


def _closes(paragraph: Paragraph, contact: _ContactChapter | None) -> bool:
    """Whether the closing begins here; contact lines stay in a chapter of theirs."""
    if contact is not None:
        return is_formula(paragraph) or is_attachment(paragraph)
    return opens_closing(paragraph)


def _last_certain(
    paragraphs: Sequence[Paragraph], numbers: Sequence[Number | None]
) -> int:
    """Return the last paragraph that cannot be part of the closing.

    That is a numbered one, unless it lists an attachment or a way to reach the
    office, or running text that says nothing an invitation would.
    """
    last = -1
    listing = inviting = begun = False
    for place, (paragraph, number) in enumerate(zip(paragraphs, numbers, strict=True)):
        if number is None:
            listing = listing or is_attachment(paragraph)
            inviting = inviting or opens_closing(paragraph)
            certain = not begun and is_plain(paragraph)
            begun = begun or surely_opens_closing(paragraph)
        else:
            listed = listing and is_listed_attachment(paragraph)
            certain = not listed and not (inviting and names_means(paragraph, number))
            begun = begun and not certain
        if certain:
            last = place
            listing = inviting = False
    return last
