"""Addresses: where a page stands that one can come back to.

Some addresses only take forms: what answers there has no address of its own. Whoever
follows a link from it, or types it, is led to the nearest page above.
"""

from typing import Final

from fastapi import Request
from starlette.routing import Match

_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")


def path_of(request: Request) -> str:
    """Return the path that was asked for, without its language."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", ""))


def readable_path(request: Request) -> str:
    """Return the path that was asked for, or the nearest above it that is a page."""
    path = path_of(request)
    while path and not is_page(request, path):
        path = path.rpartition("/")[0]
    return path or "/"


def is_page(request: Request, path: str) -> bool:
    """Return whether ``path`` can be asked for with GET."""
    return _takes(request, path, "GET")


def methods_of(request: Request) -> str:
    """Return what can be done at the path that was asked for, as ``Allow`` says it.

    Its routes stand apart, and the first of them knows of its own method alone.
    """
    path = path_of(request)
    return ", ".join(each for each in _METHODS if _takes(request, path, each))


def _takes(request: Request, path: str, method: str) -> bool:
    scope = {
        "type": "http", "method": method, "path": path, "root_path": "", "headers": [],
    }  # fmt: skip
    return any(
        route.matches(scope)[0] is Match.FULL for route in request.app.router.routes
    )
