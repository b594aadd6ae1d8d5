"""Rendered pages kept at hand: a notice is filled in once for each version of it.

A reader who has the page already gets "not modified" (RFC 9110, section 13.1.2).
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from fastapi import Request, Response

from app.web.pages import premises_of

MOST_BYTES: Final = 32 * 2**20
_LEAST_TO_PACK: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A page's body, plain and packed, and the tag that names this very text."""

    body: bytes
    packed: bytes
    tag: str
    media_type: str

    @property
    def size(self) -> int:
        """What it takes in memory, in bytes."""
        return len(self.body) + len(self.packed)


class RenderedPages:
    """The pages that were asked for last, up to `MOST_BYTES`."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        """Start with none."""
        self._most_bytes = most_bytes
        self._bytes = 0
        self._pages: OrderedDict[Hashable, Rendered] = OrderedDict()
        self._variant: Hashable = frozenset()

    def keep_to(self, variant: Hashable) -> None:
        """Forget pages that were rendered while something else was offered."""
        if variant != self._variant:
            self._pages.clear()
            self._bytes, self._variant = 0, variant

    def find(self, key: Hashable) -> Rendered | None:
        """Return the page that ``key`` names, if it is at hand."""
        known = self._pages.get(key)
        if known is not None:
            self._pages.move_to_end(key)
        return known

    def get(self, key: Hashable, render: Callable[[], Response]) -> Rendered:
        """Return the page that ``key`` names, rendered now if it is not at hand."""
        known = self.find(key)
        if known is not None:
            return known
        response = render()
        media_type = response.media_type or "text/html"
        page = _rendered(bytes(response.body), media_type)
        self._pages[key] = page
        self._bytes += page.size
        while self._bytes > self._most_bytes and len(self._pages) > 1:
            _, dropped = self._pages.popitem(last=False)
            self._bytes -= dropped.size
        return page


def kept(request: Request, key: Hashable, render: Callable[[], Response]) -> Response:
    """Return the page that ``key`` names from those at hand, rendered if need be.

    An address with a query has a page of its own (its link to the other language has
    the query, too), which is not worth keeping.
    """
    if request.url.query:
        return render()
    return answer(request, rendered_pages_of(request).get(key, render))


def answer(request: Request, page: Rendered) -> Response:
    """Return ``page``, or that the reader's own copy of it is still right."""
    headers = {
        "ETag": page.tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    held = request.headers.get("if-none-match", "")
    if page.tag in {tag.strip() for tag in held.split(",")}:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if page.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(page.packed, media_type=page.media_type, headers=headers)
    return Response(page.body, media_type=page.media_type, headers=headers)


def rendered_pages_of(request: Request) -> RenderedPages:
    """Return the pages that the application keeps at hand."""
    pages: RenderedPages = request.app.state.rendered_pages
    pages.keep_to(premises_of(request).house.features.off)
    return pages


def _rendered(body: bytes, media_type: str) -> Rendered:
    worth = len(body) >= _LEAST_TO_PACK
    return Rendered(
        body=body,
        packed=gzip.compress(body, mtime=0) if worth else b"",
        media_type=media_type,
        tag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
    )
