"""A case's page: what was said, what it is about, whose it is, what was done."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.deadlines.chasing import levels_above
from app.domain.permission import Duty
from app.domain.vocabulary import ContactGround, Disposition, Kind
from app.premises import Premises
from app.services import (
    bounces,
    co_offices,
    directory,
    disclosure,
    dossiers,
    like_cases,
    provenance,
)
from app.services.citizen import heard
from app.services.clocks import reckoning
from app.services.directory import OfficeEntry
from app.services.disclosure import Reach
from app.services.dossiers import Dossier, Event
from app.services.offices import standing
from app.services.queue import watching
from app.services.staff import Person
from app.web import desk_routed
from app.web.answering import bench, presence
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_finding import find
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, download
from app.web.desk_person import on_duty
from app.web.desk_upset import Upset
from app.web.desk_words import told
from app.web.errors import explained, status_of
from app.web.pages import language_of, premises_of
from app.web.queue.query import days_ahead
from app.web.wording import catalogue

router = APIRouter()

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]
ContactDep = Annotated[Person, Depends(on_duty(Duty.READ_CONTACT))]


@router.get("/cases/{number}")
async def show_case(request: Request, number: str, person: ReaderDep) -> Response:
    """Show a case; whoever sees it has seen what is new about it."""
    async with premises_of(request).database.reading() as session:
        unseen = await watching.is_unseen(session, person, number)
    if unseen is not None:
        async with premises_of(request).database.writing() as session:
            await watching.see(
                session, person, unseen, now=premises_of(request).clock()
            )
    response = await case_page(request, person, number)
    response.background = presence.noted_afterwards(request, person, number)
    return response


@router.get("/cases/{number}/files/{attachment_id}")
async def send_file(
    number: str,
    attachment_id: Key,
    person: ReaderDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Send a file that came with the case, once it is noted who takes it."""
    async with premises.database.writing() as session:
        file = await disclosure.attachment(
            session, person, premises.house, number, attachment_id, now=now
        )
    return download(file)


@router.get("/cases/{number}/original")
async def send_original(
    number: str, person: ContactDep, premises: PremisesDep, now: NowDep
) -> Response:
    """Send the letter that opened the case, once it is noted who takes it."""
    async with premises.database.writing() as session:
        file = await disclosure.original(
            session, person, premises.house, number, now=now
        )
    return download(file)


async def case_page(
    request: Request,
    person: Person,
    number: str,
    *,
    contact: Reach | None = None,
    upset: Upset | None = None,
    begun: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a case as it now stands.

    ``begun`` is an answer as far as it is written, which nobody has sent yet.
    """
    premises = premises_of(request)
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, person, number)
        offices = await directory.offices(session)
        around = await _around(session, person, premises, dossier)
        asked = await co_offices.read(session, dossier.case.id)
    case = dossier.case
    return desk_page(
        request, person, "desk/case.html",
        status=status_of(upset.error) if upset else HTTPStatus.OK,
        dossier=dossier,
        number=dossier.number,
        upset=upset,
        upset_words=_words(request, upset),
        adrift=upset.adrift(lifecycle.MOVES[case.status]) if upset else "",
        typed=upset.typed if upset else begun or {},
        begun=begun,
        contact=contact,
        opens_desk_only=disclosure.opens_desk_only(premises.house, person, case),
        offices=offices,
        routing=desk_routed.view(request, person, dossier, asked, offices),
        report_office=directory.receiving_reports(offices),
        moves={str(move) for move in lifecycle.MOVES[case.status]},
        overdue=around["clock"].overdue_by(premises.clock()) is not None,
        levels=levels_above(case.supervision),
        endings=_endings(dossier),
        kinds=Kind,
        grounds=ContactGround,
        finding=find(premises.house, dossier),
        history=_history(request, dossier, offices),
        **around,
    )  # fmt: skip


async def _around(
    session: AsyncSession, person: Person, premises: Premises, dossier: Dossier
) -> dict[str, Any]:
    """Return what other rooms know of a case, by what the template calls it."""
    now, house = premises.clock(), premises.house
    opinion, case = dossier.opinion, dossier.case
    return {
        "unreachable": await bounces.standing(session, opinion.id),
        "provenance": await provenance.read(session, person, opinion, case_id=case.id),
        "alike": await like_cases.read(session, person, case),
        "bench": await bench.read(session, person, house, dossier, now=now),
        "heard": await heard.read(session, dossier),
        "standing": await standing.read(session, person, house, case, now=now),
        "clock": await reckoning.one(session, house, case),
        "watched": await watching.is_watched(session, person, case.id),
        "days_ahead": days_ahead(now, premises.settings.zone),
    }


def _words(request: Request, upset: Upset | None) -> str | None:
    if upset is None:
        return None
    return explained(request, upset.error.code, str(upset.error))


def _endings(dossier: Dossier) -> list[Disposition]:
    """Return how the case may end as it stands."""
    answered = dossier.case.answered_at is not None
    return [
        each for each in Disposition if answered or each in lifecycle.WITHOUT_ANSWER
    ]


def _history(
    request: Request, dossier: Dossier, offices: Sequence[OfficeEntry]
) -> list[tuple[Event, str]]:
    words = catalogue(language_of(request))
    return [
        (event, told(words, event.action, event.facts, offices=offices))
        for event in dossier.events
    ]
