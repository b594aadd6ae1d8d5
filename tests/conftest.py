"""Nine fixtures, all that a newcomer needs: most tests run on both databases."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app import migrations
from app.classify import ensemble
from app.classify.prior import SectionModel, SectionText
from app.classify.voices import built_in_voices
from app.domain.vocabulary import Role
from app.main import create_app
from app.models import Base
from app.premises import Premises
from app.services import passwords
from app.services.staff import Person
from app.settings import Settings
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.postgres import cluster

SEARCHES = ("opinion_search", "publication_search")
"""The indexes for words, which are no tables of the models."""

SECRET = "a secret that is long enough for the tests"

# How long an example takes says something of the machine, and belongs to benchmarks.
hypothesis.settings.register_profile(
    "huiyin",
    hypothesis.settings.get_profile("ci" if "CI" in os.environ else "default"),
    deadline=None,
)
hypothesis.settings.load_profile("huiyin")


_PREMISES = count(1)
_SWEPT = 20
"""After so many premises the memory is swept: each leaves some ten megabytes."""


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Run async tests on asyncio."""
    return "asyncio", {"use_uvloop": False}


@pytest.fixture(scope="session", autouse=True)
def made_cheaply() -> Iterator[None]:
    """Have passwords hashed quickly, and one model made of each notice.

    Thousands of tests set up an account and publish the same notices.
    """
    made: dict[tuple[SectionText, ...], SectionModel] = {}
    built_in = built_in_voices()

    def model(
        sections: Sequence[SectionText], topics: Any, given: Any, sound: Any
    ) -> SectionModel:
        if given or topics is not built_in.topics:
            return SectionModel(sections, topics, given, sound)
        key = tuple(sections)
        if key not in made:
            made[key] = SectionModel(sections, built_in.topics, None, built_in.sound)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ensemble, "SectionModel", model)
        patch.setattr(
            passwords, "_argon2",
            lambda salt: Argon2id(salt=salt, length=32, iterations=1, lanes=1,
                                  memory_cost=64),
        )  # fmt: skip
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table, made once and copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL with every table, started once."""
    with cluster() as url:
        migrations.upgrade(url)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of either kind."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    path = tmp_path / "huiyin.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Settings of a service on that database."""
    return Settings(
        database_url=SecretStr(database_url),
        secret_key=SecretStr(SECRET),
        base_url="http://testserver",
    )


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until it is moved."""
    return FakeClock()


@pytest.fixture
async def bare_premises(
    settings: Settings, clock: FakeClock
) -> AsyncIterator[Premises]:
    """Premises on an empty database."""
    async with Premises(settings, clock=clock) as premises:
        if not premises.database.sqlite:
            async with premises.database.writing() as session:
                await empty(session)
        yield premises
    # A service keeps its shelf for good; thousands of them would fill the memory. What
    # is given back counts as old, and the old are seldom looked at unless one asks.
    gc.unfreeze()
    if next(_PREMISES) % _SWEPT == 0:
        gc.collect()


@pytest.fixture
async def premises(bare_premises: Premises) -> Premises:
    """Premises with an office, an account and the published sample notice."""
    async with bare_premises.database.writing() as session:
        await make.house(session)
    await bare_premises.shelf()
    return bare_premises


@pytest.fixture
async def client(premises: Premises) -> AsyncIterator[AsyncClient]:
    """A browser without a window, at the site of ``premises``."""
    transport = ASGITransport(create_app(premises))
    async with AsyncClient(transport=transport, base_url="http://testserver") as client:
        yield client


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """Somebody who works the supervision office's queue."""
    return await at_desk.hire(premises, Role.CLERK)


@pytest.fixture
async def officer(premises: Premises) -> Person:
    """Somebody of `UNIT`, an office that answers."""
    return await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)


async def empty(session: AsyncSession) -> None:
    """Delete all rows: TRUNCATE would make every table and index a new file."""
    tables = [f'"{table.name}"' for table in Base.metadata.sorted_tables]
    names = [*tables, *SEARCHES]
    deleting = " ".join(f"DELETE FROM {name};" for name in names)  # noqa: S608 - ours
    # References between rows are not looked at while all of them go.
    await session.execute(text("SET LOCAL session_replication_role = replica"))
    await session.execute(text(f"DO $$ BEGIN {deleting} END $$"))
