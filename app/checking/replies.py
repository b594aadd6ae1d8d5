"""Replies: what their writers said themselves, as the references expect it.

That of crisp has a document: for each file the visible text that its tests assert, and
the one that it shows. That of talon has files: a text beside a letter, and texts cut
into body and signature.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.checking.points import Point, compared, folded
from app.domain.passages import own_words
from app.mail.letter import Letter
from app.mail.quoting.quoted import mark

POINTS: Final = (
    "replies.asserted_first",
    "replies.ref_visible",
    "replies.reply_text",
    "replies.signature",
)
DEFAULT_REPLY: Final = "Hello"
"""What talon's letters say where no text stands beside them."""


def compare(text: str, expected: Mapping[str, Any]) -> list[Point]:
    """Return whether of ``text`` we show what crisp asserts, and what it shows."""
    ours = shown_of(text)
    return [
        compared(f"replies.{name}", ours, folded(expected[name]))
        for name in ("asserted_first", "ref_visible")
        if isinstance(expected.get(name), str)
    ]


def compare_letter(letter: Letter, reply: str) -> list[Point]:
    """Return whether of a letter we show the reply that was written in it."""
    return [compared("replies.reply_text", shown_of(letter.text), folded(reply))]


def compare_signature(text: str, signature: str) -> list[Point]:
    """Return whether all of ``text`` but its signature is shown."""
    ours = f"{shown_of(text)} {folded(signature)}".strip()
    return [compared("replies.signature", ours, folded(text))]


def shown_of(text: str) -> str:
    """Return the visible part of ``text``, folded."""
    return folded(own_words(text, mark(text)))


def is_document(document: Any) -> bool:
    """Return whether a document holds such expectations."""
    return isinstance(document, dict) and any(
        isinstance(case, dict) and "ref_visible" in case for case in document.values()
    )
