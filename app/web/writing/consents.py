"""The addresses at which every version of the consent text can be read."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from app.web.dependencies import LanguageDep
from app.web.pages import page
from app.web.writing import consent

router = APIRouter(include_in_schema=False)

Version = Annotated[str, Path(max_length=40)]


@router.get("/privacy/{version}")
async def read_consent(
    request: Request, version: Version, language: LanguageDep
) -> Response:
    """Show the text that somebody agreed to, whether or not it is still in force."""
    found = consent.read(version, language)
    return page(
        request, "public/consent.html",
        consent=found, in_force=version == consent.version_now(),
    )  # fmt: skip
