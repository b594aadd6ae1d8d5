"""A service behind a mail system: it can be told to stop, and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings

PATIENCE = 180.0
"""Seconds for anything: it says that something is wrong, not that a machine is slow."""


@dataclass(frozen=True)
class Service:
    """A service that runs in a process of its own."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def kill(self) -> None:
        """End it on the spot, as ``kill -9`` does."""
        self.process.kill()
        self.process.wait(PATIENCE)

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.process.poll() is not None

    @property
    def said(self) -> str:
        """What it has written so far."""
        return self.output.read_text()


@contextmanager
def service(settings: Settings) -> Iterator[Service]:
    """Run the mail intake and the worker of a service; stop them in the end."""
    _, _, path = settings.database_url.get_secret_value().partition("sqlite:///")
    folder = Path(path).parent
    plain = {name: value for name, value in os.environ.items() if "HUIYIN" not in name}
    output = folder / "output.txt"
    with output.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--only", "mail,worker"],
            cwd=folder, env=plain | _variables(settings), stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield Service(process, output)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()


def wait_for(true: Callable[[], bool], running: Service | None = None) -> None:
    """Return as soon as something is so; fail if the service ends before."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        ended = running is not None and running.has_ended
        over = ended or time.monotonic() > deadline
        assert not over, running.said if running else "it took too long"
        time.sleep(0.05)


def _variables(settings: Settings) -> dict[str, str]:
    """Return the environment that says what ``settings`` do."""
    given = settings.model_dump(exclude_defaults=True)
    plain = {
        name: value.get_secret_value() if hasattr(value, "get_secret_value") else value
        for name, value in given.items()
    }
    return {f"HUIYIN_{name.upper()}": str(value) for name, value in plain.items()}
