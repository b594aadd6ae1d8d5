"""Remarks: what somebody has to write before a step is taken, as it is kept."""

from typing import Final

from app.domain.submission import clean
from app.errors import InvalidInput

MOST_NOTE: Final = 5_000


def take(written: str, *, field: str, most: int = MOST_NOTE) -> str:
    """Return what was ``written`` in ``field``, without what no reader sees.

    Raises:
        InvalidInput: It is nothing, or more than ``most`` signs.
    """
    kept = clean(written)
    if not kept:
        raise InvalidInput("nothing is written", field=field, code="text_missing")
    if len(kept) > most:
        raise InvalidInput("this is too long", field=field, code="too_long")
    return kept
