"""TNEF that nobody here packed, in the folder beside the project, where it is."""

from pathlib import Path

import pytest

from app.mail.letter import read_letter

_TNEF = Path(__file__).parents[3] / "shared" / "mail" / "mimekit" / "tnef"
_HEAD = b"Content-Type: application/ms-tnef; name=winmail.dat\n\n"

pytestmark = pytest.mark.skipif(
    not _TNEF.is_dir(), reason="the shared letters are not beside the project"
)


def test_every_file_that_is_named_in_tnef_is_found_under_its_name() -> None:
    named = 0
    for path in sorted(_TNEF.glob("*.tnef")):
        names = path.with_suffix(".list")
        if names.exists():
            found = read_letter(_HEAD + path.read_bytes()).attachments
            expected = {
                name
                for name in names.read_text().split("\n")
                if name and not name.startswith("body.")
            }
            named += len(expected)
            assert expected <= {part.file_name for part in found}, path.name

    assert named > 6


def test_what_tnef_says_is_read_whatever_it_says_it_in() -> None:
    silent = [
        path.stem
        for path in sorted(_TNEF.glob("*.tnef"))
        if not read_letter(_HEAD + path.read_bytes()).text
    ]

    # One holds nothing but a file, the other is a receipt.
    assert silent == ["garbage-at-end", "one-file"]
