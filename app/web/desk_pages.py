"""Pages of the desk: what all of them know, and where they lead back to."""

import gzip
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import File
from app.services.staff import Person
from app.web.pages import language_of, link, page
from app.web.wording import catalogue

_INERT: Final = "default-src 'none'; sandbox; frame-ancestors 'none'"
_QUICKLY: Final = 4
"""How hard a page is packed that is read once: 43 KB become 7 in 0.3 ms."""


def desk_page(
    request: Request,
    person: Person,
    template: str,
    *,
    status: int = HTTPStatus.OK,
    **facts: Any,
) -> Response:
    """Return a page of the desk.

    Beside what every template knows it has ``person``, ``may(duty)`` and ``done``, what
    the last step came to, in words.
    """

    def may(duty: str) -> bool:
        return permission.may(person.role, Duty(duty))

    known = {"person": person, "may": may, "done": _done(request)}
    return _packed(request, page(request, template, status=status, **known, **facts))


def _packed(request: Request, response: Response) -> Response:
    """Return a page packed, where the browser can unpack it.

    No other site can have the desk asked on a reader's behalf: the cookie of a session
    is shown to our own pages only (SameSite=Strict). So the length of what is packed
    tells nobody anything (BREACH), as it could of a page that an address alone opens.
    """
    response.headers["Vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        response.body = gzip.compress(bytes(response.body), _QUICKLY, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Content-Length"] = str(len(response.body))
    return response


def see(request: Request, path: str, **query: str) -> Response:
    """Send the browser on to ``path``, so that a reload repeats nothing."""
    asked = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(
        link(request, path) + asked, status_code=HTTPStatus.SEE_OTHER
    )


def download(file: File) -> Response:
    """Return ``file`` to be saved: no browser shows it, whatever it says it is."""
    return Response(
        file.content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": _disposition(file.file_name),
            "Content-Security-Policy": _INERT,
        },
    )


def sections_below(paths: Sequence[str], path: str) -> list[str]:
    """Return ``path`` and all paths of its parts."""
    return [each for each in paths if each == path or each.startswith(f"{path}.")]


def _done(request: Request) -> str | None:
    """Return the words for what the address says was done; None: it says nothing."""
    words = catalogue(language_of(request))
    key = f"done.{request.query_params.get('done', '')}"
    return words.text(key) if key in words else None


def _disposition(name: str) -> str:
    """Return the header that saves under ``name``, in any script (RFC 6266)."""
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._- ") else "_"
        for sign in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
