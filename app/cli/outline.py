"""``huiyin notice outline``: what the service would read in the file of a notice."""

import json
from typing import BinaryIO

import click

from app.cli.reading import Source, read_whole
from app.domain.outline import decode_notice, outline_as_json, parse_outline

MOST_BYTES = 16 * 2**20
"""A notice has some thirty thousand signs; more than this is none."""


@click.command()
@click.argument("file", type=Source())
def outline(file: BinaryIO) -> None:
    """Print the outline of the notice in FILE as JSON, and change nothing.

    FILE is text as it stands on an office's site, in UTF-8 or GB18030; - is standard
    input. What is no notice is refused with the reason.
    """
    found = parse_outline(decode_notice(read_whole(file, most=MOST_BYTES)))
    printed = json.dumps(outline_as_json(found), ensure_ascii=False, indent=2)
    click.echo(f"{printed}\n".encode(), nl=False)
