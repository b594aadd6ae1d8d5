"""People at the desk: every account, for those who look after them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel

from app.domain.permission import Duty
from app.domain.vocabulary import Role
from app.errors import AppError, NotAllowed
from app.services import directory
from app.services.accounts import factors, people, posts
from app.services.accounts.people import Sought
from app.services.accounts.shown_once import ShownBefore
from app.services.staff import Person
from app.web.accounts.asking import AskingForm, one_time_password
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import ConfirmedDep, on_duty
from app.web.errors import explained, status_of
from app.web.forms import StaleForm, new_token
from app.web.keyset import neighbours_of, parse_turn
from app.web.pages import premises_of

router = APIRouter()

AdministratorDep = Annotated[Person, Depends(on_duty(Duty.STAFF))]


async def _just_confirmed(_person: AdministratorDep, confirmed: ConfirmedDep) -> Person:
    return confirmed


CarefulDep = Annotated[Person, Depends(_just_confirmed)]
"""An administrator who showed a moment ago that it is them."""


class PeopleQuery(BaseModel):
    """What an address asks the list of people for."""

    q: str = ""
    role: Annotated[Role | None, Blank] = None
    office: Annotated[Key | None, Blank] = None
    closed: bool = False
    after: str = ""
    before: str = ""

    @property
    def sought(self) -> Sought:
        """Which accounts are asked for."""
        return Sought(
            words=self.q, role=self.role, office_id=self.office, closed=self.closed
        )


class RulesForm(BaseModel):
    """The roles that need a second factor."""

    needed: list[Role] = []


class PostForm(BaseModel):
    """What somebody is called, their role and office."""

    display_name: str = ""
    role: Role
    office: Key


class CloseForm(BaseModel):
    """Whether the cases of somebody who has left go back."""

    put_back: bool = False


@router.get("/people")
async def show_people(
    request: Request,
    query: Annotated[PeopleQuery, Query()],
    person: AdministratorDep,
    session: ReadingDep,
) -> Response:
    """Show accounts, one page of them."""
    turn = parse_turn(after=query.after, before=query.before, timed=False)
    found = await people.page(session, person, query.sought, turn=turn)
    kept = {
        name: str(value)
        for name, value in query.model_dump(exclude={"after", "before"}).items()
        if value
    }
    return desk_page(
        request, person, "desk/account/people.html",
        query=query,
        people=found.rows,
        roles=list(Role),
        offices=await directory.offices(session),
        required=await factors.required(session),
        neighbours=neighbours_of(found, kept),
    )  # fmt: skip


@router.post("/people/rules")
async def set_rules(
    request: Request,
    form: Annotated[RulesForm, Form()],
    person: CarefulDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Say which roles need a second factor."""
    await factors.require(session, person, frozenset(form.needed), now=now)
    return see(request, "/desk/people", done="factor_rules")


@router.get("/people/{staff_id}")
async def show_person(
    request: Request, staff_id: Key, person: CarefulDep, premises: PremisesDep
) -> Response:
    """Show one account, with all that can be done about it."""
    return await _shown(request, premises, person, staff_id)


@router.post("/people/{staff_id}")
async def change(
    request: Request,
    staff_id: Key,
    *,
    form: Annotated[PostForm, Form()],
    person: CarefulDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Give somebody another name, role or office."""
    try:
        async with premises.database.writing() as session:
            await posts.change(
                session, person, staff_id,
                display_name=form.display_name, role=form.role,
                office_id=form.office, now=now,
            )  # fmt: skip
    except NotAllowed:
        raise
    except AppError as error:
        return await _shown(
            request, premises, person, staff_id, error=error, typed=form
        )
    return see(request, f"/desk/people/{staff_id}", done="person_changed")


@router.post("/people/{staff_id}/close")
async def close(
    request: Request,
    staff_id: Key,
    *,
    form: Annotated[CloseForm, Form()],
    person: CarefulDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Close the account of somebody who has left."""
    try:
        async with premises.database.writing() as session:
            await posts.close(session, person, staff_id, now=now)
            if form.put_back:
                await posts.put_cases_back(session, person, staff_id, now=now)
    except NotAllowed:
        raise
    except AppError as error:
        return await _shown(request, premises, person, staff_id, error=error)
    return see(request, f"/desk/people/{staff_id}", done="person_closed")


@router.post("/people/{staff_id}/cases")
async def put_cases_back(
    request: Request,
    staff_id: Key,
    person: CarefulDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Put the open cases of somebody back into their offices' queues."""
    await posts.put_cases_back(session, person, staff_id, now=now)
    return see(request, f"/desk/people/{staff_id}", done="cases_put_back")


@router.post("/people/{staff_id}/reopen")
async def reopen(
    request: Request,
    staff_id: Key,
    form: Annotated[AskingForm, Form()],
    person: CarefulDep,
    now: NowDep,
) -> Response:
    """Open a closed account again, with a password that is shown once."""
    return await _with_password(request, person, staff_id, posts.reopen, form, now=now)


@router.post("/people/{staff_id}/password")
async def reset_password(
    request: Request,
    staff_id: Key,
    form: Annotated[AskingForm, Form()],
    person: CarefulDep,
    now: NowDep,
) -> Response:
    """Give somebody a password that is shown once and has to be replaced."""
    return await _with_password(
        request, person, staff_id, posts.reset_password, form, now=now
    )


@router.post("/people/{staff_id}/factors")
async def reset_factors(
    request: Request,
    staff_id: Key,
    person: CarefulDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Take away the second factors of somebody who lost them."""
    await factors.reset(session, person, staff_id, now=now)
    return see(request, f"/desk/people/{staff_id}", done="factors_reset")


async def _shown(
    request: Request,
    premises: PremisesDep,
    person: Person,
    staff_id: int,
    *,
    error: AppError | None = None,
    typed: PostForm | None = None,
) -> Response:
    async with premises.database.reading() as session:
        return desk_page(
            request, person, "desk/account/person.html",
            status=status_of(error) if error else 200,
            entry=await people.entry(session, person, staff_id),
            cases=await people.open_cases(session, person, staff_id),
            most=people.MOST_COUNTED,
            roles=list(Role),
            offices=await directory.offices(session),
            needed=await factors.required(session),
            problem=error and explained(request, error.code, str(error)),
            field=getattr(error, "field", None),
            typed=typed,
            token=new_token(premises.house.seal, now=premises.clock()),
        )  # fmt: skip


async def _with_password(
    request: Request,
    person: Person,
    staff_id: int,
    step: Callable[..., Awaitable[str]],
    form: AskingForm,
    *,
    now: datetime,
) -> Response:
    """Take a step that gives out a new password, and show that once."""
    premises = premises_of(request)
    try:
        form.check(premises.house, now=now)
        user_name, password = await one_time_password(
            premises, person, staff_id, step, form.token, now=now
        )
    except (ShownBefore, StaleForm) as error:
        return await _shown(request, premises, person, staff_id, error=error)
    return desk_page(
        request, person, "desk/account/password_shown.html",
        staff_id=staff_id, user_name=user_name, password=password,
    )  # fmt: skip
