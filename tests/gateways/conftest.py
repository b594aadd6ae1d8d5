"""Premises on SQLite only, for what a conversation says whatever the database."""

import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.premises import Premises
from app.settings import Settings
from tests.conftest import SECRET
from tests.gateways import post

SMALL = 2**16


@pytest.fixture
def furnished(sqlite_template: Path, tmp_path: Path) -> Callable[..., Premises]:
    """What makes premises on a SQLite file of their own, with further settings."""

    def make(**changes: object) -> Premises:
        path = tmp_path / "huiyin.db"
        shutil.copy(sqlite_template, path)
        settings = Settings(
            database_url=SecretStr(f"sqlite:///{path}"), secret_key=SecretStr(SECRET)
        )
        return Premises(settings.model_copy(update=changes))

    return make


@pytest.fixture
async def small_premises(
    furnished: Callable[..., Premises],
) -> AsyncIterator[Premises]:
    """Premises that take small letters only."""
    async with furnished(max_letter_bytes=SMALL) as premises:
        yield premises


@pytest.fixture
async def local_premises(
    furnished: Callable[..., Premises],
) -> AsyncIterator[Premises]:
    """Premises whose mail intake speaks LMTP."""
    async with furnished(mail_protocol="lmtp") as premises:
        yield premises


@pytest.fixture
async def port(small_premises: Premises) -> AsyncIterator[int]:
    """The port of a mail intake on `small_premises`."""
    async with post.intake(small_premises) as port:
        yield port
