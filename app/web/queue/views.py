"""Views and choices: how a person wants the queue, kept for next time."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel, ValidationError

from app.domain.permission import Duty
from app.domain.views import MOST_NAME, Audience, Column
from app.errors import AppError, Conflict, InvalidInput
from app.services.queue import views
from app.services.queue.views import Choices
from app.services.staff import Person
from app.web.dependencies import NowDep, PremisesDep
from app.web.desk_forms import Blank, Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.queue.query import Asked, QueueQuery, address

router = APIRouter(prefix="/views")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ))]


class ViewForm(BaseModel):
    """A view as it is named and shared."""

    name: str = ""
    audience: Audience = Audience.OWN
    asked: str | None = None
    """The query of the queue's address; None: it stays as it is."""

    first: bool = False
    """Whether the queue begins with it."""


class ChoiceForm(BaseModel):
    """How somebody wants the desk."""

    column: list[Column] = []
    view: Annotated[Key | None, Blank] = None
    single_keys: bool = False


@router.get("")
async def show_views(
    request: Request,
    query: Annotated[QueueQuery, Query()],
    person: ReaderDep,
    premises: PremisesDep,
) -> Response:
    """Show the person's views and choices, and offer to keep what is asked for."""
    return await _page(request, premises, person, asked=query.asked())


@router.post("")
async def save_view(
    request: Request,
    form: Annotated[ViewForm, Form()],
    person: ReaderDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Keep a new view, and show it."""
    asked = _asked(form.asked or "")
    try:
        async with premises.database.writing() as session:
            key = await views.save(
                session, person, name=form.name, audience=form.audience, asked=asked,
                now=now,
            )  # fmt: skip
            if form.first:
                chosen = await views.choices(session, person)
                await views.choose(session, person, Choices(
                    columns=chosen.columns, single_keys=chosen.single_keys, view_id=key,
                ))  # fmt: skip
    except (InvalidInput, Conflict) as error:
        return await _page(
            request, premises, person, asked=asked, form=form, error=error
        )
    return see(request, f"/desk?{address({**asked, 'view': key, 'done': 'view'})}")


@router.post("/choices")
async def choose(
    request: Request,
    form: Annotated[ChoiceForm, Form()],
    person: ReaderDep,
    premises: PremisesDep,
) -> Response:
    """Keep the columns, the first view, and whether single keys act."""
    async with premises.database.writing() as session:
        await views.choose(session, person, Choices(
            columns=form.column, view_id=form.view, single_keys=form.single_keys,
        ))  # fmt: skip
    return see(request, "/desk/views", done="choices")


@router.post("/{view_id}")
async def change_view(
    request: Request,
    view_id: Key,
    form: Annotated[ViewForm, Form()],
    person: ReaderDep,
    premises: PremisesDep,
) -> Response:
    """Name or share an own view anew, or let it ask for something else."""
    asked = None if form.asked is None else _asked(form.asked)
    try:
        async with premises.database.writing() as session:
            await views.save(
                session, person, view_id=view_id, name=form.name,
                audience=form.audience, asked=asked, now=premises.clock(),
            )  # fmt: skip
    except (InvalidInput, Conflict) as error:
        return await _page(
            request, premises, person, form=form, error=error, view_id=view_id
        )
    return see(request, "/desk/views", done="view")


@router.post("/{view_id}/delete")
async def remove_view(
    request: Request, view_id: Key, person: ReaderDep, premises: PremisesDep
) -> Response:
    """Forget an own view."""
    async with premises.database.writing() as session:
        await views.remove(session, person, view_id)
    return see(request, "/desk/views", done="view_removed")


async def _page(
    request: Request,
    premises: PremisesDep,
    person: Person,
    *,
    asked: Mapping[str, str | list[str]] | None = None,
    form: ViewForm | None = None,
    error: AppError | None = None,
    view_id: int | None = None,
) -> Response:
    async with premises.database.reading() as session:
        found = await views.views(session, person)
        chosen = await views.choices(session, person)
    worth_keeping = asked if asked and set(asked) - {"view"} else None
    return desk_page(
        request, person, "desk/views.html",
        status=status_of(error) if error else HTTPStatus.OK,
        views=[(view, address({**view.asked, "view": view.id})) for view in found],
        chosen=chosen,
        asked=address({k: v for k, v in (worth_keeping or {}).items() if k != "view"}),
        form=form,
        wrong=explained(request, error.code, str(error)) if error else None,
        wrong_view=view_id,
        audiences=views.audiences(person),
        fault=error.field if isinstance(error, InvalidInput) else "name",
        all_columns=Column,
        most_name=MOST_NAME,
    )  # fmt: skip


def _asked(query: str) -> Asked:
    """Return what the query of an address asks for, as a view keeps it.

    Raises:
        InvalidInput: It is none that the queue would understand.
    """
    parts = parse_qs(query, max_num_fields=60)
    parts.pop("view", None)
    plain = {name: some if name == "mark" else some[-1] for name, some in parts.items()}
    try:
        return QueueQuery.model_validate(plain).asked()
    except ValidationError:
        raise InvalidInput("this is no question to the queue") from None
