"""What Outlook and S/MIME programs pack letters into, written for the tests."""

import zlib
from struct import pack

from app.mail.packed.lzfu import KNOWN_BEFORE

SIGNED = bytes.fromhex("06092a864886f70d010702")
ENVELOPED = bytes.fromhex("06092a864886f70d010703")
COMPRESSED = bytes.fromhex("060b2a864886f70d0109100109")
PLAIN = bytes.fromhex("06092a864886f70d010701")
VERSION = b"\x02\x01\x01"
ALGORITHMS = b"\x31\x00"

UNICODE, STRING, BINARY, OBJECT, TIME, LONG = 0x1F, 0x1E, 0x102, 0x0D, 0x40, 0x03
BODY, RICH_TEXT, HTML, SUBJECT = 0x1000, 0x1009, 0x1013, 0x0037
LONG_NAME, FILE_OBJECT, MEDIA_TYPE = 0x3707, 0x3701, 0x370E
OF_MESSAGE, OF_FILE = 1, 2
FILE_CONTENT, TITLE, RENDERING = 0x800F, 0x8010, 0x9002
PROPERTIES, FILE_PROPERTIES, CODE_PAGE = 0x9003, 0x9005, 0x9007


def element(tag: int, *content: bytes) -> bytes:
    """Return an element of ASN.1 with a length."""
    joined = b"".join(content)
    if len(joined) < 128:
        return bytes([tag, len(joined)]) + joined
    size = len(joined).to_bytes(4)
    return bytes([tag, 0x84]) + size + joined


def streamed(tag: int, *content: bytes) -> bytes:
    """Return an element whose end is marked."""
    return bytes([tag, 0x80]) + b"".join(content) + b"\0\0"


def in_pieces(content: bytes, size: int) -> bytes:
    """Return an octet string in pieces."""
    pieces = (content[at : at + size] for at in range(0, len(content), size))
    return streamed(0x24, *(element(0x04, piece) for piece in pieces))


def signed(content: bytes) -> bytes:
    """Return ``content`` signed, with lengths, as by one half of the programs."""
    held = element(0x30, PLAIN, element(0xA0, element(0x04, content)))
    body = element(0x30, VERSION, ALGORITHMS, held, b"\x31\x00")
    return element(0x30, SIGNED, element(0xA0, body))


def signed_in_pieces(content: bytes, size: int = 10) -> bytes:
    """Return ``content`` signed as it streamed by, as by the other half."""
    held = streamed(0x30, PLAIN, streamed(0xA0, in_pieces(content, size)))
    body = streamed(0x30, VERSION, ALGORITHMS, held, b"\x31\x00")
    return streamed(0x30, SIGNED, streamed(0xA0, body))


def compressed(content: bytes) -> bytes:
    """Return ``content`` compressed."""
    held = element(0x30, PLAIN, element(0xA0, element(0x04, zlib.compress(content))))
    body = element(0x30, b"\x02\x01\x00", b"\x30\x00", held)
    return element(0x30, COMPRESSED, element(0xA0, body))


def enveloped() -> bytes:
    """Return something encrypted."""
    body = element(0x30, VERSION, b"\x31\x00", element(0x30, PLAIN))
    return element(0x30, ENVELOPED, element(0xA0, body))


def tnef(*attributes: bytes, code_page: int = 936) -> bytes:
    """Return TNEF of ``attributes``."""
    page = attribute(OF_MESSAGE, CODE_PAGE, pack("<II", code_page, 0))
    return b"\x78\x9f\x3e\x22\x01\x00" + page + b"".join(attributes)


def attribute(level: int, number: int, value: bytes) -> bytes:
    """Return one attribute of TNEF."""
    check = sum(value) & 0xFFFF
    return pack("<BHHI", level, number, 6, len(value)) + value + pack("<H", check)


def message(*properties: bytes) -> bytes:
    """Return the attribute with the properties of the message."""
    return attribute(OF_MESSAGE, PROPERTIES, _counted(*properties))


def file(content: bytes, *properties: bytes) -> bytes:
    """Return the attributes of one file."""
    return (
        attribute(OF_FILE, RENDERING, bytes(14))
        + (attribute(OF_FILE, FILE_CONTENT, content) if content else b"")
        + attribute(OF_FILE, FILE_PROPERTIES, _counted(*properties))
    )


def prop(number: int, kind: int, value: bytes | str) -> bytes:
    """Return one property with a value of variable size."""
    if isinstance(value, str):
        codec = "utf-16-le" if kind == UNICODE else "gbk"
        value = (value + "\0").encode(codec)
    padding = bytes(-len(value) % 4)
    return pack("<HHII", kind, number, 1, len(value)) + value + padding


def moment(number: int, ticks: int) -> bytes:
    """Return one property that is a moment."""
    return pack("<HHQ", TIME, number, ticks)


def named(name: str, value: str) -> bytes:
    """Return a property with a name of its own."""
    written = (name + "\0").encode("utf-16-le")
    head = pack("<HH", UNICODE, 0x8001) + bytes(16) + pack("<II", 1, len(written))
    content = (value + "\0").encode("utf-16-le")
    return (
        head
        + written
        + bytes(-len(written) % 4)
        + pack("<II", 1, len(content))
        + content
        + bytes(-len(content) % 4)
    )


def rtf_as_it_is(rtf: bytes) -> bytes:
    """Return RTF packed, but not compressed."""
    return pack("<4I", len(rtf) + 12, len(rtf), 0x414C454D, 0) + rtf


def rtf_compressed(rtf: bytes) -> bytes:
    """Return RTF compressed, each time by the longest run that was there before."""
    before = bytearray(KNOWN_BEFORE)
    signs: list[bytes] = []
    place = 0
    while place < len(rtf):
        length = min(17, len(rtf) - place)
        found = -1
        while length > 1 and found < 0:
            found = before.rfind(rtf[place : place + length], -4_000)
            length -= found < 0
        if found < 0:
            length = 1
            signs.append(rtf[place : place + 1])
        else:
            signs.append(pack(">H", (found % 4096) << 4 | (length - 2)))
        before += rtf[place : place + length]
        place += length
    signs.append(pack(">H", (len(before) % 4096) << 4))
    return pack("<4I", 0, len(rtf), 0x75465A4C, 0) + _with_flags(signs)


def rtf_bomb(size: int) -> bytes:
    """Return a little that unpacks to ``size`` bytes."""
    signs: list[bytes] = []
    place = len(KNOWN_BEFORE)
    while place < size:
        signs.append(pack(">H", ((place - 1) % 4096) << 4 | 15))
        place += 17
    return pack("<4I", 0, size, 0x75465A4C, 0) + _with_flags(signs)


def _with_flags(signs: list[bytes]) -> bytes:
    out = bytearray()
    for at in range(0, len(signs), 8):
        eight = signs[at : at + 8]
        out.append(sum((len(sign) - 1) << bit for bit, sign in enumerate(eight)))
        out += b"".join(eight)
    return bytes(out)


def _counted(*properties: bytes) -> bytes:
    return pack("<I", len(properties)) + b"".join(properties)
