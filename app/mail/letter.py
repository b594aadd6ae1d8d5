"""A letter as its sender meant it: bytes in, a value out, whatever the bytes are."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from app.domain.passages import Mark, own_words
from app.mail.attached import AttachedLetter
from app.mail.authentication import (
    Authentication,
    authentication_as_json,
    read_authentication,
)
from app.mail.machinery.machines import says_it_is_automatic
from app.mail.machinery.signs import (
    AutomaticReason,
    automatic_sign,
    silence_sign,
)
from app.mail.parts.addresses import Address, read_addresses
from app.mail.parts.body import read_body
from app.mail.parts.faults import Fault
from app.mail.parts.fields import date_of, message_id, message_ids
from app.mail.parts.files import Part
from app.mail.parts.limits import Limits, UnreadableLetter
from app.mail.parts.structure import Node, split
from app.mail.parts.tally import Tally
from app.mail.parts.words import one_line, read_words
from app.mail.said import Said, SentOn, said_in


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

    marks: tuple[Mark, ...] = ()
    """The parts of ``text`` that are nobody's own words (`quoted.MarkKind`)."""

    sent_on: tuple[SentOn, ...] = ()
    """The letters that it sends on, the outermost first."""

    html_only: bool
    attachments: tuple[Part, ...]
    attached_letters: tuple[AttachedLetter, ...]
    """The letters among the attachments, and those within them behind each, as far as
    the limits let them be read."""

    charsets: tuple[str, ...]
    """What its texts were read as, in their order."""

    encryption: str | None
    """How something in it is encrypted (`Encryption`); None: nothing is."""

    authentication: tuple[Authentication, ...]
    """What mail systems on the way say of its sender, the last of them first."""

    automatic: str | None
    """The sign that a machine wrote it (`AutomaticReason`); None: there is none."""

    silence: str | None
    """The sign that no machine should answer it (`SilenceReason`)."""

    faults: tuple[str, ...]
    """What was odd (`Fault`)."""


def read_letter(
    raw: bytes,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    as_charset: str = "",
) -> Letter:
    """Read ``raw``; ``as_charset`` is the charset that a person chose for all of it.

    Raises:
        UnreadableLetter: Its structure goes past ``limits``; nothing else is raised,
            whatever the bytes are.
    """
    letter = _read(raw, Tally(limits, size=len(raw), as_charset=as_charset))
    said = said_in(letter.text, letter.subject, letter.attached_letters)
    return replace(
        letter,
        text=said.text,
        marks=said.marks,
        sent_on=said.sent_on,
        automatic=letter.automatic or _sign_in_words(letter, said),
    )


def _read(raw: bytes, tally: Tally) -> Letter:
    faults: set[Fault] = set()
    root = split(raw, tally=tally, faults=faults)
    headers, hint, told = root.headers, _charset_within(root), tally.as_charset
    written = headers.first("subject")
    subject = read_words(written, faults=faults, hint=hint, told=told)

    def mailboxes(*names: str) -> tuple[Address, ...]:
        values = tuple(value for name in names for value in headers.every(name))
        return read_addresses(values, faults=faults, hint=hint, told=told)

    senders, replies = mailboxes("from"), mailboxes("reply-to")
    if not senders:
        faults.add(Fault.NO_SENDER)
    body = read_body(root, tally=tally, faults=faults)
    attached_letters = _attached(body.letters, tally=tally, faults=faults)
    return Letter(
        message_id=message_id(headers, faults),
        subject=subject,
        sender=senders[0] if senders else None,
        reply_to=replies[0] if replies else None,
        to=mailboxes("to"),
        cc=mailboxes("cc"),
        date=date_of(headers, faults),
        in_reply_to=message_ids(headers.every("in-reply-to")),
        references=message_ids(headers.every("references")),
        delivered_to=_distinct(mailboxes(*_DELIVERY_FIELDS)),
        text=body.text,
        html_only=body.html_only,
        attachments=body.attachments,
        attached_letters=attached_letters,
        charsets=body.charsets,
        encryption=body.encryption,
        authentication=read_authentication(
            one_line(value.decode("ascii", "replace"))
            for value in headers.every("authentication-results")
        ),
        automatic=automatic_sign(root, subject=subject),
        silence=silence_sign(headers),
        faults=tuple(sorted(faults)),
    )


def _sign_in_words(letter: Letter, said: Said) -> AutomaticReason | None:
    """Return the sign that a letter calls itself a machine's; None: it does not.

    What lists carry is people's, and what is sent on was written by somebody else.
    """
    if letter.silence is not None or said.sent_on:
        return None
    own = own_words(said.text, said.marks)
    return AutomaticReason.TEXT if says_it_is_automatic(own) else None


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
        "own_words": own_words(letter.text, letter.marks),
        "sent_on": [_sent_on_as_json(one) for one in letter.sent_on],
        "html_only": letter.html_only,
        "attachments": _files_as_json(letter.attachments),
        "attached_letters": [_attached_as_json(one) for one in letter.attached_letters],
        "charsets": list(letter.charsets),
        "encryption": letter.encryption,
        "authentication": [authentication_as_json(a) for a in letter.authentication],
        "automatic": letter.automatic,
        "silence": letter.silence,
        "faults": list(letter.faults),
    }


def _sent_on_as_json(letter: SentOn) -> dict[str, Any]:
    return {
        "from": _box(letter.writer),
        "name": letter.name,
        "subject": letter.subject,
        "date": letter.date,
    }


def _attached_as_json(letter: AttachedLetter) -> dict[str, Any]:
    return {
        "depth": letter.depth,
        "message_id": letter.message_id,
        "subject": letter.subject,
        "from": _box(letter.sender),
        "reply_to": _box(letter.reply_to),
        "to": [_box(box) for box in letter.to],
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text,
        "attachments": _files_as_json(letter.attachments),
        "automatic": letter.automatic,
    }


def _files_as_json(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {
            "file_name": part.file_name,
            "media_type": part.media_type,
            "size": len(part.content),
            "sha256": hashlib.sha256(part.content).hexdigest(),
        }
        for part in parts
    ]


def _attached(
    parts: tuple[Part, ...], *, tally: Tally, faults: set[Fault]
) -> tuple[AttachedLetter, ...]:
    """Read letters that are attached; what is within them comes right behind each."""
    found: list[AttachedLetter] = []
    for part in parts:
        if tally.room < len(part.content):
            faults.add(Fault.NOT_OPENED)
            continue
        tally.enter(len(part.content))
        try:
            letter = _read(part.content, tally)
        except UnreadableLetter:
            faults.add(Fault.NOT_OPENED)
        else:
            found.append(_as_attached(letter))
            found += (
                replace(one, depth=one.depth + 1) for one in letter.attached_letters
            )
        tally.leave()
    return tuple(found)


def _as_attached(letter: Letter) -> AttachedLetter:
    return AttachedLetter(
        depth=1,
        message_id=letter.message_id,
        subject=letter.subject,
        sender=letter.sender,
        reply_to=letter.reply_to,
        to=letter.to,
        date=letter.date,
        text=letter.text,
        attachments=letter.attachments,
        automatic=letter.automatic,
    )


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


_DELIVERY_FIELDS: Final = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "apparently-to",
)
