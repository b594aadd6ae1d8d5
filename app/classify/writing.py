"""A learned model as bytes.

A line that names the format and its version, and then, deflated: the length of a head,
the head (JSON), the names of the features (UTF-8, a line each), and the numbers, little
end first: rarities (32 bits), weights by feature and label (16 bits), biases (32 bits).
Bytes that say anything else are refused; nothing in them is ever executed.
"""

import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.classify.packed import Sums as Numbers

FORMAT = b"huiyin learned 1\n"

_MOST_BYTES = 256 * 2**20
"""A model is some twenty times smaller; more is an attack or an accident."""

_SHARPEST = 1_000.0
_LENGTH = struct.Struct("<I")
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Written:
    """All that a learned model is; numbers are finite."""

    labels: tuple[str, ...]
    counts: Mapping[str | None, int]
    """The number of examples by label, in the order of the weights' columns; None, if
    it is there, is the last."""
    sharpness: float
    trust: float
    """What the log-probabilities count that a correction is added to."""
    corrects: bool
    """Whether the weights are added to what a notice's classifier says by itself."""
    features: tuple[str, ...]
    rarity: Numbers
    """By feature."""
    weights: Numbers
    """By feature and label; each is one of those that 16 bits can hold."""
    bias: Numbers
    """By label."""


def write_down(written: Written) -> bytes:
    """Give the bytes of a model."""
    names = "\n".join(written.features).encode()
    head = {
        "labels": written.labels,
        "numbers": list(written.counts.values()),
        "sharpness": written.sharpness,
        "trust": written.trust,
        "corrects": written.corrects,
        "features": len(written.features),
        "names": len(names),
    }
    packed = json.dumps(head).encode()
    numbers = (
        written.rarity.astype("<f4"),
        written.weights.astype("<f2"),
        written.bias.astype("<f4"),
    )
    whole = [_LENGTH.pack(len(packed)), packed, names, *(n.tobytes() for n in numbers)]
    return FORMAT + zlib.compress(b"".join(whole), _LEVEL)


def read_back(content: bytes) -> Written:
    """Read what `write_down` wrote.

    Raises:
        ValueError: It is damaged, or of another version.
    """
    if not content.startswith(FORMAT):
        raise ValueError("no learned model, or one of another version")
    try:
        return _read(_inflated(content[len(FORMAT) :]))
    except (KeyError, TypeError, struct.error, zlib.error, RecursionError) as error:
        raise ValueError("a damaged model") from error


def _inflated(content: bytes) -> bytes:
    inflating = zlib.decompressobj()
    whole = inflating.decompress(content, _MOST_BYTES)
    if not inflating.eof or inflating.unused_data:
        raise ValueError("a damaged model")
    return whole


def _read(whole: bytes) -> Written:
    (length,) = _LENGTH.unpack_from(whole)
    start = _LENGTH.size + length
    head = json.loads(whole[_LENGTH.size : start])
    labels, columns = _labels(head)
    names = _whole_number(head["names"])
    features = whole[start : start + names].decode().split("\n") if names else []
    every = _whole_number(head["features"])
    if len(features) != every or len(set(features)) != every:
        raise ValueError("the features are not those that were counted")
    # Python's own integers: a product of these cannot run over.
    sizes = (4 * every, 2 * every * len(columns), 4 * len(columns))
    rest = whole[start + names :]
    if len(rest) != sum(sizes):
        raise ValueError("there are more or fewer numbers than features")
    weights = np.frombuffer(rest[sizes[0] : -sizes[2]], "<f2").astype(np.float32)
    written = Written(
        labels=labels,
        counts=columns,
        sharpness=_factor(head["sharpness"]),
        trust=_factor(head["trust"]),
        corrects=_truth(head["corrects"]),
        features=tuple(features),
        rarity=np.frombuffer(rest[: sizes[0]], "<f4").astype(np.float32),
        weights=weights.reshape(every, len(columns)),
        bias=np.frombuffer(rest[-sizes[2] :], "<f4").astype(np.float32),
    )
    numbers = (written.rarity, written.weights, written.bias)
    if not all(np.isfinite(each).all() for each in numbers):
        raise ValueError("a number is none")
    return written


def _labels(
    head: Mapping[str, object],
) -> tuple[tuple[str, ...], dict[str | None, int]]:
    """Give the labels, and the number of examples for each column."""
    labels, numbers = head["labels"], head["numbers"]
    if not (isinstance(labels, list) and isinstance(numbers, list)):
        raise TypeError
    names: list[str | None] = [*map(_text, labels)]
    if len(numbers) == len(names) + 1:
        names.append(None)
    columns = dict(zip(names, map(_whole_number, numbers), strict=True))
    if len(columns) != len(names) or not labels:
        raise ValueError("labels are missing, or one stands twice")
    return tuple(labels), columns


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole_number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value


def _factor(value: object) -> float:
    if not isinstance(value, float) or not 0 < value < _SHARPEST:
        raise TypeError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value
