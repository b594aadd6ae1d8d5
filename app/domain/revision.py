"""Revision: what became of a notice's items from one version to another."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.differences import Part, differences
from app.domain.outline import Node, Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworded:
    """A text that both versions have, in other words."""

    before: Node
    after: Node
    heading: tuple[Part, ...]
    body: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """What changed between two versions; each item in the order of its version."""

    title: tuple[Part, ...]
    preamble: tuple[Part, ...]
    closing: tuple[Part, ...]
    """Of these three: empty where nothing changed."""

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    reworded: tuple[Reworded, ...]

    renumbered: tuple[tuple[Node, Node], ...]
    """Items that stand elsewhere now, or under another number: before, after."""

    unchanged: int
    """How many items neither changed nor moved."""

    @property
    def nothing(self) -> bool:
        """Whether both versions say the same in the same order."""
        texts = self.title or self.preamble or self.closing
        items = self.added or self.removed or self.reworded or self.renumbered
        return not (texts or items)


def revision(before: Outline, after: Outline, same: Mapping[str, str]) -> Revision:
    """Return what changed from ``before`` to ``after``.

    ``same`` says for the path of each item of ``after`` that is an old one its path in
    ``before``.
    """
    old = {node.path: node for node in before.nodes()}
    new = list(after.nodes())
    pairs = [(old[same[node.path]], node) for node in new if node.path in same]
    kept = set(same.values())
    reworded = tuple(_reworded(*pair) for pair in pairs if not _same_words(*pair))
    renumbered = tuple(pair for pair in pairs if not _same_place(*pair))
    return Revision(
        title=_changed(before.title, after.title),
        preamble=_changed(before.preamble, after.preamble),
        closing=_changed(before.closing or "", after.closing or ""),
        added=tuple(node for node in new if node.path not in same),
        removed=tuple(node for path, node in old.items() if path not in kept),
        reworded=reworded,
        renumbered=renumbered,
        unchanged=sum(_same_words(*pair) and _same_place(*pair) for pair in pairs),
    )


def _changed(before: str, after: str) -> tuple[Part, ...]:
    return () if before == after else differences(before, after)


def _reworded(before: Node, after: Node) -> Reworded:
    return Reworded(
        before=before,
        after=after,
        heading=differences(before.heading, after.heading),
        body=differences(before.body, after.body),
    )


def _same_words(before: Node, after: Node) -> bool:
    return (before.heading, before.body) == (after.heading, after.body)


def _same_place(before: Node, after: Node) -> bool:
    return (before.path, before.label) == (after.path, after.label)
