"""An attached letter: what is known of a letter that came within another."""

from dataclasses import dataclass
from datetime import datetime

from app.mail.parts.addresses import Address
from app.mail.parts.files import Part


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedLetter:
    """What a letter says that came as an attachment of another."""

    depth: int
    """1: it was attached to the letter itself; 2: to one that was, and so on."""

    message_id: str | None
    subject: str
    sender: Address | None
    reply_to: Address | None
    to: tuple[Address, ...]
    date: datetime | None
    text: str
    attachments: tuple[Part, ...]
    automatic: str | None
