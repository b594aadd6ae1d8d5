"""HTML letters as a page that can do nothing: what is on no list here is gone.

Nothing of the letter is let through. The page is written anew, of names that stand in
this module and of text that is escaped, whatever the scanner (`html`) takes the letter
for. No style, no picture, no link that leads anywhere: an address is text beside the
words it was under, so that one can see where they would have led. What the sender hid
is shown: whoever decides about a letter is to see all of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape
from typing import Final

from app.mail.parts.html import Budget, attribute, events


def sanitise(html: str, *, budget: Budget) -> str:
    """Return ``html`` as a page's content that can do nothing, within ``budget``.

    Linear over any input; every element that is opened is closed.
    """
    writer = _Writer()
    for text, tag, attributes in events(html):
        budget.tags -= 1
        writer.write(text[: max(budget.characters, 0)])
        budget.characters -= len(text)
        if budget.is_spent:
            break
        if tag.startswith("/"):
            writer.close(tag[1:])
        elif tag:
            writer.open(tag, attributes)
    return writer.finish()


def covered(page: str, cover: Callable[[str], str]) -> str:
    """Return a sanitised ``page`` with ``cover`` done to its words across its markup.

    So it is done to words that stand in several elements, too. ``cover`` puts signs in
    the place of others, one for one.

    Raises:
        ValueError: It made more or fewer of them.
    """
    pieces = _MARKUP.split(page)
    words = pieces[::2]
    whole = cover("".join(words))
    if len(whole) != sum(map(len, words)):
        raise ValueError("what is covered stays as long as it was")
    start = 0
    for place, piece in enumerate(words):
        pieces[2 * place] = whole[start : start + len(piece)]
        start += len(piece)
    return "".join(pieces)


def is_harmless(page: str) -> bool:
    """Return whether ``page`` holds nothing that `sanitise` would not have written."""
    return _PAGE.fullmatch(page) is not None


@dataclass(slots=True)
class _Writer:
    pieces: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    link: str = ""
    link_start: int = 0

    def write(self, text: str) -> None:
        if text:
            self.pieces.append(escape(_NOT_SHOWN.sub("", unescape(text)), quote=False))

    def open(self, tag: str, attributes: str) -> None:
        if tag in {"a", "img"}:
            self._take_content(tag, attributes)
            return
        name = _CALLED.get(tag, tag)
        if name in _VOID:
            self.pieces.append(f"<{name}>")
        if name not in _ELEMENTS or len(self.opened) >= _DEEPEST:
            return
        while self.opened and self.opened[-1] in _ENDED_BY.get(name, ()):
            self._close_last()
        self.pieces.append(f"<{name}{_kept(name, attributes)}>")
        self.opened.append(name)

    def close(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        name = _CALLED.get(tag, tag)
        if name not in self.opened:
            return
        while self.opened[-1] != name:
            self._close_last()
        self._close_last()

    def finish(self) -> str:
        self._end_link()
        while self.opened:
            self._close_last()
        return "".join(self.pieces)

    def _close_last(self) -> None:
        self.pieces.append(f"</{self.opened.pop()}>")

    def _take_content(self, tag: str, attributes: str) -> None:
        if tag == "img":
            alternative = attribute(attributes, "alt")
            self.write(escape(f"[{alternative}]") if alternative else "")
            return
        self._end_link()
        self.link = " ".join(attribute(attributes, "href").split())
        self.link_start = len(self.pieces)

    def _end_link(self) -> None:
        """Write where a link leads, unless that is what its words say."""
        target, self.link = self.link, ""
        bare = target.partition(":")[2].strip("/") or target
        if not bare or target.startswith("#"):
            return
        if len(target) > _LONG_LINK:
            target = f"{target[:_LONG_LINK]}…"
        elif escape(bare, quote=False) in "".join(self.pieces[self.link_start :]):
            return
        self.write(escape(f" <{target}>"))


def _kept(name: str, attributes: str) -> str:
    """Return those attributes that say how a table hangs together, and directions."""
    kept = []
    direction = attribute(attributes, "dir").casefold()
    if direction in {"ltr", "rtl"}:
        kept.append(f' dir="{direction}"')
    if name in {"td", "th"}:
        for span in ("colspan", "rowspan"):
            number = attribute(attributes, span)
            if _SPAN.fullmatch(number):
                kept.append(f' {span}="{number}"')
    if name == "table" and attribute(attributes, "border").strip("0"):
        kept.append(' border="1"')
    return "".join(kept)


_VOID: Final = frozenset({"br", "hr"})
_BLOCKS: Final = frozenset({
    "address", "blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "h5",
    "h6", "li", "ol", "p", "pre", "table", "ul",
})  # fmt: skip
_ELEMENTS: Final = _BLOCKS | {
    "abbr", "b", "caption", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "strong", "sub", "sup", "tbody", "td", "tfoot",
    "th", "thead", "tr", "u", "var",
}  # fmt: skip
_BOXES: Final = (
    "article", "aside", "center", "details", "fieldset", "figcaption", "figure",
    "footer", "form", "header", "main", "nav", "section", "summary",
)  # fmt: skip
_CALLED: Final = {
    **dict.fromkeys(_BOXES, "div"),
    "listing": "pre",
    "strike": "s",
    "tt": "code",
}
"""Elements that say or do more than another of which only the look is kept."""

_ENDED_BY: Final = {
    **dict.fromkeys(_BLOCKS, ("p",)),
    "dd": ("p", "dd", "dt"),
    "dt": ("p", "dd", "dt"),
    "li": ("p", "li"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "tr": ("td", "th", "tr"),
}
"""What ends where another begins (HTML, 13.1.2.4): browsers do so, too."""

_DEEPEST: Final = 100
_LONG_LINK: Final = 300
_NOT_SHOWN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_MARKUP: Final = re.compile(r"(<[^>]*+>)")
_SPAN: Final = re.compile(r"[1-9][0-9]?")
_TAGS: Final = "|".join(sorted(_ELEMENTS))
_PAGE: Final = re.compile(
    rf"(?:[^<>&]++|&(?:amp|lt|gt);|<(?:{'|'.join(sorted(_VOID))})>|</(?:{_TAGS})>"
    rf'|<(?:{_TAGS})(?: (?:dir="(?:ltr|rtl)"|(?:col|row)span="[1-9][0-9]?"'
    r'|border="1"))*+>)*+'
)
