"""The head of a letter that cannot be read: the few fields that say whose it may be."""

import re
from typing import Final

_BLANK_LINE: Final = re.compile(rb"\n\r?\n|\r\r")
_FIELD: Final = re.compile(
    rb"^(from|sender|reply-to|to|subject|date):[^\n]*+(?:\n[ \t][^\n]*+){0,50}",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_HEAD: Final = 2**22
"""Bytes that are looked through."""

_MOST_FIELD: Final = 2**13
"""Bytes of a field that are kept."""


def telling_head(raw: bytes) -> bytes:
    """Return a letter of those fields alone, each once, cut where they are too long.

    So it is within all limits, whatever the one is that it is taken from. Linear.
    """
    end = _BLANK_LINE.search(raw, 0, _MOST_HEAD)
    stop = end.start() if end else min(len(raw), _MOST_HEAD)
    fields: dict[bytes, bytes] = {}
    for found in _FIELD.finditer(raw, 0, stop):
        fields.setdefault(found[1].lower(), found[0][:_MOST_FIELD].rstrip())
    return b"".join(field + b"\r\n" for field in fields.values()) + b"\r\n"
