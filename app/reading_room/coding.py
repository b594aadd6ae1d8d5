"""Values as they cross the pipe: JSON beside the bytes of files, and nothing else.

Not pickle and not marshal: the reader has had hostile bytes in its hands, so what it
sends is untrusted, too. JSON makes nothing but plain values, and each is held to the
type that its field declares before a value is made of it.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True)
class Coded:
    """A value taken apart."""

    text: bytes
    """JSON; a dataclass stands there as the list of its fields."""

    blobs: list[bytes]
    """The bytes that it holds, one after another; in the text stand their lengths."""


class BadCoding(ValueError):
    """What was sent is not such a value."""


def encode(value: Any, kind: type) -> Coded:
    """Take ``value`` apart, of the type ``kind``."""
    blobs: list[bytes] = []
    plain = _codec(kind).encode(value, blobs)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return Coded(text.encode(), blobs)


def decode(text: Buffer, blobs: Buffer, kind: type) -> Any:
    """Put a value of the type ``kind`` together again.

    Raises:
        BadCoding: There is no such value.
    """
    pile = _Pile(memoryview(blobs))
    try:
        value = _codec(kind).decode(json.loads(bytes(text)), pile)
    except (ValueError, TypeError, RecursionError, OverflowError) as error:
        raise BadCoding(type(error).__name__) from None
    if pile.place != len(pile.content):
        raise BadCoding("bytes are left over")
    return value


def fingerprint(kind: type) -> bytes:
    """Return what is equal only where both sides know ``kind`` by the same fields."""
    return hashlib.sha256(_codec(kind).form.encode()).digest()


@dataclass(slots=True)
class _Pile:
    """Bytes that are taken off one after another."""

    content: memoryview
    place: int = field(default=0)

    def take(self, length: int) -> bytes:
        end = self.place + length
        if length < 0 or end > len(self.content):
            raise ValueError("bytes are missing")
        taken = bytes(self.content[self.place : end])
        self.place = end
        return taken


@dataclass(frozen=True, slots=True)
class _Codec:
    form: str
    """The fields of a dataclass by name, and the types of all."""

    encode: Callable[[Any, list[bytes]], Any]
    decode: Callable[[Any, _Pile], Any]


@cache
def _codec(kind: Any) -> _Codec:
    """Return how values of ``kind`` are taken apart and put together.

    Raises:
        TypeError: Nobody has said how; a test finds it before anything is sent.
    """
    if kind in _KNOWN:
        return _KNOWN[kind]
    if get_origin(kind) in {Union, UnionType}:
        return _optional(get_args(kind))
    if get_origin(kind) is tuple:
        return _sequence(get_args(kind))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _enumeration(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind)
    raise TypeError(f"values of {kind} do not cross the pipe")


def _enumeration(kind: type[StrEnum]) -> _Codec:
    return _Codec(
        f"{kind.__name__}{[*kind]}",
        lambda value, _: value.value,
        lambda value, _: kind(value),
    )


def _plain(kind: type) -> _Codec:
    def decoded(value: Any, _: _Pile) -> Any:
        if type(value) is not kind:
            raise TypeError(kind.__name__)
        return value

    return _Codec(kind.__name__, lambda value, _: value, decoded)


def _optional(kinds: Sequence[Any]) -> _Codec:
    others = [kind for kind in kinds if kind is not NoneType]
    if len(others) != 1 or len(others) == len(kinds):
        raise TypeError("of alternatives only a value or None crosses the pipe")
    inner = _codec(others[0])
    return _Codec(
        f"{inner.form}?",
        lambda value, blobs: None if value is None else inner.encode(value, blobs),
        lambda value, pile: None if value is None else inner.decode(value, pile),
    )


def _sequence(kinds: Sequence[Any]) -> _Codec:
    if len(kinds) != 2 or kinds[1] is not Ellipsis:  # noqa: PLR2004 - tuple[X, ...]
        return _fixed([_codec(kind) for kind in kinds])
    inner = _codec(kinds[0])

    def decoded(values: Any, pile: _Pile) -> tuple[Any, ...]:
        return tuple([inner.decode(value, pile) for value in _list(values)])

    return _Codec(
        f"[{inner.form}]",
        lambda values, blobs: [inner.encode(value, blobs) for value in values],
        decoded,
    )


def _fixed(inner: Sequence[_Codec]) -> _Codec:
    def encoded(values: Any, blobs: list[bytes]) -> list[Any]:
        pairs = zip(inner, values, strict=True)
        return [codec.encode(value, blobs) for codec, value in pairs]

    def decoded(values: Any, pile: _Pile) -> tuple[Any, ...]:
        pairs = zip(inner, _list(values), strict=True)
        return tuple([codec.decode(value, pile) for codec, value in pairs])

    return _Codec(f"({', '.join(codec.form for codec in inner)})", encoded, decoded)


def _record(kind: type) -> _Codec:
    hints = get_type_hints(kind)
    names = [each.name for each in fields(kind)]
    inner = _fixed([_codec(hints[name]) for name in names])

    def encoded(value: Any, blobs: list[bytes]) -> Any:
        return inner.encode([getattr(value, name) for name in names], blobs)

    def decoded(values: Any, pile: _Pile) -> Any:
        found = inner.decode(values, pile)
        return kind(**dict(zip(names, found, strict=True)))

    return _Codec(f"{kind.__name__}{names}{inner.form}", encoded, decoded)


def _list(values: Any) -> list[Any]:
    if type(values) is not list:
        raise TypeError("list")
    return values


def _bytes_apart(value: bytes, blobs: list[bytes]) -> int:
    blobs.append(value)
    return len(value)


def _moment(value: Any, _: _Pile) -> datetime:
    return datetime.fromisoformat(value)


_KNOWN: Final[dict[Any, _Codec]] = {
    str: _plain(str),
    int: _plain(int),
    bool: _plain(bool),
    float: _plain(float),
    bytes: _Codec("bytes", _bytes_apart, lambda length, pile: pile.take(length)),
    datetime: _Codec("datetime", lambda value, _: value.isoformat(), _moment),
}
