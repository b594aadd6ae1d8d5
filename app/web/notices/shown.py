"""Shown: the items of a notice as a page shows them, and what a search found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.domain import search
from app.domain.marking import Sought
from app.domain.outline import Node, Outline
from app.web.notices.markup import Pen, paragraphs
from app.web.reading import passages, short_name

PREAMBLE: Final = "preamble"
CLOSING: Final = "closing"

_LOWEST_HEADING: Final = 6
_NAME: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPassage:
    """A run of paragraphs or a list of measures, as HTML."""

    paragraphs: tuple[Markup, ...]
    measures: tuple[Markup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSection:
    """An item of a notice as its page shows it."""

    path: str
    label: str
    heading: str
    """Plain, for the table of contents."""

    title: Markup
    """The heading as it stands over the text."""

    name: str
    """What it is called in a line."""

    level: int
    """Of its heading on the notice's page: chapters have 2."""

    leaf: bool
    passages: tuple[ShownPassage, ...]

    @property
    def depth(self) -> int:
        """How deep it stands, for the table of contents."""
        return self.path.count(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A part of the notice that holds what was searched for."""

    place: str
    """The path of an item, or `PREAMBLE`, or `CLOSING`."""

    name: str
    """What the item is called; empty for those two."""

    first: int
    """The number of the first mark in it."""

    marks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """A notice as its page shows it."""

    preamble: Sequence[Markup]
    sections: Sequence[ShownSection]
    closing: Sequence[Markup]
    hits: Sequence[Hit] = ()

    @property
    def marks(self) -> int:
        """How many places a search found."""
        return sum(hit.marks for hit in self.hits)

    def neighbours(self, place: str) -> tuple[int, int, Hit | None, Hit | None] | None:
        """Return which hit stands at ``place``, of how many, and those beside it.

        None: nothing was found there.
        """
        places = [hit.place for hit in self.hits]
        if place not in places:
            return None
        at = places.index(place)
        before = self.hits[at - 1] if at else None
        after = self.hits[at + 1] if at + 1 < len(places) else None
        return at + 1, len(places), before, after


def shown_notice(outline: Outline) -> ShownNotice:
    """Return a notice as a page shows it."""
    pen = Pen()
    return ShownNotice(
        preamble=paragraphs(outline.preamble, pen),
        sections=[shown_section(node) for node in outline.nodes()],
        closing=paragraphs(outline.closing or "", pen),
    )


class SearchableNotice:
    """A notice that is searched again and again: what no search finds is made once."""

    def __init__(self, outline: Outline) -> None:
        """Make ``outline`` ready."""
        self.plain: Final = shown_notice(outline)
        """It as it is shown where nothing is found."""

        self._outline = outline
        self._nodes = list(outline.nodes())
        self._folded = [
            tuple(map(search.fold, (node.heading, node.body))) for node in self._nodes
        ]

    def searched(self, sought: Sought) -> ShownNotice:
        """Return the notice with what was ``sought`` marked in it."""
        reader = _Reader(sought)
        outline, plain = self._outline, self.plain
        return ShownNotice(
            preamble=reader.text(PREAMBLE, outline.preamble, plain.preamble),
            sections=[
                reader.section(node, shown) if sought.within_folded(folded) else shown
                for node, folded, shown in zip(
                    self._nodes, self._folded, plain.sections, strict=True
                )
            ],
            closing=reader.text(CLOSING, outline.closing or "", plain.closing),
            hits=reader.hits,
        )


class _Reader:
    """Goes through a notice and notes where it finds what is sought.

    A part is a hit that holds every word; only in such are words marked.
    """

    def __init__(self, sought: Sought) -> None:
        self.hits: list[Hit] = []
        self._sought = sought
        self._pen = Pen(sought)

    def text(self, place: str, text: str, plain: Sequence[Markup]) -> Sequence[Markup]:
        """Return the paragraphs of what stands before or after the items."""
        if not self._sought.within(text):
            return plain
        before = self._pen.hits
        shown = paragraphs(text, self._pen)
        self._note(place, "", before)
        return shown

    def section(self, node: Node, plain: ShownSection) -> ShownSection:
        """Return an item that is a hit."""
        before = self._pen.hits
        shown = shown_section(node, self._pen)
        self._note(node.path, plain.name, before)
        return shown

    def _note(self, place: str, name: str, before: int) -> None:
        marks = self._pen.hits - before
        if marks:
            self.hits.append(Hit(place=place, name=name, first=before + 1, marks=marks))


def shown_section(node: Node, pen: Pen | None = None) -> ShownSection:
    """Return ``node`` as a page shows it."""
    pen = pen or Pen()
    return ShownSection(
        path=node.path,
        label=node.label,
        heading=node.heading,
        title=pen.mark(node.heading or node.path, apart=False),
        name=short_name(node, _NAME),
        level=min(node.path.count(".") + 2, _LOWEST_HEADING),
        leaf=not node.children,
        passages=tuple(
            ShownPassage(
                paragraphs=tuple(map(pen.mark, passage.paragraphs)),
                measures=tuple(map(pen.mark, passage.measures)),
            )
            for passage in passages(node)
        ),
    )
