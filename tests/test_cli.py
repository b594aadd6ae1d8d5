import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from app import __version__
from app.cli import huiyin
from app.cli.lazy import load
from app.cli.opinions import MOST_LINE
from app.cli.settings import settings_table
from app.settings import Settings
from tests import make
from tests.command import Office, office


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """A shell in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Office(Settings())


@pytest.fixture
def clerk(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """A clerk of an office with the sample notice."""
    return office(monkeypatch, settings)


@pytest.fixture
def founder(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """Somebody in front of an empty database."""
    return office(monkeypatch, settings, furnished=False)


def commands() -> list[tuple[str, ...]]:
    """Return every command there is."""
    found: list[tuple[str, ...]] = []
    for name, group in sorted(huiyin.commands.items()):
        assert isinstance(group, click.Group)
        found += [(name, sub) for sub in group.list_commands(click.Context(group))]
    return found


def test_every_command_explains_itself(shell: Office) -> None:
    top = shell.said("--help")
    for words in (("serve",), ("classify",), ("check",), ("settings",), *commands()):
        said = shell.said(*words, "--help")
        assert said[0].startswith(f"Usage: huiyin {' '.join(words)}")
        assert "  --help" in "\n".join(said)
    assert any(line.strip().startswith("serve") for line in top)


def test_the_command_says_its_version(shell: Office) -> None:
    assert shell.said("--version") == [f"huiyin {__version__}"]


@pytest.mark.parametrize(
    "args", [["bogus"], ["serve", "--bogus"], ["notice", "outline", "nothing.txt"]]
)
def test_what_is_asked_wrongly_is_one_line_and_exit_code_2(
    shell: Office, args: list[str]
) -> None:
    assert shell.complaint(*args).startswith("huiyin: ")


def test_printing_an_outline_waits_for_no_framework() -> None:
    script = (
        "import sys; from app.cli.lazy import load; load('app.cli.outline:outline');"
        "print(*sorted({'fastapi', 'sqlalchemy', 'pydantic', 'aiosmtpd'}"
        " & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == ""


def test_an_outline_is_json_and_changes_nothing(shell: Office, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_bytes(make.notice_source())
    printed = json.loads("\n".join(shell.said("notice", "outline", "notice.txt")))

    assert printed["title"]
    assert printed["chapters"][0]["path"] == "1"
    assert [path.name for path in tmp_path.iterdir()] == ["notice.txt"]


def test_an_outline_may_come_by_a_pipe(shell: Office) -> None:
    assert shell.said("notice", "outline", "-", stdin=make.notice_source())[0] == "{"


def test_what_is_no_notice_is_refused_with_the_reason(shell: Office) -> None:
    complaint = shell.complaint("notice", "outline", "-", stdin="萝卜腩肉\n".encode())

    assert "not a rectification notice" in complaint


def test_settings_are_printed_as_a_table(shell: Office) -> None:
    assert "\n".join(shell.said("settings")) + "\n" == settings_table()


def test_a_setting_that_cannot_be_is_named(
    shell: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_WEB_PORT", "many")
    monkeypatch.setenv("HUIYIN_WEB_PROT", "1")
    complaint = shell.complaint("notice", "list")

    assert "HUIYIN_WEB_PORT" in complaint
    assert "HUIYIN_WEB_PROT" in complaint


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("sqlite:///nowhere/huiyin.db", "there is no database at nowhere/huiyin.db"),
        ("sqlite:///huiyin.db", "huiyin database upgrade"),
        ("bogus", "HUIYIN_DATABASE_URL"),
        ("mysql://a/b", "is not a database"),
    ],
)
def test_a_database_that_is_not_there_is_said_to_be_so(
    shell: Office, monkeypatch: pytest.MonkeyPatch, url: str, words: str
) -> None:
    monkeypatch.setenv("HUIYIN_DATABASE_URL", url)

    assert words in shell.complaint("notice", "list")


def test_the_tables_are_made_and_taken_back(
    shell: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_DATABASE_URL", "sqlite:///huiyin.db")
    shell.said("database", "upgrade")
    assert shell.said("notice", "list") == []

    shell.said("database", "downgrade", "base", "--yes")
    assert "huiyin database upgrade" in shell.complaint("notice", "list")


def test_a_notice_is_imported_published_and_listed(
    founder: Office, tmp_path: Path
) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(make.notice_source())
    imported = founder.said(
        "notice", "import", path, "--open", "2026-11-02", "--close", "2026-12-02",
        "--slug", "lamps",
    )  # fmt: skip
    drafted = founder.said("notice", "list")
    published = founder.said("notice", "publish", "lamps")

    assert imported[0].startswith("lamps: version 1, ")
    assert drafted[0].startswith("lamps\tdraft\t-\t2026-11-02..2026-12-02\t")
    assert published == ["lamps: version 1 is published"]
    assert founder.said("notice", "list")[0].startswith("lamps\tpublished\t1\t")


def test_dates_that_hold_at_once_are_warned_of(clerk: Office, tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(make.notice_source())
    args = ("notice", "import", path, "--open", "2026-11-02", "--slug")

    there = clerk.run(*args, make.SLUG)
    new = clerk.run(*args, "lamps")

    assert "sample: is published, so these dates hold at once" in there.stderr
    assert "at once" not in new.stderr


def test_the_same_text_again_is_no_new_version(clerk: Office, tmp_path: Path) -> None:
    path = tmp_path / "notice.txt"
    path.write_bytes(make.notice_source())
    said = clerk.said(
        "notice", "import", path, "--open", "2026-11-02", "--slug", make.SLUG
    )

    assert said == [
        "sample: version 1 has this very text",
        "sample: open from 2026-11-02 until further notice",
    ]
    assert "published already" in clerk.complaint("notice", "publish", make.SLUG)


@pytest.mark.parametrize("day", ["2026-13-01", "tomorrow"])
def test_a_day_that_is_none_is_refused(shell: Office, tmp_path: Path, day: str) -> None:
    (tmp_path / "notice.txt").write_bytes(make.notice_source())

    assert day in shell.complaint("notice", "import", "notice.txt", "--open", day)


def test_offices_and_accounts_are_set_up(clerk: Office) -> None:
    assert clerk.said("office", "add", "交通局") == ["交通局: set up"]
    said = clerk.said(
        "staff", "add", "li", "--role", "officer", "--office", "交通局",
        "--display-name", "李四",
    )  # fmt: skip

    assert said[0].startswith("li, one-time password: ")
    assert clerk.said("office", "list") == ["督查室\tleads", "交通局"]
    assert "li\t李四\tofficer\t交通局\tactive" in clerk.said("staff", "list")


def test_an_office_is_named_that_receives_reports(clerk: Office) -> None:
    clerk.said("office", "add", "纪检组")

    assert clerk.said("office", "reports", "纪检组") == [
        "纪检组: receives reports of wrongdoing"
    ]
    assert "纪检组\treceives reports" in clerk.said("office", "list")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["office", "reports", "没有这个科"], "no office"),
        (["office", "add", "督查室"], "already"),
        (["staff", "add", "li", "--role", "clerk", "--office", "?"], "no office"),
        (["staff", "add", "admin", "--role", "clerk", "--office", "督查室"], "already"),
        (["staff", "add", "li", "--role", "king", "--office", "督查室"], "king"),
        (
            ["staff", "add", "li", "--role", "officer", "--office", "督查室"],
            "answering",
        ),
        (["notice", "publish", "nothing"], "no notice"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    clerk: Office, args: list[str], words: str
) -> None:
    assert words in clerk.complaint(*args)


def test_a_letter_is_explained_and_nothing_is_kept(
    shell: Office, tmp_path: Path
) -> None:
    raw = b"Subject: =?gb2312?B?wre1xg==?=\n\nbody\n"
    printed = json.loads("\n".join(shell.said("mail", "parse", "-", stdin=raw)))

    assert (printed["subject"], printed["text"]) == ("路灯", "body")
    assert list(tmp_path.iterdir()) == []


def test_a_letter_that_breaks_its_reader_is_not_explained(
    shell: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUIYIN_READER_MEMORY_MB", "32")
    raw = b"Subject: large\n\n" + b"long lines\n" * 2_000_000

    assert "broke: memory" in shell.complaint("mail", "parse", "-", stdin=raw)


def test_a_letter_past_the_limits_is_not_explained(shell: Office) -> None:
    raw = b"X: y\n" * 6_000

    complaint = shell.complaint("mail", "parse", "-", stdin=raw)

    assert complaint.endswith("cannot be read: too many header fields")


def test_opinions_are_classified_line_by_line_without_a_database(
    shell: Office, tmp_path: Path
) -> None:
    (tmp_path / "notice.txt").write_bytes(make.notice_source())
    lines = [
        {"id": "a", "subject": "路灯", "text": make.TEXT},
        {"id": 2, "subject": "", "text": ""},
    ]
    stdin = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    said = shell.said("classify", "--notice", "notice.txt", stdin=stdin.encode())
    first, second = map(json.loads, said)

    assert set(first) == {"id", "section", "confidence", "candidates", "evidence"}
    assert (first["id"], second["id"]) == ("a", 2)
    assert 0 <= first["confidence"] <= 1
    assert set(first["candidates"][0]) == {"section", "confidence"}
    assert second["section"] is None
    assert [path.name for path in tmp_path.iterdir()] == ["notice.txt"]


def test_a_stored_notice_will_do_as_well(clerk: Office) -> None:
    stdin = json.dumps({"id": 1, "subject": "", "text": make.TEXT}).encode()
    (line,) = clerk.said("classify", "--notice", make.SLUG, stdin=stdin)

    assert json.loads(line)["id"] == 1


@pytest.mark.parametrize("role", ["clerk", "supervisor"])
def test_who_sees_every_office_belongs_to_the_supervision_office(
    clerk: Office, role: str
) -> None:
    clerk.said("office", "add", "交通局")
    refused = clerk.complaint(
        "staff", "add", "li", "--role", role, "--office", "交通局"
    )

    assert "belongs to the supervision office" in refused
    assert not any(line.startswith("li\t") for line in clerk.said("staff", "list"))


@pytest.mark.parametrize(
    "line",
    [b"{", b"[]", b'{"id": 1, "text": 5}', b"\xff", b"[" * 100_000,
     b'"' + b"x" * MOST_LINE + b'"'],
    ids=["cut", "list", "number", "no utf-8", "nested", "endless"],
)  # fmt: skip
def test_a_line_that_is_no_opinion_is_named(
    shell: Office, tmp_path: Path, line: bytes
) -> None:
    (tmp_path / "notice.txt").write_bytes(make.notice_source())
    stdin = b'{"id": 1, "subject": "", "text": "a"}\n' + line
    result = shell.run("classify", "--notice", "notice.txt", stdin=stdin)

    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 1
    assert result.stderr.startswith("huiyin: line 2")


@pytest.mark.parametrize("notice", ["nothing.txt", "a/b", "nothing"])
def test_a_notice_that_is_not_there_is_said_to_be_so(
    clerk: Office, notice: str
) -> None:
    assert "huiyin: " in clerk.complaint("classify", "--notice", notice)


def test_a_service_that_does_not_run_is_not_well(shell: Office) -> None:
    complaint = shell.complaint("check", "--only", "mail", code=1)

    assert complaint.startswith("huiyin: mail: ")


def test_a_database_can_be_asked_whether_it_is_well(clerk: Office) -> None:
    assert clerk.said("check", "--only", "worker") == ["worker: well"]


def test_every_place_that_is_named_can_be_loaded() -> None:
    groups = [huiyin, *huiyin.commands.values()]
    names = [
        place.name
        for group in groups
        for place in getattr(group, "places", {}).values()
        if load(place.place).name != place.name
    ]

    assert names == []


def test_without_a_command_the_help_is_shown() -> None:
    result = CliRunner().invoke(huiyin, [])

    assert result.exit_code == 2
    assert "Usage: huiyin" in result.output
