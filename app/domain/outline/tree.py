"""The items of a notice as a tree, and what is wrong with their numbers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.domain.outline import measures
from app.domain.outline.lines import Paragraph
from app.domain.outline.measures import Measure, read_measures
from app.domain.outline.numbering import Number
from app.domain.outline.outline import Node
from app.domain.outline.quotations import enclosed_spans, outside

_HEADING_END = re.compile("[。]|(?<![0-9]):|:(?![0-9])")


@dataclass(slots=True)
class Item:
    """A numbered paragraph and the text below it, before the tree is put together."""

    depth: int
    number: Number
    label: str
    heading: str
    body: list[str]
    measures: list[Measure]
    path: str = ""
    parent: int = -1
    children: list[int] = field(default_factory=list)

    def add_text(self, paragraph: Paragraph) -> None:
        """Take a following paragraph without a number."""
        self.body.append(paragraph.text)
        if "是" in paragraph.folded:
            spans = enclosed_spans(paragraph.folded)
            self.measures += read_measures(paragraph, spans)


def read_items(
    paragraphs: Sequence[Paragraph],
    numbers: Sequence[Number | None],
    depths: Sequence[int | None],
) -> list[Item]:
    """Return the items in printed order, each with its parent and its path."""
    items: list[Item] = []
    branch: list[int] = []
    chapters = 0
    for paragraph, number, depth in zip(paragraphs, numbers, depths, strict=True):
        if number is None or depth is None:
            if items:
                items[-1].add_text(paragraph)
            continue
        item = _item(paragraph, number, depth)
        del branch[depth - 1 :]
        if branch:
            parent = items[branch[-1]]
            parent.children.append(len(items))
            item.parent = branch[-1]
            item.path = f"{parent.path}.{len(parent.children)}"
        else:
            chapters += 1
            item.path = str(chapters)
        branch.append(len(items))
        items.append(item)
    return items


def build_tree(items: Sequence[Item]) -> tuple[Node, ...]:
    """Put the items together, from the last to the first: no depth is too deep."""
    built: list[Node] = [_node(item, ()) for item in items]
    for place in range(len(items) - 1, -1, -1):
        item = items[place]
        if item.children:
            built[place] = _node(item, tuple(built[child] for child in item.children))
    return tuple(
        node for node, item in zip(built, items, strict=True) if item.parent < 0
    )


def measure_faults(items: Sequence[Item]) -> Iterator[str]:
    """Yield a warning for each measure that is missing or stands twice."""
    for item in items:
        yield from measures.faults_of(item.measures)


def _item(paragraph: Paragraph, number: Number, depth: int) -> Item:
    folded = paragraph.folded
    # Pairing brackets is the dearest step: only where something depends on it.
    needed = "是" in folded or _HEADING_END.search(folded, number.end)
    spans = enclosed_spans(folded) if needed else []
    end = next(outside(_HEADING_END.finditer(folded, number.end), spans), None)
    if end is None:
        heading, body = paragraph.part(number.end).rstrip("；;").rstrip(), ""
    else:
        heading = paragraph.part(number.end, end.start())
        body = paragraph.part(end.end())
    return Item(
        depth=depth,
        number=number,
        label=paragraph.part(0, number.end),
        heading=heading,
        body=[body] if body else [],
        measures=read_measures(paragraph, spans, start=number.end),
    )


def _node(item: Item, children: tuple[Node, ...]) -> Node:
    return Node(
        path=item.path,
        label=item.label,
        heading=item.heading,
        body="\n".join(item.body),
        measures=tuple(measure.text for measure in item.measures),
        children=children,
    )
