"""Several cases at once: what would happen to each, said before anything does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from app.domain.batch import ENDINGS, KINDS, MOST, BatchStep, Deed
from app.domain.permission import Duty
from app.domain.vocabulary import Disposition, Kind
from app.errors import AppError, InvalidInput
from app.premises import Premises
from app.services import directory, queues
from app.services.paging import FIRST, Turn
from app.services.queue import batches, picked
from app.services.queue.batch_steps import Pick
from app.services.queue.picked import Line
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_forms import Blank, whither
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_words import section_options
from app.web.errors import explained
from app.web.forms import new_token
from app.web.queue.query import QueueQuery, address, midnight, wanted_of

router = APIRouter(prefix="/many")

WorkerDep = Annotated[Person, Depends(on_duty(Duty.WORK))]


class DeedQuery(BaseModel):
    """Which cases, which step, and what belongs to that."""

    case: Annotated[list[str], Field(max_length=MOST)] = []
    step: Annotated[BatchStep | None, Blank] = None
    everything: bool = False
    """All that the list has, up to a limit, instead of those that were chosen."""

    list: str = ""
    """The query of the list that they were chosen from."""

    to: Annotated[str, Field(pattern=r"^((office|staff|load):\d{1,18})?$")] = ""
    section: str = ""
    kind: Annotated[Kind | None, Blank] = None
    until: Annotated[date | None, Blank] = None
    disposition: Annotated[Disposition | None, Blank] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would happen to one case."""

    line: Line
    trouble: str = ""
    """Why nothing would, in words; empty: the step would be taken."""

    code: str = ""


@router.get("")
async def show_plans(
    request: Request,
    query: Annotated[DeedQuery, Query()],
    person: WorkerDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Ask for what the step needs; then show what it would do to each case."""
    numbers: Sequence[str] = query.case
    if query.everything:
        numbers = await _all_of(premises, person, query.list, now=now)
    if query.step is None or not numbers:
        asked = list_of(query.list).asked(without=frozenset())
        return see(request, f"/desk?{address({**asked, 'done': 'nothing_chosen'})}")
    async with premises.database.reading() as session:
        lines = await picked.lines(session, person, numbers[:MOST])
        offices = await directory.offices(session)
    deed = deed_of(premises, query)
    plans = [Plan(line=line) for line in lines]
    if deed is not None:
        plans = [
            await _tried(request, premises, person, deed, line, now=now)
            for line in lines
        ]
    return desk_page(
        request, person, "desk/many.html",
        query=query,
        deed=deed,
        plans=plans,
        offices=offices,
        notices=premises.house.shelf.notices,
        sections={
            each.slug: section_options(each) for each in premises.house.shelf.notices
        },
        kinds=KINDS,
        endings=ENDINGS,
        token=new_token(premises.house.seal, now=now),
        most=MOST,
        feasible=[plan for plan in plans if not plan.trouble],
    )  # fmt: skip


def deed_of(premises: Premises, query: DeedQuery) -> Deed | None:
    """Return the step with what belongs to it; None: that was not chosen yet.

    Raises:
        NoSuchNotice: It names a notice that is not published.
    """
    facts: dict[str, Any] = {}
    match query.step:
        case BatchStep.ASSIGN if query.to:
            which, _, key = query.to.partition(":")
            name = {"office": "office_id", "staff": "assignee_id", "load": "by_load"}
            facts = {name[which]: int(key)}
        case BatchStep.SECTION if query.section:
            slug, path = whither(query.section)
            none = query.section == "none"
            facts = {
                "section": None if none else path,
                "notice": None if none else slug,
            }
        case BatchStep.KIND if query.kind in KINDS:
            facts = {"kind": query.kind}
        case BatchStep.SNOOZE if query.until:
            facts = {"until": midnight(query.until, premises.settings.zone)}
        case BatchStep.CLOSE if query.disposition in ENDINGS:
            facts = {"disposition": query.disposition}
        case BatchStep.WATCH:
            pass
        case _:
            return None
    return Deed(step=query.step, **facts)


def left_because(request: Request, error: AppError) -> str:
    """Return why a case was left: on a list some things are said in other words."""
    alone = explained(request, error.code, str(error))
    return explained(request, f"{error.code}_of_many", alone)


async def _tried(
    request: Request,
    premises: Premises,
    person: Person,
    deed: Deed,
    line: Line,
    *,
    now: datetime,
) -> Plan:
    """Return what the step would do to a case, which is tried and taken back."""
    # What is written about each case comes later; that it can be written is known.
    pick = Pick(number=line.number, revision=line.revision, reason="…")
    try:
        async with premises.database.writing() as session:
            await batches.take(
                session, person, premises.house, deed, pick, batch_id=None, now=now
            )
            await session.rollback()
    except AppError as error:
        trouble = left_because(request, error)
        return Plan(line=line, trouble=trouble, code=error.code)
    return Plan(line=line)


async def _all_of(
    premises: Premises, person: Person, asked: str, *, now: datetime
) -> Sequence[str]:
    """Return the numbers of the first cases that a list has, as many as one go takes.

    Raises:
        InvalidInput: The list is none that we would show.
    """
    query = list_of(asked)
    wanted = wanted_of(premises.house, person, query, now=now)
    numbers: list[str] = []
    turn: Turn | None = FIRST
    async with premises.database.reading() as session:
        while turn is not None and len(numbers) < MOST:
            found = await queues.page(session, person, wanted, turn=turn, now=now)
            numbers += [row.number for row in (*found.back, *found.rows)]
            turn = None
            if found.after and not found.cut_short:
                turn = Turn(after=found.after)
    return numbers[:MOST]


def list_of(asked: str) -> QueueQuery:
    """Return what the query of a list's address asks for.

    Raises:
        InvalidInput: It is none of ours.
    """
    parts = parse_qs(asked, max_num_fields=60)
    plain = {name: some if name == "mark" else some[-1] for name, some in parts.items()}
    try:
        return QueueQuery.model_validate(plain)
    except ValidationError:
        raise InvalidInput("this is no list of ours") from None
