"""Conditional answers: whoever has the newest already is told so, in a few bytes.

For what programs fetch again and again (RFC 9110, section 13). Any page of any site may
read it: it is public, and asks for no cookie.
"""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response

FOR_ALL: Final = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_FRESH: Final = "public, max-age=300"


def answer(
    request: Request, body: bytes, media_type: str, *, changed_at: datetime | None
) -> Response:
    """Return ``body``, or that the reader's own copy of it is still right."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {**FOR_ALL, "ETag": tag, "Cache-Control": _FRESH}
    if changed_at is not None:
        headers["Last-Modified"] = format_datetime(changed_at.astimezone(UTC), True)
    if _is_known(request, tag, changed_at):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def _is_known(request: Request, tag: str, changed_at: datetime | None) -> bool:
    """Whether the reader has this; a tag says more than a moment does."""
    held = request.headers.get("if-none-match")
    if held is not None:
        known = {each.strip().removeprefix("W/") for each in held.split(",")}
        return tag in known or "*" in known
    since = _moment(request.headers.get("if-modified-since", ""))
    if since is None or changed_at is None:
        return False
    return changed_at.replace(microsecond=0) <= since


def _moment(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
