"""When two letters are the same: delivered twice, or only alike."""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

from app.mail.letter import Letter
from app.mail.parts.body import disposition_of
from app.mail.parts.limits import Limits
from app.mail.parts.parameters import file_name
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from app.mail.parts.transfer import undo


def content_key(raw: bytes, letter: Letter | None) -> str:
    """Return the key under which the letter in ``raw`` is kept once.

    It is the same whatever the way it took here (trace headers, line ends, transfer
    encoding), and another as soon as it says something else or to somebody else: some
    senders use one Message-ID for many letters, some give none. ``letter`` is None
    where it could not be read; then the bytes below the trace headers count.
    """
    digest = hashlib.sha256()
    for piece in _unread(raw) if letter is None else _facts(raw, letter):
        digest.update(len(piece).to_bytes(8))
        digest.update(piece)
    return digest.hexdigest()


def is_timeless(letter: Letter | None) -> bool:
    """Return whether nothing in ``letter`` says which of all with its words it is.

    Then it must not be taken for one of long ago that said the same.
    """
    return letter is not None and letter.message_id is None and letter.date is None


def _facts(raw: bytes, letter: Letter) -> Iterator[bytes]:
    yield (letter.message_id or "").encode()
    yield (letter.sender.address if letter.sender else "").casefold().encode()
    yield letter.subject.encode()
    yield (letter.date.isoformat() if letter.date else "").encode()
    receivers = {box.address.casefold() for box in (*letter.to, *letter.cc)}
    yield "\n".join(sorted(receivers)).encode()
    yield from _contents(raw)


def _contents(raw: bytes) -> Iterator[bytes]:
    """Return what each part holds, not as it is shown: that may be read better one day.

    The limits were kept when the letter was read.
    """
    unlimited = Limits(
        size=len(raw),
        depth=len(raw),
        parts=len(raw) + 1,
        header_fields=len(raw),
        header_bytes=len(raw),
        line=len(raw),
    )
    waiting: list[Node] = [split(raw, tally=Tally(unlimited), faults=set())]
    while waiting:
        node = waiting.pop()
        if node.children:
            yield _preamble(node)
            waiting += reversed(node.children)
            continue
        encoding = node.headers.word("content-transfer-encoding").strip("\"'")
        yield node.content_type.charset.encode("utf-8", "replace")
        name = file_name(disposition_of(node), node.content_type)
        yield name.encode("utf-8", "replace")
        yield (
            undo(node.content, encoding, faults=set()).replace(b"\r\n", b"\n").rstrip()
        )


def _preamble(node: Node) -> bytes:
    """Return what stands before the parts, if a person may have written it."""
    said = node.content.replace(b"\r\n", b"\n").strip()
    return b"" if b"mime" in said.lower() else said


def _unread(raw: bytes) -> Iterator[bytes]:
    yield _TRACE.sub(b"", raw.replace(b"\r\n", b"\n"), count=_MOST_TRACE).strip()


_TRACE: Final = re.compile(
    rb"^(?i:return-path|received|delivered-to|x-original-to|envelope-to"
    rb"|x-envelope-to|dkim-signature|authentication-results|received-spf|arc-[a-z-]++"
    rb"|x-[a-z-]++):[^\n]*+\n(?:[ \t][^\n]*+\n)*+",
    re.MULTILINE,
)
_MOST_TRACE: Final = 100
