"""Settings of a service behind a mail system."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from app.settings import Settings
from tests.conftest import SECRET
from tests.mail_system.town import INTAKE
from tests.ports import free_port


@pytest.fixture(scope="module")
def settings(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """Settings of a service that takes letters by LMTP."""
    path = tmp_path_factory.mktemp("service") / "service.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Settings(
        database_url=SecretStr(f"sqlite:///{path}"),
        secret_key=SecretStr(SECRET),
        mail_port=free_port(),
        mail_protocol="lmtp",
        intake_address=INTAKE,
    )
