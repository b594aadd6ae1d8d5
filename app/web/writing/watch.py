"""The watch: how many opinions come in by form, and what is asked of browsers then.

In ordinary times nothing is. Beyond what is usual, each browser does a small sum before
it sends (`proof`): the more come in, the larger. It costs a person seconds and a flood
its pace.
"""

import math
from datetime import datetime, timedelta
from typing import Final

EASIEST: Final = 13
"""Zero bits to begin with: some eight thousand tries, half a second on a phone."""

HARDEST: Final = 17
"""Zero bits at most: whoever has an old phone still gets through in a minute."""

UNUSUAL: Final = 4
"""How many addresses that send all they may at once are more than is usual."""

_SPAN: Final = timedelta(minutes=1)


class Watch:
    """Measures how many come in a minute; a flood is over at half of what began it."""

    def __init__(self, unusual_above: int) -> None:
        """Begin with a quiet minute; zero: nothing is ever unusual."""
        self._above = unusual_above
        self._level = 0.0
        self._at: datetime | None = None
        self._flooded = False

    def note(self, now: datetime) -> None:
        """Count one that came in."""
        self._level = self._decayed(now) + 1
        self._at = now

    def bits(self, now: datetime) -> int:
        """Return how many zero bits are asked for now; 0: nothing is asked."""
        if not self._above:
            return 0
        level = self._decayed(now)
        self._flooded = level > (self._above / 2 if self._flooded else self._above)
        if not self._flooded:
            return 0
        steeper = math.floor(math.log2(max(1.0, level / self._above)))
        return min(HARDEST, EASIEST + steeper)

    def _decayed(self, now: datetime) -> float:
        """Return the count of the last minute, older ones weighing less and less."""
        if self._at is None:
            return 0.0
        past = max(timedelta(0), now - self._at) / _SPAN
        return self._level * math.exp(-past)
