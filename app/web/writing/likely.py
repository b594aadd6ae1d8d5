"""While somebody types: which items it sounds like, and answers given before.

A suggestion and never a hurdle. Nothing of what is typed is stored or logged; how much
is read, how often, and by how many at once is bounded, for it costs us work and the
asker nothing.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException

from app.domain.features import Feature
from app.domain.submission import MOST_SUBJECT, clean, says_something
from app.premises import Premises
from app.services.publishing import published
from app.services.publishing.published import Sought
from app.services.shelf import ShelvedNotice
from app.web.gate import gate_of, retry_after
from app.web.offered import offered
from app.web.pages import link, premises_of
from app.web.reading import short_name
from app.web.security import check_same_site

router = APIRouter(include_in_schema=False)

MOST_ITEMS: Final = 3
MOST_ANSWERS: Final = 3
LEAST_CONFIDENCE: Final = 0.15
MOST_READ: Final = 1_000
"""Signs of a text that are looked at; what somebody wants is said by then."""

MOST_BODY: Final = 2**14
_LEAST_SIGNS: Final = 6
_LONGEST_NAME: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyItem:
    """An item of the notice that a text sounds like."""

    path: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LikeAnswer:
    """An answer that was published on the same matter."""

    title: str
    address: str


class Typed(BaseModel):
    """What has been typed so far."""

    subject: Annotated[str, Field(max_length=2 * MOST_SUBJECT)] = ""
    text: Annotated[str, Field(max_length=MOST_BODY)] = ""


@router.post(
    "/notices/{slug}/write/likely", dependencies=[offered(Feature.SUGGESTIONS)]
)
async def suggest(
    request: Request, slug: Annotated[str, Path(max_length=80)]
) -> Response:
    """Say which items of the notice a text sounds like; keep nothing of it."""
    check_same_site(request)
    premises = premises_of(request)
    wait = gate_of(request).wait_to_suggest(request, premises.clock())
    if wait is not None:
        return _json({}, status=HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
    notice = (await premises.shelf()).notice(slug)
    typed = await _typed(request)
    subject, text = clean(typed.subject, lines=False), clean(typed.text[:MOST_READ])
    items = likely_items(notice, subject=subject, text=text)
    answers = await like_answers(premises, notice, subject=subject, text=text)
    return _json(
        {
            "items": [asdict(item) for item in items],
            "answers": [
                {"title": each.title, "address": link(request, each.address)}
                for each in answers
            ],
        }
    )


def likely_items(
    notice: ShelvedNotice, *, subject: str, text: str
) -> tuple[LikelyItem, ...]:
    """Return the items that a text sounds like, the likeliest first; none: too short.

    How sure the classifier is, is not said: it would sound like a verdict.
    """
    if not says_something(f"{subject}{text}", least=_LEAST_SIGNS):
        return ()
    said = notice.classifier.classify(subject=subject, text=text[:MOST_READ])
    return tuple(
        LikelyItem(
            path=each.section,
            name=short_name(notice.nodes[each.section], _LONGEST_NAME),
        )
        for each in said.candidates[:MOST_ITEMS]
        if each.confidence >= LEAST_CONFIDENCE and each.section in notice.nodes
    )


async def like_answers(
    premises: Premises, notice: ShelvedNotice, *, subject: str, text: str
) -> Sequence[LikeAnswer]:
    """Return the newest published answers on the item that a text sounds most like."""
    items = likely_items(notice, subject=subject, text=text)
    if not items:
        return ()
    sought = Sought(section_ids=frozenset({notice.section_id(items[0].path)}))
    async with premises.database.reading() as session:
        found = await published.page(session, sought, most=MOST_ANSWERS)
    return [
        LikeAnswer(title=each.title, address=f"/answers/{each.name}")
        for each in found.rows
    ]


async def _typed(request: Request) -> Typed:
    """Read a small body.

    Raises:
        HTTPException: It is larger (413), or not what the form's script sends (400).
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        return Typed.model_validate_json(bytes(body))
    except ValidationError:
        # Nothing of the text must get into a message.
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None


def _json(
    body: dict[str, object],
    *,
    status: int = HTTPStatus.OK,
    wait: timedelta | None = None,
) -> Response:
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        media_type="application/json",
        headers=retry_after(wait) if wait is not None else None,
    )
