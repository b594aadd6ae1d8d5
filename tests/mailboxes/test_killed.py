"""A service that is killed at any moment keeps every letter once."""

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.premises import Premises
from app.settings import Settings
from tests.conftest import SECRET
from tests.dovecot import Account
from tests.gateways import post
from tests.mailboxes.attending import set_up, terms
from tests.mailboxes.scripted import Scripted

LETTERS = 100
PATIENCE = 60.0


@contextmanager
def worker(folder: Path, settings: Settings) -> "Iterator[subprocess.Popen[bytes]]":
    """Run the worker of a service, and kill it in the end."""
    environ = os.environ | {
        "HUIYIN_DATABASE_URL": settings.database_url.get_secret_value(),
        "HUIYIN_SECRET_KEY": SECRET,
    }
    with (folder / "out").open("ab") as out, subprocess.Popen(
        [sys.executable, "-m", "app", "serve", "--only", "worker"],
        cwd=folder, env=environ, stdout=out, stderr=out,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def wait_for(true: Callable[[], bool]) -> None:
    """Return as soon as something is so."""
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_service_that_is_killed_again_and_again_keeps_each_letter_once(
    quick_settings: Settings, account: Account, tmp_path: Path
) -> None:
    async def prepare() -> None:
        async with Premises(quick_settings) as premises:
            await set_up(premises, terms(account))

    async def kept() -> list[bytes]:
        async with Premises(quick_settings) as premises:
            return [letter.content for letter in await post.kept(premises)]

    sent = [post.letter(Message_ID=f"<{n}@a>") for n in range(LETTERS)]
    asyncio.run(prepare())
    account.drop(*sent)
    for _ in range(2):
        before = account.seen()
        with worker(tmp_path, quick_settings):
            wait_for(lambda: account.seen() > before or account.seen() == LETTERS)  # noqa: B023 - called within
            time.sleep(random.uniform(0, 0.05))

    with worker(tmp_path, quick_settings):
        wait_for(lambda: account.seen() == LETTERS)

    assert asyncio.run(kept()) == sent


def test_a_service_stops_at_once_although_a_mailbox_never_answers(
    quick_settings: Settings, tmp_path: Path
) -> None:
    async def prepare(port: int) -> None:
        async with Premises(quick_settings) as premises:
            await set_up(premises, terms(Scripted(port=port)))

    with socket.create_server(("127.0.0.1", 0)) as silent:
        asyncio.run(prepare(silent.getsockname()[1]))
        with worker(tmp_path, quick_settings) as process:
            talk, _ = silent.accept()
            began = time.monotonic()
            process.terminate()

            assert process.wait(PATIENCE) == 0, (tmp_path / "out").read_text()
            assert time.monotonic() - began < 5
            talk.close()
