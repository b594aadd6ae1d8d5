"""The outer frame of what ASN.1 encodes (X.690): elements found, never interpreted.

Both forms of length are read, and strings in pieces, because mail programs write
signed letters as they stream by.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.mail.parts.html import Budget

OBJECT_IDENTIFIER: Final = 0x06
OCTET_STRING: Final = 0x04
SEQUENCE: Final = 0x30
EXPLICIT: Final = 0xA0
"""The tag of what stands in brackets with a nought."""

_CONSTRUCTED: Final = 0x20
_CONSTRUCTED_STRING: Final = OCTET_STRING | _CONSTRUCTED
_LONG_TAG: Final = 0x1F
_INDEFINITE: Final = 0x80
_MOST_LENGTH_BYTES: Final = 8
_MOST_DEPTH: Final = 30


class BrokenEncoding(ValueError):
    """These bytes are not what ASN.1 encodes, or are too many or too deep."""


@dataclass(frozen=True, slots=True)
class Element:
    """Where an element's content stands; without a ``stop`` its end is marked."""

    tag: int
    start: int
    stop: int | None


@dataclass(slots=True)
class Frame:
    """Some encoded bytes, of which every element that is looked at costs a tag."""

    content: bytes
    budget: Budget

    def element(self, place: int) -> Element:
        """Return the element that begins at ``place``.

        Raises:
            BrokenEncoding: None does.
        """
        self.budget.tags -= 1
        if self.budget.is_spent:
            raise BrokenEncoding("there are too many elements")
        head = self.content[place : place + 2]
        if len(head) < 2 or head[0] & _LONG_TAG == _LONG_TAG:  # noqa: PLR2004 - tag and length
            raise BrokenEncoding("there is no element")
        tag, length, start = head[0], head[1], place + 2
        if length == _INDEFINITE:
            if not tag & _CONSTRUCTED:
                raise BrokenEncoding("a primitive element has no length")
            return Element(tag, start, None)
        if length & _INDEFINITE:
            size = length & ~_INDEFINITE
            if size > _MOST_LENGTH_BYTES:
                raise BrokenEncoding("a length is too long")
            length = int.from_bytes(self.content[start : start + size])
            start += size
        return Element(tag, start, start + length)

    def children(self, parent: Element) -> Iterator[Element]:
        """Yield the elements within ``parent``; what lies behind the last is left.

        Raises:
            BrokenEncoding: One of them, or one within them, is none.
        """
        place, stop = parent.start, parent.stop
        while place < (len(self.content) if stop is None else stop):
            child = self.element(place)
            if stop is None and _is_end(child):
                return
            yield child
            place = self.end(child)

    def end(self, element: Element) -> int:
        """Return the place behind ``element``, however deep its marked end stands.

        Raises:
            BrokenEncoding: It has no end, or is too deep.
        """
        if element.stop is not None:
            return element.stop
        place, depth = element.start, 1
        while depth:
            inner = self.element(place)
            place = inner.start if inner.stop is None else inner.stop
            if inner.stop is None:
                depth += 1
            elif _is_end(inner):
                depth -= 1
            if depth > _MOST_DEPTH:
                raise BrokenEncoding("elements are too deep in one another")
        return place

    def string(self, element: Element) -> bytes:
        """Return the bytes of an octet string, put together from its pieces.

        A string that is cut off gives what there is.

        Raises:
            BrokenEncoding: It is no octet string, or its pieces are none.
        """
        if element.tag == OCTET_STRING:
            return self.content[element.start : element.stop]
        if element.tag != _CONSTRUCTED_STRING:
            raise BrokenEncoding("there is no string")
        pieces: list[bytes] = []
        waiting = [self.children(element)]
        while waiting:
            piece = next(waiting[-1], None)
            if piece is None:
                waiting.pop()
            elif piece.tag == OCTET_STRING:
                pieces.append(self.content[piece.start : piece.stop])
            elif piece.tag == _CONSTRUCTED_STRING and len(waiting) < _MOST_DEPTH:
                waiting.append(self.children(piece))
            else:
                raise BrokenEncoding("a piece of a string is none")
        return b"".join(pieces)


def _is_end(element: Element) -> bool:
    return element.tag == 0 and element.stop == element.start
