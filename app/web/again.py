"""Again: what was typed is given back when it could not be stored, to be sent again.

It goes for every form of ours in which somebody writes, and needs no database.
"""

from typing import Any, Final

from fastapi import Request
from starlette.exceptions import HTTPException

from app.web.addresses import path_of
from app.web.forms import received
from app.web.pages import premises_of

_WRITTEN: Final = ("subject", "text", "reason", "words", "remark", "body")
_SECRET: Final = frozenset(
    {"password", "new_password", "again", "secret", "client_secret"}
)


async def given_back(request: Request) -> dict[str, Any] | None:
    """Return what the page needs to show what was typed; None: nothing was written."""
    if request.method != "POST":
        return None
    try:
        async with received(request, premises_of(request).settings) as form:
            sent = form.multi_items()
    except HTTPException:
        return None
    fields = [(name, value) for name, value in sent if isinstance(value, str)]
    told = {name for name, text in fields if name in _WRITTEN and text.strip()}
    if not told or any(name in _SECRET for name, _ in fields):
        return None
    return {
        "to": path_of(request),
        # One name may stand for several fields, each with its place among them.
        "written": [(name, text) for name, text in fields if name in told],
        "kept": [(name, value) for name, value in fields if name not in told],
        "files_lost": any(
            value.filename for _, value in sent if not isinstance(value, str)
        ),
    }
