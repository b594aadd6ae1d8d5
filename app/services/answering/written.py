"""What somebody wrote for a citizen, before it is decided whether it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.vocabulary import Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An answer as it is sent from a page."""

    revision: int
    """The case's, on the page that it was written on."""

    text: str
    also: Mapping[int, int] = field(default_factory=dict)
    """Revisions of the opinion's other cases that get the same, by their ordinals."""

    disposition: Disposition | None = None
    """How the case ends with it; None: it stays open."""
