"""A held letter's page: what it says, who wrote it, and why nobody was told yet."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import File
from app.domain.vocabulary import DiscardGround, HoldReason, Kind
from app.mail.letter import Letter
from app.mail.parts.labels import Charset
from app.premises import Premises
from app.services import held, joining, releasing, sifted
from app.services.disclosure import NoSuchFile
from app.services.held import HeldArrival, NotHeld
from app.services.joining import Candidate
from app.services.staff import Person
from app.services.transcribing import without_codes
from app.web.dependencies import NowDep
from app.web.desk_forms import Blank, Key
from app.web.desk_held import DeedQuery
from app.web.desk_pages import desk_page, download
from app.web.desk_person import on_duty
from app.web.desk_preview import (
    PreviewQuery,
    folded,
    harmless_page,
    passed_limit,
    rereading,
)
from app.web.desk_reading import Sight, line_of, reading_of, sight_of
from app.web.desk_words import section_name, section_options
from app.web.pages import premises_of
from app.web.security import FRAMING

router = APIRouter(prefix="/held/{arrival_id}")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HELD))]


class LetterQuery(PreviewQuery, DeedQuery):
    """How an address asks for a held letter to be shown."""

    only: Annotated[HoldReason | None, Blank] = None
    """The reason to which the list was narrowed that somebody came from."""

    q: str = ""
    """What a case says that it may belong to."""

    @property
    def asked(self) -> str:
        """What follows the address of everything of the letter."""
        asked = {"charset": self.charset, "only": self.only}
        given = {name: str(value) for name, value in asked.items() if value}
        return f"?{urlencode(given)}" if given else ""


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


async def _look(
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
    content = arrival.content or b""
    sight = await sight_of(premises, content, query.wish())
    if query.charset is not None:
        await look.note_decoded(query.charset)
    response = desk_page(
        look.request, person, "desk/held_one.html",
        query=query,
        rereading=await rereading(premises, content, sight, query),
        limit=passed_limit(premises.settings, sight, reason=arrival.reason),
        **await _facts(look, arrival, sight),
    )  # fmt: skip
    if query.page:
        response.headers["Content-Security-Policy"] = FRAMING
    return response


@router.get("/page")
async def show_page(look: LookDep) -> Response:
    """Send the page that a letter's HTML makes, harmless, once it is noted."""
    arrival = await look.noted("page")
    reading = await reading_of(look.premises, arrival, look.query.wish(page=True))
    return harmless_page(look.request, reading)


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


async def _facts(look: Look, arrival: HeldArrival, sight: Sight) -> dict[str, Any]:
    house, letter = look.premises.house, sight.letter
    said = releasing.what_it_says(house, arrival, letter)
    notices = house.shelf.notices
    return {
        "line": line_of(arrival, sight.reading, head=sight.head),
        "letter": letter,
        "view": sight.reading.view if sight.reading else None,
        "passages": folded(said) if letter and letter.text else (),
        "covered": without_codes,
        "envelope": arrival.envelope,
        "form": arrival.form,
        "prospect": releasing.foresee(house, arrival, letter),
        "guess": await _guess(look, arrival, letter),
        "charsets": Charset,
        "notices": notices,
        "sections": {each.slug: section_options(each) for each in notices},
        "kinds": Kind,
        "grounds": DiscardGround,
        **await _kin(look, arrival, letter),
    }


async def _guess(
    look: Look, arrival: HeldArrival, letter: Letter | None
) -> dict[str, Any] | None:
    """Return where the intake would put the letter, with what its sections are called.

    None: it says nothing, or the person releases none.
    """
    if not permission.may(look.person.role, Duty.HELD):
        return None
    house = look.premises.house
    guess = await asyncio.to_thread(releasing.guess, house, arrival, letter)
    if guess is None:
        return None
    notice = house.shelf.notice(guess.notice)

    def named(path: str) -> str:
        node = notice.nodes[path]
        return section_name(path, node.heading or node.body)

    return {
        "notice": notice,
        "sections": [named(path) for path in guess.sections],
        "candidates": [(each, named(each.path)) for each in guess.candidates],
        "terms": guess.terms,
        "restricted": guess.restricted,
    }


async def _kin(
    look: Look, arrival: HeldArrival, letter: Letter | None
) -> dict[str, list[Candidate] | None]:
    """Return the opinions that the letter may belong to, by why they are shown."""
    suggested: list[Candidate] = []
    found: list[Candidate] | None = None
    words = look.query.q.strip()
    async with look.premises.database.reading() as session:
        if letter is not None:
            suggested = await joining.suggest(
                session, look.person, look.premises.house, letter, arrival.envelope
            )
        if words:
            found = await joining.search(session, look.person, words)
    return {"suggested": suggested, "found": found}
