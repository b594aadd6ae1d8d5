"""A held letter's page: what it says, who wrote it, and why nobody was told yet."""

import logging
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from markupsafe import Markup
from pydantic import BaseModel

from app.domain.passages import Passage, passages
from app.domain.permission import Duty
from app.domain.submission import File, Submission
from app.domain.vocabulary import DiscardGround, Kind
from app.mail.parts.labels import Charset
from app.mail.quoting.quoted import MarkKind
from app.mail.reading import Reading
from app.mail.sanitised import is_harmless
from app.mail.view import Wish
from app.premises import Premises
from app.services import held, joining, releasing, sifted
from app.services.disclosure import NoSuchFile
from app.services.held import HeldArrival, NotHeld
from app.services.joining import Candidate
from app.services.staff import Person
from app.services.transcribing import without_codes
from app.web.dependencies import NowDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, download
from app.web.desk_person import on_duty
from app.web.desk_reading import line_of, reading_of
from app.web.desk_words import section_options
from app.web.pages import page, premises_of
from app.web.security import FRAMING

router = APIRouter(prefix="/held/{arrival_id}")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HELD))]

NO_POWER: Final = (
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self'"
)
"""The policy of what a stranger wrote: nothing is loaded, run, sent or opened."""

_TELLING: Final = (MarkKind.QUOTE, MarkKind.HEADER, MarkKind.SIGNATURE)
"""Of parts that are folded away as one, the first of these names it."""

_log = logging.getLogger(__name__)


