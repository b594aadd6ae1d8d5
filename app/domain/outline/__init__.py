"""The outline of a notice (提纲): from the bytes of a file to a tree of items.

``decode_notice`` and ``parse_outline`` do the work; the other modules each know one
thing about how Chinese offices print such notices.
"""

from app.domain.outline.contact import Contact
from app.domain.outline.decoding import decode_notice
from app.domain.outline.faults import NotANotice
from app.domain.outline.outline import (
    Node,
    Outline,
    outline_as_json,
    outline_from_json,
)
from app.domain.outline.parser import parse_outline

__all__ = [
    "Contact",
    "Node",
    "NotANotice",
    "Outline",
    "decode_notice",
    "outline_as_json",
    "outline_from_json",
    "parse_outline",
]
