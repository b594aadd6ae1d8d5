"""Compressed RTF (MS-OXRTFCP), as Outlook keeps the body of a letter in it."""

from struct import Struct
from typing import Final

_HEADER: Final = Struct("<4I")
"""Size of what follows, size unpacked, how it is packed, check sum."""

_COMPRESSED: Final = 0x75465A4C
_AS_IT_IS: Final = 0x414C454D
_WINDOW: Final = 4_096
_SHORTEST: Final = 2
_IN_A_RUN: Final = 8

KNOWN_BEFORE: Final = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern "
    rb"\fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0"
    b"\\green0\\blue0\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
"""What both sides know before the first byte (section 2.1.2.1)."""


class NotCompressedRtf(ValueError):
    """These bytes are no compressed RTF."""


def decompress(content: bytes, *, most: int) -> bytes:
    """Return the RTF that is packed in ``content``, cut off after ``most`` bytes.

    What is broken or cut short gives what came before.

    Raises:
        NotCompressedRtf: There is no such header.
    """
    if len(content) < _HEADER.size:
        raise NotCompressedRtf("it is too short")
    _, _, kind, _ = _HEADER.unpack_from(content)
    if kind == _AS_IT_IS:
        return content[_HEADER.size : _HEADER.size + most]
    if kind != _COMPRESSED:
        raise NotCompressedRtf("it is packed in no known way")
    return _unpacked(content, most=most)


def _unpacked(content: bytes, *, most: int) -> bytes:
    out = bytearray(KNOWN_BEFORE)
    end = len(out) + most
    place = _HEADER.size
    while place < len(content) and len(out) < end:
        flags = content[place]
        place += 1
        if not flags:
            out += content[place : place + _IN_A_RUN]
            place += _IN_A_RUN
            continue
        place = _run(content, place, flags, out)
    return bytes(out[len(KNOWN_BEFORE) : end])


def _run(content: bytes, place: int, flags: int, out: bytearray) -> int:
    """Unpack eight signs, of which ``flags`` says which repeat what was there before.

    Return the place behind them; that of the end, where the end is marked or it
    points at what never was.
    """
    for bit in range(_IN_A_RUN):
        if not flags >> bit & 1:
            out += content[place : place + 1]
            place += 1
            continue
        pair = int.from_bytes(content[place : place + 2])
        offset, length = pair >> 4, (pair & 15) + _SHORTEST
        back = (len(out) - offset) % _WINDOW if place + 1 < len(content) else 0
        if not 0 < back <= len(out):
            return len(content)
        start = len(out) - back
        piece = out[start : start + length]
        while len(piece) < length:
            piece += piece[: length - len(piece)]
        out += piece
        place += _SHORTEST
    return place