class LetterQuery(BaseModel):
    """How an address asks for a letter to be shown."""

    charset: Annotated[Charset | None, Blank] = None
    page: bool = False
    """As the page that its HTML makes."""

    q: str = ""
    """What a case says that it may belong to."""

    @property
    def asked(self) -> str:
        """What follows the address of everything of the letter."""
        return f"?charset={self.charset}" if self.charset else ""

    def wish(self, *, page: bool = False) -> Wish:
        """Return what is asked of the reader."""
        return Wish(as_charset=self.charset or "", view=True, page=page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Somebody who looks at a letter: who, at which, how, when."""

    request: Request
    arrival_id: int
    query: LetterQuery
    person: Person
    now: datetime

    @property
    def premises(self) -> Premises:
        """Where the letter is kept."""
        return premises_of(self.request)

    async def noted(self, how: str) -> HeldArrival:
        """Return the arrival, once it is noted who sees more of it than its text."""
        premises, key = self.premises, self.arrival_id
        async with premises.database.writing() as session:
            arrival = await held.one(session, self.person, premises.house, key)
            held.note_seen(session, self.person, key, now=self.now, seen=how)
        return arrival

    async def note_decoded(self, charset: Charset) -> None:
        """Note that somebody has it read in another charset than it says."""
        async with self.premises.database.writing() as session:
            held.note_decoded(
                session, self.person, self.arrival_id, as_charset=charset, now=self.now
            )


def _look(
    request: Request,
    arrival_id: Key,
    query: Annotated[LetterQuery, Query()],
    person: ReaderDep,
    now: NowDep,
) -> Look:
    return Look(
        request=request, arrival_id=arrival_id, query=query, person=person, now=now
    )


LookDep = Annotated[Look, Depends(_look)]


@router.get("")
async def show_letter(look: LookDep) -> Response:
    """Show a held arrival as text, or what became of it."""
    premises, person, query = look.premises, look.person, look.query
    try:
        async with premises.database.reading() as session:
            arrival = await held.one(session, person, premises.house, look.arrival_id)
    except NotHeld:
        return await settled_page(look.request, person, look.arrival_id)
    reading = await reading_of(premises, arrival, query.wish())
    if query.charset is not None:
        await look.note_decoded(query.charset)
    response = desk_page(
        look.request, person, "desk/held_one.html",
        query=query,
        **await _facts(look, arrival, reading),
    )  # fmt: skip
    if query.page:
        response.headers["Content-Security-Policy"] = FRAMING
    return response


@router.get("/page")
async def show_page(look: LookDep) -> Response:
    """Send the page that a letter's HTML makes, harmless, once it is noted."""
    arrival = await look.noted("page")
    reading = await reading_of(look.premises, arrival, look.query.wish(page=True))
    content = without_codes(reading.view.page if reading and reading.view else "")
    if not is_harmless(content):
        # The reader has had hostile bytes in its hands: its word is not enough.
        _log.error("a reader sent a page that is not harmless")
        content = ""
    response = page(
        look.request, "desk/held_page.html",
        content=Markup(content),  # noqa: S704 - `is_harmless` holds what it may be
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = NO_POWER
    return response


@router.get("/files/{place}")
async def send_file(look: LookDep, place: Key) -> Response:
    """Send a file that came with the letter, once it is noted who takes it."""
    arrival = await look.noted("file")
    reading = await reading_of(look.premises, arrival, look.query.wish())
    parts = reading.letter.attachments if reading and reading.letter else ()
    if place >= len(parts):
        raise NoSuchFile("the letter has no such file")
    part = parts[place]
    return download(
        File(file_name=part.file_name, media_type=part.media_type, content=part.content)
    )


@router.get("/original")
async def send_original(look: LookDep) -> Response:
    """Send the arrival as it came, once it is noted who takes it."""
    premises = look.premises
    async with premises.database.writing() as session:
        file = await held.original(
            session, look.person, premises.house, look.arrival_id, now=look.now
        )
    return download(file)


async def settled_page(
    request: Request, person: Person, arrival_id: int, *, status: int = HTTPStatus.OK
) -> Response:
    """Return the page that says what became of an arrival, and who saw to it."""
    async with premises_of(request).database.reading() as session:
        outcome = await sifted.became(session, person, arrival_id)
    return desk_page(
        request, person, "desk/held_settled.html",
        status=status, outcome=outcome, late=status != HTTPStatus.OK,
    )  # fmt: skip


def folded(said: Submission) -> list[Passage]:
    """Return what a letter says, with all that stands together of others as one."""
    found = []
    parts = (part for part in passages(said.text, said.marks) if part.text.strip())
    for is_own, group in groupby(parts, key=lambda part: part.what is None):
        several = list(group)
        kinds = {part.what for part in several}
        what = next((kind for kind in _TELLING if kind in kinds), several[0].what)
        text = "".join(part.text for part in several)
        found.append(Passage(text, None if is_own else what))
    return found


async def _facts(
    look: Look, arrival: HeldArrival, reading: Reading | None
) -> dict[str, Any]:
    house = look.premises.house
    letter = reading.letter if reading else None
    said = releasing.what_it_says(house, arrival, letter)
    notices = house.shelf.notices
    return {
        "line": line_of(arrival, reading),
        "letter": letter,
        "view": reading.view if reading else None,
        "passages": folded(said) if letter and letter.text else (),
        "covered": without_codes,
        "envelope": arrival.envelope,
        "prospect": releasing.foresee(house, arrival, letter),
        "charsets": Charset,
        "notices": notices,
        "sections": {each.slug: section_options(each) for each in notices},
        "kinds": Kind,
        "grounds": DiscardGround,
        **await _kin(look, arrival, reading),
    }


async def _kin(
    look: Look, arrival: HeldArrival, reading: Reading | None
) -> dict[str, list[Candidate] | None]:
    """Return the opinions that the letter may belong to, by why they are shown."""
    suggested: list[Candidate] = []
    found: list[Candidate] | None = None
    words = look.query.q.strip()
    async with look.premises.database.reading() as session:
        if reading and reading.letter:
            suggested = await joining.suggest(
                session,
                look.person,
                look.premises.house,
                reading.letter,
                arrival.envelope,
            )
        if words:
            found = await joining.search(session, look.person, words)
    return {"suggested": suggested, "found": found}
