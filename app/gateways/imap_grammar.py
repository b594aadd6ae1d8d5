"""What an IMAP server says, read into values, and what is said to it, written.

The part of RFC 3501, section 9, that the intake needs. It does no I/O: `imap_wire`
brings the bytes.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Final

from app.errors import AppError

Field = bytes | tuple["Field", ...] | None
"""A string or an atom, a list in brackets, or NIL."""

UNTAGGED: Final = b"*"
GO_ON: Final = b"+"

_DEEPEST: Final = 16
"""Lists in lists; what we ask for has two."""

_STATUSES: Final = {b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"}
_LITERAL: Final = re.compile(rb"~?\{(\d{1,10})\+?\}\Z")
_TOKEN: Final = re.compile(
    rb"[ \t]*+(?:(?P<opens>\()|(?P<closes>\))"
    rb'|"(?P<quoted>(?:[^"\\]|\\.)*+)"'
    rb'|(?P<atom>(?:[^ \t()"{}\[\]]|\[[^\]]*+\])++))',
    re.DOTALL,
)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_CODE: Final = re.compile(rb"\[([!-Z^-~]++)(?: ([^\]]*+))?\]")
_UNSAFE: Final = re.compile(r'([\\"])')


class OddAnswer(AppError):
    """The server says something that is no IMAP."""

    code = "odd_answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One thing that a server says."""

    tag: bytes
    name: bytes = b""
    """In upper case."""

    number: int | None = None
    """What stands before the name: ``* 3 EXISTS``."""

    fields: tuple[Field, ...] = ()
    text: bytes = b""
    """What a status says to people, with its code in brackets before it."""

    def code(self) -> tuple[bytes, bytes]:
        """Return the name and the value of a status's code; empty: it has none."""
        found = _CODE.match(self.text)
        return (found[1].upper(), found[2] or b"") if found else (b"", b"")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a server says of one letter."""

    uid: int
    size: int | None = None
    at: datetime | None = None
    """When it came into the mailbox (INTERNALDATE)."""

    flags: frozenset[bytes] = frozenset()
    """In upper case."""

    content: bytes | None = field(default=None, repr=False)
    """What was asked for of its bytes; None: nothing."""

    partial: bool = False
    """Whether ``content`` is the stretch asked for, and not all of it."""


def announced(line: bytes) -> int | None:
    """Return how long the literal is that follows ``line``; None: none does."""
    if _status_name(line) is not None:
        # The words of a status are for people and may end in anything.
        return None
    found = _LITERAL.search(line)
    return int(found[1]) if found else None


def read_response(pieces: Sequence[bytes]) -> Response:
    """Return what ``pieces`` say: a line, then literals and lines in turn.

    Raises:
        OddAnswer: They are no response.
    """
    tag, _, rest = pieces[0].partition(b" ")
    if tag == GO_ON:
        return Response(tag=GO_ON, text=rest)
    if not tag:
        raise OddAnswer("a line without a tag")
    status = _status_name(pieces[0])
    if status is not None:
        return Response(tag=tag, name=status, text=rest.partition(b" ")[2])
    first, _, after = rest.partition(b" ")
    number = None
    if first.isdigit() and len(first) <= 10:  # noqa: PLR2004 - a number has 32 bits
        number = int(first)
        first, _, after = after.partition(b" ")
    return Response(
        tag=tag,
        name=first.upper(),
        number=number,
        fields=_fields([after, *pieces[1:]]),
    )


def fetched(responses: Sequence[Response]) -> Iterator[Fetched]:
    """Yield what ``responses`` say of letters, by UID, in their order.

    Raises:
        OddAnswer: What is said of a letter is no list of pairs.
    """
    for response in responses:
        if response.name == b"FETCH" and (letter := _fetched(response)) is not None:
            yield letter


def quoted(text: str) -> str:
    """Return ``text`` as a quoted string; line breaks have no place in one."""
    return '"' + _UNSAFE.sub(r"\\\1", text) + '"'


def folder_name(name: str) -> str:
    """Return ``name`` as servers write it: modified UTF-7 (RFC 3501, 5.1.3), quoted."""
    return quoted(re.sub(r"&|[^ -~]+", _shifted, name))


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    encoded = base64.b64encode(found[0].encode("utf-16-be", "surrogatepass"))
    return "&" + encoded.decode("ascii").rstrip("=").replace("/", ",") + "-"


def _status_name(line: bytes) -> bytes | None:
    """Return which status ``line`` is; None: it is none."""
    _, _, rest = line.partition(b" ")
    name = rest.partition(b" ")[0].upper()
    return name if name in _STATUSES else None


def _fields(pieces: Sequence[bytes]) -> tuple[Field, ...]:
    stack: list[list[Field]] = [[]]
    for index, piece in enumerate(pieces):
        if index % 2:
            stack[-1].append(piece)
        else:
            _read_line(_LITERAL.sub(b"", piece).rstrip(b" \t"), stack)
    if len(stack) != 1:
        raise OddAnswer("a list that does not end")
    return tuple(stack[0])


def _read_line(line: bytes, stack: list[list[Field]]) -> None:
    position = 0
    while position < len(line):
        token = _TOKEN.match(line, position)
        if token is None:
            raise OddAnswer("a sign that means nothing there")
        position = token.end()
        match token.lastgroup:
            case "opens" if len(stack) <= _DEEPEST:
                stack.append([])
            case "closes" if len(stack) > 1:
                whole = tuple(stack.pop())
                stack[-1].append(whole)
            case "quoted":
                stack[-1].append(_ESCAPED.sub(rb"\1", token["quoted"]))
            case "atom":
                atom = token["atom"]
                stack[-1].append(None if atom.upper() == b"NIL" else atom)
            case _:
                raise OddAnswer("a bracket too many")


def _fetched(response: Response) -> Fetched | None:
    """Return what a FETCH says; None: it says nothing of a UID (a changed flag)."""
    if len(response.fields) != 1 or not isinstance(response.fields[0], tuple):
        raise OddAnswer("a FETCH without a list")
    said = {
        bytes(name).upper(): value
        for name, value in list(pairwise(response.fields[0]))[::2]
        if isinstance(name, bytes)
    }
    uid = _number(said.get(b"UID"))
    if uid is None:
        return None
    flags = said.get(b"FLAGS")
    body = next((name for name in said if name.startswith(b"BODY[")), b"")
    content = said.get(body)
    return Fetched(
        uid=uid,
        size=_number(said.get(b"RFC822.SIZE")),
        at=_moment(said.get(b"INTERNALDATE")),
        flags=frozenset(
            flag.upper()
            for flag in (flags if isinstance(flags, tuple) else ())
            if isinstance(flag, bytes)
        ),
        content=content if isinstance(content, bytes) else None,
        partial=body.endswith(b">"),
    )


def _number(value: Field) -> int | None:
    if not isinstance(value, bytes) or not value.isdigit():
        return None
    return int(value[:20])


def _moment(value: Field) -> datetime | None:
    """Return a moment such as ``17-Jul-1996 02:44:25 -0700``; None: it is none."""
    if not isinstance(value, bytes):
        return None
    try:
        moment = parsedate_to_datetime(value.decode("ascii").replace("-", " ", 2))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
