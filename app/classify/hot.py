"""Hot topics: what many write about now, though in different words.

Not the same as near-duplicates: of the real topics measured, these find a tenth.
Messages belong together when they share rare pairs of characters, as the name of a
place and of what is wrong there (`sharing`); they are grouped by average linkage
(`grouping`) and named by the words they have in common (`naming`).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.classify.copies import originals_of
from app.classify.grouping import groups_of
from app.classify.naming import Namer
from app.classify.neighbours import (
    Neighbours,
    Numbers,
    Places,
    read_neighbours,
    words_of,
)
from app.classify.sharing import Links, links_of, weigh
from app.classify.text import LONGEST, fold, fold_with_origins


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Topic:
    """Messages that are about the same."""

    members: tuple[int, ...]
    """Their places among the messages given; the nearest to the middle first."""

    terms: tuple[str, ...]
    """What it is about, as it was written; the most telling first."""

    places: tuple[str, ...]
    """The places and institutions among the words."""

    heat: float
    """How many wrote in their own words; copies of one text add less and less."""


def hot_topics(messages: Sequence[Message], *, least: int = 2) -> list[Topic]:
    """Find the topics of ``least`` messages and more, the hottest first.

    No message is in two of them. Their order does not matter but between equals.
    """
    order = sorted(
        range(len(messages)),
        key=lambda place: (messages[place].subject, messages[place].text),
    )
    told = [messages[place] for place in order]
    neighbours = read_neighbours(
        [fold(each.subject)[:LONGEST] for each in told]
        + [fold(each.text)[:LONGEST] for each in told]
    )
    originals = originals_of(neighbours, len(told))
    links = links_of(weigh(neighbours, originals))
    groups = [group for group in groups_of(links, originals) if len(group) >= least]
    namer = _namer(neighbours, groups, len(told))
    found = []
    for members in _ranked(links, groups, originals):
        name = namer.name(members)
        nearest = [told[member] for member in members]
        found.append(
            Topic(
                members=tuple(order[member] for member in members),
                terms=_quoted(name.terms, nearest),
                places=_quoted(name.places, nearest),
                heat=_heat(originals[members]),
            )
        )
    return sorted(found, key=lambda topic: (-topic.heat, topic.terms, topic.members))


def _namer(neighbours: Neighbours, groups: Sequence[Sequence[int]], many: int) -> Namer:
    grouped = {member for group in groups for member in group}
    namer = Namer(many)
    # First come all subjects, then all texts.
    for row, words in enumerate(words_of(neighbours)):
        member = row % many
        namer.hear(member, words, grouped=member in grouped)
    return namer


def _ranked(
    links: Links, groups: Sequence[Sequence[int]], originals: Places
) -> list[list[int]]:
    """Put those members of each group first that share most with the others of it.

    Copies come last: whoever reads the first few reads different ones.
    """
    many = len(originals)
    owner = np.full(many, -1)
    for place, group in enumerate(groups):
        owner[list(group)] = place
    inside = owner[links.first] == owner[links.second]
    shared: Numbers = np.zeros(many)
    for ends in (links.first, links.second):
        shared += np.bincount(ends[inside], links.strength[inside], minlength=many)
    copied = originals != np.arange(many)
    return [
        sorted(group, key=lambda member: (copied[member], -shared[member]))
        for group in groups
    ]


def _quoted(words: Sequence[str], messages: Sequence[Message]) -> tuple[str, ...]:
    """Give folded words as they were written in the first message that has them."""
    found: dict[str, str] = {}
    for message in messages:
        missing = [word for word in words if word not in found]
        if not missing:
            break
        for folded in map(fold_with_origins, (message.subject, message.text)):
            places = {word: folded.text.find(word) for word in missing}
            found = {
                word: folded.quote(place, place + len(word))
                for word, place in places.items()
                if place >= 0
            } | found
    return tuple(found.get(word, word) for word in words)


def _heat(originals: Places) -> float:
    copies = Counter(originals.tolist()).values()
    return round(sum(1 + math.log(number) for number in copies), 2)
