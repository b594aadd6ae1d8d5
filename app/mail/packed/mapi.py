"""Properties of messages as Exchange writes them into TNEF (MS-OXTNEF, 2.1.3.4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct, error
from typing import Final

from app.mail.parts.html import Budget

STRING: Final = 0x1E
UNICODE: Final = 0x1F
BINARY: Final = 0x102
_OBJECT: Final = 0x0D
_TIME: Final = 0x40
_MULTIPLE: Final = 0x1000
_NAMED: Final = 0x8000
_NAMED_BY_TEXT: Final = 1
_VARIABLE: Final = frozenset({STRING, UNICODE, BINARY, _OBJECT})
_SIZES: Final = {
    0x01: 4, 0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4,
    0x14: 8, _TIME: 8, 0x48: 16,
}  # fmt: skip
"""How many bytes a value of fixed size takes, with what fills it up."""

_GUID: Final = 16
_LONG: Final = Struct("<I")
_TAG: Final = Struct("<HH")
_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Property:
    """A value, and what kind of value it is."""

    kind: int
    value: bytes

    @property
    def number(self) -> int:
        """The value as an unsigned number."""
        return int.from_bytes(self.value[:4], "little")

    @property
    def moment(self) -> datetime | None:
        """The value as a moment; None: it is none."""
        if self.kind != _TIME:
            return None
        ticks = int.from_bytes(self.value, "little")
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return None


def read_properties(content: bytes, *, budget: Budget) -> dict[int, Property]:
    """Return the properties in ``content`` by number; of several values the first.

    What is broken or cut short gives the properties before it. Those with names of
    their own mean nothing here.
    """
    reading = _Reading(content, budget)
    found: dict[int, Property] = {}
    try:
        for _ in range(reading.long()):
            if budget.is_spent:
                break
            kind, number = reading.tag()
            value = reading.value(kind)
            if number < _NAMED and value is not None:
                found.setdefault(number, Property(kind & ~_MULTIPLE, value))
    except (error, KeyError):
        pass
    return found


@dataclass(slots=True)
class _Reading:
    content: bytes
    budget: Budget
    place: int = 0

    def long(self) -> int:
        self.budget.tags -= 1
        (value,) = _LONG.unpack_from(self.content, self.place)
        self.place += 4
        return int(value)

    def tag(self) -> tuple[int, int]:
        """Read what kind of value comes, and its number; skip a name."""
        kind, number = _TAG.unpack_from(self.content, self.place)
        self.budget.tags -= 1
        self.place += 4
        if number >= _NAMED:
            self.place += _GUID
            named_by = self.long()
            size = self.long()
            if named_by == _NAMED_BY_TEXT:
                self.place += size + -size % 4
        return kind, number

    def value(self, kind: int) -> bytes | None:
        """Read the first value, and skip others; None: there is none."""
        single = kind & ~_MULTIPLE
        varies = single in _VARIABLE
        # An unknown kind has no known size: KeyError ends the reading.
        size = 0 if varies else _SIZES[single]
        count = self.long() if varies or kind & _MULTIPLE else 1
        if not varies:
            first = self.content[self.place : self.place + size]
            self.place += size * count
            return first if count else None
        found: bytes | None = None
        for _ in range(count):
            length = self.long()
            if self.budget.is_spent:
                break
            if found is None:
                found = self.content[self.place : self.place + length]
            self.place += length + -length % 4
        return found
