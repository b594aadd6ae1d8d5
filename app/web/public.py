"""The public site, around its notices: privacy, robots, and what all its pages ask."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import PlainTextResponse

from app.premises import Premises
from app.services.shelf import ShelvedNotice
from app.settings import Settings
from app.web.dependencies import PremisesDep
from app.web.pages import page
from app.web.writing.consent import PARTS, version_now

router = APIRouter(include_in_schema=False)

Slug = Annotated[str, Path(max_length=80)]

Window = Literal["open", "closed", "soon"]

_ROBOTS: Final = "\n".join(
    ["User-agent: *"]
    + [f"Disallow: {prefix}{path}" for prefix in ("", "/en")
       for path in ("/desk", "/track", "/api/v1/opinions")]
)  # fmt: skip


@router.get("/privacy")
async def privacy(request: Request, premises: PremisesDep) -> Response:
    """Say what is kept of a person, why, and for how long."""
    return page(
        request,
        "public/privacy.html",
        version=version_now(),
        parts=PARTS,
        mail_address=_reachable(premises.settings),
    )


@router.get("/robots.txt")
async def robots() -> Response:
    """Ask search engines to leave alone what is nobody's to find."""
    return PlainTextResponse(f"{_ROBOTS}\n")


def window(premises: Premises, notice: ShelvedNotice, now: datetime) -> Window:
    """Return whether opinions are taken: ``open``, ``closed``, or ``soon``."""
    return state_on(notice, now.astimezone(premises.settings.zone).date())


def state_on(notice: ShelvedNotice, day: date) -> Window:
    """Return whether opinions are taken on ``day``."""
    if notice.open_on(day):
        return "open"
    return "closed" if notice.closed_on(day) else "soon"


def mail_address(settings: Settings, notice: ShelvedNotice) -> str | None:
    """Return the address at which letters reach ``notice``; None: there is none yet."""
    address = _reachable(settings)
    if address is None:
        return None
    name, _, host = address.rpartition("@")
    return f"{name}+{notice.slug}@{host}"


def _reachable(settings: Settings) -> str | None:
    """Return the intake address, unless nobody has set one."""
    host = settings.intake_address.rpartition("@")[2]
    return None if host == "localhost" else settings.intake_address
