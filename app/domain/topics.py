"""Topics: the lists of their words, what an office says of them, and their sections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

TERM_LISTS: Final = ("strong", "words", "hints")
"""Lists of what citizens say, what means most first."""

TERMS: Final = "terms"
"""Under this name stands what is struck out of all those lists."""

ADDED: Final = (*TERM_LISTS, "phrases", "masks", "official")
"""The lists that words can be added to (`app.classify.lexicon`)."""

STRUCK: Final = (TERMS, "phrases", "masks", "official")
"""The lists that words can be struck out of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What an office says of one topic; of a topic of its own, all there is."""

    topic: str
    zh: str = ""
    en: str = ""
    """What its own topic is called; empty of one of ours."""

    added: Mapping[str, str] = field(default_factory=dict)
    """By lists of `ADDED`, words as they were typed."""

    struck: Mapping[str, str] = field(default_factory=dict)
    """By lists of `STRUCK`."""


class Tie(StrEnum):
    """What somebody says of a topic and a section."""

    AUTOMATIC = "automatic"
    """Nothing: the notice's own words decide."""

    NONE = "none"
    PARTLY = "partly"
    MAIN = "main"


SHARES: Final[Mapping[Tie, float]] = {Tie.NONE: 0.0, Tie.PARTLY: 0.3, Tie.MAIN: 0.9}
"""The share of the topic that each stands for; where they come to more than all of it,
they are cut down alike."""


def tie_of(share: float) -> Tie:
    """Return what a share is called, the nearest there is."""
    return min(SHARES, key=lambda tie: abs(SHARES[tie] - share))
