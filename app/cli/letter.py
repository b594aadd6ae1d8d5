"""``huiyin mail parse``: what the service would understand of a letter."""

import asyncio
import json
import os
from typing import BinaryIO

import click

from app.cli.lazy import Failure
from app.cli.reading import Source, read_whole
from app.mail.letter import letter_as_json
from app.mail.reading import Reading
from app.reading_room.conditions import Broken, Conditions
from app.reading_room.room import ReadingRoom, conditions_of
from app.settings import Settings

MOST_BYTES = 64 * 2**20
"""More than any mail system passes on."""


@click.command()
@click.argument("file", type=Source())
def parse(file: BinaryIO) -> None:
    """Print what is understood of the letter in FILE as JSON, and change nothing.

    FILE is a letter as it came (RFC 5322); - is standard input. It is read as the
    service does, by a process of its own with limited time and memory.
    """
    raw = read_whole(file, most=MOST_BYTES)
    conditions = conditions_of(Settings.from_environ(os.environ))
    found = asyncio.run(_read(raw, conditions))
    if isinstance(found, Broken):
        raise Failure(f"the letter cannot be read, its reader broke: {found.cause}")
    if found.letter is None:
        excess = found.excess or "unreadable"
        raise Failure(f"the letter cannot be read: {excess.replace('_', ' ')}")
    printed = json.dumps(letter_as_json(found.letter), ensure_ascii=False, indent=2)
    click.echo(f"{printed}\n".encode(), nl=False)


async def _read(raw: bytes, conditions: Conditions) -> Reading | Broken:
    room = ReadingRoom(conditions)
    try:
        return await room.read_one(raw)
    finally:
        await room.close()
