"""Keeping a receipt: as a QR code, as a file, on the device itself.

What is scanned or linked names the number alone: addresses are logged on the way. The
code travels in bodies, and in the file, which is made for whoever has shown it.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.errors import InvalidInput
from app.models import Notice, Opinion
from app.services.tracking import NoSuchOpinion
from app.web.dependencies import NowDep, ReadingDep
from app.web.following import qr
from app.web.gate import gate_of
from app.web.pages import language_of, link, premises_of
from app.web.security import from_same_site
from app.web.tracking import KeyDep, asked, identified
from app.web.wording import catalogue

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a page offers for keeping a receipt."""

    number: str
    code: str
    address: str
    """Of the tracking page, with the number alone."""

    picture: Markup


def kept(request: Request, number: str, code: str) -> Kept:
    """Return what there is for keeping this receipt."""
    address = _address(request, number)
    return Kept(number=number, code=code, address=address, picture=qr.svg(address))


@router.post("/track/receipt", dependencies=[Depends(from_same_site)])
async def receipt_file(
    request: Request, key: KeyDep, session: ReadingDep, now: NowDep
) -> Response:
    """Send the receipt as a file, for whoever knows what stands in it."""
    gate_of(request).check_guess(request, now)
    missing = key.missing()
    if missing:
        return asked(request, key, missing)
    try:
        opinion_id = await identified(request, session, key, now)
    except (InvalidInput, NoSuchOpinion) as problem:
        return asked(request, key, [problem])
    text, number = await _written(request, session, opinion_id, key.code)
    return Response(
        # A mark at its beginning tells old phones what the text is written in.
        text.encode("utf-8-sig"),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="receipt-{number}.txt"'},
    )


async def _written(
    request: Request, session: AsyncSession, opinion_id: int, code: str
) -> tuple[str, str]:
    """Return what stands in the file, and the receipt number."""
    words, zone = catalogue(language_of(request)), premises_of(request).settings.zone
    row = (
        await session.execute(
            select(Opinion.receipt_number, Opinion.registered_at, Notice.title)
            .join(Notice, Notice.id == Opinion.notice_id)
            .where(Opinion.id == opinion_id)
        )
    ).one()
    lines = (
        (words.text("receipt.number"), row.receipt_number),
        (words.text("receipt.code"), code),
        (words.text("receipt.track_at"), _address(request, row.receipt_number)),
        (
            words.text("receipt.registered_at"),
            row.registered_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        ),
        (words.text("receipt.notice"), row.title),
    )
    told = "\r\n".join(f"{name}: {fact}" for name, fact in lines)
    secret = words.text("keep.secret")
    text = f"{words.text('keep.file_heading')}\r\n\r\n{told}\r\n\r\n{secret}\r\n"
    return text, row.receipt_number


def _address(request: Request, number: str) -> str:
    base = premises_of(request).settings.base_url
    return f"{base}{link(request, '/track')}?{urlencode({'number': number})}"
