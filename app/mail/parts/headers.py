"""Header blocks: bytes in, fields out, whatever stands between them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.mail.parts.faults import Fault
from app.mail.parts.tally import Tally

# A field with its continuation lines (RFC 5322, section 2.2); possessive throughout,
# so that it is linear over any bytes.
_FIELD: Final = re.compile(
    rb"([!-9;-~]++)[ \t]*+:[ \t]*+([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?+"
)
_BLANK_LINE: Final = re.compile(rb"\r*+(?:\n|\Z)")
_LINE: Final = re.compile(rb"[^\n]*+\n?+")
_KNOWN_FIELD: Final = re.compile(
    rb"(?i:x-[!-9;-~]++|content-[a-z-]++|list-[a-z-]++|(?:resent-)?(?:from|to|cc|bcc"
    rb"|date|sender|message-id)|subject|reply-to|in-reply-to|references|received"
    rb"|mime-version|return-path|delivered-to|dkim-signature|user-agent"
    rb"|authentication-results|precedence|importance|thread-[a-z]++)[ \t]*+:"
)
_COMMENT_OR_PARAMETER: Final = re.compile("[;(]")


class Headers:
    """The fields of one header block, by lower-case name, as they were written."""

    __slots__ = ("_fields",)

    def __init__(self, fields: dict[str, list[bytes]]) -> None:
        """Take the values of each field in the order in which they came."""
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        """Whether there is a field ``name``."""
        return name in self._fields

    def first(self, name: str) -> bytes:
        """Return the first value of ``name``; empty where there is none."""
        values = self._fields.get(name)
        return values[0] if values else b""

    def every(self, name: str) -> tuple[bytes, ...]:
        """Return all values of ``name``."""
        return tuple(self._fields.get(name, ()))

    def word(self, name: str) -> str:
        """Return the first value of ``name`` as machines compare it.

        Without parameters and comments behind it, in lower case, ASCII only.
        """
        value = self.first(name).decode("ascii", "ignore")
        return _COMMENT_OR_PARAMETER.split(value, maxsplit=1)[0].strip().casefold()


@dataclass(slots=True)
class HeaderReader:
    """Reads the header blocks of one letter."""

    raw: bytes
    tally: Tally
    faults: set[Fault]

    def read(
        self, start: int, is_boundary: Callable[[int], bool]
    ) -> tuple[Headers, int]:
        """Return the block that begins at ``start``, and where its body begins.

        ``is_boundary`` tells of a line that begins with two hyphens whether a part
        ends there.

        Raises:
            UnreadableLetter: The letter has more header than the limits allow.
        """
        fields: dict[str, list[bytes]] = {}
        last: list[bytes] = []
        raw, position = self.raw, start
        while position < len(raw):
            blank = _BLANK_LINE.match(raw, position)
            if blank is not None:
                position = blank.end()
                break
            if raw.startswith(b"--", position) and is_boundary(position):
                break
            found = _FIELD.match(raw, position)
            if found is not None:
                last = fields.setdefault(found[1].lower().decode("ascii"), [])
                last.append(found[2].rstrip())
                position = found.end()
                self.tally.count_header(position - found.start())
                continue
            line_end = self._garbage_end(position)
            if line_end is None:
                self.faults.add(Fault.NO_BLANK_LINE)
                break
            self.faults.add(Fault.HEADER_GARBAGE)
            if last:
                last[-1] += b" " + raw[position:line_end].strip()
            self.tally.count_header(line_end - position)
            position = line_end
        return Headers(fields), position

    def _garbage_end(self, position: int) -> int | None:
        """Return the end of a line that is no field, if a known field follows it.

        Headers that were wrapped without indenting look like this; with anything else
        behind it the line is the first of the body.
        """
        line = _LINE.match(self.raw, position)
        if line is None or _KNOWN_FIELD.match(self.raw, line.end()) is None:
            return None
        return line.end()
