"""Address lists (RFC 5322, section 3.4), read in one pass whatever they hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.mail.parts.faults import Fault
from app.mail.parts.words import expand, one_line, unfold


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody with a mailbox; the name is empty where none is given."""

    name: str
    address: str

    @property
    def local_part(self) -> str:
        """What stands before the @, in lower case."""
        return self.address.rpartition("@")[0].casefold()


def read_addresses(
    values: tuple[bytes, ...], *, faults: set[Fault], hint: str = "", told: str = ""
) -> tuple[Address, ...]:
    """Return the mailboxes in some address fields; groups are opened up.

    Encoded words are decoded in names only: within an address they would let one
    mailbox pass for another.
    """
    found: list[Address] = []
    for value in values:
        reading = _Reading(faults, told)
        line = unfold(value, faults=faults, hint=hint, told=told)
        for kind, text in _tokens(line):
            reading.take(kind, text)
        reading.finish()
        found += reading.found
    return tuple(found)


@dataclass(slots=True)
class _Reading:
    """One address field as it is read."""

    faults: set[Fault]
    told: str
    found: list[Address] = field(default_factory=list)
    phrase: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    angle: str | None = None
    at_sign: bool = False
    nameless: list[str] = field(default_factory=list)
    """What came before a comma and was no mailbox: a name that has commas in it."""

    def take(self, kind: str, text: str) -> None:
        if kind == "angle":
            self.angle = text
        elif kind == "comment":
            self.comments.append(text)
        elif kind == "colon" and self.angle is None and not self.at_sign:
            self.phrase.clear()
        elif kind in {"comma", "semicolon"}:
            self.finish(whole=kind == "semicolon")
        else:
            self.phrase.append(text)
            self.at_sign = self.at_sign or "@" in text

    def finish(self, *, whole: bool = True) -> None:
        """Take what was read as one mailbox; ``whole``: no name is left open."""
        written = "".join(self.phrase)
        address, name = self._split(written)
        if address:
            name = name or " ".join(self.comments)
            name = ", ".join((*self.nameless, name)) if self.nameless else name
            name = expand(name, faults=self.faults, told=self.told)
            shown = one_line(name).strip("'\" ")
            self.found.append(Address(shown, address))
        elif written.strip() and not whole:
            self.nameless.append(written.strip())
        if address or whole:
            self.nameless.clear()
        self.phrase.clear()
        self.comments.clear()
        self.angle = None
        self.at_sign = False

    def _split(self, written: str) -> tuple[str, str]:
        """Return the address and the name; the address is empty where none is."""
        if self.angle is not None:
            address = _mailbox(self.angle)
            if address:
                return address, written
        address = _mailbox(written)
        if address:
            return address, ""
        for word in written.split():
            address = _mailbox(word)
            if address:
                return address, written.replace(word, "", 1)
        return "", written


def _mailbox(text: str) -> str:
    """Return ``text`` if it is an address that mail could go to, else ''."""
    if "@" not in text or len(text) > _LONGEST:
        return ""
    text = _AROUND_SIGNS.sub(r"\1", text.strip("' \t"))
    if text[:7].casefold() == "mailto:":
        text = text[7:]
    if text.startswith("@"):
        text = text.rpartition(":")[2]
    return text if _MAILBOX.fullmatch(text) else ""


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Cut an address field into its signs; every character is looked at once.

    A quotation mark or parenthesis that is never closed stands for itself, and so do
    all behind it: nothing is sought twice in vain.
    """
    place = 0
    plain: set[str] = set()
    while place < len(text):
        sign = text[place]
        if sign in _SIGNS:
            yield _SIGNS[sign], sign
            place += 1
            continue
        if sign in _ENCLOSED and sign not in plain:
            kind, within, stop = _ENCLOSED[sign](text, place)
            if stop:
                yield kind, within
                place = stop
                continue
            plain.add(sign)
        found = _WORD.match(text, place) or _PLAIN.match(text, place)
        place = found.end() if found else len(text)
        yield "plain", found[0] if found else ""


def _quoted(text: str, start: int) -> tuple[str, str, int]:
    """Return the quoted string at ``start`` and the place behind it; 0: no end."""
    found = _QUOTED.match(text, start)
    if found is None:
        return "", "", 0
    if text.startswith("@", found.end()):
        return "plain", found[0], found.end()
    return "quoted", _ESCAPED.sub(r"\1", found[1]), found.end()


def _angle(text: str, start: int) -> tuple[str, str, int]:
    """Return what stands in angle brackets at ``start``, closed or not."""
    found = _ANGLE.match(text, start)
    return ("angle", found[1], found.end()) if found else ("", "", 0)


def _comment(text: str, start: int) -> tuple[str, str, int]:
    """Return the comment at ``start``, however nested; 0: it never ends."""
    depth = 0
    for found in _IN_COMMENT.finditer(text, start):
        if found[0] == "(":
            depth += 1
        elif found[0] == ")":
            depth -= 1
        if depth == 0:
            return "comment", text[start + 1 : found.start()], found.end()
    return "", "", 0


_SIGNS: Final = {",": "comma", ";": "semicolon", ":": "colon"}
_ENCLOSED: Final = {'"': _quoted, "(": _comment, "<": _angle}
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*+)"', re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ANGLE: Final = re.compile(r"<++([^<>]*+)>*+")
_WORD: Final = re.compile(r"=\?[^?\s]{1,60}+\?[BbQq]\?[^?\s]*+\?=")
_PLAIN: Final = re.compile(r'.(?:[^"(<,;:=]|=(?!\?))*+', re.DOTALL)
_IN_COMMENT: Final = re.compile(r"[()]|\\.", re.DOTALL)
_AROUND_SIGNS: Final = re.compile(r"\s*([@.])\s*")
_MAILBOX: Final = re.compile(
    r"""(?:"[^"\\\x00-\x1f]+"|[^\s@"(),:;<>\\\x00-\x1f\x7f-\xa0\ud800-\udfff]+)"""
    r"@[^\s@\"(),;<>\\\x00-\x1f\x7f-\xa0\u200b-\u200f\u202a-\u202e\ud800-\udfff]+"
)
_LONGEST: Final = 320
"""64 for the name, the sign, 255 for the host (RFC 5321, section 4.5.3.1)."""
