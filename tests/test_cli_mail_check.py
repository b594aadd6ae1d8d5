import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.cli import check_mail, huiyin
from app.reading_room.conditions import Conditions
from tests.gateways.post import letter
from tests.needs import shared
from tests.reading_room import poison

BOUNCE = b"From: MAILER-DAEMON@example.org\nSubject: failed\n\nIt failed.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a letter, a bounce of a collection, and a file that is neither."""
    (tmp_path / "sisimai").mkdir()
    (tmp_path / "one.eml").write_bytes(letter())
    (tmp_path / "sisimai" / "lhost-postfix-01.eml").write_bytes(BOUNCE)
    (tmp_path / "README.md").write_text("nothing")
    return tmp_path


def check(*args: object, **environ: str) -> Result:
    return CliRunner().invoke(
        huiyin, ["mail", "check", *map(str, args)], env=environ, catch_exceptions=False
    )


def facts(*args: object) -> dict[str, Any]:
    result = check("--json", *args)
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_a_table_says_how_reading_went(folder: Path) -> None:
    result = check(folder)
    rows = [" ".join(line.split()) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert {"letters 2", "files that are neither 1", "exceptions 0"} <= {*rows}
    assert "automatic (mail_system) 1" in rows
    assert "machines.bounce 1 1 100.0" in rows
    assert result.stderr == ""


def test_machines_get_the_same_as_json(folder: Path) -> None:
    said = facts(folder)

    assert (said["letters"], said["exceptions"], said["no-letters"]) == (2, 0, 1)
    assert said["points"]["machines.bounce"] == {"agree": 1, "of": 1}
    assert said["held"] == {"automatic (mail_system)": 1}
    assert said["listed"] == []


def test_files_behind_a_number_are_named_when_asked_for(folder: Path) -> None:
    lines = check(folder, "--list", "no-letters").stdout.splitlines()
    (held,) = facts(folder, "--list", "held")["listed"]

    assert lines[0] == f"no-letters\t{folder / 'README.md'}"
    assert held["name"].endswith("lhost-postfix-01.eml")
    assert held["detail"] == "automatic (mail_system)"


def test_whatever_disagrees_is_named_by_one_word(folder: Path) -> None:
    (folder / "sisimai" / "arf-01.eml").write_bytes(letter())
    result = check(folder, "--list", "disagree")

    assert "machines.feedback\t" in result.stdout
    assert "arf-01.eml\tours 'None', theirs 'feedback'" in result.stdout


def test_disagreement_fails_only_where_somebody_sets_a_bar(folder: Path) -> None:
    (folder / "sisimai" / "arf-01.eml").write_bytes(letter())

    assert check(folder).exit_code == 0
    assert check(folder, "--fail-under", 0).exit_code == 0
    missed = check(folder, "--fail-under", 60)
    assert missed.exit_code == 1
    assert missed.stderr == (
        "huiyin: under 60 percent: machines.feedback,"
        " machines.feedback_without_subject, machines.report_read\n"
    )
    (folder / "sisimai" / "lhost-postfix-01.eml").unlink()
    (folder / "sisimai" / "arf-01.eml").write_bytes(
        letter(Content_Type="multipart/report; report-type=feedback-report")
    )
    assert check(folder, "--fail-under", 100).exit_code == 0


def test_the_limits_are_those_of_the_service(folder: Path) -> None:
    (folder / "long.eml").write_bytes(b"X: y\n" * 101 + letter())
    result = check(folder, "--json", HUIYIN_MAX_LETTER_HEADER_FIELDS="100")

    assert "unreadable (too_many_header_fields)" in json.loads(result.stdout)["held"]


def test_a_letter_that_meets_an_error_of_ours_ends_with_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    conditions = Conditions(read=f"{poison.__name__}:read")
    monkeypatch.setattr(check_mail, "conditions_of", lambda _: conditions)
    (folder / "two.eml").write_bytes(letter("raise"))
    result = check(folder, "--list", "exceptions")

    assert result.exit_code == 1
    assert "RecursionError at" in result.stdout.splitlines()[0]
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "args",
    [(), ("nowhere-at-all",), (".", "--list", "what"), (".", "--fail-under", "101")],
)
def test_what_cannot_be_done_is_one_line_and_two(args: tuple[str, ...]) -> None:
    result = check(*args)

    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_without_letters_is_told_from_one_that_is_well(
    tmp_path: Path,
) -> None:
    result = check(tmp_path)

    assert result.exit_code == 2
    assert result.stderr == "huiyin: no letters are there\n"


def test_the_shared_letters_come_to_records_and_agree() -> None:
    said = facts(shared("mail"), "--list", "disagree")
    points = said["points"]

    assert said["letters"] > 600
    assert said["exceptions"] == said["incomparable"] == 0
    assert said["empty"] <= 2  # letters in a letter in a letter, each silent itself
    assert said["replaced"] <= 1
    for point in ("forwards.from_address", "stalwart.text_complete", "mime4j.texts"):
        assert points[point]["agree"] == points[point]["of"] > 30
    assert points["machines.bounce"]["agree"] >= 0.97 * points["machines.bounce"]["of"]
