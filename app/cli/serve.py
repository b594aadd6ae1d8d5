"""``huiyin serve``: the website, the mail intake and the worker, in one process."""

import asyncio
from urllib.parse import urlsplit

import click
import uvloop
from sqlalchemy import make_url

from app import __version__, logs, migrations
from app.cli.database import migrate
from app.cli.opening import settings_with
from app.cli.parts import MAIL, PARTS, WEB, Parts
from app.cli.serving import Listeners, Opened, bind, serve_until_told
from app.settings import Settings


@click.command()
@click.option(
    "--host",
    metavar="ADDRESS",
    help="Address that the website and the mail intake listen on.",
)
@click.option("--web-port", type=int, metavar="PORT", help="Port of the website.")
@click.option("--mail-port", type=int, metavar="PORT", help="Port of the mail intake.")
@click.option(
    "--mail-protocol",
    type=click.Choice(["smtp", "lmtp"]),
    help="What the mail intake speaks: LMTP behind a mail server.",
)
@click.option(
    "--intake-address",
    metavar="ADDRESS",
    help="Address that opinions are sent to by mail.",
)
@click.option(
    "--relay-url",
    metavar="URL",
    help="Mail server that takes our letters, as smtp://mail.example.org.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Address under which the public reaches the website.",
)
@click.option(
    "--database-url",
    metavar="URL",
    help="Where everything is stored: sqlite:///FILE or postgresql://….",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="How much the log says.",
)
@click.option(
    "--log-format",
    type=click.Choice(["plain", "json"]),
    help="What a line of the log looks like.",
)
@click.option(
    "--only",
    "parts",
    type=Parts(),
    default=PARTS,
    show_default=True,
    help="Parts to run in this process, separated by commas.",
)
@click.option(
    "--sample/--no-sample",
    default=True,
    show_default=True,
    help="Publish a sample notice if there is none at all.",
)
def serve(
    host: str | None,
    parts: frozenset[str],
    *,
    sample: bool,
    **given: str | int | None,
) -> None:
    """Run the service until it is told to stop (SIGTERM, Ctrl-C).

    Each option but the last two is a setting, too: a variable HUIYIN_…, see `huiyin
    settings`. The first start makes the tables, the supervision office and the first
    account, whose one-time password is printed once.
    """
    settings = _settings(host, given)
    logs.set_up(settings.log_level, form=settings.log_format)
    listeners = Listeners(
        web=bind(settings.web_host, settings.web_port) if WEB in parts else None,
        mail=bind(settings.mail_host, settings.mail_port) if MAIL in parts else None,
    )
    migrate(settings, migrations.upgrade)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(
            serve_until_told(
                settings, parts=parts, listeners=listeners, sample=sample, tell=_tell
            )
        )


def _settings(host: str | None, given: dict[str, str | int | None]) -> Settings:
    return settings_with(web_host=host, mail_host=host, **given)


def _tell(opened: Opened) -> None:
    """Say what runs where, and the first account's password, which nobody keeps."""
    settings, listeners = opened.settings, opened.listeners
    lines = [f"Huiyin {__version__}"]
    if listeners.web is not None:
        port = listeners.web.getsockname()[1]
        here = f"http://{_shown(settings.web_host)}:{port}"
        public = "" if _is_here(settings, port) else f" (public: {settings.base_url})"
        lines += [f"  website      {here}/{public}", f"  staff        {here}/desk"]
    if listeners.mail is not None:
        port = listeners.mail.getsockname()[1]
        there = f"{settings.mail_protocol}://{_shown(settings.mail_host)}:{port}"
        lines.append(f"  mail intake  {there} for {settings.intake_address}")
    url = make_url(settings.database_url.get_secret_value())
    lines.append(f"  database     {url.render_as_string(hide_password=True)}")
    if settings.relay_url is None:
        lines.append("  letters      wait in the outbox: no HUIYIN_RELAY_URL is set")
    if opened.password is not None:
        lines.append(
            f"  first account: {opened.user_name}, one-time password,"
            f" shown only now: {opened.password}"
        )
    click.echo("\n".join(lines))


def _shown(host: str) -> str:
    if host in {"127.0.0.1", "0.0.0.0", "::1", "::"}:  # noqa: S104 - compared only
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _is_here(settings: Settings, port: int) -> bool:
    parts = urlsplit(settings.base_url)
    return parts.hostname in {"localhost", "127.0.0.1"} and parts.port == port
