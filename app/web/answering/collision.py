"""Collisions: two people at one case, and both texts on one page.

Whoever sends an answer, a question, a note or the end of a case from a page that is
not the newest any more has sent nothing. They see what happened meanwhile beside what
they wrote, and say which of the two holds, or make one text of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

from app.domain import lifecycle
from app.domain.vocabulary import Disposition, Move
from app.services import directory, dossiers
from app.services.cases import StaleCase
from app.services.dossiers import Dossier, Event
from app.services.siblings import Sibling
from app.services.staff import Person
from app.services.words import Part, Words
from app.web.desk_finding import find
from app.web.desk_forms import AnswerForm, CloseForm, StepForm, TextForm
from app.web.desk_pages import desk_page
from app.web.desk_words import told
from app.web.errors import explained, status_of
from app.web.pages import language_of, premises_of
from app.web.wording import catalogue

COMPARED: Final = frozenset({"answer", "ask", "note", "close"})
"""The steps whose texts are shown side by side with what others did."""

_MOST_SHOWN: Final = 3
"""How many records are shown where a page did not say what it had seen."""

_NEEDS: Final = {"answer": Move.ANSWER, "ask": Move.ANSWER, "close": Move.CLOSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What happened to a case after somebody's page was opened."""

    events: Sequence[Event]
    words: Sequence[Words]

    @property
    def text(self) -> str:
        """The last thing that a colleague wrote; empty: nobody wrote anything."""
        written = [each.text for each in self.words if each.part is not Part.ADDITION]
        return written[-1] if written else ""


def since(dossier: Dossier, seen: int) -> Theirs:
    """Return what came to the case after the record whose key is ``seen``.

    Keys are made in the order of time, those of words and those of records alike.
    """
    newest = dossier.events[:_MOST_SHOWN]
    known = seen or min((event.id for event in newest), default=1) - 1
    return Theirs(
        events=[event for event in dossier.events if event.id > known],
        words=[words for words in dossier.words if words.id > known],
    )


async def collision_page(
    request: Request,
    person: Person,
    number: str,
    *,
    step: str,
    form: StepForm,
    error: StaleCase,
) -> Response:
    """Return the page that shows both, from which either can be sent again."""
    premises = premises_of(request)
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, person, number)
        offices = await directory.offices(session)
    words = catalogue(language_of(request))
    theirs = since(dossier, form.seen)
    mine = form.text if isinstance(form, TextForm) else ""
    needed = _NEEDS.get(step)
    return desk_page(
        request, person, "desk/answering/collision.html",
        status=status_of(error),
        dossier=dossier,
        number=dossier.number,
        step=step,
        mine=mine,
        merged=_merged(theirs.text, mine),
        ending=_ending(form),
        tell=isinstance(form, CloseForm) and form.tell,
        also=_also(form, find(premises.house, dossier).siblings),
        theirs=theirs,
        told=[(each, told(words, each.action, each.facts, offices=offices))
              for each in theirs.events],
        possible=needed is None or needed in lifecycle.MOVES[dossier.case.status],
        why=explained(request, error.code, str(error)),
    )  # fmt: skip


def _ending(form: StepForm) -> Disposition | None:
    return form.disposition if isinstance(form, AnswerForm | CloseForm) else None


def _also(
    form: StepForm, siblings: Sequence[tuple[Sibling, str | None]]
) -> list[tuple[str, str]]:
    """Return the chosen cases that can still get the answer, as they are now."""
    if not isinstance(form, AnswerForm):
        return []
    return [
        (f"{each.ordinal}:{each.revision}", f"{each.number} {name or ''}")
        for each, name in siblings
        if each.answerable and each.ordinal in form.others
    ]


def _merged(theirs: str, mine: str) -> str:
    """Return both texts, one after the other, to be made one by hand."""
    return "\n\n".join(part for part in (theirs.strip(), mine.strip()) if part)
