"""Hot topics at the desk: what many write about now, where, and whether it grows."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, BeforeValidator

from app.domain.hot_topics import LEAST, WEEKS
from app.domain.permission import Duty
from app.services import hot_topics, surveying
from app.services.staff import Person
from app.web.dependencies import ReadingDep
from app.web.desk_pages import desk_page
from app.web.desk_person import on_duty
from app.web.pages import premises_of

router = APIRouter(prefix="/hot")

ReaderDep = Annotated[Person, Depends(on_duty(Duty.READ_HOT_TOPICS))]


class HotQuery(BaseModel):
    """What an address asks for."""

    notice: str = ""
    """Its slug; empty: all."""

    weeks: Annotated[Literal[1, 4, 12], BeforeValidator(int)] = 4
    """One of `WEEKS`."""


@router.get("")
async def show_hot_topics(
    request: Request,
    query: Annotated[HotQuery, Query()],
    person: ReaderDep,
    session: ReadingDep,
) -> Response:
    """Show the hottest topics of the last weeks, as they were found last."""
    shelf = premises_of(request).house.shelf
    several = len(shelf.notices) > 1
    asked = shelf.notice(query.notice).id if query.notice and several else None
    survey = await hot_topics.survey(session, person, asked)
    topics = (
        await hot_topics.entries(session, person, survey, weeks=query.weeks)
        if survey
        else ()
    )
    return desk_page(
        request, person, "desk/hot_topics.html",
        query=query,
        notices=shelf.notices if several else (),
        choices=WEEKS,
        survey=survey,
        topics=topics,
        least=LEAST,
        shown=hot_topics.SHOWN,
        most_read=surveying.MOST_READ,
    )  # fmt: skip
