"""``huiyin settings``: the table of all settings, as it stands in the documents."""

from datetime import timedelta
from typing import Final

import click
from pydantic import SecretStr

from app.settings import PREFIX, Settings

_BAR: Final = r"\|"
"""How a bar is written in a table of Markdown."""


@click.command()
def settings() -> None:
    """Print all settings as a table in Markdown: variable, default, meaning."""
    click.echo(settings_table().encode(), nl=False)


def settings_table() -> str:
    """Return the table of all settings, in Markdown, as it stands in the docs."""
    rows = ["| variable | default | what it is |", "|---|---|---|"]
    # What the class takes over from others comes first there, and here last.
    own = Settings.__annotations__
    fields = sorted(Settings.model_fields.items(), key=lambda item: item[0] not in own)
    for name, field in fields:
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, timedelta):
            default = _iso(default)
        shown = "" if default is None else f"`{default}`"
        text = " ".join((field.description or "").split())
        rows.append(
            f"| `{PREFIX}{name.upper()}` | {shown} | {text.replace('|', _BAR)} |"
        )
    return "\n".join(rows) + "\n"


def _iso(duration: timedelta) -> str:
    hours, rest = divmod(duration.seconds, 3600)
    parts = zip((hours, *divmod(rest, 60)), "HMS", strict=True)
    time = "".join(f"{number}{unit}" for number, unit in parts if number)
    days = f"{duration.days}D" if duration.days else ""
    return f"P{days}T{time}" if time else f"P{days}"
