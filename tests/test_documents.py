"""What the documents say is so."""

import re
from pathlib import Path

import click
import pytest

from app import __version__
from app.cli import huiyin
from app.cli.settings import settings_table

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))

LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
COMMAND = re.compile(r"`huiyin ([^`]+)`|bin/huiyin ([^\n`|]+)")
SHOWN_BY = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
PICTURE = re.compile(r"`([a-z-]+)\.png`")
SETTING = re.compile(r"HUIYIN_[A-Z_]*[A-Z]")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def unknown_in(written: str) -> list[str]:
    """Return the words of a written command that ``huiyin`` does not know."""
    command: click.Command = huiyin
    unknown = []
    begun = False
    for word in written.split():
        begun = begun or word.startswith("--")
        # A group that does something by itself takes its options before any command.
        if isinstance(command, click.Group) and not begun:
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [word]
            command = found
        elif word.startswith("--") and not knows(command, word):
            unknown.append(word)
    return unknown


def knows(command: click.Command, option: str) -> bool:
    given = option.partition("=")[0]
    known = {"--help"}
    for parameter in command.params:
        known.update(parameter.opts, parameter.secondary_opts)
    return given in known


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_command_that_is_written_down_can_be_given(document: Path) -> None:
    written = [a or b for a, b in COMMAND.findall(document.read_text(encoding="utf-8"))]

    assert [command for command in written if unknown_in(command)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name)
def test_every_link_leads_somewhere(document: Path) -> None:
    targets = LINK.findall(document.read_text(encoding="utf-8"))

    assert [t for t in targets if not (document.parent / t).exists()] == []


def test_readme_names_every_command() -> None:
    context = click.Context(huiyin)
    groups = {
        word: huiyin.get_command(context, word)
        for word in huiyin.list_commands(context)
    }
    commands = {
        f"{word} {inner}" if inner else word
        for word, group in groups.items()
        for inner in (
            group.list_commands(click.Context(group))
            if isinstance(group, click.Group)
            else [""]
        )
    }

    assert {
        command for command in commands if f"`huiyin {command}" not in text("README.md")
    } == set()


def test_the_table_of_settings_is_the_one_in_the_code() -> None:
    assert text("docs/settings.md").endswith(f"\n\n{settings_table()}")


@pytest.mark.parametrize(
    "document", ["README.md", "docs/deployment.md", "compose.yaml", "Dockerfile"]
)
def test_every_setting_that_is_named_is_there(document: str) -> None:
    named = set(SETTING.findall(text(document)))

    assert {setting for setting in named if f"`{setting}`" not in settings_table()} <= {
        "HUIYIN_PORT"  # one that a platform sets, and docs/deployment.md warns of
    }


@pytest.mark.parametrize("document", [ROOT / "README.md", *GUIDES], ids=name)
def test_every_test_that_is_named_is_there(document: Path) -> None:
    named = SHOWN_BY.findall(document.read_text(encoding="utf-8"))

    assert named
    assert [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in text(f"tests/{file}")
    ] == []


def test_every_feature_names_the_test_that_shows_it() -> None:
    table = text("README.md").partition("\n## Features\n")[2].partition("\n## ")[0]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ")]
    features = [row for row in rows[1:] if not row[1].startswith(" **")]

    assert len(features) > 40
    assert [row[1] for row in features if not SHOWN_BY.search(row[2])] == []
    assert {cell.strip() for row in features for cell in row[3:-1]} == {
        "yes", "part", "no", "–",
    }  # fmt: skip


@pytest.mark.parametrize("guide", GUIDES, ids=name)
def test_every_picture_that_a_guide_names_is_taken_by_its_story(guide: Path) -> None:
    story = text(f"tests/story/roles/test_{guide.stem}.py")
    named = set(PICTURE.findall(guide.read_text(encoding="utf-8")))

    assert named
    assert {picture for picture in named if f'"{picture}"' not in story} == set()


def test_ci_runs_what_readme_says() -> None:
    (tests,) = re.findall(
        r"^ {4}(python3 -m venv .* -m tests)$", text("README.md"), re.MULTILINE
    )

    assert text(".ci/run").endswith(f"\nexport CI=true\n{tests}\n")


def test_start_and_tests_are_installed_in_the_same_way() -> None:
    start, tests = re.findall(
        r"^ {4}(python3 -m venv .*) && .*$", text("README.md"), re.MULTILINE
    )

    assert start.replace("run.txt", "test.txt") == tests


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in text("CHANGELOG.md")


def test_the_version_is_the_same_everywhere() -> None:
    assert f'\nversion = "{__version__}"\n' in text("pyproject.toml")


def test_contributing_shows_every_room() -> None:
    rooms = {
        path.stem if path.suffix else f"{path.name}/"
        for path in (ROOT / "app").iterdir()
        if path.suffix == ".py" or (path.is_dir() and not path.name.startswith("_"))
    }
    plan = text("CONTRIBUTING.md")

    assert {
        room for room in rooms - {"__init__", "__main__"} if room not in plan
    } == set()


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=name)
def test_a_decision_has_a_date_and_its_three_parts(decision: Path) -> None:
    written = decision.read_text(encoding="utf-8")

    assert re.match(
        rf"# {int(decision.name[:4])}\. .+\n\n\d{{4}}-\d\d-\d\d · ", written
    )
    assert re.findall(r"^## (.+)$", written, re.MULTILINE) == [
        "Context", "Decision", "Consequences",
    ]  # fmt: skip
