"""Mentions (提及): whom a note names with ``@``, as people write it.

In Chinese no spaces stand around names (``请@王芳看一下``), so a name ends
where the longest known one does, not at the next space. A sign before the ``@`` that
could be part of an address (``li@example.org``) makes it one.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MOST: Final = 20
"""Mentions of a note beyond these are passed over."""

_AT: Final = re.compile(r"(?<![\w.+-])[@＠]", re.ASCII)
_LETTER: Final = re.compile(r"[a-z0-9_]", re.IGNORECASE)


def mentioned(text: str, names: Mapping[str, frozenset[int]]) -> list[int]:
    """Return the keys of those whom ``text`` names, in the order of their naming.

    ``names`` has the keys of people by what they are called (`known_as`). Two people of
    one name are both meant: whom it does not concern sees that at once.
    """
    folded = known_as(text)
    longest = sorted(names, key=len, reverse=True)
    found: dict[int, None] = {}
    for at in _AT.finditer(folded):
        rest = folded[at.end() :]
        name = next((each for each in longest if _begins(rest, each)), None)
        if name is not None:
            found.update(dict.fromkeys(sorted(names[name])))
    return list(found)[:MOST]


def known_as(name: str) -> str:
    """Return ``name`` as it is compared: in one width and one case."""
    return unicodedata.normalize("NFKC", name).casefold()


def _begins(text: str, name: str) -> bool:
    """Whether ``text`` begins with ``name``, which a letter more would make another."""
    if not name or not text.startswith(name):
        return False
    after = text[len(name) : len(name) + 1]
    return not (_LETTER.match(name[-1]) and _LETTER.match(after or " "))
