"""The breaker: whether a service outside is asked at all, after it has failed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

MOST_FAILURES: Final = 5
"""After so many failures in a row nobody asks for a while."""

FIRST_PAUSE: Final = timedelta(minutes=5)
LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """What is known of a service outside; a new value after every call."""

    failures: int = 0
    """In a row."""

    pause: timedelta = timedelta(0)
    """How long it was, or is, left alone; 0: it is not."""

    open_until: datetime | None = None
    """Until then nobody asks; None: there is no reason not to."""

    def at_once(self, most: int, *, now: datetime) -> int:
        """Return how many calls may be made side by side, of ``most``.

        After a pause a single one finds out whether the service is back.
        """
        if self.open_until is None:
            return most
        return int(now >= self.open_until)

    def succeeded(self) -> Self:
        """Return what is known after a call that was answered."""
        return type(self)()

    def failed(self, *, now: datetime) -> Self:
        """Return what is known after a call that was not."""
        failures = self.failures + 1
        if self.open_until is not None and now < self.open_until:
            # It went out before the pause began and says nothing new.
            return replace(self, failures=failures)
        if failures < MOST_FAILURES:
            return replace(self, failures=failures)
        pause = min(2 * self.pause, LONGEST_PAUSE) if self.pause else FIRST_PAUSE
        return replace(self, failures=failures, pause=pause, open_until=now + pause)
