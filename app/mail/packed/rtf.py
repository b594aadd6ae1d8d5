"""Rich text as a letter's body: the HTML or plain text that it was made from, or read.

Outlook keeps HTML within RTF (MS-OXRTFEX); what was never HTML is read as text.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from app.mail.parts.html import Budget
from app.mail.parts.labels import GB, WESTERN, codec_named


@dataclass(frozen=True, slots=True)
class RichText:
    """What rich text says."""

    text: str
    is_html: bool
    """Whether the text is the HTML that was kept in it."""

    is_cut: bool
    """Whether there was more than could be read."""


class NotRichText(ValueError):
    """These bytes are no RTF."""


def read_rtf(content: bytes, *, budget: Budget) -> RichText:
    """Return what ``content`` says, as far as ``budget`` reaches: a sign costs a tag.

    Raises:
        NotRichText: It does not begin as RTF does.
    """
    begun = content[:_HEAD].lstrip()
    if not begun.startswith(b"{\\rtf"):
        raise NotRichText("it does not begin as RTF does")
    head = content[:_HEAD]
    page = _Page(
        codec=_ansi_codec(head),
        encapsulates=b"\\fromhtml" in head,
    )
    is_cut = page.read(content, budget)
    page.flush()
    text = "".join(page.pieces)
    if not text.isascii():
        # Characters beyond the first plane come as two halves of UTF-16.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return RichText(text.replace("\0", ""), page.encapsulates, is_cut)


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within a pair of braces."""

    shown: bool = True
    html_tag: bool = False
    in_fonts: bool = False
    rtf_only: bool = False
    """Text that stands there for readers of RTF, beside the HTML tag that it means."""

    codec: str = ""
    """The charset of the font; empty: that of the whole."""

    replacements: int = 1
    """How many signs behind a Unicode character say the same (``\\uc``)."""


@dataclass(slots=True)
class _Page:
    codec: str
    encapsulates: bool
    pieces: list[str] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)
    """Bytes of which a character may yet be cut in two by an escape."""

    group: _Group = _Group()
    outer: list[_Group] = field(default_factory=list)
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    skips: int = 0
    starred: bool = False

    def read(self, content: bytes, budget: Budget) -> bool:
        """Read all signs; return whether some were left."""
        place = 0
        while budget.tags >= 0:
            found = _SIGN.match(content, place)
            if found is None:
                return False
            budget.tags -= 1
            place = found.end()
            kind = found.lastgroup
            if kind == "word":
                place += self._word(found["name"], found["number"])
            elif kind == "hex":
                self._characters(bytes.fromhex(found[0].replace(_ESCAPE, b"").decode()))
            elif kind == "text":
                self._characters(found[0].translate(None, b"\r\n\0"))
            elif kind == "symbol":
                self._symbol(found["symbol"])
            elif kind == "open":
                self._open()
            else:
                self._close()
        return place < len(content)

    def flush(self) -> None:
        """Decode the bytes that were held back."""
        if self.held:
            codec = self.group.codec or self.codec
            if self.group.html_tag:
                codec = self.codec
            self.pieces.append(self._escaped(bytes(self.held).decode(codec, "replace")))
            self.held.clear()

    def _escaped(self, text: str) -> str:
        """Return text for HTML; what stands in a tag's group is HTML already."""
        if not self.encapsulates or self.group.html_tag:
            return text
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    @property
    def _silent(self) -> bool:
        return not self.group.shown or (self.encapsulates and self.group.rtf_only)

    def _write(self, text: str) -> None:
        if not self._silent:
            self.flush()
            self.pieces.append(text)

    def _characters(self, written: bytes) -> None:
        self.starred = False
        if self.skips:
            skipped = min(self.skips, len(written))
            self.skips -= skipped
            written = written[skipped:]
        if not self._silent:
            self.held += written

    def _open(self) -> None:
        self.flush()
        self.skips = 0
        if len(self.outer) < _MOST_DEPTH:
            self.outer.append(self.group)

    def _close(self) -> None:
        self.flush()
        self.skips = 0
        if self.outer:
            self.group = self.outer.pop()

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.starred = True
        elif self.skips:
            self.skips -= 1
        elif symbol in _SYMBOLS:
            self._write(self._escaped(_SYMBOLS[symbol]))

    def _word(self, name: bytes, number: bytes) -> int:
        """Follow a control word; return how many bytes behind it are no text."""
        value = int(number[:_MOST_DIGITS]) if number else None
        starred, self.starred = self.starred, False
        if name == b"bin":
            return max(value or 0, 0)
        if name == b"u":
            self._unicode(value or 0)
        elif name == b"uc":
            self.group = replace(self.group, replacements=max(value or 0, 0))
        elif name in _WRITTEN:
            self._write_word(name)
        elif name in {b"f", b"fcharset"}:
            self._choose_font(name, value or 0)
        elif name == b"htmlrtf":
            self.flush()
            self.group = replace(self.group, rtf_only=value != 0)
        elif starred or name in _DESTINATIONS:
            self._enter(name)
        return 0

    def _write_word(self, name: bytes) -> None:
        if self.skips:
            self.skips -= 1
        elif self.encapsulates and name in _LINE_ENDS:
            self._write("\r\n")
        else:
            self._write(_WRITTEN[name])

    def _unicode(self, unit: int) -> None:
        self._write(self._escaped(chr(unit % 2**16)))
        self.skips = self.group.replacements

    def _choose_font(self, name: bytes, number: int) -> None:
        if self.group.in_fonts:
            if name == b"f":
                self.font = number
            elif len(self.fonts) < _MOST_FONTS:
                self.fonts[self.font] = _CHARSETS.get(number, "")
        elif name == b"f" and self.group.codec != self.fonts.get(number, ""):
            self.flush()
            self.group = replace(self.group, codec=self.fonts.get(number, ""))

    def _enter(self, name: bytes) -> None:
        self.flush()
        is_tag = self.encapsulates and name == b"htmltag"
        self.group = replace(
            self.group,
            shown=is_tag and self.group.shown,
            html_tag=is_tag,
            in_fonts=name == b"fonttbl" or self.group.in_fonts,
        )


