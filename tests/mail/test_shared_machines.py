"""Letters of machines that nobody here wrote, in the folder beside the project."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.mail.letter import Letter, read_letter
from app.mail.machinery.report import read_report
from app.mail.machinery.signs import AutomaticReason
from app.mail.parts.limits import Limits

_SHARED = Path(__file__).parents[3] / "shared" / "mail"
_LISTS = ("list-id", "list-post", "precedence: bulk", "precedence: list")

pytestmark = pytest.mark.skipif(
    not _SHARED.is_dir(), reason="the shared letters are not beside the project"
)


def _machines() -> Iterator[Path]:
    """Yield the bounces, answering machines and complaints of two collections."""
    for folder in ("sisimai/mails", "flufl-bounce/mails"):
        for path in sorted((_SHARED / folder).rglob("*")):
            if path.is_file() and "not" not in path.parts:
                yield path


def _people() -> Iterator[Path]:
    """Yield all other letters."""
    for path in sorted(_SHARED.rglob("mails/**/*")):
        if path.is_file() and not {"sisimai", "flufl-bounce"} & set(path.parts):
            yield path


def _read(paths: Iterator[Path]) -> list[tuple[str, Letter]]:
    return [(path.name, read_letter(path.read_bytes())) for path in paths]


def test_machines_are_known_by_header_and_structure_alone() -> None:
    letters = _read(_machines())
    known = [
        letter
        for _, letter in letters
        if letter.automatic not in {None, AutomaticReason.SUBJECT}
    ]

    assert len(letters) > 370
    assert len(known) >= 0.98 * len(letters)


def test_with_subjects_nearly_all_machines_are_known() -> None:
    letters = _read(_machines())

    assert sum(letter.automatic is not None for _, letter in letters) >= (
        0.99 * len(letters)
    )


def test_people_are_not_taken_for_machines() -> None:
    taken = {name: letter for name, letter in _read(_people()) if letter.automatic}

    # Those that are machines' in collections of other things: each says so itself.
    assert {letter.automatic for letter in taken.values()} <= {
        AutomaticReason.REPORT,
        AutomaticReason.RECEIPT,
        AutomaticReason.FEEDBACK,
    }
    assert len(taken) <= 10


def test_a_letter_by_a_list_is_a_persons_and_is_not_answered() -> None:
    by_list = [
        (letter.automatic, letter.silence)
        for path in _people()
        if any(sign in path.read_text("latin-1").lower() for sign in _LISTS)
        for letter in [read_letter(path.read_bytes())]
        if letter.silence in {"list", "bulk"}
    ]

    assert by_list
    assert {automatic for automatic, _ in by_list} == {None}


def test_what_bounces_report_is_read() -> None:
    reports = [read_report(path.read_bytes(), limits=Limits()) for path in _machines()]
    found = [report for report in reports if report is not None]

    assert len(found) >= 0.94 * len(reports)
    named = [each for each in found if each.receivers[0].addresses]
    assert len(named) >= 0.97 * len(found)
    assert sum(bool(each.status) for each in found) >= 0.85 * len(found)
