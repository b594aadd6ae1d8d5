"""The schema's history, and the two ways along it."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from app.database import with_driver
from app.errors import NotFound


class NoSuchRevision(NotFound):
    """The schema's history has no revision of that name."""

    code = "no_such_revision"


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``.

    Raises:
        NoSuchRevision: The history has none of that name.
    """
    try:
        command.upgrade(config(url), revision)
    except CommandError:
        raise NoSuchRevision(f"there is no revision {revision}") from None


def downgrade(url: str, revision: str = "base") -> None:
    """Take the database at ``url`` back to ``revision``.

    Raises:
        NoSuchRevision: The history has none of that name.
    """
    try:
        command.downgrade(config(url), revision)
    except CommandError:
        raise NoSuchRevision(f"there is no revision {revision}") from None


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
