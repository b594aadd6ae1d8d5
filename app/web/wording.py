"""The words on screen: one catalogue for each language, Chinese first.

A catalogue is the TOML files of its folder in ``locales``; ``[form] send = "..."``
has the key ``form.send``. Both languages have the same keys; a test holds them to it.
"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from app.domain.vocabulary import Language


class Catalogue:
    """The words of one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Hold ``texts`` by key."""
        self._texts = texts

    def __contains__(self, key: str) -> bool:
        """Return whether there is a text for ``key``."""
        return key in self._texts

    def keys(self) -> frozenset[str]:
        """Return all keys."""
        return frozenset(self._texts)

    def text(self, key: str, **facts: object) -> str:
        """Return the text for ``key`` with ``facts`` filled in.

        Raises:
            KeyError: There is no such text, or it asks for a fact that was not given.
        """
        text = self._texts[key]
        return text.format(**facts) if facts else text

    def label(self, member: StrEnum) -> str:
        """Return what a word of the vocabulary is called."""
        return self._texts[f"{type(member).__name__}.{member.value}"]


@cache
def catalogue(language: Language) -> Catalogue:
    """Return the catalogue of ``language``, read once."""
    folder = resources.files("app.web").joinpath("locales", language.value)
    texts: dict[str, str] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".toml"):
            texts.update(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return Catalogue(texts)


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}{name}"
        if isinstance(value, str):
            yield key, value.strip("\n")
        else:
            yield from _flat(value, f"{key}.")
