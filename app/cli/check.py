"""``huiyin check``: whether the service on this machine is well."""

import os
import smtplib
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Final

import click

from app.cli.lazy import PartialFailure, load
from app.cli.parts import MAIL, PARTS, WEB, WORKER, Parts
from app.errors import AppError
from app.settings import Settings

WITHIN: Final = 5.0
"""Seconds in which each part has to answer."""


class NotWell(AppError):
    """A part of the service does not answer as it should."""

    code = "not_well"


@click.command()
@click.option(
    "--only",
    "parts",
    type=Parts(),
    default=WEB,
    show_default=True,
    help=f"What should run here: some of {PARTS}.",
)
def check(parts: frozenset[str]) -> None:
    """Say whether the service is well; exit code 1 if it is not.

    Asks the website whether it lives and its database answers, and the mail intake for
    its greeting. The worker is well while no letter waits for ten minutes to be read or
    sent; mailboxes that it cannot read are told, too, and are no fault of its own.
    """
    settings = Settings.from_environ(os.environ)
    asked = {WEB: _ask_web, MAIL: _ask_mail, WORKER: _ask_worker}
    for part in sorted(parts):
        try:
            told = asked[part](settings)
        except (AppError, OSError, HTTPException, smtplib.SMTPException) as error:
            raise PartialFailure(f"{part}: {error}") from error
        click.echo("\n".join([f"{part}: well", *told]))


def _ask_web(settings: Settings) -> Sequence[str]:
    for path in ("/healthz", "/readyz"):
        connection = HTTPConnection(
            _reachable(settings.web_host), settings.web_port, timeout=WITHIN
        )
        connection.request("GET", path)
        response = connection.getresponse()
        said = response.read(200).decode("ascii", "replace").strip()
        connection.close()
        if response.status != 200:  # noqa: PLR2004 - OK
            raise NotWell(said)
    return ()


def _ask_mail(settings: Settings) -> Sequence[str]:
    with smtplib.SMTP(
        _reachable(settings.mail_host), settings.mail_port, timeout=WITHIN
    ) as client:
        client.noop()
    return ()


def _ask_worker(_settings: Settings) -> Sequence[str]:
    told: list[str] = load("app.cli.stored:ask_worker")()
    return told


def _reachable(host: str) -> str:
    """Return where a server that listens on ``host`` can be asked."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - compared, not bound
