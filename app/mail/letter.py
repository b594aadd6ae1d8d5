"""A letter as its sender meant it: bytes in, a value out, whatever the bytes are."""

import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Any, Final

from app.mail.addresses import Address, read_addresses
from app.mail.body import Part, read_body
from app.mail.faults import Fault
from app.mail.headers import Headers
from app.mail.limits import Limits
from app.mail.signs import automatic_sign, silence_sign
from app.mail.structure import Node, split
from app.mail.words import one_line, read_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a letter (来信) says, to whom, from whom; every text can be stored."""

    message_id: str | None
    """With its angle brackets; None: it has none that could be quoted."""

    subject: str
    sender: Address | None
    """Who From says wrote it; None: nobody whom an answer could reach."""

    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    delivered_to: tuple[str, ...]
    """The addresses that mail systems on the way say it was delivered to."""

    text: str
    """All that can be read of it, quotes and signature included."""

    html_only: bool
    attachments: tuple[Part, ...]
    charsets: tuple[str, ...]
    """What its texts were read as, in their order."""

    automatic: str | None
    """The sign that a machine wrote it (`AutomaticReason`); None: there is none."""

    silence: str | None
    """The sign that no machine should answer it (`SilenceReason`)."""

    faults: tuple[str, ...]
    """What was odd (`Fault`)."""


def read_letter(raw: bytes, *, limits: Limits = Limits()) -> Letter:  # noqa: B008 - frozen
    """Read ``raw``.

    Raises:
        UnreadableLetter: Its structure goes past ``limits``; nothing else is raised,
            whatever the bytes are.
    """
    faults: set[Fault] = set()
    root = split(raw, limits=limits, faults=faults)
    headers, hint = root.headers, _charset_within(root)
    subject = read_words(headers.first("subject"), faults=faults, hint=hint)

    def mailboxes(*names: str) -> tuple[Address, ...]:
        values = tuple(value for name in names for value in headers.every(name))
        return read_addresses(values, faults=faults, hint=hint)

    senders, replies = mailboxes("from"), mailboxes("reply-to")
    if not senders:
        faults.add(Fault.NO_SENDER)
    body = read_body(root, limits=limits, faults=faults)
    return Letter(
        message_id=_message_id(headers, faults),
        subject=subject,
        sender=senders[0] if senders else None,
        reply_to=replies[0] if replies else None,
        to=mailboxes("to"),
        cc=mailboxes("cc"),
        date=_date(headers, faults),
        in_reply_to=_message_ids(headers.every("in-reply-to")),
        references=_message_ids(headers.every("references")),
        delivered_to=_distinct(mailboxes(*_DELIVERY_FIELDS)),
        text=body.text,
        html_only=body.html_only,
        attachments=body.attachments,
        charsets=body.charsets,
        automatic=automatic_sign(root, subject=subject),
        silence=silence_sign(headers),
        faults=tuple(sorted(faults)),
    )


def letter_as_json(letter: Letter) -> dict[str, Any]:
    """Return ``letter`` as plain values; of each file its name, type, size, digest."""
    return {
        "message_id": letter.message_id,
        "subject": letter.subject,
        "from": _box(letter.sender),
        "reply_to": _box(letter.reply_to),
        "to": [_box(box) for box in letter.to],
        "cc": [_box(box) for box in letter.cc],
        "date": letter.date.isoformat() if letter.date else None,
        "in_reply_to": list(letter.in_reply_to),
        "references": list(letter.references),
        "delivered_to": list(letter.delivered_to),
        "text": letter.text,
        "html_only": letter.html_only,
        "attachments": [
            {
                "file_name": part.file_name,
                "media_type": part.media_type,
                "size": len(part.content),
                "sha256": hashlib.sha256(part.content).hexdigest(),
            }
            for part in letter.attachments
        ],
        "charsets": list(letter.charsets),
        "automatic": letter.automatic,
        "silence": letter.silence,
        "faults": list(letter.faults),
    }


def _distinct(mailboxes: tuple[Address, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(box.address for box in mailboxes))


def _box(address: Address | None) -> dict[str, str] | None:
    if address is None:
        return None
    return {"name": address.name, "address": address.address}


def _charset_within(root: Node) -> str:
    """Return the first charset that a part names: its raw headers may be in it."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.content_type.charset:
            return node.content_type.charset
        waiting += reversed(node.children)
    return ""


def _message_id(headers: Headers, faults: set[Fault]) -> str | None:
    written = headers.first("message-id")
    found = _message_ids((written,))
    if found:
        return found[0]
    bare = one_line(written.decode("ascii", "ignore"))
    if _BARE_ID.fullmatch(bare):
        return f"<{bare}>"
    faults.add(Fault.BAD_MESSAGE_ID if bare else Fault.NO_MESSAGE_ID)
    return None


def _message_ids(values: tuple[bytes, ...]) -> tuple[str, ...]:
    """Return the message identifiers in ``values`` (RFC 5322, section 3.6.4)."""
    found = (match.decode("ascii") for value in values for match in _IDS.findall(value))
    return tuple(dict.fromkeys(found))[-_MOST_IDS:]


def _date(headers: Headers, faults: set[Fault]) -> datetime | None:
    """Return the moment that Date names, in UTC; a missing zone counts as UTC."""
    if "date" not in headers:
        return None
    written = one_line(headers.first("date").decode("ascii", "ignore"))[:_LONG_DATE]
    # The standard library's own parser trips over some dates.
    with suppress(ValueError, IndexError, OverflowError, TypeError):
        fields = parsedate_tz(written)
        if fields is not None:
            zone = timezone(timedelta(seconds=fields[9] or 0))
            second = min(fields[5], 59)
            return datetime(*fields[:5], second, tzinfo=zone).astimezone(UTC)
    faults.add(Fault.BAD_DATE)
    return None


_DELIVERY_FIELDS: Final = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "apparently-to",
)
_IDS: Final = re.compile(rb"<[!-;=?-~]{1,996}+>")
_BARE_ID: Final = re.compile(r"[!-;=?-~]{1,900}@[!-;=?-~]{1,90}")
_MOST_IDS: Final = 100
_LONG_DATE: Final = 200
