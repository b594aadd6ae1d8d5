"""The model at the desk: what it learned, how often it is right, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.domain.permission import Duty
from app.services import accuracy, models, switching
from app.services.accuracy import Item, Tally
from app.services.models import ModelEntry
from app.services.shelf import Shelf, ShelvedNotice
from app.services.staff import Person
from app.web.dependencies import NowDep, ReadingDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.desk_words import named_section
from app.web.pages import language_of, premises_of
from app.web.wording import Catalogue, catalogue

router = APIRouter(prefix="/model")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_MODEL))]
AdministratorDep = Annotated[Person, Depends(on_duty(Duty.MODEL))]


class ModelQuery(BaseModel):
    """What an address asks for."""

    notice: str = ""
    below: Annotated[int | None, Field(ge=1, lt=1 << 63)] = None
    """Versions with smaller numbers."""


class UseForm(BaseModel):
    """Which model is to be used; 0: none."""

    notice: str
    model: Key


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item as it stands on the page."""

    name: str
    tally: Tally
    mistaken_for: str | None
    """None: the model was never wrong about it."""

    mistaken: int


@router.get("")
async def show_model(
    request: Request,
    query: Annotated[ModelQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
    now: NowDep,
) -> Response:
    """Show the versions of a notice's model, and how often its guesses were right."""
    house = premises_of(request).house
    shelf, settings = house.shelf, house.settings
    notice = _asked(shelf, query.notice)
    facts: dict[str, Any] = {}
    if notice is not None:
        window: dict[str, Any] = {
            "sure_above": settings.sure_above, "zone": settings.zone, "now": now
        }  # fmt: skip
        weeks = await accuracy.by_week(session, notice.id, **window)
        items = await accuracy.by_item(session, notice.id, **window)
        entries = await models.entries(session, notice.id, below=query.below)
        words = catalogue(language_of(request))
        facts = {
            "weeks": weeks,
            "whole": accuracy.whole(weeks),
            "items": [_line(words, notice, item) for item in items],
            "versions": entries,
            "in_use": await models.number_in_use(session, notice.id),
            "older": _older(notice, entries),
        }
    return desk_page(
        request, person, "desk/model.html",
        notices=shelf.notices, notice=notice, settings=settings, **facts,
    )  # fmt: skip


@router.post("/use")
async def use_model(
    request: Request,
    form: Annotated[UseForm, Form()],
    person: AdministratorDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Let a notice be read by another model, or by its words alone."""
    shelf = premises_of(request).house.shelf
    notice = shelf.notice(form.notice)
    await switching.use(session, notice, form.model, by=person, now=now)
    done = "model_used" if form.model else "model_words"
    return see(request, "/desk/model", notice=notice.slug, done=done)


def _asked(shelf: Shelf, slug: str) -> ShelvedNotice | None:
    """Return the notice that is asked for, else the newest; None: there is none."""
    if slug:
        return shelf.notice(slug)
    return next(iter(shelf.notices), None)


def _line(words: Catalogue, notice: ShelvedNotice, item: Item) -> ItemLine:
    wrong = None
    if item.mistaken:
        wrong = words.text("field.unsure")
    if item.mistaken_for is not None:
        wrong = _named(words, notice, item.mistaken_for)
    return ItemLine(
        name=_named(words, notice, item.section_id),
        tally=item.tally,
        mistaken_for=wrong,
        mistaken=item.mistaken,
    )


def _named(words: Catalogue, notice: ShelvedNotice, section_id: int | None) -> str:
    if section_id is None:
        return words.text("step.none")
    return named_section(notice, section_id) or words.text("field.gone")


def _older(notice: ShelvedNotice, entries: Sequence[ModelEntry]) -> str | None:
    """Return the query for the versions before these; None: there are none."""
    if len(entries) < models.SHOWN or entries[-1].number == 1:
        return None
    asked: Mapping[str, object] = {"notice": notice.slug, "below": entries[-1].number}
    return urlencode(asked)
