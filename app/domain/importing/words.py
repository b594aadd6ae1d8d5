"""The words of imports: what is brought in, how far it is, what became of it."""

from enum import StrEnum
from typing import Final

BETWEEN: Final = " "
"""Stands between the faults of one row, and between their columns."""


class ImportKind(StrEnum):
    """What a file holds."""

    LETTERS = "letters"
    ROWS = "rows"


class ImportState(StrEnum):
    """How far an import is."""

    COMING = "coming"
    """The file is being sent; if that breaks off, it stays so until it is cleared."""

    READING = "reading"
    """All of it is here, and a worker takes it apart."""

    READY = "ready"
    """It can be looked at; nothing of it counts yet."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    """It cannot be read; `Trouble` says why."""


class Trouble(StrEnum):
    """Why a file cannot be read."""

    UNKNOWN_FILE = "unknown_file"
    BROKEN_FILE = "broken_file"
    LOCKED_FILE = "locked_file"
    """It asks for a password."""

    NOTHING_IN_IT = "nothing_in_it"
    TOO_MANY_PIECES = "too_many_pieces"
    TOO_LARGE_UNPACKED = "too_large_unpacked"
    TOO_MANY_COLUMNS = "too_many_columns"
    BAD_CHARSET = "bad_charset"
    FAULT = "fault"
    """A fault of ours; the log has it."""

    NO_SPREADSHEETS = "no_spreadsheets"
    """What reads spreadsheets is not installed."""


class PieceFate(StrEnum):
    """What became of a row or letter."""

    STORED = "stored"
    KNOWN = "known"
    """It was here already."""

    REFUSED = "refused"


class Column(StrEnum):
    """What a column of a list holds."""

    TEXT = "text"
    SUBJECT = "subject"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    RECEIVED = "received"
    OWN_NUMBER = "own_number"
    """The number that the office gave it."""

    ITEM = "item"
    KIND = "kind"
    OFFICE = "office"
    ANSWER = "answer"
    ANSWERED = "answered"
    """The day of the answer."""
