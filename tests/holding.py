"""Letters in the holding pen, and what became of them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from httpx import Response
from sqlalchemy import insert, select

from app.domain.record import Action
from app.domain.vocabulary import Fate, HoldReason
from app.models import Arrival, AuditEvent
from app.premises import Premises
from app.services.arrivals import Envelope, RawLetter, sealed_row
from tests.fakes import START

LETTER = """\
From: =?utf-8?B?5p2O5Zub?= <li@example.org>
To: opinions@localhost
Subject: =?utf-8?B?6Lev54Gv?=
Date: Mon, 02 Nov 2026 08:00:00 +0800
Message-ID: <1@example.org>
Content-Type: text/plain; charset=utf-8

巷口的路灯也坏了。<script>alert(1)</script>
""".encode()


async def hold(
    premises: Premises,
    content: bytes = LETTER,
    *,
    reason: HoldReason = HoldReason.NO_NOTICE,
    **envelope: Any,
) -> int:
    """Keep a letter and hold it; return its key."""
    facts = {"sender": "li@example.org"} | envelope
    letter = RawLetter(content=content, envelope=Envelope(**facts), received_at=START)
    row = sealed_row(premises.house.seal, letter)
    row |= {"fate": Fate.HELD, "reason": reason, "arrival_key": f"key {row['id']}"}
    async with premises.database.writing() as session:
        await session.execute(insert(Arrival), [row])
    key: int = row["id"]
    return key


async def kept(premises: Premises, key: int) -> Arrival:
    """Return the arrival as it now stands."""
    async with premises.database.reading() as session:
        return await session.get_one(Arrival, key)


def case_of(sent: Response) -> str:
    """Return the address of the case that an arrival went to, by where a step leads."""
    number = parse_qs(urlsplit(sent.headers["location"]).query)["number"][0]
    return f"/desk/cases/{number}"


async def deeds(premises: Premises, *, most: int = 2) -> Sequence[Action]:
    """Return what was done last, the last thing first."""
    return [event.action for event in await events(premises, most=most)]


async def events(premises: Premises, *, most: int = 1) -> Sequence[AuditEvent]:
    """Return the last events of the record, the last one first."""
    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent).order_by(AuditEvent.id.desc()).limit(most)
        )
        return found.all()
