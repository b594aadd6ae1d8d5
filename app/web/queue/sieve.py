"""The sieve: search and filters of the queue, filled in once for whoever asks alike.

It offers a hundred things to choose from and says which of them are chosen; most pages
choose none, or what the page before chose.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from markupsafe import Markup

from app.domain import permission
from app.domain.permission import Duty
from app.domain.views import Mark, Order
from app.domain.vocabulary import Channel, Kind, Role, Status
from app.services.directory import Colleague, OfficeEntry
from app.services.shelf import ShelvedNotice
from app.services.staff import Person
from app.web.desk_words import SectionOption, section_options
from app.web.pages import Surroundings, piece
from app.web.queue.query import QueueQuery

_REMEMBERED: Final = 256
"""At 20 KB each."""

_CHOICES: Final = {"kind": Kind, "status": Status, "channel": Channel}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chooser:
    """Somebody to whom the queue is offered, as far as that decides what is."""

    role: Role
    office_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """All that the form shows, and by which it is remembered."""

    chooser: Chooser
    query: QueueQuery = field(compare=False)
    asked: str
    """The same as JSON."""

    notices: tuple[tuple[str, str, tuple[SectionOption, ...]], ...]
    """Their names, titles and sections."""

    offices: Sequence[OfficeEntry] = field(compare=False)
    names: tuple[tuple[int, str, tuple[Colleague, ...]], ...]
    """The same, as far as it is shown."""

    topic: tuple[str, ...]
    """The words of the hot topic asked for; none: none is, or it has gone."""


def sieve_of(
    around: Surroundings,
    person: Person,
    query: QueueQuery,
    *,
    notices: Sequence[ShelvedNotice],
    offices: Sequence[OfficeEntry],
    topic: Sequence[str],
) -> Markup:
    """Return the form, filled in."""
    sieve = Sieve(
        chooser=Chooser(role=person.role, office_id=person.office_id),
        query=query,
        asked=query.model_dump_json(exclude={"after", "before", "back"}),
        notices=tuple(
            (each.slug, each.title, tuple(section_options(each))) for each in notices
        ),
        offices=offices,
        names=tuple((each.id, each.name, tuple(each.people)) for each in offices),
        topic=tuple(topic),
    )
    return _drawn(around, sieve)


@lru_cache(_REMEMBERED)
def _drawn(around: Surroundings, sieve: Sieve) -> Markup:
    secret = permission.may(sieve.chooser.role, Duty.READ_RESTRICTED)
    return piece(
        "desk/queue_sieve.html", around,
        sieve=sieve, query=sieve.query, choices=_CHOICES, orders=Order,
        marks=[mark for mark in Mark if secret or mark is not Mark.RESTRICTED],
    )  # fmt: skip
