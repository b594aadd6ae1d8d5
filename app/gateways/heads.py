"""The head of a letter as everybody reads it alike: only then is its signature word.

A library that checks signatures passes over lines in which a reader of letters, more
patient, still finds a sender. Where the two may differ nobody is vouched for.
"""

import re
from collections import Counter
from typing import Final

SINGLE: Final = (
    b"subject", b"to", b"cc", b"sender", b"reply-to", b"date", b"message-id",
    b"mime-version", b"content-type", b"content-transfer-encoding",
)  # fmt: skip
"""The fields that a letter has once at most (RFC 5322, section 3.6; RFC 2045,
section 3): of two a signature covers the last (RFC 6376, section 5.4.2), and a reader
shows the first."""


def head(content: bytes) -> bytes:
    """Return the header of a letter."""
    end = _END.search(content)
    return content[: end.start()] if end else content


def field_names(head: bytes) -> list[bytes]:
    """Return the names of the fields in ``head``, in lower case and in their order."""
    return [name.lower() for name in _FIELD.findall(head)]


def is_unmistakable(head: bytes) -> bool:
    """Return whether ``head`` says the same to whoever reads it.

    Each line of it is a field without a blank before its colon, or goes on with one;
    there is one sender, and nothing twice that letters have once.
    """
    if not _STRICT.fullmatch(head):
        return False
    count = Counter(field_names(head))
    return count[b"from"] == 1 and all(count[name] <= 1 for name in SINGLE)


_FIELD: Final = re.compile(rb"(?m)^([\x21-\x39\x3b-\x7e]++):")
_END: Final = re.compile(rb"\r?\n\r?\n")
_LINE: Final = rb"[^\r\n]*+(?:\r?\n|\Z)"
_STRICT: Final = re.compile(
    # The line that mbox files put before a letter is nobody's field.
    rb"(?:From (?![\t ]*+:)" + _LINE + rb")?+"
    rb"(?:[\x21-\x39\x3b-\x7e]++:" + _LINE + rb"(?:[\t ]" + _LINE + rb")*+)++"
)
