"""Locks: complete, hashed, and tied to no host."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = ("run", "postgres", "test")

PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def pinned(lock: str) -> dict[str, str]:
    return dict(PIN.findall(text(lock)))


def wanted(lock: str) -> set[str]:
    """Return the names of what ``pyproject.toml`` asks for directly."""
    project, groups = PROJECT["project"], PROJECT["dependency-groups"]
    asked = [*project["dependencies"], *groups["build"]]
    if lock != "run":
        asked += project["optional-dependencies"]["postgres"]
        asked += project["optional-dependencies"]["dkim"]
    if lock == "test":
        asked += groups["test"]
    names = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in asked)
    return {re.sub(r"[._-]+", "-", found[0]).lower() for found in names if found}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in text(lock)
    assert "--index" not in text(lock)
    assert "--find-links" not in text(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_whatever_the_project_asks_for(lock: str) -> None:
    assert wanted(lock) - set(pinned(lock)) == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", text(lock).strip())

    assert [e.split()[0] for e in entries if not PIN.match(e)] == []
    assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == []


def test_what_is_tested_is_what_runs() -> None:
    tested = pinned("test")

    assert pinned("run").items() <= pinned("postgres").items()
    assert pinned("postgres").items() <= tested.items()
