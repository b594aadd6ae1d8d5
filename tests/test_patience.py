"""A command beside a busy service waits for its turn to write."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from app.cli import opening
from app.database import Database
from app.settings import Settings
from tests.command import office

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def written(path: Path, *, seconds: float) -> Iterator[None]:
    """Let somebody else write for so long, or until the block is over."""
    begun = threading.Event()
    over = threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            over.wait(seconds)
            connection.execute("COMMIT")

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    yield
    over.set()
    thread.join()


def _path(settings: Settings) -> Path:
    return Path(settings.database_url.get_secret_value().partition("///")[2])


def test_a_command_waits_longer_than_a_service_does(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    desk = office(monkeypatch, settings)
    given = ("--role", "auditor", "--office", "督查室")

    with written(_path(settings), seconds=6.5):
        said = desk.said("staff", "add", "wang", *given)

    assert said[0].startswith("wang, one-time password: ")


def test_a_command_gives_up_in_the_end_and_says_so(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    desk = office(monkeypatch, settings)
    monkeypatch.setattr(opening, "PATIENCE", 0)

    with written(_path(settings), seconds=30):
        complaint = desk.complaint(
            "staff", "add", "wang", "--role", "auditor", "--office", "督查室"
        )

    assert "database is locked" in complaint


async def test_every_connection_is_patient(settings: Settings) -> None:
    database = Database(settings.database_url.get_secret_value(), patience=60)

    async with database.writing() as session, database.reading() as reader:
        for each in (session, reader):
            assert await each.scalar(text("PRAGMA busy_timeout")) == 60_000
    await database.close()
