"""Pages: templates filled in, in the reader's language, with the headers of a page."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources
from typing import Any, Final, Self
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup
from starlette.types import ASGIApp, Receive, Scope, Send

from app.domain.vocabulary import Language
from app.premises import Premises
from app.web.addresses import path_of, readable_path
from app.web.compiling import PageEnvironment
from app.web.wording import Catalogue, catalogue

_PREFIX = f"/{Language.EN}"
_TAGS: Final = {Language.ZH: "zh-CN", Language.EN: "en"}
_STEP: Final = 1024


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
    times in the office's zone, ``spelled(on)`` for a day in words and ``today``,
    ``size(count)`` for bytes, ``offers(feature)``, ``language`` and
    ``tag(language)`` (its name for browsers), ``other_language()`` (the address of this
    page in it), ``static(name)`` and ``now``.
    """
    premises, around = premises_of(request), Surroundings.of(request)
    now = premises.clock()
    known = {
        "request": request,
        "today": now.astimezone(around.zone).date(),
        "other_language": partial(_other_language, request),
        "now": now,
        "offers": premises.house.features.offers,
    }
    content = _filled(template, around, facts | known)
    return HTMLResponse(content, status_code=status)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a page is read: in which language, below what, by which clocks."""

    language: Language
    prefix: str
    """What all addresses begin with."""

    zone: ZoneInfo

    @classmethod
    def of(cls, request: Request) -> Self:
        """Return those of what was asked for."""
        prefix = request.scope.get("root_path", "")
        return cls(language_of(request), prefix, premises_of(request).settings.zone)


def piece(template: str, around: Surroundings, **facts: Any) -> Markup:
    """Return a piece of a page, filled in.

    It knows what every template does of words, addresses and days, but nothing of the
    request or of the time: so whoever has the same facts may have the same piece.
    """
    return Markup(_filled(template, around, facts))  # noqa: S704 - a template's own work


def _filled(template: str, around: Surroundings, facts: dict[str, Any]) -> str:
    environment = _environment(around.language)
    return environment.get_template(template).render(facts | _known(around))


@cache
def _known(around: Surroundings) -> dict[str, Any]:
    """Return what every template knows."""
    words, zone = catalogue(around.language), around.zone
    return {
        "t": words.text,
        "label": words.label,
        "link": around.prefix.__add__,
        "static": _static,
        "moment": lambda at: at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "day": lambda on: _day(on, zone),
        "spelled": partial(day_in_words, words),
        "size": partial(size_in_words, words),
        "language": around.language,
        "tag": _TAGS.__getitem__,
    }


@cache
def _static(name: str) -> str:
    """Return the address of a static file, new with each change of it."""
    content = resources.files("app.web").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def _day(on: dt.date | dt.datetime, zone: dt.tzinfo) -> str:
    if isinstance(on, dt.datetime):
        on = on.astimezone(zone).date()
    return on.isoformat()


def day_in_words(words: Catalogue, on: dt.date) -> str:
    """Return a day as people say it."""
    month = words.text(f"month.{on.month}")
    return words.text("opening.day", year=on.year, month=month, day=on.day)


def size_in_words(words: Catalogue, count: int) -> str:
    """Return how much ``count`` bytes are, in the unit that people would take."""
    if count < _STEP:
        return words.text("size.bytes", number=count)
    if count < _STEP**2:
        return words.text("size.kilobytes", number=f"{count / _STEP:.1f}")
    return words.text("size.megabytes", number=f"{count / _STEP**2:.1f}")


def _other_language(request: Request) -> str:
    """Return the address of this page in the other language.

    What answers a form has none: then it is that of the page which it belongs to.
    """
    path, query = path_of(request), request.url.query
    if request.method != "GET":
        path, query = readable_path(request), ""
    prefix = "" if language_of(request) is Language.EN else _PREFIX
    # To a browser "//host" and "/\host" are other hosts: it has to stay a path.
    address = f"{prefix}/{quote(path.lstrip('/'))}"
    return f"{address}?{query}" if query else address


@cache
def _environment(language: Language) -> PageEnvironment:
    return PageEnvironment({"t": catalogue(language).text, "static": _static})
