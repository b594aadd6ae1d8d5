"""Access tokens for mailboxes, asked for with a refresh token (RFC 6749, section 6)."""

import asyncio
import json
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

import h11

from app.domain.correspondence import MailboxTrouble
from app.domain.mailbox import TokenGrant, check_token_url
from app.gateways.imap_faults import MailboxFault

WITHIN: Final = 20.0
"""Seconds for the whole answer."""

_MOST: Final = 2**16
_USUAL_LIFE: Final = 3600
_LONGEST_LIFE: Final = 30 * 86400
_MARGIN: Final = timedelta(minutes=5)
_FINAL: Final = {"invalid_grant", "invalid_client", "unauthorized_client"}
"""Refusals that no second try changes (RFC 6749, section 5.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """An access token as it was given out."""

    value: str = field(repr=False)
    expires_at: datetime
    renew_at: datetime
    """From when on another is asked for."""

    refresh_token: str | None = field(default=None, repr=False)
    """The refresh token that takes the place of the one it was asked for with; None:
    that remains."""


async def ask_token(grant: TokenGrant, *, now: datetime) -> IssuedToken:
    """Ask for an access token.

    Raises:
        MailboxFault: None is given, or nobody answers; what the other side said of it
            is its code alone.
    """
    check_token_url(grant.token_url)
    asked = {
        "grant_type": "refresh_token",
        "refresh_token": grant.refresh_token,
        "client_id": grant.client_id,
        "client_secret": grant.client_secret,
        "scope": grant.scope,
    }
    form = urlencode({name: value for name, value in asked.items() if value})
    try:
        async with asyncio.timeout(WITHIN):
            status, body = await _post(urlsplit(grant.token_url), form.encode())
    except TimeoutError:
        raise MailboxFault(MailboxTrouble.TOKEN_UNREACHABLE) from None
    except (OSError, EOFError, ValueError, h11.RemoteProtocolError) as error:
        said = type(error).__name__
        raise MailboxFault(MailboxTrouble.TOKEN_UNREACHABLE, said) from None
    return _issued(status, body, now=now)


def _issued(status: int, body: bytes, *, now: datetime) -> IssuedToken:
    said = _said(body)
    value, code = said.get("access_token"), said.get("error")
    if not isinstance(value, str) or not value:
        code = code if isinstance(code, str) else f"HTTP {status}"
        refused = code in _FINAL
        trouble = (
            MailboxTrouble.TOKEN_REFUSED
            if refused
            else MailboxTrouble.TOKEN_UNREACHABLE
        )
        raise MailboxFault(trouble, code)
    life = timedelta(seconds=_seconds(said.get("expires_in")))
    rotated = said.get("refresh_token")
    return IssuedToken(
        value=value,
        expires_at=now + life,
        renew_at=now + max(life - _MARGIN, life / 2),
        refresh_token=rotated if isinstance(rotated, str) and rotated else None,
    )


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _seconds(value: object) -> float:
    """Return how long a token lives; some say it as a string, some not at all."""
    try:
        seconds = float(str(value))
    except ValueError:
        return _USUAL_LIFE
    return min(seconds, _LONGEST_LIFE) if seconds > 0 else _USUAL_LIFE


async def _post(url: SplitResult, form: bytes) -> tuple[int, bytes]:
    """Post ``form``, and return status and body of the answer.

    Raises:
        OSError: There is no connection.
        EOFError: It broke off.
        h11.RemoteProtocolError: The answer is no HTTP.
        ValueError: It is larger than any token.
    """
    context = ssl.create_default_context() if url.scheme == "https" else None
    port = url.port or (443 if context else 80)
    reader, writer = await asyncio.open_connection(url.hostname, port, ssl=context)
    try:
        http = h11.Connection(h11.CLIENT)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        headers = [
            ("Host", url.netloc.rpartition("@")[2]),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Content-Length", str(len(form))),
            ("Accept", "application/json"),
            ("Connection", "close"),
        ]
        request = h11.Request(method="POST", target=target, headers=headers)
        for event in (request, h11.Data(data=form), h11.EndOfMessage()):
            writer.write(http.send(event) or b"")
        return await _answer(http, reader)
    finally:
        writer.transport.abort()


async def _answer(
    http: h11.Connection, reader: asyncio.StreamReader
) -> tuple[int, bytes]:
    status, body = 0, b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(_MOST))
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _MOST:
                raise ValueError("an answer larger than any token")
        elif isinstance(event, h11.EndOfMessage):
            return status, body
        elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
            raise EOFError
