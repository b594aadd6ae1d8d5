"""The public site and the API: their routes, and what they keep at hand."""

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.types import Scope

from app.premises import Premises
from app.web import (
    api,
    api_docs,
    api_notices,
    letter_door,
    not_me,
    public,
    tracking,
    write,
)
from app.web.following import items, keeping, lost, steps
from app.web.gate import Gate
from app.web.notices import document, home, item, plain, versions
from app.web.notices.prepared import PreparedNotices
from app.web.openapi import described
from app.web.outcome import open311_forms
from app.web.outcome.figures import Figures
from app.web.outcome.rooms import ROOMS
from app.web.rendered import RenderedPages
from app.web.writing import consents, likely, proof
from app.web.writing.watch import UNUSUAL, Watch

_FOR_EVER: Final = "public, max-age=31536000, immutable"


class StaticSite(StaticFiles):
    """Static files: under an address that names their content they never change.

    They go out packed. So do pages that are the same for everybody (`rendered`) and
    those of the desk (`desk_pages`), and nothing else: where a page holds a secret
    beside words of the reader's choosing, its packed length tells of it (BREACH).
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file, and how long a browser may keep it."""
        response = await super().get_response(path, scope)
        named = scope["query_string"].startswith(b"v=")
        response.headers["Cache-Control"] = _FOR_EVER if named else "no-cache"
        response.headers["Vary"] = "Accept-Encoding"
        packs = "gzip" in Headers(scope=scope).get("accept-encoding", "")
        if packs and isinstance(response, FileResponse):
            return _packed(response)
        return response


def install(app: FastAPI, premises: Premises) -> None:
    """Let ``app`` serve the public."""
    per_minute = premises.settings.submissions_per_minute
    app.state.gate = Gate(submissions_per_minute=per_minute)
    app.state.watch = Watch(UNUSUAL * per_minute)
    app.state.rendered_pages = RenderedPages()
    app.state.prepared_notices = PreparedNotices()
    app.state.figures = Figures()
    app.openapi = described(app)  # type: ignore[method-assign]  # FastAPI says to do so
    # Looked through in this order for each request: the busiest come first.
    # `plain` stands before those whose addresses would take its ".txt" for a name.
    for room in (
        api, write, plain, document, item, home, public, tracking, steps, keeping, lost,
        items, api_notices, api_docs, not_me, versions, *ROOMS,
    ):  # fmt: skip
        app.include_router(room.router)
    for room in (likely, proof, consents):
        app.include_router(room.router)
    open311_forms.install(app)
    if premises.settings.letter_door_secret is not None:
        app.include_router(letter_door.router)


def _packed(file: FileResponse) -> Response:
    tag = file.headers["etag"]
    headers = {
        "ETag": f"W/{tag}",
        "Content-Encoding": "gzip",
        **{
            name: file.headers[name]
            for name in ("last-modified", "cache-control", "vary")
        },
    }
    body = _content(Path(file.path), tag)
    return Response(body, media_type=file.media_type, headers=headers)


@lru_cache(maxsize=128)
def _content(path: Path, _tag: str) -> bytes:
    """Return a file, packed; the tag is another one when the file is."""
    return gzip.compress(path.read_bytes(), mtime=0)
