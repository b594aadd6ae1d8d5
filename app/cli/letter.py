"""``huiyin mail parse``: what the service would understand of a letter."""

import json
from typing import BinaryIO

import click

from app.cli.reading import read_whole
from app.mail.letter import letter_as_json, read_letter

MOST_BYTES = 64 * 2**20
"""More than any mail system passes on."""


@click.command()
@click.argument("file", type=click.File("rb"))
def parse(file: BinaryIO) -> None:
    """Print what is understood of the letter in FILE as JSON, and change nothing.

    FILE is a letter as it came (RFC 5322); - is standard input.
    """
    letter = read_letter(read_whole(file, most=MOST_BYTES))
    printed = json.dumps(letter_as_json(letter), ensure_ascii=False, indent=2)
    click.echo(f"{printed}\n".encode(), nl=False)
