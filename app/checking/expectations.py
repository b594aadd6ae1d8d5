"""Expectations: what is known of a letter by its place and the files beside it."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from app.checking import (
    forwards,
    machines,
    mboxes,
    mime4j,
    packed,
    replies,
    stalwart,
)
from app.checking.companions import Companions
from app.checking.points import Point
from app.mail.letter import Letter
from app.mail.reading import Reading

POINTS: Final = (
    *forwards.POINTS,
    *replies.POINTS,
    *stalwart.POINTS,
    *mime4j.POINTS,
    *machines.POINTS,
    *packed.POINTS,
    *mboxes.POINTS,
)
"""All that can be compared, in the order in which it is shown."""

Judge = Callable[[Reading], list[Point]]

_STANDARD_REPLIES: Final = "standard_replies"
_MOST_DOCUMENT: Final = 100 * 2**20


def of_letter(path: Path, *, with_cr: bool = False) -> list[Judge]:
    """Return what the files beside a letter tell, or tell of it with CR and LF."""
    companions = Companions(path)
    ending = stalwart.WITH_CR if with_cr else ".json"
    judges = [
        _of(partial(_by_structure, document))
        for document in companions.find(f"{path.stem}{ending}", f"{path.name}{ending}")
    ]
    if with_cr:
        return judges
    judges += [
        _of(partial(_by_parts, structure))
        for structure in companions.find(f"{path.stem}{mime4j.DECODED}")
    ]
    reply = next(companions.find(f"{path.stem}_reply_text"), None)
    if reply is not None or path.parent.name == _STANDARD_REPLIES:
        judges.append(_of(partial(_by_reply, reply)))
    return judges


def of_place(path: Path) -> list[Judge]:
    """Return what folder and name of a letter tell of whoever wrote it."""
    machine = machines.machine_of(path.absolute())
    if machine is None:
        return []
    return [partial(machines.compare, machine=machine)]


def of_tnef(path: Path) -> list[Judge]:
    """Return what the list of names beside a TNEF file tells."""
    names = next(Companions(path).find(f"{path.stem}.list"), None)
    return [] if names is None else [_of(partial(_by_names, names))]


def of_mbox(path: Path, count: int) -> list[Point]:
    """Return whether ``count`` letters in an mbox are as many as are expected."""
    companions = Companions(path)
    stem = path.name.partition(".")[0]
    for offsets in companions.find(f"{stem}.unix-offsets.json"):
        expected = mboxes.expected_letters(_json(offsets))
        if expected is not None:
            return mboxes.compare(count, expected)
    for summary in companions.find(f"{stem}-summary.txt"):
        expected = mboxes.summarized_letters(_text(summary))
        return mboxes.compare(count, expected)
    return []


def _of(compare: Callable[[Letter], list[Point]]) -> Judge:
    """Return a judge that has nothing to say where a letter was not read."""

    def judge(reading: Reading) -> list[Point]:
        return compare(reading.letter) if reading.letter else []

    return judge


def _by_structure(document: Path, letter: Letter) -> list[Point]:
    expected = _json(document)
    if not stalwart.is_document(expected):
        return []
    return stalwart.compare(letter, expected)


def _by_parts(structure: Path, letter: Letter) -> list[Point]:
    def beside(name: str) -> bytes | None:
        file = structure.parent / Path(name).name
        return file.read_bytes() if file.is_file() else None

    return mime4j.compare(letter, structure.read_bytes(), beside)


def _by_reply(reply: Path | None, letter: Letter) -> list[Point]:
    expected = replies.DEFAULT_REPLY if reply is None else _text(reply)
    return replies.compare_letter(letter, expected)


def _by_names(names: Path, letter: Letter) -> list[Point]:
    folder = names.with_suffix("")
    unpacked = {}
    if folder.is_dir():
        files = [file for file in folder.iterdir() if file.is_file()]
        unpacked = {file.name: file.read_bytes() for file in files}
    return packed.compare(letter, _text(names), unpacked)


def _json(path: Path) -> Any:
    """Return what a JSON file holds; None: it is too large, or no JSON."""
    if path.stat().st_size > _MOST_DOCUMENT:
        return None
    try:
        return json.loads(path.read_bytes())
    except ValueError:
        return None


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
