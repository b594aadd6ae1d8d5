"""Documents: expectations that stand in one file for many texts in others."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.checking import forwards, replies
from app.checking.points import Point

_HEAD: Final = 2**13
_SIGNS: Final = (b'"forwarded"', b'"ref_visible"')
_PLACES: Final = ("fixtures", ".", "mails", "../fixtures", "../mails")
"""Where texts lie, seen from the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that is to be compared."""

    name: str
    files: tuple[Path, ...]
    """Those that it takes, which are no letters."""

    compare: Callable[[], list[Point]]


def texts(folder: Path) -> list[Text]:
    """Return all texts below ``folder`` of which some expectation tells.

    Where only the folder of the texts is asked for, the one above tells of them.
    """
    found: list[Text] = []
    for path in _files(folder):
        if path.suffix == ".json":
            found += _texts_of(path)
        elif path.name.endswith(_BODY):
            found += _signed(path)
    if folder.name in _PLACES:
        for path in sorted(folder.parent.glob("*.json")):
            found += (
                text for text in _texts_of(path) if folder in text.files[0].parents
            )
    return found


def _files(folder: Path) -> Iterator[Path]:
    for where, inner, names in os.walk(folder):
        inner.sort()
        yield from (Path(where, name) for name in sorted(names))


def _texts_of(path: Path) -> Iterator[Text]:
    """Yield the texts of a document; of any other file, none."""
    document = _document(path)
    if replies.is_document(document):
        yield from _replies(path, document)
    for case in forwards.cases(document):
        body = _text_file(path, case.body)
        subject = _text_file(path, case.subject) if case.subject else None
        if body is not None:
            yield Text(
                name=str(body),
                files=(body, *((subject,) if subject else ())),
                compare=partial(_compare_forward, case, body, subject),
            )


def _document(path: Path) -> Any:
    """Return what a file of expectations holds; None: it is none, or unreadable."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            if not any(sign in head for sign in _SIGNS):
                return None
            return json.loads(head + file.read())
    except (OSError, ValueError):
        return None


def _replies(path: Path, document: Mapping[str, Any]) -> Iterator[Text]:
    for name, expected in document.items():
        body = _text_file(path, name)
        if body is not None and isinstance(expected, dict):
            compare = partial(_compare_reply, body, expected)
            yield Text(name=str(body), files=(body,), compare=compare)


def _signed(path: Path) -> Iterator[Text]:
    signature = path.with_name(f"{path.name.removesuffix(_BODY)}_signature")
    if signature.is_file():
        compare = partial(_compare_signature, path, signature)
        yield Text(name=str(path), files=(path, signature), compare=compare)


def _compare_forward(
    case: forwards.ForwardCase, body: Path, subject: Path | None
) -> list[Point]:
    return case.compare(_read(body), subject=_read(subject) if subject else "")


def _compare_reply(body: Path, expected: Mapping[str, Any]) -> list[Point]:
    return replies.compare(_read(body), expected)


def _compare_signature(body: Path, signature: Path) -> list[Point]:
    return replies.compare_signature(_read(body), _read(signature))


def _text_file(document: Path, name: str) -> Path | None:
    """Return the file of a text that a document names; None: it is not here."""
    for place in _PLACES:
        for file_name in (name, f"{name}.txt"):
            path = document.parent / place / file_name
            if path.is_file():
                return Path(os.path.normpath(path))
    return None


def _read(path: Path) -> str:
    """Return a text with its lines ended as in a letter that was read."""
    return path.read_text(encoding="utf-8", errors="replace")


_BODY: Final = "_body"
