import shutil
from collections.abc import AsyncIterable, AsyncIterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from sqlalchemy import text

from app.domain.signature import content_digest, signature
from app.main import create_app
from app.premises import Premises
from app.workers import letters
from tests.fakes import START, FakeClock
from tests.gateways import post
from tests.gateways.post import INTAKE
from tests.make import EMAIL

SECRET = "the mail server and we know it, nobody else"
MOST = 2**16


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A SQLite file: the databases differ behind this door only."""
    path = tmp_path / "huiyin.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
async def house(premises: Premises, clock: FakeClock) -> AsyncIterator[Premises]:
    """The premises with the door in them, for small letters."""
    settings = premises.settings.model_copy(
        update={"letter_door_secret": SecretStr(SECRET), "max_letter_bytes": MOST}
    )
    async with Premises(settings, clock=clock) as house:
        yield house


@pytest.fixture
async def mta(house: Premises) -> AsyncIterator[AsyncClient]:
    """A mail system that posts letters."""
    transport = ASGITransport(create_app(house))
    async with AsyncClient(transport=transport, base_url="http://testserver") as mta:
        yield mta


def signed(
    content: bytes, query: str, *, secret: str = SECRET, time: float | None = None
) -> dict[str, str]:
    """Return the headers that a letter is posted with."""
    moment = str(int(START.timestamp() if time is None else time))
    digest = content_digest(content)
    return {
        "Content-Type": "message/rfc822",
        "Huiyin-Timestamp": moment,
        "Content-Digest": digest,
        "Huiyin-Signature": signature(secret, time=moment, query=query, digest=digest),
    }


def query_of(*to: str, sender: str = EMAIL) -> str:
    return urlencode([("sender", sender), *(("recipient", one) for one in to)])


async def send(
    mta: AsyncClient, *to: str, content: bytes | None = None, sender: str = EMAIL
) -> Response:
    """Post a letter as it should be."""
    content = post.letter() if content is None else content
    query = query_of(*(to or (INTAKE,)), sender=sender)
    return await mta.post(
        f"/api/v1/letters?{query}", content=content, headers=signed(content, query)
    )


async def test_a_letter_is_kept_as_it_came(house: Premises, mta: AsyncClient) -> None:
    answer = await send(mta)

    (kept,) = await post.kept(house)
    assert answer.status_code == 201
    assert answer.json()["arrival"].isdigit()
    assert kept.content == post.letter()
    assert (kept.envelope.sender, kept.envelope.recipients) == (EMAIL, (INTAKE,))


async def test_a_letter_that_is_posted_again_counts_once(
    house: Premises, mta: AsyncClient
) -> None:
    codes = [(await send(mta)).status_code for _ in range(2)]
    await letters.settle_waiting(house)

    assert codes == [201, 201]
    assert await post.fates(house) == ["opened", "duplicate"]


async def test_the_null_sender_and_signs_of_all_languages_are_welcome(
    house: Premises, mta: AsyncClient
) -> None:
    await send(mta, sender="")
    await send(mta, "postmaster", sender="张三@例子.中国")

    kept = [one.envelope for one in await post.kept(house)]
    assert [one.sender for one in kept] == ["", "张三@例子.中国"]
    assert kept[1].recipients == ("postmaster",)


async def test_only_recipients_who_are_here_are_kept(
    house: Premises, mta: AsyncClient
) -> None:
    nobody = await send(mta, "nobody@localhost")
    both = await send(mta, "nobody@localhost", INTAKE)

    assert (nobody.status_code, both.status_code) == (422, 201)
    assert nobody.json()["errors"][0] == {
        "field": "recipient", "code": "unknown_recipient",
    }  # fmt: skip
    assert [one.envelope.recipients for one in await post.kept(house)] == [(INTAKE,)]


@pytest.mark.parametrize(
    "query", ["", "sender=a@b", "recipient=opinions@localhost", "sender=a&sender=b"]
)
async def test_an_envelope_that_is_incomplete_is_refused(
    mta: AsyncClient, query: str
) -> None:
    answer = await mta.post(
        f"/api/v1/letters?{query}", content=b"x", headers=signed(b"x", query)
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "changed",
    [
        {"Huiyin-Signature": "0" * 64},
        {"Huiyin-Signature": "é"},
        {"Huiyin-Signature": ""},
        {"Huiyin-Timestamp": str(int(START.timestamp()) + 1)},
        {"Huiyin-Timestamp": "²"},
        {"Content-Digest": "md5=:abc=:"},
    ],
)
async def test_what_is_not_signed_is_not_taken(
    house: Premises, mta: AsyncClient, changed: dict[str, str]
) -> None:
    content, query = post.letter(), query_of(INTAKE)
    facts = signed(content, query) | changed
    headers = [(name.encode(), value.encode()) for name, value in facts.items()]
    answer = await mta.post(
        f"/api/v1/letters?{query}", content=content, headers=headers
    )

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "www-authenticate" in answer.headers
    assert await post.kept(house) == []


async def test_neither_letter_nor_envelope_can_be_exchanged(
    house: Premises, mta: AsyncClient
) -> None:
    content, query = post.letter(), query_of(INTAKE)
    headers = signed(content, query)
    letter = await mta.post(
        f"/api/v1/letters?{query}", content=content + b"x", headers=headers
    )
    envelope = await mta.post(
        f"/api/v1/letters?{query_of(INTAKE, sender='b@b.b')}",
        content=content,
        headers=headers,
    )

    assert (letter.status_code, envelope.status_code) == (401, 401)
    assert await post.kept(house) == []


@pytest.mark.parametrize(
    ("minutes", "status"), [(-6, 401), (-4, 201), (4, 201), (6, 401)]
)
async def test_a_signature_is_good_for_five_minutes(
    mta: AsyncClient, clock: FakeClock, minutes: int, status: int
) -> None:
    clock.now += timedelta(minutes=minutes)

    assert (await send(mta)).status_code == status


async def test_nothing_is_read_of_what_is_not_signed(mta: AsyncClient) -> None:
    read = []

    async def content() -> AsyncIterable[bytes]:
        for _ in range(3):
            read.append(1)
            yield b"x" * MOST

    query = query_of(INTAKE)
    headers = signed(b"", query, secret="another secret than theirs, which is bad")
    await mta.post(f"/api/v1/letters?{query}", content=content(), headers=headers)

    assert read == []


async def test_a_letter_that_is_too_large_is_not_read_to_its_end(
    house: Premises, mta: AsyncClient
) -> None:
    largest = await send(mta, content=b"x" * MOST)
    larger = await send(mta, content=b"x" * (MOST + 1))

    assert (largest.status_code, larger.status_code) == (201, 413)
    assert len(await post.kept(house)) == 1


async def test_only_letters_are_taken(mta: AsyncClient) -> None:
    query = query_of(INTAKE)
    headers = signed(b"{}", query) | {"Content-Type": "application/json"}
    answer = await mta.post(f"/api/v1/letters?{query}", content=b"{}", headers=headers)

    assert answer.status_code == 415


async def test_in_trouble_the_mail_system_is_to_try_again(
    house: Premises, mta: AsyncClient
) -> None:
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE arrival RENAME TO elsewhere"))
    broken = await send(mta)
    async with house.database.writing() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO arrival"))
    await house.close()
    closing = await send(mta)

    assert [
        (one.status_code, one.headers["retry-after"]) for one in (broken, closing)
    ] == [(503, "30")] * 2


async def test_without_a_secret_there_is_no_door(client: AsyncClient) -> None:
    answer = await send(client)
    document = (await client.get("/api/openapi.json")).json()

    assert answer.status_code == 404
    assert "/api/v1/letters" not in document["paths"]


async def test_the_door_is_described_to_programs_and_not_to_citizens(
    mta: AsyncClient,
) -> None:
    document = (await mta.get("/api/openapi.json")).json()
    page = await mta.get("/api/docs")

    assert "message/rfc822" in str(document["paths"]["/api/v1/letters"])
    assert page.status_code == 200
    assert "/api/v1/letters" not in page.text
