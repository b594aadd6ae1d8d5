"""The schema's history, and the two ways along it."""

from alembic import command
from alembic.config import Config
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from app.database import with_driver
from app.errors import AppError, Conflict, NotFound


class NoSuchRevision(NotFound):
    """The schema's history has no revision of that name."""

    code = "no_such_revision"


class NoWayBack(Conflict):
    """What stands in the database would be shown to the wrong people by going back."""

    code = "no_way_back"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``.

    Raises:
        NoSuchRevision: The history has none of that name.
    """
    try:
        command.upgrade(config(url), revision)
    except CommandError as error:
        raise _told(error, revision) from None


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database at ``url`` back to ``revision``.

    Raises:
        NoSuchRevision: The history has none of that name.
        NoWayBack: A revision refuses; nothing has changed.
    """
    try:
        command.downgrade(config(url), revision)
    except CommandError as error:
        raise _told(error, revision) from None


def config(url: str) -> Config:
    """Return Alembic's configuration for ``url``, which needs no file.

    Migrations run on the plain drivers: Alembic over aiosqlite hangs at exit.
    """
    settings = Config()
    settings.set_main_option("script_location", "app:migrations")
    settings.set_main_option("path_separator", "os")
    settings.set_main_option(
        "file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s"
    )
    settings.attributes["url"] = with_driver(url, asynchronous=False)
    return settings


def _told(error: CommandError, revision: str) -> AppError:
    """Return what is wrong: Alembic finds no revision, or the revision refuses."""
    if isinstance(error.__cause__, RevisionError):
        return NoSuchRevision(f"there is no revision {revision}")
    return NoWayBack(str(error))
