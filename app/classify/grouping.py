"""Group messages by what they share: average linkage, so that nothing chains.

First the two groups are joined, again and again, whose messages share most with each
other on average, as long as that is enough.  Where many write in their own words this
leaves fragments: then fragments are joined whose members are about as close to each
other as they are among themselves.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.classify.neighbours import Numbers, Places
from app.classify.sharing import A_HANDFUL, Links

_CLOSE: Final = 0.12
"""What the messages of two groups have to share on average for the groups to join."""

_CLOSE_OF_FEW: Final = 0.16
"""The same among a handful. There fragments stay what they are, too: one letter more or
less would tip two matters together."""

_LOOSELY: Final = 0.06
"""What fragments of one topic share at least."""

_AS_CLOSE: Final = 0.5
"""How close fragments are, as a share of how close each is in itself."""

_MOST_ROUNDS: Final = 50

Group = list[int]


def groups_of(links: Links, originals: Places) -> list[Group]:
    """Group messages; those that go with no other are left out.

    Whatever is not its own of ``originals`` goes where that goes.
    """
    many = len(originals)
    groups = _linked(links, many)
    for _ in range(_MOST_ROUNDS if many >= A_HANDFUL else 0):
        joined = _joined(links, groups, many)
        if len(joined) == len(groups):
            break
        groups = joined
    return sorted(_with_copies(originals, groups))


def _with_copies(originals: Places, groups: Sequence[Group]) -> Iterator[Group]:
    """Yield the groups with what repeats their members, and further ones of repeats."""
    alike: dict[int, Group] = defaultdict(list)
    for member, original in enumerate(originals.tolist()):
        alike[original].append(member)
    for group in groups:
        yield sorted(copy for member in group for copy in alike.pop(member))
    yield from (copies for copies in alike.values() if len(copies) > 1)


@dataclass(slots=True)
class _Linkage:
    """Groups while they are joined, each named by one of its messages."""

    close: float
    members: dict[int, Group]
    shared: dict[int, dict[int, float]]
    """What the messages of two groups share with each other, summed up."""

    waiting: list[tuple[float, int, int]] = field(default_factory=list)
    """Groups that are close, the closest first; some have been joined since."""

    def offer(self, one: int) -> None:
        """Have a group wait to be joined with any that it is close to."""
        members, waiting = self.members, self.waiting
        least = self.close * len(members[one])
        for other, total in self.shared[one].items():
            if total >= least * len(members[other]):
                average = self._average(one, other)
                heapq.heappush(waiting, (-average, min(one, other), max(one, other)))

    def take(self) -> tuple[int, int] | None:
        """Return the two that are closest now; None: no two are close."""
        while self.waiting:
            average, one, other = heapq.heappop(self.waiting)
            alive = one in self.members and other in self.members
            # What was offered before one of them grew is offered anew.
            if alive and -average == self._average(one, other):
                return one, other
        return None

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        if len(self.shared[one]) < len(self.shared[other]):
            one, other = other, one
        theirs = self.shared.pop(other)
        ours = self.shared[one]
        del ours[other], theirs[one]
        for third, total in theirs.items():
            beside = self.shared[third]
            del beside[other]
            ours[third] = beside[one] = ours.get(third, 0.0) + total
        self.members[one] += self.members.pop(other)
        self.offer(one)

    def _average(self, one: int, other: int) -> float:
        total = self.shared[one].get(other, 0.0)
        return total / (len(self.members[one]) * len(self.members[other]))


def _linked(links: Links, many: int) -> list[Group]:
    """Return groups of two and more by average linkage."""
    enough = _CLOSE if many >= A_HANDFUL else _CLOSE_OF_FEW
    parts = _parts(links, many, enough)
    inside = parts[links.first] == parts[links.second]
    first = links.first[inside].tolist()
    second = links.second[inside].tolist()
    strength = links.strength[inside].tolist()
    names = {*first, *second}
    linkage = _Linkage(
        enough, {name: [name] for name in names}, {name: {} for name in names}
    )
    for one, other, shared in zip(first, second, strength, strict=True):
        linkage.shared[one][other] = shared
        linkage.shared[other][one] = shared
        if shared >= enough:
            linkage.waiting.append((-shared, one, other))
    heapq.heapify(linkage.waiting)
    while pair := linkage.take():
        linkage.join(*pair)
    return [group for group in linkage.members.values() if len(group) > 1]


def _parts(links: Links, many: int, enough: float) -> Places:
    """Tell apart the messages that no chain of close ones ties together."""
    close = links.strength >= enough
    first, second = links.first[close], links.second[close]
    parts = np.arange(many)
    while True:
        lowest = parts.copy()
        np.minimum.at(lowest, first, parts[second])
        np.minimum.at(lowest, second, parts[first])
        lowest = lowest[lowest]
        if np.array_equal(lowest, parts):
            return parts
        parts = lowest


def _joined(links: Links, groups: Sequence[Group], many: int) -> list[Group]:
    """Join the groups that are each other's closest and close enough."""
    if not groups:
        return []
    sizes = np.array([len(group) for group in groups])
    owner = np.full(many, -1)
    for place, group in enumerate(groups):
        owner[group] = place
    first, second, closeness = _closeness(links, owner, sizes)
    order = np.lexsort((second, first, -closeness))
    found: list[Group] = []
    taken = np.zeros(len(groups), dtype=bool)
    best = np.ones(len(groups), dtype=bool)
    for place in order.tolist():
        one, other = int(first[place]), int(second[place])
        if best[one] and best[other]:
            found.append(groups[one] + groups[other])
            taken[[one, other]] = True
        best[[one, other]] = False
    alone = [group for place, group in enumerate(groups) if not taken[place]]
    return found + alone


def _closeness(
    links: Links, owner: Places, sizes: Places
) -> tuple[Places, Places, Numbers]:
    """Return the pairs of groups that are close, and how much."""
    many = len(sizes)
    ours, theirs = owner[links.first], owner[links.second]
    within = (ours == theirs) & (ours >= 0)
    inside = np.bincount(ours[within], weights=links.strength[within], minlength=many)
    inner = np.asarray(inside, np.float64) / (sizes * (sizes - 1) / 2)
    across = (ours != theirs) & (ours >= 0) & (theirs >= 0)
    ours, theirs = ours[across], theirs[across]
    cells = np.minimum(ours, theirs) * many + np.maximum(ours, theirs)
    cells, found = np.unique(cells, return_inverse=True)
    totals = np.bincount(found, weights=links.strength[across], minlength=1)
    first, second = cells // many, cells % many
    average = totals[: len(cells)] / (sizes[first] * sizes[second])
    closeness = average / np.sqrt(inner[first] * inner[second])
    close = (average >= _LOOSELY) & (closeness >= _AS_CLOSE)
    return first[close], second[close], closeness[close]
