"""A service that is killed while people write has each opinion once."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from httpx import AsyncClient, HTTPError, Response

from tests.test_cli_serve import Running, service
from tests.web import citizen

ENOUGH = 12
"""Receipts that are handed out before it is killed."""

WRITERS = 4


class Town:
    """Citizens by form and programs by API, who keep what they sent and what they got.

    Each writes on until the service is gone; what was under way is in doubt.
    """

    def __init__(self) -> None:
        """Begin with nothing written."""
        self.forms: dict[int, dict[str, str]] = {}
        self.receipts: dict[int, tuple[str, str]] = {}
        self._sent: list[int] = []
        self._numbers = count()
        self._enough = asyncio.Event()

    async def write(self, running: Running) -> None:
        """Have all of them write until the service is killed."""
        async with AsyncClient(base_url=at(running), trust_env=False) as client:
            writers = [self._write_on(client) for _ in range(WRITERS)]
            await asyncio.gather(*writers, self._kill(running))

    async def send_all_again(self, running: Running) -> dict[int, tuple[str, str]]:
        """Send everything once more; return the receipts."""
        async with AsyncClient(base_url=at(running), trust_env=False) as client:
            return {
                number: self._receipt(number, await self._send(client, number))
                for number in self._sent
            }

    async def _write_on(self, client: AsyncClient) -> None:
        with suppress(HTTPError):
            while True:
                number = next(self._numbers)
                if number % 2:
                    self.forms[number] = await citizen.form(client, text=said(number))
                self._sent.append(number)
                sent = await self._send(client, number)
                self.receipts[number] = self._receipt(number, sent)
                if len(self.receipts) == ENOUGH:
                    self._enough.set()

    async def _kill(self, running: Running) -> None:
        await self._enough.wait()
        running.process.kill()

    async def _send(self, client: AsyncClient, number: int) -> Response:
        if number in self.forms:
            file = ("灯.png", citizen.PNG)
            return await citizen.send(client, self.forms[number], files=[file])
        return await client.post(
            "/api/v1/opinions",
            json=citizen.opinion(text=said(number)),
            headers={"Idempotency-Key": f"{citizen.KEY}-{number}"},
        )

    def _receipt(self, number: int, response: Response) -> tuple[str, str]:
        assert response.status_code in {200, 201}, response.text
        if number in self.forms:
            return citizen.receipt(response)
        known = response.json()
        return known["receipt_number"], known["query_code"]


def at(running: Running) -> str:
    return f"http://127.0.0.1:{running.web_port}"


def said(number: int) -> str:
    return f"第{number}号路灯坏了三个月，晚上孩子放学看不见路。"


def stored(folder: Path, what: str) -> int:
    with closing(sqlite3.connect(folder / "huiyin.db")) as database:
        found: int = database.execute(f"SELECT {what}").fetchone()[0]
        return found


async def test_a_service_killed_while_people_write_has_each_opinion_once(
    tmp_path: Path,
) -> None:
    town = Town()
    with service(tmp_path, "--only", "web") as running:
        await town.write(running)
    with service(tmp_path, "--only", "web") as running:
        again = await town.send_all_again(running)

    assert town.receipts.items() <= again.items()
    assert stored(tmp_path, "count(*) FROM opinion") == len(again)
    assert stored(tmp_path, "count(DISTINCT text) FROM opinion") == len(again)
    assert stored(tmp_path, "count(*) FROM attachment") == len(town.forms)
    assert stored(tmp_path, "count(*) FROM arrival") == len(again)
