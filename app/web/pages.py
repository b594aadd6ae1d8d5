"""Pages: templates filled in, in the reader's language, with the headers of a page."""

import datetime as dt
import hashlib
from functools import cache, partial
from importlib import resources
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.vocabulary import Language
from app.premises import Premises
from app.web.compiling import PageEnvironment
from app.web.wording import catalogue

_PREFIX = f"/{Language.EN}"


class LanguagePrefix:
    """Lets every page have an English twin below ``/en``.

    The prefix becomes the ``root_path``, so routes do not know of it; no cookie is
    needed to remember a language.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Mark the request with its language and pass it on."""
        if scope["type"] == "http":
            path: str = scope["path"]
            english = path == _PREFIX or path.startswith(f"{_PREFIX}/")
            if path == _PREFIX:
                scope["path"] = f"{_PREFIX}/"
            if english:
                scope["root_path"] = scope.get("root_path", "") + _PREFIX
            language = Language.EN if english else Language.ZH
            scope.setdefault("state", {})["language"] = language
        await self._app(scope, receive, send)


def language_of(request: Request) -> Language:
    """Return the language that the request asks for."""
    language: Language = request.state.language
    return language


def premises_of(request: Request) -> Premises:
    """Return the premises that the application runs on."""
    premises: Premises = request.app.state.premises
    return premises


def is_api(scope: Scope) -> bool:
    """Return whether a program asks, who gets problems in place of pages."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.startswith("/api/")


def link(request: Request, path: str) -> str:
    """Return the address of ``path`` in the language of the request."""
    return f"{request.scope.get('root_path', '')}{path}"


def page(
    request: Request, template: str, *, status: int = 200, **facts: Any
) -> Response:
    """Return ``template`` filled in with ``facts``.

    Beside them every template knows: ``t(key, **facts)`` for words, ``label(member)``
    for words of the vocabulary, ``link(path)``, ``moment(at)`` and ``day(on)`` for
    times in the office's zone, ``language``, ``other_language`` (the address of this
    page in it), ``static(name)`` and ``now``.
    """
    premises = premises_of(request)
    language, zone = language_of(request), premises.settings.zone
    words = catalogue(language)
    content = (
        _environment(language)
        .get_template(template)
        .render(
            facts
            | {
                "request": request,
                "t": words.text,
                "label": words.label,
                "link": partial(link, request),
                "static": _static,
                "moment": lambda at: at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
                "day": lambda on: _day(on, zone),
                "language": language,
                "other_language": _other_language(request),
                "now": premises.clock(),
            }
        )
    )
    return HTMLResponse(content, status_code=status)


@cache
def _static(name: str) -> str:
    """Return the address of a static file, new with each change of it."""
    content = resources.files("app.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _day(on: dt.date | dt.datetime, zone: dt.tzinfo) -> str:
    if isinstance(on, dt.datetime):
        on = on.astimezone(zone).date()
    return on.isoformat()


def _other_language(request: Request) -> str:
    """Return the address of this page in the other language."""
    path = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    if language_of(request) is Language.EN:
        return (path.removeprefix(_PREFIX) or "/") + query
    return _PREFIX + path + query


@cache
def _environment(language: Language) -> PageEnvironment:
    return PageEnvironment({"t": catalogue(language).text, "static": _static})
