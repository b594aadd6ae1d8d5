"""Addresses: where a page stands that one can come back to.

Some addresses only take forms: what answers there has no address of its own. Whoever
follows a link from it, or types it, is led to the nearest page above.
"""

from fastapi import Request
from starlette.routing import Match


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
    scope = {
        "type": "http", "method": "GET", "path": path, "root_path": "", "headers": [],
    }  # fmt: skip
    return any(
        route.matches(scope)[0] is Match.FULL for route in request.app.router.routes
    )
