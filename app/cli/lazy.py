"""Commands that are loaded when they are called for, and how they complain.

A command that prints an outline must not wait for a web framework to load. So groups
know their commands by name only, and this module, alone in the house, imports by name.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from app.errors import AppError


@dataclass(frozen=True, slots=True)
class Command:
    """A command that is not loaded yet."""

    name: str
    place: str
    """``module:name``."""

    help: str


class Failure(click.ClickException):
    """A command could not do what it was asked to; nothing was done."""

    exit_code = 2

    def __init__(self, message: str) -> None:
        """Say ``message`` on one line."""
        super().__init__(" ".join(message.split()))

    def show(self, file: Any = None) -> None:
        """Complain on standard error."""
        click.echo(f"huiyin: {self.message}", file=file, err=True)


class PartialFailure(Failure):
    """Some of it was done, or what was asked about is not well."""

    exit_code = 1


class LazyGroup(click.Group):
    """A group whose commands are loaded one by one, when they are called."""

    def __init__(self, name: str, commands: Sequence[Command], *, help: str) -> None:  # noqa: A002 - click's word
        """Know ``commands`` by name."""
        super().__init__(name, help=help)
        self.places = {command.name: command for command in commands}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names."""
        return sorted({*super().list_commands(ctx), *self.places})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of that name; None: there is none."""
        if cmd_name not in self.places:
            return super().get_command(ctx, cmd_name)
        command: click.Command = load(self.places[cmd_name].place)
        return command

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list of commands without loading them."""
        rows = [(name, self._help_of(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _help_of(self, ctx: click.Context, name: str) -> str:
        if name in self.places:
            return self.places[name].help
        command = super().get_command(ctx, name)
        return command.get_short_help_str() if command else ""


class Office(LazyGroup):
    """The root of all commands: turns what is expected to go wrong into one line."""

    def __init__(
        self,
        name: str,
        commands: Sequence[Command],
        *,
        help: str,  # noqa: A002 - click's word
        version: str,
    ) -> None:
        """Know ``commands`` by name, and answer ``--version``."""
        super().__init__(name, commands, help=help)
        click.version_option(version, message="%(prog)s %(version)s")(self)

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the options of the command itself."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise _complaint(error) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run what was asked for.

        Raises:
            Failure: It could not be done; why, is for a person to read.
        """
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            raise _complaint(error) from None
        except AppError as error:
            raise Failure(str(error)) from error


def load(place: str) -> Any:
    """Return what ``module:name`` names."""
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(module), name)


def _complaint(error: click.UsageError) -> click.ClickException:
    if isinstance(error, NoArgsIsHelpError):
        return error
    asked = error.ctx.command_path if error.ctx else "huiyin"
    return Failure(f"{error.format_message()} Try `{asked} --help`.")
