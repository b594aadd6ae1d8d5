"""winmail.dat: what Outlook packs a letter into where it should send MIME (MS-OXTNEF).

Linear over any bytes: every attribute is looked at once, and none is believed to be
longer than what is there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from struct import Struct
from typing import Final

from app.mail.packed.lzfu import NotCompressedRtf, decompress
from app.mail.packed.mapi import BINARY, UNICODE, Property, read_properties
from app.mail.packed.rtf import NotRichText, code_page, read_rtf
from app.mail.parts.html import Budget
from app.mail.parts.labels import WESTERN

SIGNATURE: Final = b"\x78\x9f\x3e\x22"


class BrokenTnef(ValueError):
    """These bytes are no TNEF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text, in the bytes it was written in."""

    content: bytes = field(repr=False)
    media_type: str
    charset: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that was packed; of a message within, the TNEF that it is."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)
    is_message: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who wrote a message, when and about what: of one within another all there is."""

    subject: str
    sender_name: str
    sender_address: str
    message_id: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What was packed."""

    words: Words | None
    """None: it holds no text."""

    is_cut: bool
    """Whether there was more text than could be read."""

    enclosures: tuple[Enclosure, ...]


def read_tnef(content: bytes, *, budget: Budget, most_files: int) -> Message:
    """Return what is packed in ``content``.

    Raises:
        BrokenTnef: It does not begin as TNEF does, or holds too many files, or more
            than ``budget`` allows.
    """
    return _unpacked(content, budget=budget, most_files=most_files).message()


def read_envelope(content: bytes, *, budget: Budget) -> Envelope:
    """Return who wrote the message that is packed in ``content``.

    Raises:
        BrokenTnef: It does not begin as TNEF does, or holds more than ``budget``
            allows.
    """
    return _unpacked(content, budget=budget, most_files=len(content)).envelope()


def _unpacked(content: bytes, *, budget: Budget, most_files: int) -> "_Packed":
    if not content.startswith(SIGNATURE):
        raise BrokenTnef("it does not begin as TNEF does")
    packed = _Packed(budget)
    for level, number, value in _attributes(content):
        budget.tags -= 1
        if level == _OF_MESSAGE:
            packed.own[number] = value
            continue
        if number == _RENDERING or not packed.files:
            packed.files.append({})
        packed.files[-1][number] = value
        if len(packed.files) > most_files or budget.is_spent:
            raise BrokenTnef("it holds too much")
    page = int.from_bytes(packed.own.get(_CODE_PAGE, b"")[:4], "little")
    packed.charset = code_page(page)
    packed.properties = packed.read(packed.own.get(_PROPERTIES, b""))
    return packed


def _attributes(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, number and value of each attribute, be the last one cut short."""
    place = len(SIGNATURE) + 2
    while place + _ATTRIBUTE.size <= len(content):
        level, number, _, length = _ATTRIBUTE.unpack_from(content, place)
        if level not in (_OF_MESSAGE, _OF_FILE):
            return
        place += _ATTRIBUTE.size
        yield level, number, content[place : place + length]
        place += length + _CHECK_SUM


