"""Open311: where it is, which services there are, and what each asks for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Path, Request, Response

from app.domain.features import Feature
from app.domain.open311 import ServiceCode, parse_code
from app.domain.outline import Node
from app.domain.vocabulary import Kind, Language
from app.errors import NotFound
from app.services.shelf import ShelvedNotice
from app.web.dependencies import LanguageDep, PremisesDep
from app.web.offered import offered
from app.web.outcome.open311_forms import (
    BELOW,
    Facts,
    Open311Route,
    many,
    one,
    parted,
)
from app.web.pages import premises_of
from app.web.reading import short_name
from app.web.wording import catalogue

Word = Annotated[str, Path(max_length=200)]

_CHANGED: Final = datetime(2026, 11, 30, tzinfo=UTC).isoformat()
_SPECIFICATION: Final = "http://wiki.open311.org/GeoReport_v2"
_NAME: Final = 60
_LONGEST: Final = 300


class NoSuchJurisdiction(NotFound):
    """The request is meant for somebody else."""

    code = "no_such_jurisdiction"


async def check_jurisdiction(request: Request) -> None:
    """Hold that a request is meant for us, by what its address says.

    Raises:
        NoSuchJurisdiction: It is not.
    """
    check_named(request, request.query_params.get("jurisdiction_id", ""))


def check_named(request: Request, named: str) -> None:
    """Hold that whoever is ``named`` is us; to name nobody is to mean us.

    Raises:
        NoSuchJurisdiction: It is somebody else.
    """
    host = urlsplit(premises_of(request).settings.base_url).hostname
    if named and named != host:
        raise NoSuchJurisdiction(f"jurisdiction_id is {host}, or left out")


router = APIRouter(
    prefix=BELOW,
    include_in_schema=False,
    route_class=Open311Route,
    dependencies=[offered(Feature.OPEN311), Depends(check_jurisdiction)],
)


@router.get("/discovery.{form}")
async def discover(request: Request, form: Word, premises: PremisesDep) -> Response:
    """Say where this server is and what it speaks."""
    parted(f"discovery.{form}")
    base = premises.settings.base_url
    return one(
        request,
        "discovery",
        {
            "changeset": _CHANGED,
            "contact": f"{base}/data",
            "key_service": f"{base}/data",
            "endpoints": [
                {
                    "specification": _SPECIFICATION,
                    "url": f"{base}{BELOW}",
                    "changeset": _CHANGED,
                    "type": "production",
                    "formats": ["text/xml", "application/json"],
                }
            ],
        },
    )


@router.get("/services.{form}")
async def list_services(
    request: Request, form: Word, premises: PremisesDep
) -> Response:
    """List the items that can be written about, and each notice as a whole."""
    parted(f"services.{form}")
    notices = (await premises.shelf()).notices
    return many(request, "services", [s for n in notices for s in _services(n)])


@router.get("/services/{word}")
async def define_service(
    request: Request, word: Word, premises: PremisesDep, language: LanguageDep
) -> Response:
    """Say what can be sent with a request of one service."""
    code = parse_code(parted(word))
    notice = (await premises.shelf()).notice(code.slug)
    if code.path is not None:
        notice.section_id(code.path)
    definition = {"service_code": str(code), "attributes": _attributes(language)}
    return one(request, "service_definition", definition)


def service_name(notice: ShelvedNotice, path: str | None) -> str:
    """Return what a service is called."""
    return notice.title if path is None else short_name(notice.nodes[path], _NAME)


def _services(notice: ShelvedNotice) -> Iterator[Facts]:
    yield _service(notice, None)
    for node in notice.outline.nodes():
        if not node.children:
            yield _service(notice, node)


def _service(notice: ShelvedNotice, node: Node | None) -> Facts:
    path = node.path if node else None
    chapter = notice.nodes[path.partition(".")[0]] if path else None
    body = " ".join(node.body.split()) if node else notice.title
    return {
        "service_code": str(ServiceCode(notice.slug, path)),
        "service_name": service_name(notice, path),
        "description": body[:_LONGEST],
        "metadata": True,
        "type": "realtime",
        "keywords": notice.title,
        "group": short_name(chapter, _NAME) if chapter else notice.title,
    }


def _attributes(language: Language) -> list[dict[str, Any]]:
    """Return what can be said beside a description, in the order of a form."""
    words = catalogue(language)
    yes = [{"key": "yes", "name": words.text("open311.yes")}]
    no = [{"key": "no", "name": words.text("open311.no")}]
    kinds = [{"key": str(kind), "name": words.label(kind)} for kind in Kind]
    asked: tuple[tuple[str, str, list[dict[str, str]]], ...] = (
        ("consent", "singlevaluelist", yes),
        ("kind", "singlevaluelist", kinds),
        ("subject", "string", []),
        ("may_publish", "singlevaluelist", yes + no),
        ("retry_token", "string", []),
    )
    return [
        {
            "variable": True,
            "code": code,
            "datatype": datatype,
            "required": code == "consent",
            "datatype_description": words.text(f"open311.about_{code}"),
            "order": order,
            "description": words.text(f"open311.{code}"),
            "values": values,
        }
        for order, (code, datatype, values) in enumerate(asked, start=1)
    ]
