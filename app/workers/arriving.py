"""What was fetched of a letter, on its way into the store."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.mailbox import is_old
from app.domain.vocabulary import HoldReason
from app.gateways.imap_grammar import Fetched
from app.sealing import Seal
from app.services import arrivals, fetching
from app.services.arrivals import Envelope, RawLetter, Row
from app.services.fetching import OpenMailbox

_FIELD: Final = b"return-path:"


@dataclass(frozen=True, slots=True)
class Arriving:
    """What could be had of a letter."""

    listed: Fetched
    content: bytes

    held: HoldReason | None = None
    """Why this is not all of it; None: it is."""


def kept_row(
    seal: Seal, arriving: Arriving, mailbox: OpenMailbox, *, now: datetime
) -> Row:
    """Return the row that keeps a letter.

    It counts as received when it came into the mailbox, however late we were to look;
    an old one, that was brought in from before, counts from now.
    """
    listed = arriving.listed
    old = is_old(listed.at, set_up_at=mailbox.set_up_at)
    address = mailbox.terms.address
    letter = RawLetter(
        content=arriving.content,
        envelope=Envelope(
            sender=return_path(arriving.content),
            recipients=(address,) if address else (),
            acknowledge=not old,
        ),
        received_at=now if listed.at is None or old else min(listed.at, now),
    )
    if arriving.held is None:
        return arrivals.sealed_row(seal, letter)
    size = max(listed.size or 0, len(arriving.content))
    return fetching.held_row(seal, letter, reason=arriving.held, size=size, now=now)


def return_path(content: bytes) -> str | None:
    """Return the envelope's sender as the mail server wrote it down (RFC 5321, 4.4).

    Empty: the null sender; None: it is not there. Only the header's beginning counts,
    before the first ``Received``: what stands below was there before the letter came.
    """
    for line in content[: 2**14].split(b"\n"):
        lowered = line.lower()
        if lowered.startswith(_FIELD):
            path = line[len(_FIELD) :].strip().decode("utf-8", "replace")
            return path.removeprefix("<").removesuffix(">").strip()
        if lowered.startswith(b"received:") or not line.strip():
            return None
    return None
