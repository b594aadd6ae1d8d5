"""Held letters as the desk reads them: each by a reader that may die of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.passages import own_words
from app.domain.vocabulary import HoldReason
from app.mail.letter import Letter
from app.mail.reading import NOTHING_MORE, Reading
from app.mail.view import Wish
from app.premises import Premises
from app.reading_room.room import ReaderUnavailable
from app.services.held import HeldArrival
from app.services.transcribing import without_codes

_OPENING: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A held arrival as one line of a list."""

    id: int
    reason: HoldReason
    sender: str
    subject: str | None
    """None: too large to be read for a list, or not to be read at all."""

    opening: str
    written_at: datetime | None
    received_at: datetime
    size: int


async def reading_of(
    premises: Premises, arrival: HeldArrival, wish: Wish = NOTHING_MORE
) -> Reading | None:
    """Return what can be read of ``arrival``; None: it broke its reader.

    Raises:
        ReaderUnavailable: No reader can be started.
    """
    content = arrival.content or b""
    found = await premises.reading_room.read_one(content, wish=wish)
    return found if isinstance(found, Reading) else None


async def readings_of(
    premises: Premises, arrivals: Sequence[HeldArrival]
) -> Mapping[int, Reading]:
    """Return what was read of those that are small and never broke a reader.

    Raises:
        ReaderUnavailable: No reader can be started.
    """
    readable = [arrival for arrival in arrivals if may_be_listed(arrival)]
    contents = [arrival.content or b"" for arrival in readable]
    found = await premises.reading_room.read(contents)
    return {
        arrival.id: reading
        for arrival, reading in zip(readable, found, strict=True)
        if isinstance(reading, Reading)
    }


async def lines_of(
    premises: Premises, arrivals: Sequence[HeldArrival]
) -> list[HeldLine]:
    """Return the lines of a list; without a reader there are still the lines."""
    readings: Mapping[int, Reading] = {}
    with suppress(ReaderUnavailable):
        readings = await readings_of(premises, arrivals)
    return [line_of(arrival, readings.get(arrival.id)) for arrival in arrivals]


def may_be_listed(arrival: HeldArrival) -> bool:
    """Return whether the arrival is read together with others."""
    return arrival.content is not None and arrival.reason != HoldReason.BROKE_READER


def line_of(arrival: HeldArrival, reading: Reading | None) -> HeldLine:
    """Return the arrival as one line."""
    letter = reading.letter if reading else None
    writer = letter.sender if letter else None
    named = f"{writer.name} <{writer.address}>" if writer and writer.name else None
    return HeldLine(
        id=arrival.id,
        reason=arrival.reason,
        sender=named or (writer.address if writer else arrival.envelope.sender or ""),
        subject=letter.subject if letter else None,
        opening=_opening(letter) if letter else "",
        written_at=letter.date if letter else None,
        received_at=arrival.received_at,
        size=arrival.size,
    )


def _opening(letter: Letter) -> str:
    """Return the first of the writer's own words."""
    own = own_words(letter.text, letter.marks) or letter.text
    opening = " ".join(without_codes(own[: _OPENING * 4]).split())
    return opening if len(opening) <= _OPENING else f"{opening[:_OPENING]}…"
