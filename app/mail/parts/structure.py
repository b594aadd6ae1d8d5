"""The structure of a letter: bytes in, a tree of parts out (RFC 2045, RFC 2046).

Not the standard library's parser: within limits that real letters reach it takes 7 s
and 380 MB (25 MB of blank lines) or 2 s (1 MB below 50 multiparts), and it recurses.
This one looks for the boundaries that are open and for nothing else, keeps places
instead of lines, and never recurses.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from app.mail.parts.faults import Fault
from app.mail.parts.headers import HeaderReader, Headers
from app.mail.parts.limits import Excess, UnreadableLetter
from app.mail.parts.parameters import ContentType, content_type
from app.mail.parts.tally import Tally

_MESSAGE: Final = "message/rfc822"
_PLAIN: Final = "text/plain"

_BEFORE_HEADERS: Final = re.compile(rb"(?:[ \t\r]*+\n)*+(?:>?From [^\n]*+\n)?+")
"""Blank lines, and the line that mbox files put before a letter."""

_LIKELY_BOUNDARY: Final = re.compile(
    rb"\n--([^\s]{1,70})[ \t\r]*+\n(?i:content-[a-z-]++:)"
)
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_MOST_BOUNDARY: Final = 500
_NEAR: Final = 2**16


@dataclass(slots=True, eq=False)
class Node:
    """A part: its headers, where its content stands, and the parts within."""

    headers: Headers
    content_type: ContentType
    raw: bytes = field(repr=False)
    start: int
    stop: int
    children: list["Node"] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """The content as transferred; of a multipart, what precedes its parts."""
        return self.raw[self.start : self.stop]

    @property
    def media_type(self) -> str:
        """The media type in lower case."""
        return self.content_type.media_type


def split(raw: bytes, *, tally: Tally, faults: set[Fault], depth: int = 0) -> Node:
    """Return the tree of parts of the letter ``raw``.

    Attached letters are leaves: they are somebody else's. What is odd is added to
    ``faults``; ``depth`` is that of what ``raw`` was found in.

    Raises:
        UnreadableLetter: The structure goes past the limits.
    """
    limits = tally.limits
    if len(raw) > limits.size:
        raise UnreadableLetter(Excess.SIZE, most=limits.size)
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    if len(raw) > limits.line and _has_long_line(raw, most=limits.line):
        raise UnreadableLetter(Excess.LINE, most=limits.line)
    return _Splitter(raw=raw, tally=tally, faults=faults, depth=depth).split()


def _has_long_line(raw: bytes, *, most: int) -> bool:
    start = 0
    while start + most < len(raw):
        start = raw.rfind(b"\n", start, start + most + 1) + 1
        if not start:
            return True
    return False


@dataclass(slots=True)
class _Splitter:
    raw: bytes
    tally: Tally
    faults: set[Fault]
    depth: int = 0
    open_parts: list[tuple[bytes, Node]] = field(default_factory=list)
    """The multiparts whose last boundary has not come, with their boundaries."""

    leaf: Node | None = None
    reader: HeaderReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = HeaderReader(self.raw, self.tally, self.faults)

    def split(self) -> Node:
        root = self._open(self._first_header(), default=_PLAIN)
        place = root.start
        while self.open_parts:
            at, place = self._next_boundary(place)
            if at < 0:
                self.faults.add(Fault.UNCLOSED_MULTIPART)
                self._close(depth=0, stop=len(self.raw))
                break
            depth, closes = self._which(at + 1, place)
            if depth < len(self.open_parts):
                self.faults.add(Fault.UNCLOSED_MULTIPART)
            self._close(depth=depth - closes, stop=at)
            if not closes:
                place = self._open_child(place)
        self._close(depth=0, stop=len(self.raw))
        return root

    def _first_header(self) -> int:
        start = 0
        if self.raw.startswith(_UTF8_MARK):
            self.faults.add(Fault.BYTE_ORDER_MARK)
            start = len(_UTF8_MARK)
        before = _BEFORE_HEADERS.match(self.raw, start)
        return before.end() if before else start

    def _open_child(self, start: int) -> int:
        """Open the next part of the innermost multipart; return where its body is."""
        parent = self.open_parts[-1][1]
        digest = parent.media_type == "multipart/digest"
        child = self._open(start, default=_MESSAGE if digest else _PLAIN)
        parent.children.append(child)
        return child.start

    def _open(self, start: int, *, default: str) -> Node:
        self.tally.count_part()
        headers, body = self.reader.read(start, self._is_boundary)
        kind = content_type(headers.first("content-type"), default=default)
        node = Node(headers, kind, raw=self.raw, start=body, stop=body)
        boundary = self._boundary(kind, body)
        if boundary:
            most = self.tally.limits.depth
            if self.depth + len(self.open_parts) >= most:
                raise UnreadableLetter(Excess.DEPTH, most=most)
            self.open_parts.append((boundary, node))
        elif kind.is_multipart:
            node.content_type = kind.as_plain_text()
        self.leaf = node
        return node

    def _boundary(self, kind: ContentType, body: int) -> bytes:
        """Return the boundary of a multipart; empty for any other part."""
        if not kind.is_multipart:
            return b""
        named = kind.boundary
        if named:
            return named if len(named) <= _MOST_BOUNDARY else b""
        self.faults.add(Fault.NO_BOUNDARY)
        likely = _LIKELY_BOUNDARY.search(self.raw, max(body - 1, 0), body + _NEAR)
        if likely is None or self._depth_of(likely[1]):
            return b""
        return likely[1]

    def _next_boundary(self, place: int) -> tuple[int, int]:
        """Find the next boundary of an open multipart from ``place`` on.

        Return the place of the line end before it and the place behind it; -1 for
        the first where there is none.
        """
        at = self.raw.find(b"\n--", max(place - 1, 0))
        while at >= 0:
            line_end = self.raw.find(b"\n", at + 1) + 1 or len(self.raw)
            if self._which(at + 1, line_end)[0]:
                return at, line_end
            self.tally.count_near_boundary()
            at = self.raw.find(b"\n--", line_end - 1)
        return -1, len(self.raw)

    def _is_boundary(self, place: int) -> bool:
        line_end = self.raw.find(b"\n", place) + 1 or len(self.raw)
        return self._which(place, line_end)[0] > 0

    def _which(self, start: int, line_end: int) -> tuple[int, bool]:
        """Return the depth of the multipart whose boundary this line is; 0: of none.

        And whether it is the last.
        """
        if line_end - start > 2 * _MOST_BOUNDARY:
            return 0, False
        line = self.raw[start + 2 : line_end].rstrip()
        depth = self._depth_of(line)
        if depth or not line.endswith(b"--"):
            return depth, False
        return self._depth_of(line[:-2]), True

    def _depth_of(self, boundary: bytes) -> int:
        for depth in range(len(self.open_parts), 0, -1):
            if self.open_parts[depth - 1][0] == boundary:
                return depth
        return 0

    def _close(self, *, depth: int, stop: int) -> None:
        """Close the open part, and all multiparts but the outermost ``depth``."""
        if stop < len(self.raw) and self.raw[stop - 1 : stop] == b"\r":
            stop -= 1
        if self.leaf is not None:
            self.leaf.stop = max(self.leaf.start, stop)
            self.leaf = None
        while len(self.open_parts) > depth:
            node = self.open_parts.pop()[1]
            if not node.children:
                self.faults.add(Fault.BOUNDARY_UNSEEN)
                node.content_type = node.content_type.as_plain_text()
                node.stop = max(node.start, stop)
