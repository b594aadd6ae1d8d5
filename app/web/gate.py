"""The gate: whoever comes too often has to wait, and nobody's address is kept.

A source is known by the HMAC of its network address under a key of the day. The key
and all counts are in memory only and are thrown away together when the day is over.
"""

import hmac
import ipaddress
import math
import secrets
from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Final

from fastapi import Request
from starlette.exceptions import HTTPException

from app.web.throttle import Throttle

WRONG_CODES: Final = 10
_WRONG_WITHIN: Final = timedelta(minutes=1)
_SUGGESTIONS: Final = 60
"""Suggestions that one source gets in a minute while it types."""

_ALL_SUGGESTIONS: Final = 900
"""Suggestions that all get in a minute: each costs a process a millisecond or two."""

_EVERYBODY: Final = "everybody"
_MOST_SOURCES: Final = 20_000
_IPV6_HOST_BITS: Final = 64
"""One subscriber has them all, so they tell nobody apart."""


class Bucket:
    """Lets each source pass ``per_minute`` times a minute, and as often at once.

    Zero lets everyone pass. Beyond 20,000 sources the one that was quiet longest is
    forgotten.
    """

    def __init__(self, per_minute: int) -> None:
        """Start with nobody known."""
        self._per_minute = per_minute
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, source: str, now: datetime) -> timedelta | None:
        """Let ``source`` pass (None), or return how long it has to wait."""
        if not self._per_minute:
            return None
        left, at = self._left.pop(source, (float(self._per_minute), now))
        gained = (now - at) / timedelta(minutes=1) * self._per_minute
        left = min(float(self._per_minute), left + max(0.0, gained))
        passes = left >= 1
        self._left[source] = (left - 1 if passes else left, now)
        if len(self._left) > _MOST_SOURCES:
            self._left.popitem(last=False)
        return None if passes else timedelta(minutes=1) * (1 - left) / self._per_minute


class Gate:
    """Counts, for each source, what it sends in and how often it guesses."""

    def __init__(self, *, submissions_per_minute: int) -> None:
        """Start the day with nobody known."""
        self._per_minute = submissions_per_minute
        self._day: date | None = None
        self._begin(None)

    def wait_to_submit(self, request: Request, now: datetime) -> timedelta | None:
        """Count a submission; return how long it has to wait; None: not at all."""
        source = self._source(request, now)
        return self._submissions.take(source, now) if source else None

    def wait_to_suggest(self, request: Request, now: datetime) -> timedelta | None:
        """Count a suggestion; return how long it has to wait; None: not at all."""
        source = self._source(request, now)
        wait = self._suggestions.take(source, now) if source else None
        return wait or self._all_suggestions.take(_EVERYBODY, now)

    def check_submission(self, request: Request, now: datetime) -> None:
        """Count a submission.

        Raises:
            HTTPException: This source sends too many; 429 with ``Retry-After``.
        """
        _refuse(self.wait_to_submit(request, now))

    def check_guess(self, request: Request, now: datetime) -> None:
        """Hold that this source may try a query code now.

        Raises:
            HTTPException: It was wrong too often; 429 with ``Retry-After``.
        """
        source = self._source(request, now)
        _refuse(self._guesses.blocked(source, now) if source else None)

    def count_wrong_guess(self, request: Request, now: datetime) -> None:
        """Note that a number and a code did not belong together."""
        source = self._source(request, now)
        if source:
            self._guesses.count(source, now)

    def _begin(self, day: date | None) -> None:
        self._day = day
        self._key = secrets.token_bytes(32)
        self._guesses = Throttle(WRONG_CODES, _WRONG_WITHIN)
        self._submissions = Bucket(self._per_minute)
        self._suggestions = Bucket(_SUGGESTIONS)
        self._all_suggestions = Bucket(_ALL_SUGGESTIONS)

    def _source(self, request: Request, now: datetime) -> str | None:
        """Return by what a source is known today; None: it has no address."""
        day = now.astimezone(UTC).date()
        if day != self._day:
            self._begin(day)
        if request.client is None:
            return None
        return hmac.digest(self._key, network(request.client.host), "sha256").hex()


def gate_of(request: Request) -> Gate:
    """Return the gate of the application."""
    gate: Gate = request.app.state.gate
    return gate


def retry_after(wait: timedelta) -> dict[str, str]:
    """Return the header that says when to come again (RFC 9110, section 10.2.3)."""
    return {"Retry-After": str(max(1, math.ceil(wait.total_seconds())))}


def _refuse(wait: timedelta | None) -> None:
    if wait is not None:
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, headers=retry_after(wait))


def network(host: str) -> bytes:
    """Return what tells subscribers apart: of an IPv6 address its first half."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host.encode()
    if address.version == 6:  # noqa: PLR2004 - the number is its name
        return (int(address) >> _IPV6_HOST_BITS).to_bytes(8)
    return address.packed
