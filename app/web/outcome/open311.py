"""Open311: requests sent in, listed, and looked up (GeoReport v2).

Everybody lists what is published, and nothing else. A system that has a key sends
opinions in, and asks by the receipt number how they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.features import Feature
from app.domain.open311 import MOST, Asked, ServiceCode, parse_asked, token_of
from app.premises import Premises
from app.services.publishing import published, requests
from app.services.publishing.published import PublishedAnswer, Sought
from app.services.publishing.requests import NoSuchRequest, Standing
from app.services.shelf import Shelf
from app.web.dependencies import LanguageDep, NowDep, PremisesDep, ReadingDep
from app.web.offered import offered
from app.web.outcome.items import Item, item_of, keys_below
from app.web.outcome.open311_forms import BELOW, Facts, Open311Route, many, parted
from app.web.outcome.open311_sending import (
    client_of,
    kept_token,
    sent_by,
)
from app.web.outcome.open311_services import (
    Word,
    check_jurisdiction,
    check_named,
    service_name,
)
from app.web.wording import catalogue

router = APIRouter(
    prefix=BELOW,
    include_in_schema=False,
    route_class=Open311Route,
    dependencies=[offered(Feature.OPEN311), Depends(check_jurisdiction)],
)

_NAME_OF_MANY = "service_requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a request."""

    item: Item
    number: str
    status: str
    notes: str | None
    description: str | None
    office: str
    notice: str | None
    requested_at: datetime
    updated_at: datetime
    expected_at: datetime | None

    def facts(self) -> Facts:
        """Return it with all fields of the protocol; those of places are empty."""
        item, expected = self.item, self.expected_at
        return {
            "service_request_id": self.number,
            "status": self.status,
            "status_notes": self.notes,
            "service_name": service_name(item.notice, item.path),
            "service_code": str(ServiceCode(item.notice.slug, item.path)),
            "description": self.description,
            "agency_responsible": self.office,
            "service_notice": self.notice,
            "requested_datetime": self.requested_at.isoformat(timespec="seconds"),
            "updated_datetime": self.updated_at.isoformat(timespec="seconds"),
            "expected_datetime": expected and expected.isoformat(timespec="seconds"),
            "address": None,
            "address_id": None,
            "zipcode": None,
            "lat": None,
            "long": None,
            "media_url": None,
        }


@router.post("/requests.{form}")
async def send_request(
    request: Request, form: Word, premises: PremisesDep, now: NowDep,
    language: LanguageDep,
) -> Response:  # fmt: skip
    """Take an opinion in; the same request sent again gets the same number."""
    parted(f"requests.{form}")
    sent = await sent_by(request)
    check_named(request, sent.fields.get("jurisdiction_id", ""))
    client = await client_of(request, sent.fields.get("api_key", ""))
    await premises.shelf()
    token = sent.token(premises, client, now=now)
    kept = kept_token(premises, client, token)
    registered = await premises.register(sent.submission(token=kept, now=now))
    notice = catalogue(language).text(
        "open311.notice",
        track=f"{premises.settings.base_url}/track",
        code=registered.query_code or "",
    )
    answer = {
        "service_request_id": registered.receipt_number,
        "token": token,
        "service_notice": notice,
        "account_id": None,
        "query_code": registered.query_code,
    }
    status = HTTPStatus.OK if registered.repeated else HTTPStatus.CREATED
    return many(request, _NAME_OF_MANY, [answer], status=status)


@router.get("/tokens/{word}")
async def find_by_token(
    request: Request, word: Word, premises: PremisesDep, api_key: str = ""
) -> Response:
    """Return the number of a request by the token that it was sent with."""
    token = token_of(parted(word)) or ""
    client = await client_of(request, api_key)
    kept = kept_token(premises, client, token)
    async with premises.database.reading() as session:
        number = await requests.number_of(session, premises.house, kept)
    found = {"service_request_id": number, "token": token}
    return many(request, _NAME_OF_MANY, [found])


@router.get("/requests.{form}")
async def list_requests(
    request: Request, form: Word, premises: PremisesDep, session: ReadingDep,
    now: NowDep,
) -> Response:  # fmt: skip
    """List what is published of the last 90 days, or of others, newest first."""
    parted(f"requests.{form}")
    shelf = await premises.shelf()
    asked = parse_asked(request.query_params, now=now)
    found = await published.page(session, _sought(shelf, asked), most=MOST)
    return many(request, _NAME_OF_MANY, _entries(premises, found.rows))


@router.get("/requests/{word}")
async def read_request(
    request: Request, word: Word, premises: PremisesDep, session: ReadingDep,
    api_key: str = "",
) -> Response:  # fmt: skip
    """Return one request: a published one, or by a key's holder its own."""
    await premises.shelf()
    name = parted(word)
    if not api_key:
        found = await _published(session, name)
        return many(request, _NAME_OF_MANY, _entries(premises, [found]))
    await client_of(request, api_key)
    standing = await requests.standing(session, premises.house, name)
    return many(request, _NAME_OF_MANY, [_stands(premises, standing)])


async def _published(session: AsyncSession, name: str) -> PublishedAnswer:
    found = await published.page(session, Sought(names=frozenset({name})), most=1)
    if not found.rows:
        raise NoSuchRequest("no such request is published; for others send api_key")
    return found.rows[0]


def _sought(shelf: Shelf, asked: Asked) -> Sought:
    """Return what is asked for, in keys; whoever names requests means no others.

    Raises:
        NoSuchNotice: A code names a notice that is not published.
        NoSuchSection: A notice has no such item.
    """
    if asked.ids is not None:
        return Sought(names=asked.ids)
    keys: set[int] = set()
    for code in asked.codes:
        notice = shelf.notice(code.slug)
        keys |= keys_below(notice, code.path) if code.path else set(notice.paths)
    return Sought(
        section_ids=frozenset(keys) if asked.codes else None,
        since=asked.since,
        before=asked.before,
        closed=asked.closed,
    )


def _entries(premises: Premises, rows: Sequence[PublishedAnswer]) -> list[Facts]:
    shelf = premises.house.shelf
    found = ((row, item_of(shelf, row.notice_id, row.section_id)) for row in rows)
    return [_entry(premises, row, item) for row, item in found if item is not None]


def _entry(premises: Premises, row: PublishedAnswer, item: Item) -> Facts:
    words = [row.summary, row.question or ""]
    return Told(
        item=item,
        number=row.name,
        status="closed" if row.closed_at else "open",
        notes=row.answer,
        description="\n\n".join(filter(None, words)),
        office=row.office,
        notice=f"{premises.settings.base_url}/answers/{row.name}",
        # The day is published, not the minute: it could tell who was there.
        requested_at=_day(premises, row.received_at),
        updated_at=row.changed_at,
        expected_at=row.due_at and _day(premises, row.due_at),
    ).facts()


def _stands(premises: Premises, stands: Standing) -> Facts:
    shelf = premises.house.shelf
    item = item_of(shelf, stands.notice_id, stands.section_id)
    if item is None:
        raise NoSuchRequest("its notice is not published any more")
    if stands.published is not None:
        entry = _entry(premises, stands.published, item)
        return {**entry, "service_request_id": stands.number}
    return Told(
        item=item,
        number=stands.number,
        status="closed" if stands.closed else "open",
        notes=None,
        description=None,
        office=stands.office,
        notice=None,
        requested_at=stands.received_at,
        updated_at=stands.changed_at,
        expected_at=stands.due_at,
    ).facts()


def _day(premises: Premises, at: datetime) -> datetime:
    zone = premises.settings.zone
    return datetime.combine(at.astimezone(zone).date(), time(), zone)
