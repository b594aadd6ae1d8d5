"""The parts of a letter as its machine may have made them, and what each says."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.mail.parts.charset import decode
from app.mail.parts.structure import Node
from app.mail.parts.transfer import undo


def parts_of(root: Node) -> Iterator[Node]:
    """Yield ``root`` and all below it, in their order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)


def texts_of(parts: Sequence[Node]) -> Iterator[str]:
    """Yield what those parts say that were written to be read."""
    for part in parts:
        if part.media_type in _TEXT_PARTS and not part.children:
            yield text_of(part)


def text_of(part: Node) -> str:
    """Return the beginning of what a part holds, as text."""
    encoding = part.headers.word("content-transfer-encoding").strip("\"'")
    content = part.content[: 2 * _LONGEST]
    if encoding not in _LINED:
        content = undo(content, encoding, faults=set())
    text = decode(content[:_LONGEST], label=part.content_type.charset).text
    return text.replace("\r\n", "\n")


_LONGEST: Final = 2**18
"""Bytes of a part that are read."""

_LINED: Final = frozenset({"", "7bit", "8bit", "binary"})
_TEXT_PARTS: Final = frozenset({"text/plain", "text/html"})
