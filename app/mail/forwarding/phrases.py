"""The words of mail programs around a letter that they quote or forward."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from html import unescape
from typing import Final

from app.mail.tables import table


def fold(text: str) -> str:
    """Return ``text`` as it is looked up: no case, accents, blanks or emphasis."""
    if text.isascii() and text.isalpha():
        return text.casefold()
    if "&" in text:
        text = unescape(text)
    text = unicodedata.normalize("NFKD", text.casefold())
    return _UNSPOKEN.sub("", text)


@cache
def field_names() -> Mapping[str, str]:
    """Return what each field name says (from, to, …), by its folded form."""
    return {
        fold(name): kind
        for kind, languages in table("forwarding/fields").items()
        for names in languages.values()
        for name in names
    }


@cache
def stems(kind: str) -> tuple[str, ...]:
    """Return the folded word stems of the separators of a kind."""
    return tuple(fold(stem) for stem in table("forwarding/separators")[kind]["stems"])


@cache
def forward_phrases() -> frozenset[str]:
    """Return the folded phrases that announce a forwarded letter before a colon."""
    return frozenset(
        fold(each) for each in table("forwarding/separators")["forward"]["phrases"]
    )


_UNSPOKEN: Final = re.compile(
    "[\\s\u0300-\u036f\u3099\u309a\u200b-\u200f\u2060\ufeff*_\"'“”‘’«»]+"
)
