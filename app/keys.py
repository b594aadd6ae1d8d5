"""Keys of rows: whole numbers made here, so that related rows go in one batch.

A key is 63 bits: milliseconds since 2020, ten bits drawn once per process, and a
counter of twelve. Keys of one process rise, so they can order a list; should two
processes ever make the same one, the database refuses the second and the caller's
retry takes the next.
"""

import secrets
import threading
import time
from datetime import UTC, datetime

_EPOCH_MS = 1_577_836_800_000
_COUNTER_BITS = 12
_PROCESS_BITS = 10

_SECOND = datetime.fromtimestamp(_EPOCH_MS / 1000 + 1, tz=UTC)
"""A second after keys begin."""

_lock = threading.Lock()
_process = secrets.randbits(_PROCESS_BITS)
_last = 0


def new_key() -> int:
    """Return a key greater than all that this process has made."""
    global _last  # noqa: PLW0603 - one counter for the process is the point
    with _lock:
        tick = (int(time.time() * 1000) - _EPOCH_MS) << _COUNTER_BITS
        _last = max(_last + 1, tick)
        high, counter = divmod(_last, 1 << _COUNTER_BITS)
    return (high << _PROCESS_BITS | _process) << _COUNTER_BITS | counter


def first_of(moment: datetime) -> int:
    """Return the least key that is made at ``moment`` or later; 0: before all keys."""
    elapsed = int(moment.timestamp() * 1000) - _EPOCH_MS
    return max(elapsed, 0) << (_COUNTER_BITS + _PROCESS_BITS)


def key_drawn(moment: datetime, lot: bytes) -> int:
    """Return the key within the second after ``moment`` that ``lot`` draws.

    The same lot draws the same key, so that a row which must not be there twice can
    have the key of what it was made of.
    """
    return first_of(moment) + int.from_bytes(lot) % first_of(_SECOND)


def made_at(key: int) -> datetime:
    """Return the moment at which ``key`` was made, to the millisecond."""
    elapsed = key >> (_COUNTER_BITS + _PROCESS_BITS)
    return datetime.fromtimestamp((elapsed + _EPOCH_MS) / 1000, tz=UTC)
