"""``huiyin topics``: what many opinions are about, JSON lines in and out."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

import click

from app.classify.hot import Message, hot_topics
from app.cli.opinions import opinions
from app.errors import InvalidInput


@click.command()
@click.argument("file", type=click.File("rb"))
def topics(file: BinaryIO) -> None:
    """Find what many of the opinions in FILE (- for standard input) are about.

    Its lines are JSON with "id", "subject" and "text". For each topic of two and more
    opinions a line is written with "topic" (a number), "ids" (the most typical first),
    "terms" (what it is about) and "heat" (how many wrote in their own words; copies of
    one text add less and less); the hottest comes first.
    """
    read = [_with_id(opinion, at) for at, opinion in enumerate(opinions(file), start=1)]
    told = [Message(opinion["subject"], opinion["text"]) for opinion in read]
    for number, topic in enumerate(hot_topics(told), start=1):
        line = {
            "topic": number,
            "ids": [read[member]["id"] for member in topic.members],
            "terms": topic.terms,
            "heat": topic.heat,
        }
        click.echo(f"{json.dumps(line, ensure_ascii=False)}\n".encode(), nl=False)


def _with_id(opinion: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    if opinion["id"] is None:
        raise InvalidInput(f'opinion {number} has no "id"')
    return opinion
