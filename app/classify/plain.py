"""Tell words that explain something from those that anything is written with."""

import tomllib
from functools import cache
from importlib import resources


def has_filler(characters: str) -> bool:
    """Return whether a character among them only joins words, or counts."""
    return not _plain()[0].isdisjoint(characters)


def is_plain(characters: str) -> bool:
    """Return whether folded characters are nothing but words of two that say little."""
    words = _plain()[1]
    pairs = [characters[i : i + 2] for i in range(0, len(characters), 2)]
    return all(pair in words for pair in pairs)


def is_cut(phrase: str) -> bool:
    """Return whether a folded phrase begins or ends in what joins words in a sentence.

    Or whether it has within it what only a sentence has.
    """
    begins, ends, within = _borders()
    return (
        phrase.startswith(begins)
        or phrase.endswith(ends)
        or any(word in phrase for word in within)
    )


def plain_words() -> frozenset[str]:
    """Return the folded words of two characters that say little."""
    return _plain()[1]


@cache
def _plain() -> tuple[frozenset[str], frozenset[str]]:
    tables = _tables()
    return frozenset(tables["characters"].split()), frozenset(tables["words"].split())


@cache
def _borders() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    tables = _tables()
    begins, ends, within = (
        tuple(tables[name].split()) for name in ("begins", "ends", "within")
    )
    return begins, ends, within


def _tables() -> dict[str, str]:
    source = resources.files("app.classify").joinpath("plain.toml")
    tables: dict[str, str] = tomllib.loads(source.read_text(encoding="utf-8"))
    return tables
