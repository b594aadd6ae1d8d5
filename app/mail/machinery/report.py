"""Reading a delivery report: which letter, which receiver, what became of it.

As RFC 3464 lays it down, and as older and stranger mail systems write it: in words,
with the letter or its headers below.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.mail.machinery.machines import is_delivery_reports, is_mail_system
from app.mail.machinery.parts import parts_of, text_of, texts_of
from app.mail.machinery.report_phrases import (
    above_letter,
    addresses_in,
    tells_of_delay,
    tells_of_failure,
)
from app.mail.machinery.status import UNKNOWN, is_final, status_in
from app.mail.parts.limits import Limits, UnreadableLetter
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from app.mail.parts.words import read_words


class DeliveryAction(StrEnum):
    """What a mail system did with a letter (RFC 3464, section 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    """It goes on trying."""

    DELIVERED = "delivered"
    RELAYED = "relayed"
    """Handed to a system that sends no reports."""

    EXPANDED = "expanded"
    """Sent on to the members of a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedReceiver:
    """One receiver of a letter, and what is said about them."""

    addresses: tuple[str, ...]
    """The one it was sent to and the one it ended at, as far as they are named."""

    action: DeliveryAction
    status: str
    """Such as ``5.1.1``; `status.UNKNOWN` where nothing tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a mail system reports on a letter."""

    receivers: tuple[ReportedReceiver, ...]
    message_ids: tuple[str, ...]
    """What may be the Message-ID of that letter, the likeliest first."""

    @property
    def action(self) -> DeliveryAction:
        """The worst that is said of any receiver."""
        return min((one.action for one in self.receivers), key=_WORST_FIRST.index)

    @property
    def status(self) -> str:
        """The status of a receiver of whom the worst is said."""
        worst = [one for one in self.receivers if one.action is self.action]
        return next((one.status for one in worst if one.status), UNKNOWN)


def read_report(raw: bytes, *, limits: Limits) -> Report | None:
    """Return what ``raw`` reports; None: it is no delivery report.

    Whether anybody is to be believed who writes such a thing is for others to say.
    """
    try:
        root = split(raw, tally=Tally(limits), faults=set())
    except UnreadableLetter:
        return None
    parts = list(parts_of(root))
    statuses = [part for part in parts if part.media_type in _STATUS_PARTS]
    text = "\n".join(texts_of(parts))
    if statuses:
        fields = "\n\n".join(text_of(part) for part in statuses)
        receivers = _by_fields(fields)
    else:
        receivers = _by_fields(text) if _FIELDS.search(text) else ()
    if not receivers and (statuses or _reports_in_words(root, parts, text)):
        receivers = _by_words(root, text)
    if not receivers:
        return None
    return Report(receivers=receivers, message_ids=_message_ids(root, parts, text))


def _by_fields(text: str) -> tuple[ReportedReceiver, ...]:
    """Return the receivers of machine-readable fields (RFC 3464, section 2.3)."""
    found = []
    for block in _blocks(text):
        named = [block[name] for name in _RECEIVER_FIELDS if name in block]
        if not named:
            continue
        addresses = (_MAILBOX.search(value[:_LONGEST_FIELD]) for value in named)
        status = _status_of(block)
        found.append(
            ReportedReceiver(
                addresses=tuple(dict.fromkeys(box[0] for box in addresses if box)),
                action=_action_of(block.get("action", ""), status),
                status=status,
            )
        )
        if len(found) == _MOST_RECEIVERS:
            break
    return tuple(found)


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield the groups of fields in ``text``.

    A group ends at a blank line, or where it would begin anew: some systems forget
    the blank line.
    """
    block: dict[str, str] = {}
    for line in _FOLD.sub(" ", text).split("\n"):
        field = _FIELD.match(line)
        name = field["name"].casefold() if field else ""
        if field is None:
            ends = not line.strip(" \t\r>")
        else:
            ends = name in block and name in _RECEIVER_FIELDS
        if ends and block:
            yield block
            block = {}
        if field is not None:
            block.setdefault(name, field["value"].strip())
    if block:
        yield block


def _status_of(block: dict[str, str]) -> str:
    """Return the status; the words of the other side where the code tells nothing."""
    status = status_in(block.get("status", ""))
    if status and not status.endswith(".0.0"):
        return status
    said = status_in(block.get("diagnostic-code", ""))
    return said or status


def _action_of(word: str, status: str) -> DeliveryAction:
    found = _ACTION.match(word)
    if found is not None:
        return DeliveryAction(found[0].casefold())
    if status.startswith("2"):
        return DeliveryAction.DELIVERED
    delayed = status.startswith("4")
    return DeliveryAction.DELAYED if delayed else DeliveryAction.FAILED


def _reports_in_words(root: Node, parts: Sequence[Node], text: str) -> bool:
    """Whether a letter without such fields is a report.

    An answering machine, too, has no sender and quotes letters.
    """
    headers = root.headers
    if "x-failed-recipients" in headers:
        return True
    subject = read_words(headers.first("subject"), faults=set())
    if is_delivery_reports(subject):
        return True
    sender = read_words(headers.first("from"), faults=set())
    nobody = is_mail_system(sender) or headers.first("return-path").strip() == b"<>"
    encloses = any(part.media_type in _LETTER_PARTS for part in parts)
    return nobody and (encloses or tells_of_failure(above_letter(text)))


def _by_words(root: Node, text: str) -> tuple[ReportedReceiver, ...]:
    said = above_letter(text)
    status = status_in(said)
    named = root.headers.first("x-failed-recipients").decode("utf-8", "replace")
    boxes = _MAILBOX.findall(named) or addresses_in(said)
    addresses = [box for box in dict.fromkeys(boxes) if not is_mail_system(box)]
    subject = read_words(root.headers.first("subject"), faults=set())
    delayed = tells_of_delay(subject) or (not is_final(status) and tells_of_delay(said))
    action = DeliveryAction.DELAYED if delayed else DeliveryAction.FAILED
    return (
        ReportedReceiver(
            addresses=tuple(addresses[:_MOST_RECEIVERS]), action=action, status=status
        ),
    )


def _message_ids(root: Node, parts: Sequence[Node], text: str) -> tuple[str, ...]:
    """Return what the letter may be called: by itself, by the text, by the headers."""
    enclosed = [text_of(part) for part in parts if part.media_type in _LETTER_PARTS]
    found = [*_named(enclosed), *_named([text])]
    for name in ("in-reply-to", "references"):
        for value in root.headers.every(name):
            found += _ID.findall(value.decode("ascii", "ignore"))
    return tuple(dict.fromkeys(found))[:_MOST_RECEIVERS]


def _named(texts: Sequence[str]) -> list[str]:
    return [f"<{found[1]}>" for text in texts for found in _MESSAGE_ID.finditer(text)]


_WORST_FIRST: Final = tuple(DeliveryAction)
_MOST_RECEIVERS: Final = 50
_LONGEST_FIELD: Final = 1_000
_STATUS_PARTS: Final = frozenset(
    {"message/delivery-status", "message/global-delivery-status"}
)
_LETTER_PARTS: Final = frozenset(
    {
        "message/rfc822",
        "message/global",
        "message/global-headers",
        "text/rfc822-headers",
        "text/rfc822",
    }
)
_RECEIVER_FIELDS: Final = (
    "original-recipient",
    "final-recipient",
    "x-actual-recipient",
)
_FOLD: Final = re.compile(r"\n[ \t]++(?=\S)")
_FIELD: Final = re.compile(
    r"[> \t]{0,8}(?P<name>[A-Za-z][A-Za-z-]{1,40}):(?P<value>.*)"
)
_FIELDS: Final = re.compile(
    r"^[> \t]{0,8}(?:final|original)-recipient:", re.IGNORECASE | re.MULTILINE
)
_ACTION: Final = re.compile("|".join(DeliveryAction), re.IGNORECASE)
_MAILBOX: Final = re.compile(
    r"[^\s@<>()\[\]\",;:=&/]{1,64}@[A-Za-z0-9\u0080-\U0010ffff][^\s@<>()\[\]\",;:=&/'?]{1,254}"
)
_ID: Final = re.compile(r"<[^<>\s]{3,250}>")
_MESSAGE_ID: Final = re.compile(
    r"\bmessage[- ]?id[ \t]{0,8}:?\s{0,8}(?:<|&lt;)([^<>&\s]{3,250})",
    re.IGNORECASE,
)
