"""What opens a mailbox, as it is given to a command: asked for, or read, never typed.

A secret on a command line would be there to read for every user of the machine.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click

from app.domain.mailbox import Password, Secret, TokenGrant

SECRET_OPTIONS: Final = (
    "secret_file", "token_url", "client_id", "client_secret_file", "scope",
)  # fmt: skip
"""What `secret_options` adds to a command, by the names of its parameters."""

_MOST: Final = 2**16

Command = Callable[..., None]


def secret_options(command: Command) -> Command:
    """Add the options that say what opens a mailbox."""
    options = (
        click.option(
            "--secret-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Where the password or refresh token is; else it is asked for.",
        ),
        click.option(
            "--token-url",
            metavar="URL",
            help="Sign in with OAuth: where access tokens are asked for.",
        ),
        click.option("--client-id", metavar="ID", help="Our name there."),
        click.option(
            "--client-secret-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            metavar="FILE",
            help="Where our secret there is, if we have one.",
        ),
        click.option("--scope", help="What is asked for there, if it has to be said."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def secret_of(
    *,
    secret_file: Path | None,
    token_url: str | None,
    client_id: str | None,
    client_secret_file: Path | None,
    scope: str | None,
) -> Secret:
    """Return what opens a mailbox.

    Raises:
        UsageError: Some of what OAuth needs is not given, or there is no secret.
    """
    if (token_url is None) != (client_id is None):
        raise click.UsageError("--token-url and --client-id belong together")
    if token_url is None or client_id is None:
        return Password(password=_read(secret_file, "Password"))
    client_secret = None
    if client_secret_file is not None:
        client_secret = _read(client_secret_file, "")
    return TokenGrant(
        token_url=token_url,
        client_id=client_id,
        client_secret=client_secret,
        refresh_token=_read(secret_file, "Refresh token"),
        scope=scope,
    )


def _read(file: Path | None, prompt: str) -> str:
    """Return a secret: from ``file``, asked for, or from standard input."""
    if file is not None:
        found = file.read_text(encoding="utf-8")
    elif sys.stdin.isatty():
        found = click.prompt(prompt, hide_input=True)
    else:
        found = sys.stdin.read(_MOST)
    found = found.rstrip("\r\n")
    if not found:
        raise click.UsageError("no secret was given")
    return found