def _ansi_codec(head: bytes) -> str:
    found = _CODE_PAGE.search(head)
    if found is None:
        return "mac_roman" if b"\\mac" in head and b"\\ansi" not in head else WESTERN
    return code_page(int(found[1])) or WESTERN


def code_page(number: int) -> str:
    """Return the charset that Windows calls by ``number``; empty: none that we know."""
    return _CODE_PAGES.get(number) or codec_named(f"cp{number}")


_CODE_PAGES: Final = {
    936: GB,
    1200: "utf_16_le",
    10000: "mac_roman",
    20127: "ascii",
    20866: "koi8_r",
    20936: GB,
    21866: "koi8_u",
    28591: WESTERN,
    28592: "iso8859_2",
    28595: "iso8859_5",
    50220: "iso2022_jp",
    50221: "iso2022_jp",
    50222: "iso2022_jp",
    50225: "iso2022_kr",
    51932: "euc_jp",
    51936: GB,
    51949: "cp949",
    52936: "hz",
    54936: GB,
    65001: "utf-8",
}
_CHARSETS: Final = {
    charset: code_page(page)
    for charset, page in {
        128: 932, 129: 949, 130: 1361, 134: 936, 136: 950, 161: 1253, 162: 1254,
        163: 1258, 177: 1255, 178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250,
    }.items()
}  # fmt: skip
"""What Windows calls the charsets of fonts."""

_HEAD: Final = 4_096
_MOST_DEPTH: Final = 5_000
_MOST_FONTS: Final = 5_000
_MOST_DIGITS: Final = 10
_CODE_PAGE: Final = re.compile(rb"\\ansicpg(\d{1,5})")
_ESCAPE: Final = b"\\'"
_SIGN: Final = re.compile(
    rb"(?P<hex>(?:\\'[0-9a-fA-F]{2})++)"
    rb"|\\(?P<word>(?P<name>[a-zA-Z]{1,32}+)(?P<number>-?[0-9]++)?) ?"
    rb"|\\(?P<symbol>.?)"
    rb"|(?P<open>\{)|(?P<close>\})"
    rb"|(?P<text>[^\\{}]++)",
    re.DOTALL,
)
_SYMBOLS: Final = {
    b"\\": "\\", b"{": "{", b"}": "}", b"~": "\xa0", b"_": "\u2011",
    b"\n": "\n", b"\r": "\n",
}  # fmt: skip
_WRITTEN: Final = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"row": "\n",
    b"tab": "\t", b"cell": "\t", b"nestcell": "\t", b"nestrow": "\n",
    b"emdash": "\u2014", b"endash": "\u2013", b"bullet": "\u2022",
    b"lquote": "\u2018", b"rquote": "\u2019",
    b"ldblquote": "\u201c", b"rdblquote": "\u201d",
    b"emspace": " ", b"enspace": " ", b"zwj": "", b"zwnj": "",
}  # fmt: skip
_LINE_ENDS: Final = frozenset({b"par", b"line", b"sect", b"page"})
_DESTINATIONS: Final = frozenset(
    {
        b"author", b"colortbl", b"comment", b"fonttbl", b"footer", b"footerf",
        b"footerl", b"footerr", b"footnote", b"header", b"headerf", b"headerl",
        b"headerr", b"info", b"listtable", b"nonesttables", b"objdata", b"object",
        b"operator", b"pict", b"private", b"rxe", b"stylesheet", b"tc", b"title",
        b"txe", b"xe",
    }
)  # fmt: skip
"""Groups whose text is no part of the letter."""
