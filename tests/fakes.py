"""Stand-ins for the world outside: a clock that moves when told to."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""Monday morning, nine o'clock in Beijing."""


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        """Move on by ``duration``, given as for `timedelta`."""
        self.now += timedelta(**duration)
