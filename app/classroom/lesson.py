"""The lesson: what crosses between the service and a process that learns.

Both ways go frames: eight bytes of length, then the content, which is JSON or a model.
To the learner: the sections, what the office says of topics, the model in use (empty:
there is none), examples in chunks, and an empty frame. Back: the trial, and the
candidate.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from struct import Struct
from typing import Any, Final, Self

from app.classify.prior import SectionText, Shares
from app.classify.sections import sections_of
from app.classify.text import LONGEST
from app.classify.trial import Measured
from app.domain.outline import Outline
from app.domain.teaching import Taught
from app.domain.topics import Amendment

FRAME: Final = Struct(">Q")
MOST_FRAME: Final = 256 * 2**20
"""Bytes that one frame has at most; what says more is no frame of ours."""

_TAIL: Final = 250
"""Of a long text the beginning is read, and so much of its end (`classify.text`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of a lesson."""

    opinions: int
    """How many opinions held back both models were tried on."""

    examples: int
    """How many opinions the candidate learned from."""

    before: Measured
    candidate: Measured
    replaces: bool

    def as_bytes(self) -> bytes:
        """Return it as JSON."""
        return _json(asdict(self))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return what `as_bytes` wrote.

        Raises:
            KeyError, TypeError, ValueError: It is nothing of the kind.
        """
        facts: dict[str, Any] = json.loads(content)
        measured = {name: Measured(**facts[name]) for name in ("before", "candidate")}
        return cls(**facts | measured)


def keyed_sections(
    outline: Outline, section_ids: Mapping[str, int]
) -> list[SectionText]:
    """Return the sections of a notice for `sections_as_bytes`."""
    return [
        replace(section, path=str(section_ids[section.path]))
        for section in sections_of(outline)
    ]


def sections_as_bytes(sections: Sequence[SectionText]) -> bytes:
    """Return sections as JSON.

    Their ``path`` is the section's key, as in labels: paths change between versions.
    """
    return _json([asdict(section) for section in sections])


def sections_from_bytes(content: bytes) -> list[SectionText]:
    """Return what `sections_as_bytes` wrote."""
    several = ("measures", "ancestors")
    return [
        SectionText(**each | {name: tuple(each[name]) for name in several})
        for each in json.loads(content)
    ]


def topics_as_bytes(
    amendments: Sequence[Amendment], links: Mapping[str, Mapping[int, float]]
) -> bytes:
    """Return as JSON what the office says of topics; ``links``: by sections' keys."""
    return _json({"amendments": [asdict(each) for each in amendments], "links": links})


def topics_from_bytes(content: bytes) -> tuple[list[Amendment], Shares]:
    """Return what `topics_as_bytes` wrote; keys of sections are paths here."""
    facts: dict[str, Any] = json.loads(content)
    return [Amendment(**each) for each in facts["amendments"]], facts["links"]


def taught_as_bytes(taught: Iterable[Taught]) -> bytes:
    """Return confirmed opinions as JSON; of a long text, what will be read of it."""
    return _json(
        [
            [each.subject, _read(each.text), each.label, each.held_back]
            for each in taught
        ]
    )


def taught_from_bytes(content: bytes) -> list[Taught]:
    """Return what `taught_as_bytes` wrote."""
    return [Taught(*each) for each in json.loads(content)]


def _read(text: str) -> str:
    return text if len(text) <= LONGEST + _TAIL else text[:LONGEST] + text[-_TAIL:]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
