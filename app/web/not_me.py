"""Not me: whoever got our letter for nothing says so, and the opinion counts no more.

Mail systems follow every link in a letter to look for harm. So following the link only
shows what it is for; the form on that page does it.
"""

from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.services import disowning
from app.services.disowning import Deniable, NoSuchLink
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.gate import gate_of
from app.web.pages import page, premises_of
from app.web.security import from_same_site

router = APIRouter(include_in_schema=False)


@router.get("/not-me/{token}")
async def ask(
    request: Request, token: str, session: ReadingDep, now: NowDep
) -> Response:
    """Say what the link is for; nothing is done."""
    opinion = await _found(request, session, token, now)
    return page(
        request, "public/not_me.html", opinion=opinion, token=token, thanks=False
    )


@router.post("/not-me/{token}", dependencies=[Depends(from_same_site)])
async def disown(
    request: Request,
    token: str,
    premises: PremisesDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Take the opinion out of all counts, once or as often as it is sent."""
    opinion = await _found(request, session, token, now)
    await disowning.disown(session, premises.house, token, now=now)
    return page(
        request, "public/not_me.html", opinion=opinion, token=token, thanks=True
    )


async def _found(
    request: Request, session: AsyncSession, token: str, now: datetime
) -> Deniable:
    """Return the opinion of the link; a wrong one is counted as a wrong code is."""
    gate = gate_of(request)
    gate.check_guess(request, now)
    try:
        return await disowning.find(session, premises_of(request).house, token)
    except NoSuchLink:
        gate.count_wrong_guess(request, now)
        raise
