"""What crosses the pipe arrives as it was sent, and nothing else is ever made of it."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.mail.parts.limits import Limits
from app.mail.reading import read
from app.reading_room.coding import BadCoding, decode, encode, fingerprint
from app.reading_room.conditions import Conditions, Reply
from tests.mail.writing import multipart


class Colour(StrEnum):
    """A word."""

    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A value with a field of every type that crosses."""

    name: str
    number: int | None
    colour: Colour
    at: datetime
    share: float
    files: tuple[bytes, ...]
    pair: tuple[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """Values within a value."""

    things: tuple[Thing, ...]


things = st.builds(
    Thing,
    name=st.text(),
    number=st.none() | st.integers(),
    colour=st.sampled_from(Colour),
    at=st.datetimes(timezones=st.just(UTC)),
    share=st.floats(allow_nan=False),
    files=st.lists(st.binary(), max_size=3).map(tuple),
    pair=st.tuples(st.text(), st.booleans()),
)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=6),
)


@given(st.lists(things, max_size=3).map(tuple))
def test_a_value_arrives_as_it_was_sent(sent: tuple[Thing, ...]) -> None:
    coded = encode(Crowd(things=sent), Crowd)

    assert decode(coded.text, b"".join(coded.blobs), Crowd) == Crowd(things=sent)


@given(st.binary(max_size=300))
@example(multipart(b"\nhello", b"Content-Type: application/pdf\n\nx"))
def test_a_reading_of_whatever_bytes_arrives_as_it_was_sent(raw: bytes) -> None:
    reply = Reply(reading=read(raw, limits=Limits()))
    coded = encode(reply, Reply)

    assert decode(coded.text, b"".join(coded.blobs), Reply) == reply


@given(plain, st.binary(max_size=20))
def test_of_anything_else_nothing_is_made(value: object, blobs: bytes) -> None:
    with pytest.raises(BadCoding):
        decode(json.dumps(value).encode(), blobs, Thing)


@given(st.binary(max_size=50))
@example(b"[" * 100_000)
@example(b"1" * 10_000)
def test_what_is_no_json_is_no_value(text: bytes) -> None:
    with pytest.raises(BadCoding):
        decode(text, b"more bytes than anything takes", Crowd)


def test_another_type_has_another_fingerprint() -> None:
    prints = {fingerprint(kind) for kind in (Thing, Crowd, Reply)}

    assert len(prints) == 3


@pytest.mark.parametrize("kind", [dict, tuple[set[str], ...], int | str])
def test_nobody_sends_what_nobody_can_read(kind: type) -> None:
    with pytest.raises(TypeError):
        encode(None, kind)


@given(st.builds(Limits, size=st.integers(1), depth=st.integers(1)))
def test_conditions_are_told_in_one_word(limits: Limits) -> None:
    conditions = Conditions(cpu_seconds=0.5, memory_mb=9, limits=limits)

    assert Conditions.from_words(conditions.as_words()) == conditions
