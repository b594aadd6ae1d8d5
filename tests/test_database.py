"""What SQLite and PostgreSQL are asked in two ways, and must answer in one."""

import random
import threading
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError, OperationalError

from app import postgresql
from app.database import Database, UnsafeDatabase, search_matches
from app.domain.search import phrases, tokens
from app.errors import AppError
from app.models import Office, Opinion
from app.premises import Premises
from app.storing import store
from tests import make
from tests.fakes import START
from tests.postgres import cluster

HAN = "路灯坏了请修好"
RARE = "㐀䶵鿏龥𠀀𪚥豈"
"""Signs of extensions and of the compatibility block: names are written with them."""

RUNS = (HAN, HAN + RARE, "灯了, 。a1")


def invented(chance: random.Random) -> str:
    signs = chance.choice(RUNS)
    return "".join(chance.choices(signs, k=chance.randint(1, 12)))


@pytest.fixture
async def opinion(premises: Premises) -> Opinion:
    """An opinion whose row others can be copied from."""
    await premises.register(make.submission(subject="", text="范本"))
    async with premises.database.reading() as session:
        return (await session.scalars(select(Opinion))).one()


async def index(premises: Premises, opinion: Opinion, texts: dict[int, str]) -> None:
    """Store ``texts`` as opinions by their keys, findable."""
    columns = {c.key: getattr(opinion, c.key) for c in Opinion.__table__.columns}
    rows = [
        columns | {"id": key, "receipt_number": f"{key}", "text": said}
        for key, said in texts.items()
    ]
    findable = [{"id": key, "tokens": tokens(said)} for key, said in texts.items()]
    async with premises.database.writing() as session:
        await store(await session.connection(), {Opinion: rows}, findable)


def is_of_sqlite(thread: threading.Thread) -> bool:
    return "_connection_worker_thread" in thread.name


async def found(premises: Premises, query: str) -> set[int]:
    async with premises.database.reading() as session:
        matching = search_matches(session.get_bind().dialect, phrases(query))
        return set(
            await session.scalars(select(Opinion.id).where(Opinion.id.in_(matching)))
        )


async def test_every_part_of_a_chinese_text_is_found_and_nothing_else(
    premises: Premises, opinion: Opinion
) -> None:
    chance = random.Random(2026)
    texts = {key: invented(chance) for key in range(1, 101)}
    await index(premises, opinion, texts)

    for _ in range(200):
        said = chance.choice(list(texts.values()))
        start = chance.randrange(len(said))
        query = said[start : start + chance.randint(1, 6)]
        if any(sign not in HAN + RARE for sign in query):
            continue
        holding = {key for key, said in texts.items() if query in said}
        assert await found(premises, query) - {opinion.id} == holding, query


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("路灯", {1, 2}),
        ("灯", {1, 2}),
        ("路灯 K101", {2}),
        ("k10", {2}),
        ("K101路", {2}),
        ("坏灯", set()),
        ("ＤＡＲＫ", {1}),
        ("he's", {3}),
        ('"quoted"', {3}),
        ("a & !b | c <-> d", {3}),
        ("back\\slash", {3}),
    ],
)
async def test_a_query_finds_what_a_reader_would_expect(
    premises: Premises, opinion: Opinion, query: str, hits: set[int]
) -> None:
    texts = {
        1: "门口的路灯坏了,very dark。",
        2: "K101路公交站的路灯不亮。",
        3: 'he\'s back\\slash, a "quoted" b & c | d',
    }
    await index(premises, opinion, texts)

    assert await found(premises, query) == hits


async def test_a_text_as_long_as_can_be_is_stored(
    premises: Premises, opinion: Opinion
) -> None:
    chance = random.Random(1)
    signs = [chr(code) for code in range(0x4E00, 0x9F00)]
    said = "".join(chance.choices(signs, k=20_000))

    await index(premises, opinion, {1: said})

    assert await found(premises, said[10_000:10_008]) == {1}


async def test_a_text_of_one_word_said_again_and_again_is_stored(
    premises: Premises, opinion: Opinion
) -> None:
    await index(premises, opinion, {1: "不" * 20_000, 2: "a" * 20_000})

    assert await found(premises, "不不不") == {1}
    assert await found(premises, "a" * 100) == {2}


async def test_what_was_begun_and_failed_is_not_kept(bare_premises: Premises) -> None:
    office = {"id": 1, "name": "督查室", "leads": True, "created_at": START}

    async def begin_and_fail() -> None:
        async with bare_premises.database.writing() as session:
            await session.execute(insert(Office).values(office))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await begin_and_fail()

    async with bare_premises.database.reading() as session:
        assert await session.scalar(select(Office.id)) is None


async def test_a_session_to_read_in_keeps_nothing_that_it_writes(
    bare_premises: Premises,
) -> None:
    office = {"id": 1, "name": "督查室", "leads": True, "created_at": START}

    with suppress(DBAPIError):  # PostgreSQL says no; SQLite forgets
        async with bare_premises.database.reading() as session:
            await session.execute(insert(Office).values(office))

    async with bare_premises.database.reading() as session:
        assert await session.scalar(select(Office.id)) is None


async def test_connections_that_were_cut_while_they_rested_are_replaced(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_ASKED_AFTER", 0.0)
    database, other = Database(postgres_url), Database(postgres_url)
    before = await processes(database)
    async with other.writing() as session:
        await session.execute(select(func.pg_terminate_backend(before[0])))
        await session.execute(select(func.pg_terminate_backend(before[1])))

    after = await processes(database)

    assert not set(after) & set(before)
    await database.close()
    await other.close()


async def processes(database: Database) -> tuple[int, int]:
    """Return PostgreSQL's processes behind a connection to read and one to write."""
    who = select(func.pg_backend_pid())
    async with database.reading() as reading, database.writing() as writing:
        return await reading.scalar(who) or 0, await writing.scalar(who) or 0


async def test_a_commit_survives_a_power_cut_by_default(
    bare_premises: Premises,
) -> None:
    assert await keeps_commits(bare_premises.database)


async def keeps_commits(database: Database) -> bool:
    """Say whether ``database`` is one that may be trusted."""
    try:
        await database.check_durability()
    except UnsafeDatabase:
        return False
    return True


@pytest.fixture(params=["fsync=off", "full_page_writes=off", "synchronous_commit=off"])
async def careless(request: pytest.FixtureRequest) -> AsyncIterator[Database]:
    """A PostgreSQL that acknowledges what it may lose."""
    with cluster(request.param) as url:
        database = Database(url)
        yield database
        await database.close()


async def test_a_database_that_would_lose_commits_is_refused(
    careless: Database,
) -> None:
    assert not await keeps_commits(careless)


async def test_a_database_of_another_kind_is_refused() -> None:
    with pytest.raises(AppError, match="mysql is not a database"):
        Database("mysql://localhost/huiyin")


async def test_a_database_that_is_not_there_leaves_no_thread_behind() -> None:
    before = set(threading.enumerate())

    for _ in range(20):
        database = Database("sqlite:////no/such/folder/huiyin.db")
        with pytest.raises(OperationalError):
            await database.check_durability()
        await database.close()

    left = set(threading.enumerate()) - before
    assert {thread for thread in left if is_of_sqlite(thread)} == set()
