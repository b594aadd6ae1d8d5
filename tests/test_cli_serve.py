import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.cli.serving import AddressTaken, bind
from tests.gateways import post
from tests.ports import free_port

PATIENCE = 30.0


@dataclass(frozen=True)
class Running:
    """A service that runs in a process of its own."""

    process: "subprocess.Popen[str]"
    folder: Path
    web_port: int
    mail_port: int

    @property
    def output(self) -> str:
        """What it has said."""
        return (self.folder / "out").read_text() + (self.folder / "err").read_text()

    def get(self, path: str) -> int:
        """Return the status of an answer of the website."""
        connection = HTTPConnection("127.0.0.1", self.web_port, timeout=PATIENCE)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop; return its exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def service(folder: Path, *args: str, **settings: str) -> Iterator[Running]:
    """Run ``huiyin serve`` in ``folder`` and wait until it answers."""
    web_port, mail_port = free_port(), free_port()
    ports = ["--web-port", str(web_port), "--mail-port", str(mail_port)]
    with (folder / "out").open("w") as out, (folder / "err").open("w") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", *ports, *args],
            cwd=folder, env=environ(**settings), stdout=out, stderr=err, text=True,
        )  # fmt: skip
    running = Running(process, folder, web_port, mail_port)
    try:
        _wait(running, mail_port if "mail" in "".join(args) else web_port)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def environ(**settings: str) -> dict[str, str]:
    """Return an environment without settings of the machine's own."""
    plain = {name: value for name, value in os.environ.items() if "HUIYIN" not in name}
    return plain | settings


def _wait(running: Running, port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert running.process.poll() is None, running.output
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(running.output)


def huiyin(running: Running, *args: str, **settings: str) -> list[str]:
    """Run another command beside a service; return what it said."""
    said = subprocess.run(
        [sys.executable, "-m", "app", *args],
        cwd=running.folder,
        env=environ(**settings),
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout.splitlines()


def fates(running: Running) -> list[str]:
    """Return what became of all letters."""
    return huiyin(running, "mail", "fates")


def test_the_first_start_shows_where_all_is_and_the_password_once(
    tmp_path: Path,
) -> None:
    with service(tmp_path) as running:
        assert (running.get("/healthz"), running.get("/readyz")) == (200, 200)
        assert running.get("/") == 200
        assert running.stop(signal.SIGINT) == 0
    first = running.output
    with service(tmp_path) as running:
        checked = huiyin(
            running, "check", "--only", "web,mail",
            HUIYIN_WEB_PORT=str(running.web_port),
            HUIYIN_MAIL_PORT=str(running.mail_port),
        )  # fmt: skip
        assert running.stop(signal.SIGTERM) == 0

    assert "one-time password" in first
    assert "password" not in running.output
    assert checked == ["mail: well", "web: well"]
    assert f"http://localhost:{running.web_port}" in running.output
    assert f"smtp://localhost:{running.mail_port}" in running.output
    assert {"huiyin.db", "huiyin.key"} <= {path.name for path in tmp_path.iterdir()}


def test_a_letter_sent_to_the_service_opens_a_case_and_nobody_is_named(
    tmp_path: Path,
) -> None:
    with service(tmp_path, HUIYIN_LOG_FORMAT="json") as running:
        running.get("/healthz?secret=1")
        asyncio.run(post.send(running.mail_port, post.letter()))
        deadline = time.monotonic() + PATIENCE
        while "letters were settled" not in running.output:
            assert time.monotonic() < deadline, running.output
            time.sleep(0.05)
        assert running.stop() == 0

    assert fates(running)[0].split() == ["opened", "1"]
    assert '"path": "/healthz"' in running.output
    assert "secret" not in running.output
    assert "zhang" not in running.output


def test_a_letter_on_its_way_is_taken_before_the_service_ends(tmp_path: Path) -> None:
    async def send(port: int) -> int:
        async with post.talk(port) as talk:
            await talk.begin()
            running.process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.3)
            return (await talk.say(post.letter(), b".")).code

    with service(tmp_path, "--only", "mail") as running:
        code = asyncio.run(send(running.mail_port))
        assert running.process.wait(PATIENCE) == 0

    assert code == 250
    assert fates(running)[0].split() == ["waiting", "1"]


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = subprocess.run(
            [sys.executable, "-m", "app", "serve", "--web-port", str(port)],
            cwd=tmp_path, env=environ(), capture_output=True, text=True, check=False,
        )  # fmt: skip

    assert (result.returncode, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1
    assert str(port) in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_port_that_somebody_else_bound_is_refused_at_once() -> None:
    with closing(bind("127.0.0.1", 0)) as first:
        port = first.getsockname()[1]
        with pytest.raises(AddressTaken):
            bind("127.0.0.1", port)
