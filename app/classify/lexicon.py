"""What citizens write about, in their words: the topics and their terms.

The topics stand in ``app/classify/topics/*.toml``, one table each:

``zh``, ``en``
    The topic's name.
``official``
    How a notice says it.  Only these words tie a topic to the sections of a notice.
``kin``
    ``"topic share"``: where a notice has no section of the topic's own, so much of it
    belongs where the other topic does.
``strong``, ``words``, ``hints``
    What citizens say, from "hardly means anything else" to "may point that way".
``phrases``
    How it is said, one a line: only the wording counts, through its characters.
``masks``
    Longer expressions inside which a term of this topic does not count.
``unless``
    ``"word: other other"``: terms with this word do not count where one of the others
    stands.

Terms are separated by white space; ``_`` stands for a space.  In a term ``(a|b)`` is a
choice and ``…`` stands for up to eight characters within one sentence.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import product

from app.classify.text import fold

GAP = "…"
"""The mark in a term for a few characters of anything."""

STRENGTHS: Mapping[str, float] = {"strong": 3.0, "words": 1.0, "hints": 0.4}
"""How much one term of each list counts."""

FIELDS = frozenset(
    {"zh", "en", "official", "kin", *STRENGTHS, "phrases", "masks", "unless"}
)
"""The keys that a topic's table may have."""

_CHOICE = re.compile(r"\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that citizens write about; all its words are folded as texts are."""

    name: str
    zh: str
    en: str
    official: tuple[str, ...] = ()
    kin: tuple[str, float] | None = None
    terms: Mapping[str, float] = field(default_factory=dict)
    """Each term with its strength; a gap is still the mark ``…``."""
    phrases: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class BadLexicon(ValueError):
    """A topic's table does not follow the schema."""


def expand(term: str) -> Iterator[str]:
    """Give every form of a term that has choices."""
    if term.isalpha():
        yield fold(term)
        return
    pieces = _CHOICE.split(term)
    options = [
        piece.split("|") if index % 2 else [piece] for index, piece in enumerate(pieces)
    ]
    for chosen in product(*options):
        parts = "".join(chosen).replace("_", " ").split(GAP)
        yield GAP.join(filter(None, map(fold, parts)))


def read_topics(tables: Mapping[str, object]) -> tuple[Topic, ...]:
    """Read topics from their tables, as TOML gives them.

    Raises:
        BadLexicon: A table breaks the schema that this module describes.
    """
    topics = tuple(_topic(name, table) for name, table in tables.items())
    names = {topic.name for topic in topics}
    for topic in topics:
        if topic.kin and topic.kin[0] not in names:
            raise BadLexicon(f"{topic.name}: its kin {topic.kin[0]} is no topic")
    return topics


@cache
def built_in_topics() -> tuple[Topic, ...]:
    """Give the topics that come with the package; they are read once.

    Raises:
        BadLexicon: A file breaks the schema, or two files name the same topic.
    """
    return read_topics(built_in_tables())


@cache
def built_in_tables() -> Mapping[str, object]:
    """Give the tables of those topics, as they are written; they are read once.

    Raises:
        BadLexicon: Two files name the same topic.
    """
    folder = resources.files("app.classify").joinpath("topics")
    tables: dict[str, object] = {}
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not entry.name.endswith(".toml"):
            continue
        more = tomllib.loads(entry.read_text(encoding="utf-8"))
        if twice := tables.keys() & more.keys():
            raise BadLexicon(f"{entry.name}: named before: {sorted(twice)}")
        tables.update(more)
    return tables


@cache
def built_in_digest() -> str:
    """Give what tells these topics from those of another version of the package."""
    written = json.dumps(built_in_tables(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _topic(name: str, table: object) -> Topic:
    if not isinstance(table, dict):
        raise BadLexicon(f"{name}: a topic is a table")
    if unknown := table.keys() - FIELDS:
        raise BadLexicon(f"{name}: unknown keys {sorted(unknown)}")
    if not (table.get("zh") and table.get("en")):
        raise BadLexicon(f"{name}: a topic has a name in Chinese and in English")
    phrases = (fold(line) for line in _string(name, table, "phrases").split("\n"))
    return Topic(
        name=name,
        zh=str(table["zh"]),
        en=str(table["en"]),
        official=_forms(name, table, "official"),
        kin=_kin(name, table),
        terms=_terms(name, table),
        phrases=tuple(phrase for phrase in phrases if phrase),
        masks=_forms(name, table, "masks"),
        unless=dict(_exceptions(name, table)),
    )


def _string(name: str, table: Mapping[str, object], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise BadLexicon(f"{name}: {key} is one string")
    return value


def _forms(name: str, table: Mapping[str, object], key: str) -> tuple[str, ...]:
    forms = dict.fromkeys(
        form for term in _string(name, table, key).split() for form in expand(term)
    )
    if "" in forms:
        raise BadLexicon(f"{name}: {key} has an empty term")
    return tuple(forms)


def _kin(name: str, table: Mapping[str, object]) -> tuple[str, float] | None:
    kin = _string(name, table, "kin")
    if not kin:
        return None
    other, _, share = kin.partition(" ")
    try:
        return other, min(1.0, max(0.0, float(share)))
    except ValueError:
        raise BadLexicon(f"{name}: kin is a topic and a share") from None


def _terms(name: str, table: Mapping[str, object]) -> dict[str, float]:
    terms: dict[str, float] = {}
    for key, strength in STRENGTHS.items():
        for form in _forms(name, table, key):
            terms.setdefault(form, strength)
    return terms


def _exceptions(
    name: str, table: Mapping[str, object]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    lines = table.get("unless", [])
    if not isinstance(lines, list):
        raise BadLexicon(f"{name}: unless is a list of lines")
    for line in lines:
        term, mark, others = str(line).partition(":")
        if not mark or not others.split():
            raise BadLexicon(f"{name}: {line!r} is not 'word: other other'")
        yield fold(term), tuple(map(fold, others.split()))
