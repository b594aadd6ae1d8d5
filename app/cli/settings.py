"""``huiyin settings``: the table of all settings, as it stands in the documents."""

import click

from app.settings import settings_table


@click.command()
def settings() -> None:
    """Print all settings as a table in Markdown: variable, default, meaning."""
    click.echo(settings_table().encode(), nl=False)
