"""The areas of public affairs: what categories of offices and boards are named after.

They stand in ``app/classify/areas.toml``, one table each:

``zh``, ``en``
    The area's name.
``names``
    Words that a label's name has if it means the area, separated by white space.
``topics``
    The lexicon's topics that belong to it; ``topic:share`` where only a part does.
``says``
    What people write of in this area, one small matter a line.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from app.classify.lexicon import BadLexicon, built_in_topics
from app.classify.text import fold

FIELDS = frozenset({"zh", "en", "names", "topics", "says"})
"""The keys that an area's table has."""


@dataclass(frozen=True, slots=True)
class Area:
    """One field of public affairs; its names are folded as texts are."""

    name: str
    zh: str
    en: str
    names: tuple[str, ...]
    topics: Mapping[str, float]
    """How much of each topic belongs to the area."""
    says: tuple[str, ...]


def areas_named(label: str) -> tuple[Area, ...]:
    """Give the areas that a label's name means, in the order of the file.

    A word counts where it is not part of a longer one: "social security" is not also
    "security".
    """
    folded = fold(label)
    spoken = [
        (name, area)
        for area in built_in_areas().values()
        for name in area.names
        if name in folded
    ]
    meant = {
        area.name: area
        for name, area in spoken
        if not any(name in other and name != other for other, _ in spoken)
    }
    return tuple(meant.values())


@cache
def built_in_areas() -> Mapping[str, Area]:
    """Give the areas that come with the package, by name; they are read once."""
    source = resources.files("app.classify").joinpath("areas.toml")
    known = {topic.name for topic in built_in_topics()}
    return read_areas(tomllib.loads(source.read_text(encoding="utf-8")), known)


def read_areas(
    tables: Mapping[str, object], known: set[str] | frozenset[str]
) -> Mapping[str, Area]:
    """Read areas from their tables, as TOML gives them; ``known`` are the topics.

    Raises:
        BadLexicon: A table breaks the schema that this module describes.
    """
    areas = {name: _area(name, table) for name, table in tables.items()}
    for area in areas.values():
        if unknown := area.topics.keys() - known:
            raise BadLexicon(f"{area.name}: no such topics: {sorted(unknown)}")
    return areas


def _area(name: str, table: object) -> Area:
    if not isinstance(table, dict) or table.keys() != FIELDS:
        raise BadLexicon(f"{name}: an area has exactly the keys {sorted(FIELDS)}")
    if not all(isinstance(value, str) and value.strip() for value in table.values()):
        raise BadLexicon(f"{name}: every key has a text")
    return Area(
        name=name,
        zh=table["zh"],
        en=table["en"],
        names=tuple(map(fold, table["names"].split())),
        topics=dict(_share(name, topic) for topic in table["topics"].split()),
        says=tuple(line for line in table["says"].splitlines() if line.strip()),
    )


def _share(name: str, topic: str) -> tuple[str, float]:
    topic, _, share = topic.partition(":")
    try:
        part = float(share or 1)
    except ValueError:
        raise BadLexicon(f"{name}: {topic}:{share} is no topic and share") from None
    if not 0 < part <= 1:
        raise BadLexicon(f"{name}: the share of {topic} is not above 0 and up to 1")
    return topic, part
