"""``huiyin mail receive``: one letter from a pipe, for a mail server to call.

The exit code is one of ``sysexits.h``: 0 when the letter is kept, 65 when it is too
large to be ever taken, 75 in all other trouble, after which the mail server keeps the
letter and tries again.
"""

import sys
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from app.cli.lazy import Failure
from app.cli.opening import at_work, settings_with, trouble
from app.errors import AppError
from app.premises import Premises
from app.services import arrivals
from app.services.arrivals import Envelope, RawLetter, Settled
from app.workers import letters
from app.workers.loop import outcome


class NeverTaken(Failure):
    """The letter cannot be taken, now or later."""

    exit_code = 65
    """EX_DATAERR."""


class TryAgain(Failure):
    """Something is wrong for the moment."""

    exit_code = 75
    """EX_TEMPFAIL."""


class Pipe(click.Command):
    """A command that fails for the moment, whatever is wrong: nothing must be lost."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise TryAgain(error.format_message()) from None


@click.command(cls=Pipe)
@click.option(
    "--sender", metavar="ADDRESS", help="The envelope's sender; <> is the null sender."
)
@click.option(
    "--recipient",
    "recipients",
    metavar="ADDRESS",
    multiple=True,
    help="A recipient of the envelope; may be given several times.",
)
def receive(sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take one letter from standard input, and print what becomes of it.

    Exit code 0 says that the letter is kept; 75, that the mail server is to keep it
    and try again.
    """
    try:
        settings = settings_with()
        content = sys.stdin.buffer.read(settings.max_letter_bytes + 1)
        if len(content) > settings.max_letter_bytes:
            raise NeverTaken(
                f"the letter is larger than {settings.max_letter_bytes} bytes"
            )
        null = sender is not None and sender.strip() in {"", "<>"}
        envelope = Envelope(sender="" if null else sender, recipients=recipients)

        async def work(premises: Premises) -> Settled | Exception:
            return await outcome(_receive(premises, content, envelope))

        settled = at_work(work, settings)
    except (AppError, OSError) as error:
        raise TryAgain(str(error)) from error
    if isinstance(settled, DBAPIError):
        settled = trouble(settled)
    if isinstance(settled, Exception):
        raise TryAgain(str(settled)) from settled
    click.echo(in_words(settled))


def in_words(settled: Settled) -> str:
    """Return what became of a letter, on one line."""
    if settled.fate is None:
        return "kept, and to be read later"
    reason = f" ({settled.reason})" if settled.reason else ""
    number = f" {settled.receipt_number}" if settled.receipt_number else ""
    return f"{settled.fate}{reason}{number}"


async def _receive(premises: Premises, content: bytes, envelope: Envelope) -> Settled:
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