@dataclass(slots=True)
class _Packed:
    budget: Budget
    own: dict[int, bytes] = field(default_factory=dict)
    files: list[dict[int, bytes]] = field(default_factory=list)
    charset: str = ""
    properties: dict[int, Property] = field(default_factory=dict)

    def read(self, content: bytes) -> dict[int, Property]:
        found = read_properties(content, budget=self.budget)
        if self.budget.tags < 0:
            raise BrokenTnef("it holds too much")
        return found

    def message(self) -> Message:
        # Before the words, which may take all that is left of the budget.
        enclosures = tuple(self._enclosure(file) for file in self.files)
        words, is_cut = self._words(self.properties)
        return Message(words=words, is_cut=is_cut, enclosures=enclosures)

    def envelope(self) -> Envelope:
        found = self.properties
        moments = (found[number].moment for number in _TIMES if number in found)
        return Envelope(
            subject=self._text(found, _SUBJECT) or self._old_text(self.own, _OLD_TITLE),
            sender_name=self._text(found, _REPRESENTED_NAME, _SENDER_NAME),
            sender_address=self._text(
                found, *_SMTP_ADDRESSES, _REPRESENTED_ADDRESS, _SENDER_ADDRESS
            ),
            message_id=self._text(found, _MESSAGE_ID),
            sent_at=next((moment for moment in moments if moment is not None), None),
        )

    def _words(self, properties: dict[int, Property]) -> tuple[Words | None, bool]:
        """Return the plain text, or else the HTML, or else what the rich text says."""
        plain = properties.get(_BODY)
        if plain is not None and plain.value.strip(b" \r\n\t\0"):
            return self._written(plain, "text/plain"), False
        html = properties.get(_HTML)
        if html is not None and html.value.strip(b" \r\n\t\0"):
            charset = properties.get(_INTERNET_CODE_PAGE)
            label = code_page(charset.number) if charset else ""
            return self._written(html, "text/html", label), False
        packed = properties.get(_RICH_TEXT)
        if packed is not None:
            return _rich_text(packed.value, self.budget)
        old = self.own.get(_OLD_BODY, b"").strip(b"\0")
        if old.strip():
            kind = "text/plain"
            return Words(content=old, media_type=kind, charset=self.charset), False
        return None, False

    def _written(self, written: Property, media_type: str, label: str = "") -> Words:
        if written.kind == UNICODE:
            text = written.value.decode("utf-16-le", "replace").rstrip("\0")
            content, label = text.encode(), "utf-8"
        else:
            content = written.value.rstrip(b"\0")
        return Words(
            content=content, media_type=media_type, charset=label or self.charset
        )

    def _text(self, properties: dict[int, Property], *numbers: int) -> str:
        """Return the first of some texts that says something; or ''."""
        for number in numbers:
            written = properties.get(number)
            if written is None or written.kind == BINARY:
                continue
            codec = self.charset or WESTERN
            if written.kind == UNICODE:
                codec = "utf-16-le"
            text = written.value[:_LONG_TEXT].decode(codec, "replace")
            text = text.partition("\0")[0].strip()
            if text:
                return text
        return ""

    def _old_text(self, attributes: dict[int, bytes], number: int) -> str:
        written = attributes.get(number, b"")[:_LONG_TEXT]
        return written.decode(self.charset or WESTERN, "replace").strip("\0 ")

    def _enclosure(self, file: dict[int, bytes]) -> Enclosure:
        properties = self.read(file.get(_FILE_PROPERTIES, b""))
        name = self._text(properties, _LONG_NAME, _SHORT_NAME, _TRANSPORT_NAME)
        name = name or self._old_text(file, _TITLE)
        content = file.get(_FILE_CONTENT, b"")
        within = properties.get(_FILE_OBJECT)
        if not content and within is not None:
            content = within.value
            if within.kind != BINARY:
                content = content[_KIND_OF_OBJECT:]
        return Enclosure(
            file_name=name or self._text(properties, _SHOWN_NAME),
            media_type=self._text(properties, _MEDIA_TYPE).lower(),
            content=content,
            is_message=content.startswith(SIGNATURE),
        )


def _rich_text(packed: bytes, budget: Budget) -> tuple[Words | None, bool]:
    most = max(budget.characters, 0) * _RTF_PER_CHARACTER
    try:
        written = decompress(packed, most=most)
        budget.characters -= len(written) // _RTF_PER_CHARACTER
        rich = read_rtf(written, budget=budget)
    except (NotCompressedRtf, NotRichText):
        return None, False
    if not rich.text.strip():
        return None, rich.is_cut
    kind = "text/html" if rich.is_html else "text/plain"
    content = rich.text.encode("utf-8", "replace")
    return Words(content=content, media_type=kind, charset="utf-8"), rich.is_cut


_ATTRIBUTE: Final = Struct("<BHHI")
_CHECK_SUM: Final = 2
_OF_MESSAGE: Final = 1
_OF_FILE: Final = 2
_LONG_TEXT: Final = 4_096
_RTF_PER_CHARACTER: Final = 8
_KIND_OF_OBJECT: Final = 16
"""Bytes before an object that say of what kind it is."""

_OLD_TITLE: Final = 0x8004
_OLD_BODY: Final = 0x800C
_TITLE: Final = 0x8010
_FILE_CONTENT: Final = 0x800F
_RENDERING: Final = 0x9002
_PROPERTIES: Final = 0x9003
_FILE_PROPERTIES: Final = 0x9005
_CODE_PAGE: Final = 0x9007

_SUBJECT: Final = 0x0037
_TIMES: Final = (0x0039, 0x0E06)
"""When it was handed in, when it was delivered."""

_REPRESENTED_NAME: Final = 0x0042
_REPRESENTED_ADDRESS: Final = 0x0065
_SENDER_NAME: Final = 0x0C1A
_SENDER_ADDRESS: Final = 0x0C1F
_SMTP_ADDRESSES: Final = (0x5D02, 0x5D01)
_BODY: Final = 0x1000
_RICH_TEXT: Final = 0x1009
_HTML: Final = 0x1013
_MESSAGE_ID: Final = 0x1035
_SHOWN_NAME: Final = 0x3001
_FILE_OBJECT: Final = 0x3701
_SHORT_NAME: Final = 0x3704
_LONG_NAME: Final = 0x3707
_TRANSPORT_NAME: Final = 0x370C
_MEDIA_TYPE: Final = 0x370E
_INTERNET_CODE_PAGE: Final = 0x3FDE
