"""What is inside a signed, compressed or encrypted message (CMS, RFC 5652, S/MIME).

Nothing is verified here: it is about what the letter says. The original keeps the
signature.
"""

import re
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Final

from app.mail.packed.ber import (
    EXPLICIT,
    OBJECT_IDENTIFIER,
    SEQUENCE,
    BrokenEncoding,
    Element,
    Frame,
)
from app.mail.parts.html import Budget
from app.mail.parts.transfer import lenient_base64


class Wrapping(StrEnum):
    """What was done to a message that came in one."""

    SIGNED = "signed"
    COMPRESSED = "compressed"
    ENCRYPTED = "encrypted"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A message that came in one, and how it was wrapped."""

    wrapping: Wrapping
    content: bytes = field(repr=False)
    """Empty where it is encrypted, or is not in there: certificates travel alone."""


def unwrap(content: bytes, *, most: int, budget: Budget) -> Wrapped:
    """Return what is wrapped in ``content``, unpacked a byte over ``most`` at most.

    Raises:
        BrokenEncoding: It is no such thing, or more than ``budget`` allows.
    """
    frame = Frame(_binary(content), budget)
    outer = _expect(frame.element(0), SEQUENCE)
    kind, body = _typed(frame, outer)
    if kind in _SEALED:
        return Wrapped(Wrapping.ENCRYPTED, b"")
    wrapping = _OPEN.get(kind)
    if wrapping is None or body is None:
        raise BrokenEncoding("it is of no known kind")
    within = frame.children(_expect(frame.element(body.start), SEQUENCE))
    # Version and algorithms come first in both (sections 5.1; RFC 3274, 1.1).
    inner = next(islice(within, 2, None), None)
    if inner is None:
        raise BrokenEncoding("it ends before its content")
    held = _typed(frame, _expect(inner, SEQUENCE))[1]
    written = frame.string(_first(frame, held)) if held else b""
    if wrapping == Wrapping.COMPRESSED:
        written = _inflated(written, most=most)
    return Wrapped(wrapping, written)


def _binary(content: bytes) -> bytes:
    """Return ``content`` without the base64 that no header told of."""
    if content[:1] == b"\x30" and not content[:_SAMPLE].isascii():
        return content
    bare = _ARMOR.sub(b"", content)
    if bare.isascii() and bare.lstrip()[:1] == b"M":
        return lenient_base64(bare)
    return content


def _typed(frame: Frame, outer: Element) -> tuple[bytes, Element | None]:
    """Return the object identifier in ``outer``, and what it says stands behind it."""
    inner = frame.children(outer)
    kind = next(inner, None)
    if kind is None or kind.tag != OBJECT_IDENTIFIER:
        raise BrokenEncoding("it does not say what it is")
    body = next(inner, None)
    if body is not None and body.tag != EXPLICIT:
        body = None
    return frame.content[kind.start : kind.stop], body


def _first(frame: Frame, parent: Element) -> Element:
    return frame.element(parent.start)


def _expect(element: Element, tag: int) -> Element:
    if element.tag != tag:
        raise BrokenEncoding("there is something else")
    return element


def _inflated(content: bytes, *, most: int) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        written = unpacking.decompress(content, most + 1)
    except zlib.error:
        raise BrokenEncoding("it is not compressed") from None
    return written


_PKCS7: Final = bytes.fromhex("2a864886f70d0107")
_SMIME: Final = bytes.fromhex("2a864886f70d0109100109")
_OPEN: Final = {_PKCS7 + b"\x02": Wrapping.SIGNED, _SMIME: Wrapping.COMPRESSED}
_SEALED: Final = frozenset(
    {
        _PKCS7 + b"\x03",  # enveloped
        _PKCS7 + b"\x04",  # signed and enveloped
        _PKCS7 + b"\x06",  # encrypted
        bytes.fromhex("2a864886f70d0109100117"),  # authenticated and enveloped
    }
)
_ARMOR: Final = re.compile(rb"-----(?:BEGIN|END) [A-Z0-9 ]{1,40}+-----")
_SAMPLE: Final = 64
