from pathlib import Path

from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from app.main import create_app
from app.premises import Premises
from app.settings import Settings
from tests.conftest import SECRET


async def test_a_service_that_runs_is_alive_and_ready(client: AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        assert (await client.get(path)).status_code == 200


async def test_a_service_that_closes_lives_and_takes_nobody(
    client: AsyncClient, premises: Premises
) -> None:
    premises.closing = True

    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/healthz")).status_code == 200


async def test_without_a_database_nobody_is_let_in(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/nowhere/huiyin.db")
    settings = Settings(database_url=url, secret_key=SecretStr(SECRET))
    async with Premises(settings) as premises:
        transport = ASGITransport(create_app(premises))
        async with AsyncClient(transport=transport, base_url="http://a") as client:
            assert (await client.get("/readyz")).status_code == 503
            assert (await client.get("/healthz")).status_code == 200
