"""Taking one letter from a pipe: kept first, and led to its fate if that goes well."""

import os
from collections.abc import Sequence
from typing import BinaryIO, Final

from sqlalchemy.exc import DBAPIError

from app.cli.opening import at_work, settings_with, trouble
from app.cli.receive import NULL_SENDERS, NeverTaken, Nobody, TryAgain
from app.domain.intake_address import IntakeAddress
from app.premises import Premises
from app.services import arrivals
from app.services.arrivals import Envelope, RawLetter, Settled
from app.workers import letters
from app.workers.loop import outcome

_PIECE: Final = 2**20


def take_one(stream: BinaryIO, *, sender: str | None, recipients: Sequence[str]) -> str:
    """Take the letter in ``stream``; return in words what became of it.

    What is not known of the envelope is taken from the variables SENDER and RECIPIENT,
    which Postfix, Exim and qmail set.

    Raises:
        NeverTaken: The letter is too large.
        Nobody: Of the recipients given none is here.
        TryAgain: There is no letter.
        AppError: See `at_work`.
        Exception: Whatever kept it from being stored.
    """
    settings = settings_with()
    _check(IntakeAddress.of(settings.intake_address), recipients)
    content = _whole(stream, most=settings.max_letter_bytes)
    envelope = _envelope(sender, recipients)

    async def work(premises: Premises) -> Settled | Exception:
        return await outcome(_take(premises, content, envelope))

    settled = at_work(work, settings)
    if isinstance(settled, DBAPIError):
        raise trouble(settled) from settled
    if isinstance(settled, Exception):
        raise settled
    return in_words(settled)


def in_words(settled: Settled) -> str:
    """Return what became of a letter, on one line."""
    if settled.fate is None:
        return "kept, and to be read later"
    reason = f" ({settled.reason})" if settled.reason else ""
    number = f" {settled.receipt_number}" if settled.receipt_number else ""
    return f"{settled.fate}{reason}{number}"


def _check(intake: IntakeAddress, recipients: Sequence[str]) -> None:
    """Hold that one of the recipients given is here, if they are of our host at all.

    A mail server may well rewrite the host of an address before it calls; that its
    settings and ours differ there must not send letters back.
    """
    if recipients and all(map(intake.has_no, recipients)):
        raise Nobody("nobody of that name is here")


def _whole(stream: BinaryIO, *, most: int) -> bytes:
    content = stream.read(most + 1)
    if not content.strip():
        # A pipe that broke further up looks like this; to keep nothing is no success.
        raise TryAgain("there is no letter in standard input")
    if len(content) <= most:
        return content
    # Read to its end: a mail server that cannot write on may take that for the fault.
    while stream.read(_PIECE):
        pass
    raise NeverTaken(f"the letter is larger than {most} bytes")


def _envelope(sender: str | None, recipients: Sequence[str]) -> Envelope:
    if sender is None:
        sender = os.environ.get("SENDER")
    if not recipients:
        recipients = [address for address in [os.environ.get("RECIPIENT")] if address]
    null = sender is not None and sender.strip().casefold() in NULL_SENDERS
    return Envelope(sender="" if null else sender, recipients=tuple(recipients))


async def _take(premises: Premises, content: bytes, envelope: Envelope) -> Settled:
    letter = RawLetter(content=content, envelope=envelope, received_at=premises.clock())
    arrival_id = await premises.keep(letter)
    settled = await outcome(_settle(premises, arrival_id))
    if isinstance(settled, Exception):
        # It is kept: were it refused now, it would come a second time.
        return Settled(fate=None, reason=None, receipt_number=None)
    return settled


async def _settle(premises: Premises, arrival_id: int) -> Settled:
    async with premises.database.reading() as session:
        waiting = await arrivals.waiting_among(session, [arrival_id])
    await letters.settle(premises, waiting)
    async with premises.database.reading() as session:
        return (await arrivals.settled(session, [arrival_id]))[arrival_id]
