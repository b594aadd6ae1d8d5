"""A view of a letter: what somebody who decides about it sees beside its text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.mail.parts.charset import decode
from app.mail.parts.limits import Limits
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from app.mail.parts.texts import decoded, is_html
from app.mail.parts.transfer import undo
from app.mail.sanitised import sanitise


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody who looks at a letter wants beside what is always read."""

    as_charset: str = ""
    """Read all of it in this charset; empty: in what it says, and is."""

    view: bool = False
    page: bool = False
    """Whether its HTML is wanted, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a letter's page shows beside the letter."""

    head: str
    """The header fields as they came."""

    has_page: bool
    """Whether there is HTML in it."""

    page: str
    """Its HTML, harmless (`sanitised`); empty unless it was wished for."""


def view_of(raw: bytes, *, limits: Limits, wish: Wish) -> View:
    """Return the view of the letter ``raw``, which can be read within ``limits``."""
    tally = Tally(limits, size=len(raw), as_charset=wish.as_charset)
    parts = list(_html_parts(split(raw, tally=tally, faults=set())))
    pages = (_page(part, tally) for part in parts) if wish.page else ()
    return View(
        head=_head(raw, told=wish.as_charset),
        has_page=bool(parts),
        page="<hr>".join(pages),
    )


def _head(raw: bytes, *, told: str) -> str:
    end = _BLANK_LINE.search(raw, 1)
    head = raw[: min(end.start() if end else len(raw), _MOST_HEAD)]
    text = decode(head, told=told).text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text).strip("\n")


def _html_parts(root: Node) -> Iterator[Node]:
    """Yield the HTML that was written to be read, in its order."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        waiting += reversed(node.children)
        attached = node.headers.word("content-disposition") == "attachment"
        if is_html(node.media_type) and not node.children and not attached:
            yield node


def _page(node: Node, tally: Tally) -> str:
    encoding = node.headers.word("content-transfer-encoding").strip("\"'")
    content = undo(node.content, encoding, faults=set())
    html = decoded(content, node.content_type, html=True, tally=tally, faults=set())
    return sanitise(html.text, budget=tally.budget)


_BLANK_LINE: Final = re.compile(rb"\n\r?\n|\r\r")
_MOST_HEAD: Final = 2**16
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
