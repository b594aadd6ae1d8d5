"""The log: one line for each event, for people or for programs; it names nobody.

Receipt numbers may stand in it; names, addresses, codes and texts may not. An error's
message can hold what a citizen wrote, so of an error that we do not know only its kind
and the way it took through the code are written, unless the level is ``debug``.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal, TextIO

from app.errors import AppError

Form = Literal["plain", "json"]

QUIET: Final = {
    # aiosmtpd writes every command, with its addresses, at INFO.
    "mail.log": logging.CRITICAL,
    "mail.debug": logging.CRITICAL,
    "aiosqlite": logging.WARNING,
    "alembic": logging.WARNING,
    "asyncio": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "uvicorn.error": logging.WARNING,
}
_OWN: Final = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "color_message"}
)
"""What every record has; all else came as ``extra``."""

_CAPABILITY: Final = re.compile(r"(/not-me)/.+", re.DOTALL)
"""A path that opens something to whoever knows it, up to where it does."""


def set_up(level: str, *, form: Form = "plain", stream: TextIO | None = None) -> None:
    """Let everything log to ``stream`` (stderr) from ``level`` on, and no more."""
    chosen = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(stream)
    messages = chosen <= logging.DEBUG
    handler.setFormatter(
        JsonLine(messages=messages) if form == "json" else PlainLine(messages=messages)
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(chosen)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, chosen))
    access = logging.getLogger("uvicorn.access")
    access.filters[:] = [_without_address]


class PlainLine(logging.Formatter):
    """One line that a person reads: time, level, place, event, facts."""

    def __init__(self, *, messages: bool) -> None:
        """Write the messages of unknown errors only with ``messages``."""
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows, each of its lines marked."""
        facts = "".join(
            f" {name}={json.dumps(value, ensure_ascii=False, default=str)}"
            for name, value in _facts(record).items()
        )
        line = f"{_moment(record)} {record.levelname.lower()} {record.name}:"
        lines = [f"{line} {_on_one_line(record.getMessage())}{facts}"]
        if record.exc_info and record.exc_info[1]:
            shown = _shown(record.exc_info[1], messages=self._messages)
            lines += [f"  | {_on_one_line(part)}" for part in shown]
        return "\n".join(lines)


class JsonLine(logging.Formatter):
    """One JSON object for each event."""

    def __init__(self, *, messages: bool) -> None:
        """Write the messages of unknown errors only with ``messages``."""
        super().__init__()
        self._messages = messages

    def format(self, record: logging.LogRecord) -> str:
        """Return the object; an error and its way stand in ``error``."""
        line: dict[str, Any] = {
            "at": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info and record.exc_info[1]:
            line["error"] = _shown(record.exc_info[1], messages=self._messages)
        return json.dumps(line, ensure_ascii=False, default=str)


def _without_address(record: logging.LogRecord) -> bool:
    """Let uvicorn's line say what was asked for, not by whom, nor what opens it."""
    if isinstance(record.args, tuple) and len(record.args) == 5:  # noqa: PLR2004 - uvicorn's own five
        _client, method, path, _version, status = record.args
        record.msg, record.args = "request", ()
        record.method, record.status = method, status
        record.path = _CAPABILITY.sub(r"\1/…", str(path).partition("?")[0])
    return True


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _facts(record: logging.LogRecord) -> dict[str, Any]:
    return {name: value for name, value in vars(record).items() if name not in _OWN}


def _shown(error: BaseException, *, messages: bool) -> list[str]:
    """Return where ``error`` came from, innermost cause first."""
    lines: list[str] = []
    cause = error.__cause__ or (
        None if error.__suppress_context__ else error.__context__
    )
    if cause is not None:
        lines = [*_shown(cause, messages=messages), "which led to:"]
    for frame in traceback.extract_tb(error.__traceback__):
        lines.append(f"{frame.filename}:{frame.lineno} {frame.name}: {frame.line}")
    lines.append(f"{type(error).__name__}{_said(error, messages=messages)}")
    return lines


def _said(error: BaseException, *, messages: bool) -> str:
    if messages or isinstance(error, AppError):
        return f": {error}"
    if isinstance(error, OSError) and error.strerror:
        return f": {error.strerror}"
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return f" ({state})" if state else ""


def _on_one_line(text: str) -> str:
    """Return ``text`` so that nothing within can pass for a line of the log."""
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii")
        for sign in text
    )
