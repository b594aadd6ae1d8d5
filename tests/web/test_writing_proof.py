"""Proof of work: asked for only in a flood, good for one form and for a while."""

import asyncio
import hashlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain.vocabulary import Fate, HoldReason
from app.main import create_app
from app.models import Arrival, Opinion
from app.premises import Premises
from app.sealing import Seal
from app.web.writing.proof import LIFETIME, is_proven, quote, zero_bits
from app.web.writing.watch import EASIEST, HARDEST, Watch
from tests.conftest import SECRET
from tests.stored import count
from tests.web.citizen import form, receipt, send

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SEAL = Seal(SECRET)
TOKEN = "a token"


def solved(token: str, quoted: str, bits: int) -> str:
    """Return what a browser works out."""
    for counter in itertools.count():
        digest = hashlib.sha256(f"{token}.{quoted}:{counter}".encode()).digest()
        if zero_bits(digest) >= bits:
            return f"{quoted}:{counter}"
    raise AssertionError


def test_work_that_was_asked_for_is_taken_for_its_form_alone() -> None:
    proof = solved(TOKEN, quote(SEAL, TOKEN, bits=8, now=NOON), 8)

    assert is_proven(SEAL, TOKEN, proof, now=NOON)
    assert not is_proven(SEAL, "another", proof, now=NOON)


def test_work_is_good_for_ten_minutes() -> None:
    proof = solved(TOKEN, quote(SEAL, TOKEN, bits=4, now=NOON), 4)

    assert is_proven(SEAL, TOKEN, proof, now=NOON + LIFETIME)
    assert not is_proven(SEAL, TOKEN, proof, now=NOON + LIFETIME + timedelta(seconds=1))


def test_nobody_asks_less_of_himself() -> None:
    easy = quote(Seal(SECRET[::-1]), TOKEN, bits=1, now=NOON)
    proof = solved(TOKEN, easy, 1)

    assert not is_proven(SEAL, TOKEN, proof, now=NOON)


def test_too_little_work_is_none() -> None:
    quoted = quote(SEAL, TOKEN, bits=200, now=NOON)

    assert not is_proven(SEAL, TOKEN, f"{quoted}:1", now=NOON)


@given(st.text())
def test_whatever_is_sent_in_its_place_is_no_proof(proof: str) -> None:
    assert not is_proven(SEAL, TOKEN, proof, now=NOON)


@given(st.binary(min_size=1, max_size=32))
def test_zero_bits_are_counted_from_the_beginning(digest: bytes) -> None:
    written = "".join(f"{byte:08b}" for byte in digest)

    assert zero_bits(digest) == len(written) - len(written.lstrip("0"))


def test_in_ordinary_times_nothing_is_asked() -> None:
    watch = Watch(100)
    for second in range(600):
        watch.note(NOON + timedelta(seconds=second))

    assert watch.bits(NOON + timedelta(seconds=600)) == 0


def test_the_more_come_in_the_more_is_asked_up_to_a_limit() -> None:
    watch = Watch(10)
    asked = []
    for _ in range(400):
        watch.note(NOON)
        asked.append(watch.bits(NOON))

    assert asked[9:11] == [0, EASIEST]
    assert asked == sorted(asked)
    assert asked[-1] == HARDEST


def test_a_flood_is_over_when_half_as_many_come() -> None:
    watch = Watch(10)
    for _ in range(20):
        watch.note(NOON)

    flooded = [
        watch.bits(NOON + timedelta(seconds=second)) > 0 for second in (0, 60, 90)
    ]

    assert flooded == [True, True, False]


def test_zero_asks_nothing_ever() -> None:
    watch = Watch(0)
    for _ in range(1000):
        watch.note(NOON)

    assert watch.bits(NOON) == 0


@pytest.fixture
async def flooded(premises: Premises) -> AsyncClient:
    """A browser without a window, at a site where very much comes in."""
    website = create_app(premises)
    website.state.watch = Watch(1)
    for _ in range(3):
        website.state.watch.note(premises.clock())
    return AsyncClient(transport=ASGITransport(website), base_url="http://testserver")


async def worked_out(client: AsyncClient, fields: dict[str, str]) -> dict[str, str]:
    answer = await client.post("/write/proof", json={"token": fields["token"]})
    asked = answer.json()
    return fields | {"proof": solved(fields["token"], asked["quote"], asked["bits"])}


async def test_without_a_flood_nothing_is_asked_of_a_browser(
    client: AsyncClient,
) -> None:
    answer = await client.post("/write/proof", json={"token": TOKEN})

    assert answer.json() == {"bits": 0}


async def test_in_a_flood_whoever_does_the_work_is_registered(
    flooded: AsyncClient, premises: Premises
) -> None:
    page = await send(flooded, await worked_out(flooded, await form(flooded)))

    assert page.status_code == 201
    assert await count(premises, Opinion) == 1


async def test_in_a_flood_whoever_does_not_is_held_with_a_receipt(
    flooded: AsyncClient, premises: Premises
) -> None:
    page = await send(flooded, await form(flooded))

    assert page.status_code == 202
    assert receipt(page)[0]
    assert await count(premises, Opinion) == 0
    async with premises.database.reading() as session:
        (arrival,) = await session.scalars(select(Arrival))
    assert (arrival.fate, arrival.reason) == (Fate.HELD, HoldReason.UNPROVEN)


async def test_the_same_work_is_not_taken_for_a_second_opinion(
    flooded: AsyncClient, premises: Premises
) -> None:
    fields = await worked_out(flooded, await form(flooded))
    pages = await asyncio.gather(
        *(send(flooded, fields | {"text": f"第{n}条意见"}) for n in range(5))
    )

    assert sorted(page.status_code for page in pages) == [201, 409, 409, 409, 409]
    assert await count(premises, Opinion) == 1


async def test_what_is_no_question_of_ours_is_refused(client: AsyncClient) -> None:
    for body in (b"", b"[]", b"{}", b"x" * 5_000):
        answer = await client.post("/write/proof", content=body)

        assert answer.status_code in {400, 413}
