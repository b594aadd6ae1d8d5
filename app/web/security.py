"""Headers that every response bears, and the proof that a request is our own page's."""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import NotAllowed

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # `no-referrer` would make browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
FRAMING: Final = f"{_HEADERS['Content-Security-Policy']}; frame-src 'self'"
"""The policy of a page that holds another one of ours."""

_HSTS: Final = "max-age=31536000; includeSubDomains"


class CrossSite(NotAllowed):
    """The request was sent by a page of another site."""

    code = "cross_site"


class SecurityHeaders:
    """Adds what is missing of the headers to every response."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Wrap ``app``; ``secure`` says that it is reached over TLS."""
        self._app = app
        self._headers = _HEADERS | (
            {"Strict-Transport-Security": _HSTS} if secure else {}
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the response back with the headers."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, with_headers)


def check_same_site(request: Request) -> None:
    """Hold that a request which changes something comes from our own pages.

    Browsers say so in ``Sec-Fetch-Site``; over plain HTTP on another host than
    localhost they leave it out, and ``Origin`` must name the host (OWASP, Cross-Site
    Request Forgery Prevention). A browser that leaves out both still sends a
    ``Referer``, unless it is told not to; a request with none comes from no page.

    Raises:
        CrossSite: It does not.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSite("this form was sent from another site")
        return
    origin = request.headers.get("origin", request.headers.get("referer"))
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise CrossSite("this form was sent from another site")


async def from_same_site(request: Request) -> None:
    """Hold the same, as what a route depends on.

    Raises:
        CrossSite: See `check_same_site`.
    """
    check_same_site(request)
