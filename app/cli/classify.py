"""``huiyin classify``: which items opinions are about, JSON lines in and out."""

import json
import sys
from typing import BinaryIO

import click

from app.classify.jsonl import classification_as_json
from app.cli.evaluate import evaluate
from app.cli.lessons import classifier_for
from app.cli.opinions import notice_option, opinions


@click.group(invoke_without_command=True)
@notice_option
@click.option(
    "--learn",
    "lessons",
    type=click.File("rb"),
    metavar="FILE",
    help='Lines of opinions with their "section" or "label" to learn from first.',
)
@click.pass_context
def classify(
    context: click.Context, notice: str | None, lessons: BinaryIO | None
) -> None:
    """Say which items of a notice opinions are about.

    Reads lines of JSON with "id", "subject" and "text" from standard input, and writes
    for each a line with "id", "section" (null: not sure), "confidence", "candidates"
    and "evidence". With a file as notice no database is needed.

    A stored notice is read with the topics and links as they were changed at the desk,
    a file with those of the package; models that were learned there are not used.

    With --learn alone the labels in that file are the answers, and null where it has
    such lines. A line with "description" in place of "text" describes its label.
    """
    if context.invoked_subcommand:
        return
    classifier, _outline = classifier_for(context, notice, lessons)
    for opinion in opinions(sys.stdin.buffer):
        found = classifier.classify(subject=opinion["subject"], text=opinion["text"])
        printed = json.dumps(
            classification_as_json(opinion["id"], found), ensure_ascii=False
        )
        click.echo(f"{printed}\n".encode(), nl=False)


classify.add_command(evaluate)
