"""The outline of a notice (提纲): a pure value, and its form as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.domain.outline.contact import Contact


@dataclass(frozen=True, slots=True)
class Node:
    """One item of a notice, addressed by its ordinal path."""

    path: str
    label: str
    """The number as printed, which may be wrong or stand twice."""

    heading: str
    body: str
    measures: tuple[str, ...] = ()
    children: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A notice as it was understood; a clerk confirms it before it is published."""

    title: str
    issuer: str | None
    published_on: date | None
    preamble: str
    chapters: tuple[Node, ...]
    closing: str | None
    contact: Contact
    warnings: tuple[str, ...]

    def nodes(self) -> Iterator[Node]:
        """Yield every item in printed order, parents before their children."""
        waiting = list(reversed(self.chapters))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def leaves(self) -> Iterator[Node]:
        """Yield the items without items below them, which the public comments on."""
        return (node for node in self.nodes() if not node.children)


def outline_as_json(outline: Outline) -> dict[str, Any]:
    """Return the outline in the format of ``huiyin notice outline``."""
    contact = outline.contact
    return {
        "title": outline.title,
        "issuer": outline.issuer,
        "published_on": outline.published_on and outline.published_on.isoformat(),
        "preamble": outline.preamble,
        "chapters": _nodes_as_json(outline.chapters),
        "closing": outline.closing,
        "contact": {
            "phones": list(contact.phones),
            "emails": list(contact.emails),
            "masked_email": contact.masked_email,
            "address": contact.address,
            "postcode": contact.postcode,
            "period": contact.period,
        },
        "warnings": list(outline.warnings),
    }


def outline_from_json(printed: Mapping[str, Any]) -> Outline:
    """Return the outline that ``outline_as_json`` wrote down."""
    published_on = printed["published_on"]
    contact = printed["contact"]
    return Outline(
        title=printed["title"],
        issuer=printed["issuer"],
        published_on=None if published_on is None else date.fromisoformat(published_on),
        preamble=printed["preamble"],
        chapters=_nodes_from_json(printed["chapters"]),
        closing=printed["closing"],
        contact=Contact(
            phones=tuple(contact["phones"]),
            emails=tuple(contact["emails"]),
            masked_email=contact["masked_email"],
            address=contact["address"],
            postcode=contact["postcode"],
            period=contact["period"],
        ),
        warnings=tuple(printed["warnings"]),
    )


def _nodes_as_json(chapters: Sequence[Node]) -> list[dict[str, Any]]:
    top: list[dict[str, Any]] = []
    waiting = [(node, top) for node in reversed(chapters)]
    while waiting:
        node, siblings = waiting.pop()
        children: list[dict[str, Any]] = []
        siblings.append(
            {
                "path": node.path,
                "label": node.label,
                "heading": node.heading,
                "body": node.body,
                "measures": list(node.measures),
                "children": children,
            }
        )
        waiting.extend((child, children) for child in reversed(node.children))
    return top


def _nodes_from_json(chapters: Sequence[Mapping[str, Any]]) -> tuple[Node, ...]:
    """Build the tree from its last item to its first, as nodes cannot be changed."""
    order = list(chapters)
    ranges: list[tuple[int, int]] = []
    for printed in order:  # grows while it is walked, level by level
        ranges.append((len(order), len(order) + len(printed["children"])))
        order.extend(printed["children"])

    built: list[Node] = []
    for printed, (start, end) in zip(reversed(order), reversed(ranges), strict=True):
        children = [built[len(order) - 1 - place] for place in range(start, end)]
        built.append(
            Node(
                path=printed["path"],
                label=printed["label"],
                heading=printed["heading"],
                body=printed["body"],
                measures=tuple(printed["measures"]),
                children=tuple(children),
            )
        )
    return tuple(built[len(order) - 1 - place] for place in range(len(chapters)))
