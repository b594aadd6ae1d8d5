"""The survey: a process of its own that finds hot topics in opinions, and ends.

As a learner (`learner`) it has nothing in its environment, may write no file and start
no process, and gives way to everything else. To it go frames of opinions and an empty
one; back comes a frame of topics.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import BinaryIO, Final

from app.classify.hot import Message, hot_topics
from app.classify.text import LONGEST
from app.classroom.lesson import FRAME
from app.reading_room.reader import confine

_NICER: Final = 10
_TAIL: Final = 250
"""Of a long text its beginning and so much of its end are read (`classify.text`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a survey is told when it begins."""

    memory_mb: int
    cpu_seconds: int
    least: int
    """Topics of fewer opinions are left out, and so are those behind the first:"""

    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A topic that was found; see `app.classify.hot.Topic`."""

    members: tuple[int, ...]
    """Places among the opinions that were sent."""

    terms: tuple[str, ...]
    places: tuple[str, ...]


def main(words: Sequence[str]) -> None:
    """Read opinions from standard input; write topics to standard output."""
    terms = Terms(**json.loads(words[0]))
    confine(memory_mb=terms.memory_mb)
    limit = (terms.cpu_seconds, terms.cpu_seconds + 1)
    resource.setrlimit(resource.RLIMIT_CPU, limit)
    os.nice(_NICER)
    messages = [
        Message(subject, text)
        for frame in _frames(sys.stdin.buffer)
        for subject, text in json.loads(frame)
    ]
    found = [
        Found(members=topic.members, terms=topic.terms, places=topic.places)
        for topic in hot_topics(messages, least=terms.least)
    ]
    content = _json([asdict(one) for one in found[: terms.most]])
    sys.stdout.buffer.write(FRAME.pack(len(content)) + content)
    sys.stdout.buffer.flush()


def opinions_as_bytes(opinions: Iterable[tuple[str, str]]) -> bytes:
    """Return subjects and texts as JSON; of a long text, what will be read of it."""
    return _json([[subject, _read(text)] for subject, text in opinions])


def found_from_bytes(content: bytes) -> list[Found]:
    """Return what a survey wrote.

    Raises:
        KeyError, TypeError, ValueError: It is nothing of the kind.
    """
    names = ("members", "terms", "places")
    return [
        Found(**{name: tuple(each[name]) for name in names})
        for each in json.loads(content)
    ]


def _frames(source: BinaryIO) -> Iterator[bytes]:
    while True:
        (size,) = FRAME.unpack(source.read(FRAME.size))
        if not size:
            return
        yield source.read(size)


def _read(text: str) -> str:
    return text if len(text) <= LONGEST + _TAIL else text[:LONGEST] + text[-_TAIL:]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
