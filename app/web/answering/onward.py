"""Onward: from a case that is finished to the next one, without a page between."""

from datetime import datetime

from fastapi import Request, Response

from app.services import next_case
from app.services.answering.leaving import Left
from app.services.staff import Person
from app.web.desk_pages import see
from app.web.pages import premises_of


async def answered(
    request: Request, person: Person, number: str, now: datetime, left: object
) -> Response:
    """Lead on from a case that was answered: to the next one where this one is over.

    ``of`` in the address names the case that is done with, so that a browser forgets
    what it kept of it.
    """
    if left is Left.ANSWERED:
        return see(request, f"/desk/cases/{number}", done="answer")
    if left is Left.SUBMITTED:
        return see(request, f"/desk/cases/{number}", done="answer_submitted", of=number)
    async with premises_of(request).database.writing() as session:
        following = await next_case.take_next(session, person, leaving=number, now=now)
    where = f"/desk/cases/{following}" if following else "/desk"
    return see(request, where, done="answered_closed", of=number)
