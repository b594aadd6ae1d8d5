"""``huiyin classify``: which items opinions are about, JSON lines in and out."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from app.classify.ensemble import Classification, Classifier
from app.classify.sections import sections_of
from app.cli.lazy import load
from app.domain.outline import Outline, decode_notice, parse_outline
from app.errors import InvalidInput

MOST_LINE: Final = 4 * 2**20
"""The longest line that is read, in bytes: an opinion has fifty times less."""


@click.command()
@click.option(
    "--notice",
    required=True,
    metavar="FILE|SLUG",
    help="The notice: a text file, or the name of one that is stored.",
)
def classify(notice: str) -> None:
    """Say which items of a notice opinions are about.

    Reads lines of JSON with "id", "subject" and "text" from standard input, and writes
    for each a line with "id", "section" (null: not sure), "confidence", "candidates"
    and "evidence". With a file as notice no database is needed.
    """
    classifier = Classifier.from_sections(sections_of(_outline(notice)))
    for opinion in opinions(sys.stdin.buffer):
        found = classifier.classify(subject=opinion["subject"], text=opinion["text"])
        printed = json.dumps(as_json(opinion["id"], found), ensure_ascii=False)
        click.echo(f"{printed}\n".encode(), nl=False)


def opinions(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the opinions in ``lines``; blank lines are passed over.

    Raises:
        InvalidInput: A line is none; which, and why.
    """
    read = iter(lambda: lines.readline(MOST_LINE + 1), b"")
    for number, line in enumerate(read, start=1):
        if len(line) > MOST_LINE:
            raise InvalidInput(f"line {number} is longer than {MOST_LINE >> 20} MiB")
        if line.strip():
            yield _opinion(line.removeprefix(b"\xef\xbb\xbf"), number)


def as_json(key: object, found: Classification) -> dict[str, Any]:
    """Return what is printed for one opinion."""
    return {
        "id": key,
        "section": found.section,
        "confidence": found.confidence,
        "candidates": [
            {"section": candidate.section, "confidence": candidate.confidence}
            for candidate in found.candidates
        ],
        "evidence": [
            {
                "term": words.term,
                "section": words.section,
                "weight": words.weight,
                "source": words.source,
            }
            for words in found.evidence
        ],
    }


def _outline(notice: str) -> Outline:
    """Return the outline in a file, or else of the stored notice of that name."""
    path = Path(notice)
    if path.is_file():
        return parse_outline(decode_notice(path.read_bytes()))
    if path.suffix or len(path.parts) > 1:
        raise InvalidInput(f"there is no file {notice}")
    outline: Outline = load("app.cli.stored:stored_outline")(notice)
    return outline


def _opinion(line: bytes, number: int) -> dict[str, Any]:
    try:
        opinion = json.loads(line)
    except ValueError as error:
        raise InvalidInput(f"line {number} is no JSON: {error}") from None
    except RecursionError:
        raise InvalidInput(f"line {number} is nested too deeply") from None
    if not isinstance(opinion, dict):
        raise InvalidInput(f"line {number} is no object")
    opinion.setdefault("id", None)
    for name in ("subject", "text"):
        value = opinion.setdefault(name, "") or ""
        if not isinstance(value, str):
            raise InvalidInput(f'line {number}: "{name}" is no text')
        opinion[name] = value
    return opinion
