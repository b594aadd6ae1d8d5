"""Letters as the desk reads them: each by a reader that may die of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.domain.passages import own_words
from app.domain.vocabulary import HoldReason, RefuseReason
from app.mail.head import telling_head
from app.mail.letter import Letter
from app.mail.machinery.automatic import automatic_reason
from app.mail.reading import NOTHING_MORE, Reading
from app.mail.view import Wish
from app.premises import Premises
from app.reading_room.conditions import Cause
from app.reading_room.room import ReaderUnavailable
from app.services.held import HeldArrival
from app.services.refused import RefusedArrival
from app.services.transcribing import without_codes

_OPENING: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """An arrival as one line of a list."""

    id: int
    reason: HoldReason | RefuseReason
    sign: str | None
    """Why it counts as a machine's (`AutomaticReason`); None: it does not."""

    sender: str
    subject: str | None
    """None: too large to be read for a list, or not to be read at all."""

    opening: str
    written_at: datetime | None
    received_at: datetime
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What somebody who looks at a letter can be shown of it."""

    reading: Reading | None
    """None: it broke its reader."""

    cause: Cause | None
    """What it broke its reader by."""

    head: Letter | None
    """What its header gives, where the letter itself was not read."""

    @property
    def letter(self) -> Letter | None:
        """The letter; None: it cannot be read."""
        return self.reading.letter if self.reading else None


async def sight_of(
    premises: Premises, content: bytes, wish: Wish = NOTHING_MORE
) -> Sight:
    """Return what can be shown of a letter.

    Raises:
        ReaderUnavailable: No reader can be started.
    """
    found = await premises.reading_room.read_one(content, wish=wish)
    reading = found if isinstance(found, Reading) else None
    cause = None if isinstance(found, Reading) else found.cause
    head = None
    if reading is None or reading.letter is None:
        (head,) = await _heads(premises, [content])
    return Sight(reading=reading, cause=cause, head=head)


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
    premises: Premises, arrivals: Sequence[HeldArrival | RefusedArrival]
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
    premises: Premises, arrivals: Sequence[HeldArrival | RefusedArrival]
) -> list[HeldLine]:
    """Return the lines of a list; without a reader there are still the lines."""
    readings: Mapping[int, Reading] = {}
    heads: dict[int, Letter | None] = {}
    with suppress(ReaderUnavailable):
        readings = await readings_of(premises, arrivals)
        unread = [
            arrival
            for arrival in arrivals
            if arrival.id in readings and readings[arrival.id].letter is None
        ]
        contents = [arrival.content or b"" for arrival in unread]
        found = await _heads(premises, contents)
        heads = {one.id: head for one, head in zip(unread, found, strict=True)}
    return [
        line_of(arrival, readings.get(arrival.id), head=heads.get(arrival.id))
        for arrival in arrivals
    ]


def may_be_listed(arrival: HeldArrival | RefusedArrival) -> bool:
    """Return whether the arrival is read together with others."""
    return arrival.content is not None and arrival.reason != HoldReason.BROKE_READER


def line_of(
    arrival: HeldArrival | RefusedArrival,
    reading: Reading | None,
    *,
    head: Letter | None = None,
) -> HeldLine:
    """Return the arrival as one line; ``head`` is what its header gives alone."""
    letter = reading.letter if reading else None
    known = letter or head
    writer = known.sender if known else None
    named = f"{writer.name} <{writer.address}>" if writer and writer.name else None
    sender = arrival.envelope.sender
    return HeldLine(
        id=arrival.id,
        reason=arrival.reason,
        sign=automatic_reason(letter, sender) if letter else None,
        sender=named or (writer.address if writer else sender or ""),
        subject=known.subject if known else None,
        opening=_opening(letter) if letter else "",
        written_at=known.date if known else None,
        received_at=arrival.received_at,
        size=arrival.size,
    )


async def _heads(premises: Premises, contents: Sequence[bytes]) -> list[Letter | None]:
    """Return what the headers of letters give that were not read; None: nothing."""
    heads = [telling_head(content) for content in contents]
    found = await premises.reading_room.read(heads)
    letters = [each.letter if isinstance(each, Reading) else None for each in found]
    return [each if each and _tells(each) else None for each in letters]


def _tells(head: Letter) -> bool:
    return bool(head.subject or head.sender)


def _opening(letter: Letter) -> str:
    """Return the first of the writer's own words."""
    own = own_words(letter.text, letter.marks) or letter.text
    opening = " ".join(without_codes(own[: _OPENING * 4]).split())
    return opening if len(opening) <= _OPENING else f"{opening[:_OPENING]}…"
