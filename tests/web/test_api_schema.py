"""The API keeps to its own description, whatever is sent to it (schemathesis)."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from pydantic import SecretStr
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import shutdown_lifespans
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from app.main import create_app
from app.premises import Premises
from app.settings import Settings
from tests import make
from tests.fakes import FakeClock

SECRET = "a secret that is long enough for the tests"

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

few = settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("message/rfc822")
def as_letter(_context: object, value: object) -> bytes:
    """Return the bytes of a letter."""
    return str(value).encode("utf-8", "replace")


class House:
    """The application, for as long as a fixture lends it one."""

    def __init__(self) -> None:
        self.premises: Premises | None = None
        self.app: ASGIApp | None = None

    def open(self, premises: Premises) -> None:
        """Serve on ``premises`` until `shutdown_lifespans`."""
        self.premises, self.app = premises, create_app(premises)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve."""
        assert self.app
        assert self.premises
        await self.app(scope, receive, send)
        if scope["type"] == "lifespan":
            await self.premises.close()


def described() -> BaseSchema:
    """Return what the application says about itself, to be tried on `house`."""
    facts = Settings(secret_key=SecretStr(SECRET), letter_door_secret=SecretStr(SECRET))
    app = create_app(Premises(facts))
    schema = schemathesis.openapi.from_dict(app.openapi())
    schema.app = house
    return schema


async def furnish(facts: Settings) -> None:
    """Make a house with the sample notice, and leave it."""
    premises = Premises(facts, clock=FakeClock())
    async with premises, premises.database.writing() as session:
        await make.house(session)


def facts_on(path: Path) -> Settings:
    """Return the settings of a service that minds no flood."""
    return Settings(
        database_url=SecretStr(f"sqlite:///{path}"),
        secret_key=SecretStr(SECRET),
        submissions_per_minute=0,
        letter_door_secret=SecretStr(SECRET),
    )


house = House()
schema = described()


@pytest.fixture(scope="module")
def furnished(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample notice, made once and copied for each operation."""
    path = tmp_path_factory.mktemp("api") / "huiyin.db"
    shutil.copy(sqlite_template, path)
    asyncio.run(furnish(facts_on(path)))
    return path


@pytest.fixture(autouse=True)
def _open_house(furnished: Path, tmp_path: Path) -> Iterator[None]:
    path = tmp_path / "huiyin.db"
    shutil.copy(furnished, path)
    house.open(Premises(facts_on(path), clock=FakeClock()))
    yield
    shutdown_lifespans()


@schema.parametrize()
@few
def test_every_answer_is_one_that_is_described(case: Case[Any]) -> None:
    """Check signs and addresses are finer than a schema can say: 422 is no fault."""
    answer = case.call_and_validate(excluded_checks=[positive_data_acceptance])

    assert answer.status_code < 500


@schema.include(path="/api/v1/opinions").parametrize()
@few
def test_opinions_that_are_registered_are_answered_as_described(
    case: Case[Any],
) -> None:
    """With a slug that exists and a key of its own, an opinion is one."""
    if isinstance(case.body, dict) and "notice" in case.body:
        case.body |= {"notice": make.SLUG, "section": None, "contact": {}}
        case.headers["Idempotency-Key"] = secrets.token_hex(16)
    answer = case.call()

    case.validate_response(answer, checks=CHECKS)

    assert answer.status_code < 500
