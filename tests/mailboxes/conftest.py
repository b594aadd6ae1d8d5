"""A mail server with mailboxes, and premises that read them."""

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.premises import Premises
from app.settings import Settings
from tests import make
from tests.conftest import SECRET
from tests.dovecot import Account, Dovecot, dovecot
from tests.fakes import FakeClock

_numbers = count(1)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Dovecot]:
    """A dovecot, started once."""
    with dovecot() as server:
        yield server


@pytest.fixture
def account(mail_server: Dovecot) -> Account:
    """A mailbox that nobody has used before."""
    account = Account(mail_server, f"box{next(_numbers)}@example.org")
    account.flags()
    return account


@pytest.fixture
def trusted(mail_server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust in the certificate of the server."""
    monkeypatch.setenv("SSL_CERT_FILE", str(mail_server.certificate))


@pytest.fixture
def quick_settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    """Settings of a service on SQLite that takes small letters only."""
    path = tmp_path / "quick.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Settings(
        database_url=SecretStr(f"sqlite:///{path}"),
        secret_key=SecretStr(SECRET),
        max_letter_bytes=2**20,
    )


@pytest.fixture
async def quick_premises(
    quick_settings: Settings, clock: FakeClock
) -> AsyncIterator[Premises]:
    """Premises on SQLite with the sample notice."""
    async with Premises(quick_settings, clock=clock) as premises:
        async with premises.database.writing() as session:
            await make.house(session)
        await premises.shelf()
        yield premises
