"""``huiyin database``: the tables, brought up to date or taken back."""

from collections.abc import Callable

import click
from sqlalchemy.exc import DBAPIError

from app import migrations
from app.cli.opening import database_named, settings_with, trouble
from app.database import alone
from app.settings import Settings


@click.command()
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to REVISION, the newest if left out."""
    migrate(settings_with(), migrations.upgrade, revision)


@click.command()
@click.argument("revision")
@click.confirmation_option(prompt="What the newer tables hold is lost. Go on?")
def downgrade(revision: str) -> None:
    """Take the database back to REVISION; base is an empty database."""
    migrate(settings_with(), migrations.downgrade, revision)


def migrate(
    settings: Settings, along: Callable[[str, str], None], revision: str = "head"
) -> None:
    """Go ``along`` the schema's history to ``revision``.

    Raises:
        SettingsError: There is no such database.
        NoSuchRevision: There is no such revision.
        DatabaseTrouble: It is away, or refuses.
    """
    url = settings.database_url.get_secret_value()
    try:
        with database_named(), alone(url):
            along(url, revision)
    except DBAPIError as error:
        raise trouble(error) from error
