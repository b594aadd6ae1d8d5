"""Outgoing letters as values, and the message that each becomes."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

MARKER: Final = "X-Huiyin"
"""The header by which we know our own letters when they come back."""


_POLICY: Final = SMTP.clone(max_line_length=998)
"""Lines as long as they may be (RFC 5322, 2.1.1): an identifier of more than 78 signs
would be broken into encoded words, and be none any more."""

_LONGEST_ID: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingLetter:
    """A letter ready to be sent."""

    message_id: str
    sender_name: str
    sender_address: str
    reply_to: str
    to: str
    subject: str
    body: str
    in_reply_to: str | None
    references: tuple[str, ...]
    date: datetime
    automatic: bool
    """Whether the service wrote it by itself (RFC 3834, section 3)."""

    generated: bool = False
    """Whether it did so unasked, as its time had come."""

    unsubscribe_url: str | None = None
    """Where its reader can end what it is part of; None: it is part of nothing."""

    return_path: str | None = None
    """Where word comes back to if it does not arrive; None: to the sender's address."""


def compose(letter: OutgoingLetter) -> EmailMessage:
    """Return ``letter`` as a message (RFC 5322), marked so that no machine answers.

    Raises:
        ValueError, IndexError, MessageError: An address, or what is quoted, cannot
            stand in a header.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _mailbox(letter.sender_address, name=letter.sender_name)
    message["To"] = _mailbox(letter.to)
    message["Reply-To"] = _mailbox(letter.reply_to)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    if letter.in_reply_to and len(letter.in_reply_to) <= _LONGEST_ID:
        message["In-Reply-To"] = letter.in_reply_to
        message["References"] = " ".join((*letter.references, letter.in_reply_to))
    message["Auto-Submitted"] = "auto-replied" if letter.automatic else "no"
    if letter.generated or letter.unsubscribe_url:
        message.replace_header("Auto-Submitted", "auto-generated")
    if letter.unsubscribe_url:
        # Mail programs show a button that ends it with one click (RFC 8058).
        message["List-Unsubscribe"] = f"<{letter.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Auto-Response-Suppress"] = "All"
    message[MARKER] = "1"
    if any("\n" in str(value) or "\r" in str(value) for value in message.values()):
        # An encoded word in what we quote is decoded here: it must not end its line.
        raise ValueError("a header field of the letter would hold a line end")
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


def _mailbox(address: str, *, name: str = "") -> Address:
    """Return ``address`` as a header takes it, an international one (RFC 6532), too."""
    if address.isascii():
        return Address(name, addr_spec=address)
    local, _, host = address.rpartition("@")
    return Address(name, username=local, domain=host)
