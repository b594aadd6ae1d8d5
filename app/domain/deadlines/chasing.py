"""The words of what happens to a case's time: pauses, extensions, supervision."""

from enum import StrEnum


class PauseEnd(StrEnum):
    """Why a clock that stood goes on."""

    REPLIED = "replied"
    """The citizen added something."""

    TERM = "term"
    """The citizen said nothing for as long as the clock may stand."""

    SETTLED = "settled"
    """The office answered or closed the case all the same."""


class ExtensionState(StrEnum):
    """What became of a wish to answer later (延期)."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """The case was answered or closed before anybody decided."""


class Supervision(StrEnum):
    """How hard a case is chased (督办), each level above the one before."""

    REMINDED = "reminded"
    """A reminder to the office (催办)."""

    SUPERVISED = "supervised"
    """Supervised formally (督办)."""

    ESCALATED = "escalated"
    """Before the head of the supervision office (重点督办)."""


LEVELS = tuple(Supervision)


def levels_above(level: Supervision | None) -> tuple[Supervision, ...]:
    """Return the levels that a case may be put on: it never goes down again."""
    return LEVELS if level is None else LEVELS[LEVELS.index(level) :]
