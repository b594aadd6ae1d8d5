"""Opening the premises for a command, and closing them after it."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy.exc import ArgumentError, DBAPIError

from app.errors import AppError
from app.premises import Premises
from app.settings import Settings, SettingsError

Result = TypeVar("Result")

_NO_TABLE = "42P01"

PATIENCE: Final = 60
"""Seconds that a command waits for its turn to write to an SQLite file: a busy service
beside it writes again and again, and whoever waits is not served in turn."""


class DatabaseTrouble(AppError):
    """The database does not do what it is asked to."""

    code = "database_trouble"


def settings_with(**changes: object) -> Settings:
    """Return the settings of the environment; ``changes`` that are not None win.

    Raises:
        SettingsError: They do not describe a service.
    """
    given = {name: value for name, value in changes.items() if value is not None}
    return Settings.from_environ(os.environ, **given)


def at_work(
    work: Callable[[Premises], Awaitable[Result]], settings: Settings | None = None
) -> Result:
    """Open the premises, do ``work`` there, and close them.

    Raises:
        SettingsError: There is no such place.
        DatabaseTrouble: The database is away, or has no tables.
        AppError: What ``work`` raises.
    """
    # What fails is told in one line by the command itself, not by a traceback too.
    logging.getLogger("app").addHandler(logging.NullHandler())
    settings = settings or settings_with()
    _, is_file, path = settings.database_url.get_secret_value().partition("sqlite:///")
    if is_file and not Path(path).exists():
        raise DatabaseTrouble(
            f"there is no database at {path}; run `huiyin database upgrade`"
        )
    return asyncio.run(_at_work(work, settings))


@contextmanager
def database_named() -> Iterator[None]:
    """Say what is wrong with the setting where it names no database.

    Raises:
        SettingsError: It names none, or one of a kind that is not installed.
    """
    try:
        yield
    except ArgumentError:
        raise SettingsError(
            "HUIYIN_DATABASE_URL: is no address of a database"
        ) from None
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"HUIYIN_DATABASE_URL: the driver {error.name} is not installed"
        ) from None


def premises_of(settings: Settings, *, patience: int = 5) -> Premises:
    """Return the premises that ``settings`` describe; ``patience`` is as there.

    Raises:
        SettingsError: There is no such place.
    """
    try:
        with database_named():
            return Premises(settings, patience=patience)
    except OSError as error:
        raise SettingsError(
            f"the secret cannot be read or made: {error.strerror}: {error.filename}"
        ) from None


def trouble(error: DBAPIError) -> DatabaseTrouble:
    """Return what to tell a person about an error of the database."""
    said = " ".join(str(error.orig).split())
    state: Any = getattr(error.orig, "sqlstate", None)
    if state == _NO_TABLE or "no such table" in said:
        return DatabaseTrouble(
            "the database has no tables yet: run `huiyin database upgrade`"
        )
    return DatabaseTrouble(f"the database cannot be used: {said}")


async def _at_work(
    work: Callable[[Premises], Awaitable[Result]], settings: Settings
) -> Result:
    try:
        async with premises_of(settings, patience=PATIENCE) as premises:
            return await work(premises)
    except DBAPIError as error:
        raise trouble(error) from error
