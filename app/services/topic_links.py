"""Links of topics: which sections of a published notice a topic belongs to, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.classify.text import fold_with_origins
from app.domain.topics import SHARES, Tie, tie_of
from app.services.shelf import ShelvedNotice
from app.services.topics import TopicEntry

LEAST_SHOWN: Final = 0.02
"""What a section has to have of a topic to be shown, unless somebody said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """A section that a topic belongs to."""

    section_id: int
    path: str
    share: float
    """As it is in use."""

    tie: Tie
    """What somebody said."""

    terms: tuple[str, ...]
    """The words of the notice that tie them, as it writes them; none: somebody said so,
    or a kindred topic belongs there."""


def lines(notice: ShelvedNotice, topic: TopicEntry) -> list[LinkLine]:
    """Return what a topic belongs to, most of it first."""
    shares = shares_of(notice).get(topic.name, {})
    terms = {
        link.section: link.terms
        for link in notice.words.model.links
        if link.topic == topic.name
    }
    found = []
    for path in notice.words.model.paths:
        key, share = notice.section_ids[path], shares.get(path, 0.0)
        if share >= LEAST_SHOWN or key in topic.given:
            tie = tie_of(topic.given[key]) if key in topic.given else Tie.AUTOMATIC
            found.append(
                LinkLine(
                    section_id=key, path=path, share=share,
                    tie=tie,
                    terms=tuple(_as_written(notice, path, terms.get(path, ()))),
                )
            )  # fmt: skip
    return sorted(found, key=lambda line: -line.share)


def _as_written(
    notice: ShelvedNotice, path: str, terms: Sequence[str]
) -> Iterator[str]:
    """Yield folded words as the section writes them, or one of those it stands under.

    A word that stands in none of them as one piece is yielded as it is.
    """
    parts = path.split(".")
    above = [".".join(parts[:depth]) for depth in range(len(parts), 0, -1)]
    nodes = [notice.nodes[each] for each in above if each in notice.nodes]
    said = [
        fold_with_origins(line)
        for node in (nodes if terms else ())
        for text in (node.heading, node.body, *node.measures)
        for line in text.split("\n")
    ]
    for term in terms:
        found = ((line, line.text.find(term)) for line in said)
        yield next(
            (line.quote(at, at + len(term)) for line, at in found if at >= 0), term
        )


def shares_of(notice: ShelvedNotice) -> dict[str, dict[str, float]]:
    """Return the sections of every topic, by paths, with their shares in use."""
    model = notice.words.model
    return {
        topic.name: {model.paths[index]: share for index, share in parts.items()}
        for topic, parts in zip(notice.words.voices.topics, model.shares, strict=True)
    }


def after(given: Mapping[int, float], ties: Mapping[int, Tie]) -> dict[int, float]:
    """Return the shares that somebody gave, once ``ties`` is what they say."""
    kept = {key: share for key, share in given.items() if key not in ties}
    return kept | {key: SHARES[tie] for key, tie in ties.items() if tie in SHARES}
