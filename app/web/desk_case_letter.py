"""The letter of a case, shown as it came, and read again in another charset."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from app.domain.permission import Duty
from app.domain.vocabulary import HoldReason
from app.mail.parts.labels import Charset
from app.mail.view import Wish
from app.premises import Premises
from app.services import case_letters
from app.services.case_letters import CaseLetter, NothingNew
from app.services.staff import Person
from app.services.transcribing import submission_of, without_codes
from app.web.dependencies import NowDep
from app.web.desk_forms import StepForm
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_preview import (
    PreviewQuery,
    folded,
    harmless_page,
    passed_limit,
    rereading,
)
from app.web.desk_reading import Sight, sight_of
from app.web.pages import premises_of
from app.web.security import FRAMING

router = APIRouter(prefix="/cases/{number}/letter")

ContactDep = Annotated[Person, Depends(on_duty(Duty.READ_CONTACT))]
WorkerDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class KeepForm(StepForm):
    """In which charset a letter was read that is to be kept so."""

    charset: Charset


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLook:
    """Somebody who looks at, or reads again, the letter of a case."""

    request: Request
    number: str
    person: Person
    now: datetime

    @property
    def premises(self) -> Premises:
        """Where the letter is kept."""
        return premises_of(self.request)

    async def noted(self, **how: str) -> CaseLetter:
        """Return the letter, once it is noted who sees it, and how."""
        premises, person = self.premises, self.person
        async with premises.database.writing() as session:
            letter = await case_letters.read(
                session, person, premises.house, self.number
            )
            case_letters.note_seen(session, person, letter, now=self.now, **how)
        return letter


async def _look(
    request: Request, number: str, person: ContactDep, now: NowDep
) -> CaseLook:
    return CaseLook(request=request, number=number, person=person, now=now)


LookDep = Annotated[CaseLook, Depends(_look)]


@router.get("")
async def show_letter(
    look: LookDep, query: Annotated[PreviewQuery, Query()]
) -> Response:
    """Show the letter as text, once it is noted who looks, and in which charset."""
    how = {"charset": str(query.charset)} if query.charset else {}
    kept = await look.noted(seen="text", **how)
    premises, content = look.premises, kept.raw.content
    sight = await sight_of(premises, content, query.wish())
    response = desk_page(
        look.request, look.person, "desk/case_letter.html",
        number=look.number,
        query=query,
        revision=kept.revision,
        rereading=await rereading(premises, content, sight, query),
        limit=passed_limit(premises.settings, sight, reason=HoldReason.UNREADABLE),
        says_more=sight.letter is not None and kept.says_more(sight.letter),
        charsets=Charset,
        covered=without_codes,
        **_shown(premises, kept, sight),
    )  # fmt: skip
    if query.page:
        response.headers["Content-Security-Policy"] = FRAMING
    return response


@router.get("/page")
async def show_page(look: LookDep, query: Annotated[PreviewQuery, Query()]) -> Response:
    """Send the page that the letter's HTML makes, harmless, once it is noted."""
    kept = await look.noted(seen="page")
    wish = query.wish(page=True)
    sight = await sight_of(look.premises, kept.raw.content, wish)
    return harmless_page(look.request, sight.reading)


@router.post("/keep")
async def keep(
    look: LookDep, form: Annotated[KeepForm, Form()], person: WorkerDep
) -> Response:
    """Keep beside the opinion what its letter says in another charset."""
    premises, number = look.premises, look.number
    async with premises.database.reading() as session:
        kept = await case_letters.read(session, person, premises.house, number)
    sight = await sight_of(premises, kept.raw.content, Wish(as_charset=form.charset))
    if sight.letter is None:
        raise NothingNew("nothing can be read of this letter")
    async with premises.database.writing() as session:
        await case_letters.keep_reading(
            session, person, number, sight.letter,
            as_charset=form.charset, revision=form.revision, now=look.now,
        )  # fmt: skip
    return see(look.request, f"/desk/cases/{number}", done="reread")


def _shown(premises: Premises, kept: CaseLetter, sight: Sight) -> dict[str, Any]:
    """Return what the page shows of the letter, as a held letter's page does."""
    letter, envelope = sight.letter, kept.raw.envelope
    known = letter or sight.head
    writer = known.sender if known else None
    named = f"{writer.name} <{writer.address}>" if writer and writer.name else None
    said = (
        submission_of(premises.house, kept.raw, letter, notice="") if letter else None
    )
    return {
        "letter": letter,
        "view": sight.reading.view if sight.reading else None,
        "passages": folded(said) if said and letter and letter.text else (),
        "envelope": envelope,
        "line": {
            "subject": known.subject if known else None,
            "sender": named or (writer.address if writer else envelope.sender or ""),
            "written_at": known.date if known else None,
            "received_at": kept.raw.received_at,
            "size": len(kept.raw.content),
        },
    }
