"""Opinions as lines of JSON, and the notice they are about, from the command line."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

import click

from app.classify.ensemble import Classifier
from app.classify.sections import sections_of
from app.cli.lazy import load
from app.domain.outline import Outline, decode_notice, parse_outline
from app.errors import InvalidInput

MOST_LINE: Final = 4 * 2**20
"""The longest line that is read, in bytes: an opinion has fifty times less."""

_TEXTS: Final = ("subject", "text", "description")
_HALVES: Final = re.compile("[\ud800-\udfff]")
_SHOWN: Final = 20

notice_option = click.option(
    "--notice",
    metavar="FILE|SLUG",
    help="The notice: a text file, or the name of one that is stored.",
)
"""As `notice_called` takes it."""


def notice_called(notice: str) -> tuple[Outline, Classifier]:
    """Return the notice in a file, or else the stored one of that name.

    With it comes what places opinions: a stored notice goes by the topics as the office
    has them, one in a file by those of the package.

    Raises:
        InvalidInput: What looks like a file is none.
        AppError: There is no notice of that name.
    """
    path = Path(notice)
    if path.is_file():
        outline = parse_outline(decode_notice(path.read_bytes()))
        return outline, Classifier.from_sections(sections_of(outline))
    if path.suffix or len(path.parts) > 1:
        raise InvalidInput(f"there is no file {notice}")
    found: tuple[Outline, Classifier] = load("app.cli.stored:stored_notice")(notice)
    return found


def opinions(lines: BinaryIO) -> Iterator[dict[str, Any]]:
    """Yield the opinions in ``lines``; blank lines are passed over.

    Raises:
        InvalidInput: A line is none; which, and why.
    """
    for _, opinion in numbered(lines):
        yield opinion


def numbered(lines: BinaryIO) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the opinions in ``lines``, each with the number of its line.

    Raises:
        InvalidInput: A line is none; which, and why.
    """
    read = iter(lambda: lines.readline(MOST_LINE + 1), b"")
    for number, line in enumerate(read, start=1):
        if len(line) > MOST_LINE:
            raise InvalidInput(f"line {number} is longer than {MOST_LINE >> 20} MiB")
        if line.strip():
            yield number, _opinion(line.removeprefix(b"\xef\xbb\xbf"), number)


def names_of(outline: Outline) -> Mapping[str, str]:
    """Return the path that each path and each heading of a notice stands for."""
    sections = sections_of(outline)
    headings = {section.heading: section.path for section in reversed(sections)}
    return headings | {section.path: section.path for section in sections}


def _opinion(line: bytes, number: int) -> dict[str, Any]:
    try:
        opinion = json.loads(line, parse_float=_finite, parse_constant=_finite)
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
    return _printable(opinion, number)


def _finite(said: str) -> float:
    value = float(said)
    if not math.isfinite(value):
        raise ValueError(f"{said[:_SHOWN]} is no number that JSON has")
    return value


def _printable(opinion: dict[str, Any], number: int) -> dict[str, Any]:
    """Return ``opinion`` as it can be written: half a character is none in a text.

    Raises:
        InvalidInput: Anywhere else it would tell two things apart, or not.
    """
    for name in _TEXTS:
        if isinstance(value := opinion.get(name), str):
            opinion[name] = _HALVES.sub("\ufffd", value)
    try:
        json.dumps(opinion, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InvalidInput(f"line {number} holds half a character") from None
    return opinion
