"""Forwards: a text with the letter in it, as the reference of crisp expects it.

A document is a list of cases. Each names the files of a text and of a subject, what is
to be found in them (``result``), and what of it is not asserted (``skip``).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from app.checking.points import Point, compared
from app.mail.forwarding.forwarded import Forward, read_forward, unquoted
from app.mail.parts.addresses import Address

POINTS: Final = (
    "forwards.detected",
    "forwards.from_address",
    "forwards.from_name",
    "forwards.to",
    "forwards.cc",
    "forwards.subject",
    "forwards.date",
    "forwards.note",
    "forwards.body",
    "forwards.no_false_forward",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardCase:
    """One case: the files of its text and subject, and what is expected of them."""

    body: str
    subject: str
    """Empty: it has none."""

    result: Mapping[str, Any]
    skip: Mapping[str, Any]

    def compare(self, text: str, *, subject: str) -> list[Point]:
        """Return on which points we agree with what is expected."""
        forward = read_forward(text, subject=subject)
        if not self.result.get("forwarded"):
            return [compared("forwards.no_false_forward", forward is not None, False)]
        detected = compared("forwards.detected", forward is not None, True)
        return [detected, *self._within(text, forward)]

    def _within(self, text: str, forward: Forward | None) -> Iterator[Point]:
        email = self.result["email"]
        ours = _Found(text, forward)
        sender = email.get("from") or {}
        theirs: dict[str, tuple[str, Any]] = {
            "from_address": ("from", sender.get("address") or ""),
            "from_name": ("from", sender.get("name") or ""),
            "to": ("to", _boxes(email.get("to"))),
            "cc": ("cc", _boxes(email.get("cc"))),
            "subject": ("subject", email.get("subject") or ""),
            "date": ("date", email.get("date") or ""),
            "note": ("message", _lines(self.result.get("message"))),
            "body": ("body", _lines(email.get("body"))),
        }
        for name, (skipped, value) in theirs.items():
            if not self.skip.get(skipped):
                yield compared(f"forwards.{name}", ours.values.get(name), value)


def cases(document: Any) -> Iterator[ForwardCase]:
    """Yield the cases of a document; what is no case is passed over."""
    for case in document if isinstance(document, list) else ():
        if isinstance(case, dict) and isinstance(case.get("result"), dict):
            yield ForwardCase(
                body=str(case.get("body") or ""),
                subject=str(case.get("subject") or ""),
                result=case["result"],
                skip=case.get("skip") or {},
            )


class _Found:
    """What we found, by the names of the points; nothing where it is no forward."""

    def __init__(self, text: str, forward: Forward | None) -> None:
        self.values: dict[str, Any] = {}
        if forward is not None:
            self.values = {
                "from_address": forward.sender.address if forward.sender else "",
                "from_name": forward.sender_name,
                "to": _ours(forward.to),
                "cc": _ours(forward.cc),
                "subject": forward.subject,
                "date": forward.date,
                "note": _lines(forward.note.of(text)),
                "body": _lines(unquoted(text, forward.body, depth=forward.depth)),
            }


def _lines(text: str | None) -> list[str]:
    return [line.strip("\ufeff ") for line in (text or "").split("\n")]


def _boxes(written: Any) -> list[tuple[str, str]]:
    boxes = written if isinstance(written, list) else [written] if written else []
    return [(box.get("address") or "", box.get("name") or "") for box in boxes]


def _ours(boxes: Sequence[Address]) -> list[tuple[str, str]]:
    return [(box.address, box.name) for box in boxes]
