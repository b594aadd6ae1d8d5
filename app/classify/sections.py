"""From a notice's outline to the sections that a classifier is built of."""

from collections.abc import Iterator

from app.classify.prior import SectionText
from app.domain.outline import Node, Outline


def sections_of(outline: Outline) -> list[SectionText]:
    """Return every section of ``outline``, in reading order, with what stands above."""
    return [
        section for chapter in outline.chapters for section in _below(chapter, above=())
    ]


def _below(node: Node, *, above: tuple[str, ...]) -> Iterator[SectionText]:
    yield SectionText(
        path=node.path,
        heading=node.heading,
        body=node.body,
        measures=node.measures,
        ancestors=above,
        is_leaf=not node.children,
    )
    for child in node.children:
        yield from _below(child, above=(*above, node.heading))
