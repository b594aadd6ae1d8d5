"""Reading a file whole, but not more of it than could be of use."""

import os
import select
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from app.errors import InvalidInput

WRITER_WITHIN: Final = 2.0
"""Seconds in which somebody has to begin to write to a pipe that has a name."""


class Source(click.File):
    """A file to be read, in bytes; - is standard input.

    A pipe with a name is opened without waiting: with nobody to write to it, a command
    that opens it as usual waits for ever.
    """

    def __init__(self) -> None:
        """Read in bytes."""
        super().__init__("rb")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        """Open the file that ``value`` names."""
        named = isinstance(value, str) and value != "-"
        if not named or not Path(value).is_fifo():
            return super().convert(value, param, ctx)
        try:
            descriptor = os.open(value, os.O_RDONLY | os.O_NONBLOCK)
        except OSError as error:
            self.fail(f"{value}: {error.strerror}", param, ctx)
        if not _is_written(descriptor):
            os.close(descriptor)
            self.fail(f"{value}: a pipe, and nobody writes to it", param, ctx)
        os.set_blocking(descriptor, True)
        file = os.fdopen(descriptor, "rb")
        if ctx is not None:
            ctx.call_on_close(file.close)
        return file


def read_whole(file: BinaryIO, *, most: int) -> bytes:
    """Return what ``file`` holds.

    Raises:
        InvalidInput: It holds more than ``most`` bytes, or cannot be read.
    """
    try:
        content = file.read(most + 1)
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise InvalidInput(f"is larger than {most // 2**20} MiB")
    return content


def _is_written(descriptor: int) -> bool:
    """Return whether a pipe holds something, or has somebody at its other end."""
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    if any(event & select.POLLIN for _, event in waiting.poll(WRITER_WITHIN * 1_000)):
        return True
    try:
        # Of nothing, a pipe without a writer gives its end; one with a writer, nothing.
        return bool(os.read(descriptor, 1))
    except BlockingIOError:
        return True
