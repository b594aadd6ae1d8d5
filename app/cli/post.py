"""``huiyin mail post``: one letter from a pipe to a Huiyin elsewhere, over HTTP.

It needs no database: a mail server calls it on a machine that reaches nothing of the
service but its website. Exit codes are those of ``huiyin mail receive``.
"""

import json
import os
import sys
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

import click

from app.cli.receive import NULL_SENDERS, NeverTaken, Nobody, Pipe, TryAgain
from app.clock import utc_now
from app.domain.signature import content_digest, signature

SECRET: Final = "HUIYIN_LETTER_DOOR_SECRET"  # noqa: S105 - the name of a variable
WITHIN: Final = 60.0
"""Seconds in which the other side has to go on."""

MOST_ANSWER: Final = 2**16

_NEVER: Final = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


@click.command(cls=Pipe)
@click.argument("url")
@click.option("--sender", metavar="ADDRESS", default="", help="The envelope's sender.")
@click.option(
    "--recipient",
    "recipients",
    metavar="ADDRESS",
    multiple=True,
    required=True,
    help="A recipient of the envelope; may be given several times.",
)
def post(url: str, sender: str, recipients: tuple[str, ...]) -> None:
    """Post one letter from standard input to the Huiyin at URL.

    The secret is in the variable HUIYIN_LETTER_DOOR_SECRET. Exit code 0 says that the
    letter is kept there; 65 that it is too large, 67 that nobody of that name is there;
    75, that the mail server is to keep it and try again.
    """
    secret = os.environ.get(SECRET, "")
    if not secret:
        raise TryAgain(f"{SECRET}: needed to sign the letter")
    sender = "" if sender.strip().casefold() in NULL_SENDERS else sender
    query = urlencode([("sender", sender), *(("recipient", to) for to in recipients)])
    try:
        status, code = _post(url, query, sys.stdin.buffer.read(), secret)
    except (OSError, HTTPException, ValueError) as error:
        raise TryAgain(f"{url}: {error or type(error).__name__}") from error
    if status in _NEVER:
        raise NeverTaken("the letter is too large")
    if code == "unknown_recipient":
        raise Nobody("nobody of that name is there")
    if status != HTTPStatus.CREATED:
        raise TryAgain(f"{url} answered {status} {code}".rstrip())


def _post(url: str, query: str, content: bytes, secret: str) -> tuple[int, str]:
    """Return the status that was answered, and the code of the problem, if any."""
    parts = urlsplit(url)
    kind = {"http": HTTPConnection, "https": HTTPSConnection}.get(parts.scheme)
    if kind is None or not parts.hostname:
        raise ValueError("is no address such as https://opinions.example.org")
    time, digest = str(int(utc_now().timestamp())), content_digest(content)
    path = f"{parts.path.rstrip('/')}/api/v1/letters?{query}"
    headers = {
        "Content-Type": "message/rfc822",
        "Huiyin-Timestamp": time,
        "Content-Digest": digest,
        "Huiyin-Signature": signature(secret, time=time, query=query, digest=digest),
    }
    connection = kind(parts.hostname, parts.port, timeout=WITHIN)
    try:
        connection.connect()
        with suppress(ConnectionError):
            # Who is refused before all is sent finds the reason in the answer.
            connection.request("POST", path, body=content, headers=headers)
        answer = connection.getresponse()
        return answer.status, _code(answer.read(MOST_ANSWER))
    finally:
        connection.close()


def _code(answer: bytes) -> str:
    try:
        said = json.loads(answer)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    errors = said.get("errors") or [{}]
    return str(errors[0].get("code", said.get("code", "")))
