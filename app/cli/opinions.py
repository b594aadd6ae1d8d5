"""Opinions as lines of JSON, and the notice they are about, from the command line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from app.classify.sections import sections_of
from app.cli.lazy import load
from app.domain.outline import Outline, decode_notice, parse_outline
from app.errors import InvalidInput

MOST_LINE: Final = 4 * 2**20
"""The longest line that is read, in bytes: an opinion has fifty times less."""


def outline_of(notice: str) -> Outline:
    """Return the outline in a file, or else of the stored notice of that name.

    Raises:
        InvalidInput: What looks like a file is none.
        AppError: There is no notice of that name.
    """
    path = Path(notice)
    if path.is_file():
        return parse_outline(decode_notice(path.read_bytes()))
    if path.suffix or len(path.parts) > 1:
        raise InvalidInput(f"there is no file {notice}")
    outline: Outline = load("app.cli.stored:stored_outline")(notice)
    return outline


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
