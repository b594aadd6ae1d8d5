"""Throttles: whoever tries too often waits, longer each time; kept in memory only."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_MOST_KEYS: Final = 20_000
_MOST_DOUBLINGS: Final = 6


@dataclass(slots=True)
class _Tries:
    count: int
    last_at: datetime


class Throttle:
    """Lets each key try ``most`` times, then makes it wait for ``within``.

    After the wait it has as many tries again, then waits twice as long, and so on.
    A key that was quiet for as long as it would have to wait starts anew. Beyond
    20,000 keys the one that was quiet longest is forgotten.
    """

    def __init__(self, most: int, within: timedelta) -> None:
        """Start with nobody known."""
        self._most = most
        self._within = within
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def blocked(self, key: str, now: datetime) -> timedelta | None:
        """Return how long ``key`` has to wait; None: it may try now."""
        tries = self._tries.get(key)
        if tries is None or not tries.count or tries.count % self._most:
            return None
        left = tries.last_at + self._pause(tries) - now
        return left if left > timedelta(0) else None

    def count(self, key: str, now: datetime) -> None:
        """Note that ``key`` tried."""
        tries = self._tries.pop(key, None)
        if tries is None or now - tries.last_at > 2 * self._pause(tries):
            tries = _Tries(count=0, last_at=now)
        tries.count += 1
        tries.last_at = now
        self._tries[key] = tries
        if len(self._tries) > _MOST_KEYS:
            self._tries.popitem(last=False)

    def take_back(self, key: str) -> None:
        """Let the last try of ``key`` not count: it was a right one."""
        if tries := self._tries.get(key):
            tries.count = max(0, tries.count - 1)

    def forget(self, key: str) -> None:
        """Let ``key`` start anew: it has shown that it may."""
        self._tries.pop(key, None)

    def _pause(self, tries: _Tries) -> timedelta:
        doublings = max(0, tries.count // self._most - 1)
        return self._within * (1 << min(doublings, _MOST_DOUBLINGS))
