"""``huiyin notice outline``: what the service would read in the file of a notice."""

import json
from typing import BinaryIO

import click

from app.domain.outline import decode_notice, outline_as_json, parse_outline


@click.command()
@click.argument("file", type=click.File("rb"))
def outline(file: BinaryIO) -> None:
    """Print the outline of the notice in FILE as JSON, and change nothing.

    FILE is text as it stands on an office's site, in UTF-8 or GB18030; - is standard
    input. What is no notice is refused with the reason.
    """
    found = parse_outline(decode_notice(file.read()))
    printed = json.dumps(outline_as_json(found), ensure_ascii=False, indent=2)
    click.echo(f"{printed}\n".encode(), nl=False)
