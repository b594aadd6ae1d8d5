"""What programs and people write around a letter, and how it is compared."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from app.mail.tables import table


def plain(said: str) -> str:
    """Return a line as it is compared: no case, one kind of blank and punctuation."""
    if "&" in said:
        for entity, sign in _ENTITIES:
            said = said.replace(entity, sign)
    return " ".join(said.translate(_SIGNS).casefold().split())


@cache
def words(name: str, *path: str) -> tuple[str, ...]:
    """Return a list of ``quoting/NAME``, of all languages, as it is compared."""
    found: Any = table(f"quoting/{name}")
    for step in path:
        found = found[step]
    if isinstance(found, Mapping):
        found = [word for language in found.values() for word in language]
    return tuple(dict.fromkeys(plain(word) for word in found))


_ENTITIES: Final = (
    ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"),
)  # fmt: skip
"""Entities that QQ's programs leave in plain text."""

_SIGNS: Final = str.maketrans(
    "：，。；！？（）【】＜＞“”„«»「」『』‘’",
    ':,.;!?()[]<>"""""""""\'\'',
    "\u200b\u200c\u200d\u200e\u200f\u202a\u202c\u2060\ufeff\xad",
)
