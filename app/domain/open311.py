"""Open311 GeoReport v2 as it is written: codes, lists, moments, a place, a person.

The protocol is of reports about places. How opinions on a notice fit into it, and where
they do not, is told in docs/open311.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.errors import InvalidInput

SPAN: Final = timedelta(days=90)
MOST: Final = 1_000
NO_PLACE: Final = "不涉及具体地点"
"""What an address says where the matter has no place, for the protocol asks for one."""

MOST_DESCRIPTION: Final = 4_000
_MOST_LISTED: Final = 100
_MOST_ADDRESS: Final = 300
_MOST_URL: Final = 1_000
_NO_PLACES: Final = frozenset({NO_PLACE, "不涉及地点", "none", "n/a", "no place"})
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{8,128}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?", re.ASCII)
_HAN: Final = re.compile("[\u3400-\u9fff]")
_URL: Final = re.compile(r"https?://[!-~]+")


@dataclass(frozen=True, slots=True)
class ServiceCode:
    """An item of a notice as the protocol calls it: ``SLUG`` or ``SLUG:PATH``."""

    slug: str
    path: str | None = None

    def __str__(self) -> str:
        """Return it as it is sent."""
        return self.slug if self.path is None else f"{self.slug}:{self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list of requests is asked for."""

    ids: frozenset[str] | None
    """These alone, whatever else is said; None: whatever."""

    codes: tuple[ServiceCode, ...]
    since: datetime
    before: datetime
    closed: bool | None


def parse_code(written: str) -> ServiceCode:
    """Return the service that a code names.

    Raises:
        InvalidInput: It is empty.
    """
    slug, colon, path = written.strip().partition(":")
    if not slug or (colon and not path):
        raise _bad("service_code", "a service_code is SLUG or SLUG:ITEM")
    return ServiceCode(slug, path or None)


def parse_asked(sent: Mapping[str, str], *, now: datetime) -> Asked:
    """Return what the arguments of a list ask for; nothing: the last 90 days.

    Raises:
        InvalidInput: A moment or a status is none, or more than 90 days are meant.
    """
    ids, codes = _listed(sent, "service_request_id"), _listed(sent, "service_code")
    start, end = (_moment(sent, name) for name in ("start_date", "end_date"))
    before = end or (_later(start) if start else now)
    since = start or _earlier(before)
    if since > before:
        raise _bad("end_date", "end_date is not before start_date")
    if before - since > SPAN:
        raise _bad("end_date", "from start_date to end_date there are up to 90 days")
    return Asked(
        ids=frozenset(ids) if ids else None,
        codes=tuple(parse_code(code) for code in codes),
        since=since,
        before=before,
        closed=_closed(sent.get("status", "")),
    )


def place_of(sent: Mapping[str, str]) -> str | None:
    """Return where it is, in words; None: it is about no place, and says so.

    Raises:
        InvalidInput: There is no place, or none that can be.
    """
    address = sent.get("address_string", "").strip()
    if address.casefold() in _NO_PLACES:
        return None
    if address:
        if len(address) > _MOST_ADDRESS:
            raise _bad("address_string", "an address has up to 300 signs")
        return address
    lat, long = (sent.get(name, "").strip() for name in ("lat", "long"))
    if lat or long:
        if not (_within(lat, 90) and _within(long, 180)):
            raise _bad("lat", "lat and long are degrees, such as 30.5 and 114.3")
        return f"{lat}, {long}"
    place = sent.get("address_id", "").strip()
    if place and len(place) <= _MOST_ADDRESS:
        return place
    raise _bad(
        "address_string",
        f"a location is needed; where there is none, address_string={NO_PLACE}",
    )


def name_of(sent: Mapping[str, str]) -> str | None:
    """Return a person's name as it is said: the family's first in Chinese."""
    first, last = (sent.get(name, "").strip() for name in ("first_name", "last_name"))
    if _HAN.search(first + last):
        return f"{last}{first}" or None
    return f"{first} {last}".strip() or None


def media_of(sent: Mapping[str, str]) -> str | None:
    """Return the address of a picture or a file, which nobody fetches here.

    Raises:
        InvalidInput: It is no address.
    """
    url = sent.get("media_url", "").strip()
    if url and (len(url) > _MOST_URL or not _URL.fullmatch(url)):
        raise _bad("media_url", "media_url is an address that begins with http")
    return url or None


def token_of(written: str) -> str | None:
    """Return what makes a request sent twice the same; None: nothing was sent.

    Raises:
        InvalidInput: It cannot stand in an address.
    """
    written = written.strip()
    if written and not _TOKEN.fullmatch(written):
        raise _bad("retry_token", "a token has 8 to 128 letters, digits, - or _")
    return written or None


def _listed(sent: Mapping[str, str], name: str) -> list[str]:
    found = [each.strip() for each in sent.get(name, "").split(",") if each.strip()]
    if len(found) > _MOST_LISTED:
        raise _bad(name, f"{name} lists up to {_MOST_LISTED}")
    return found


def _moment(sent: Mapping[str, str], name: str) -> datetime | None:
    written = sent.get(name, "").strip()
    if not written:
        return None
    try:
        # "+" in an address that was not quoted arrives as a blank.
        moment = datetime.fromisoformat(written.replace(" ", "+"))
        return moment.astimezone(UTC) if moment.tzinfo else _refuse(name)
    except (ValueError, OverflowError):
        return _refuse(name)


def _later(start: datetime) -> datetime:
    """Return the end of the time that begins with ``start``, or that of all time."""
    return start + min(SPAN, datetime.max.replace(tzinfo=UTC) - start)


def _earlier(end: datetime) -> datetime:
    return end - min(SPAN, end - datetime.min.replace(tzinfo=UTC))


def _refuse(name: str) -> datetime:
    raise _bad(name, f"{name} is a moment with its zone: 2026-11-02T09:00:00+08:00")


def _closed(written: str) -> bool | None:
    said = {each.strip() for each in written.split(",") if each.strip()}
    if not said <= {"open", "closed"}:
        raise _bad("status", "a status is open or closed")
    return None if len(said) != 1 else said == {"closed"}


def _within(written: str, most: int) -> bool:
    return _NUMBER.fullmatch(written) is not None and abs(float(written)) <= most


def _bad(field: str, words: str) -> InvalidInput:
    return InvalidInput(words, field=field, code="bad_request")
