"""``huiyin mail receive``: one letter from a pipe, for a mail server to call.

The exit code is one of ``sysexits.h``, by which a mail server knows what to do:

* 0: the letter is kept.
* 65 (EX_DATAERR): it is too large to be ever taken.
* 67 (EX_NOUSER): every recipient it was given is of our host, and nobody there.
* 75 (EX_TEMPFAIL): anything else that went wrong, no letter at all, a slip in its own
  settings and a bug of ours among it; the mail server keeps the letter and tries again.
"""

import os
import sys
from contextlib import suppress
from typing import Any, Final

import click

from app.cli.lazy import Failure, load
from app.errors import AppError

NULL_SENDERS: Final = {"", "<>", "mailer-daemon"}
"""How mail servers call the null sender; the last is Postfix's way to a pipe."""


class NeverTaken(Failure):
    """The letter cannot be taken, now or later."""

    exit_code = 65


class Nobody(Failure):
    """There is nobody of that name here."""

    exit_code = 67


class TryAgain(Failure):
    """Something is wrong for the moment."""

    exit_code = 75


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
    "--sender",
    metavar="ADDRESS",
    help="The envelope's sender; <> and MAILER-DAEMON are the null sender."
    "  [default: the variable SENDER]",
)
@click.option(
    "--recipient",
    "recipients",
    metavar="ADDRESS",
    multiple=True,
    help="A recipient of the envelope; may be given several times."
    "  [default: the variable RECIPIENT]",
)
def receive(sender: str | None, recipients: tuple[str, ...]) -> None:
    """Take one letter from standard input, and print what becomes of it.

    Exit code 0 says that the letter is kept; 65 that it is too large, 67 that all its
    recipients are of our host and nobody there; 75, that the mail server is to keep
    it and try again. A recipient at any other host is taken for ours, under a name
    that the mail server gave it.
    """
    try:
        # Loaded here, so that half an installation is only something for the moment.
        said = load("app.cli.piped:take_one")(
            sys.stdin.buffer, sender=sender, recipients=recipients
        )
    except Failure:
        raise
    except (AppError, OSError) as error:
        raise TryAgain(str(error)) from error
    except Exception as error:
        raise TryAgain(f"a fault of ours: {type(error).__name__}") from error
    _say(said)


def _say(said: str) -> None:
    """Print; that nobody reads it is no reason to have the letter a second time."""
    try:
        click.echo(said)
    except OSError:
        # Python would try once more at its end, and exit with a code of its own.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
