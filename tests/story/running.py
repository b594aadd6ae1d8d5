"""A service as a newcomer starts it, and a mail server that takes what it sends."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port

PATIENCE = 60.0


@dataclass
class MailServer:
    """What a citizen's mail server got."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_DATA(  # noqa: N802 - aiosmtpd asks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        letter = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        with self.arrived:
            self.letters.append(letter)
            self.arrived.notify_all()
        return "250 2.0.0 taken"

    def wait_for(self, address: str, *, number: int = 1) -> EmailMessage:
        """Return the ``number``-th letter to ``address``, once it has come."""
        with self.arrived:
            self.arrived.wait_for(lambda: len(self.to(address)) >= number, PATIENCE)
        return self.to(address)[number - 1]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the letters to ``address``."""
        return [letter for letter in self.letters if address in str(letter["To"])]


@dataclass(frozen=True)
class Service:
    """A running service."""

    url: str
    mail_port: int
    user_name: str
    password: str


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """Run a mail server on a free port."""
    server = MailServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def service(folder: Path, *, relay_port: int, **settings: str) -> Iterator[Service]:
    """Run ``huiyin serve`` in ``folder``, sending through ``relay_port``."""
    web_port, mail_port = free_port(), free_port()
    environ = os.environ | {
        "HUIYIN_WEB_PORT": str(web_port),
        "HUIYIN_MAIL_PORT": str(mail_port),
        "HUIYIN_BASE_URL": f"http://127.0.0.1:{web_port}",
        "HUIYIN_RELAY_URL": f"smtp://127.0.0.1:{relay_port}?starttls=never",
        **settings,
    }
    output = folder / "output.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            cwd=folder, env=environ, stdout=file, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        found = _wait(process, output)
        yield Service(
            url=f"http://127.0.0.1:{web_port}",
            mail_port=mail_port,
            user_name=found[1],
            password=found[2],
        )
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0, output.read_text()


def _wait(process: "subprocess.Popen[bytes]", output: Path) -> re.Match[str]:
    """Wait until it says its first account: it listens earlier, but is not ready."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        said = output.read_text()
        assert process.poll() is None, said
        if found := re.search(r"(?m)^.*\b(admin)\b.*?(\S{12,})\s*\n", said):
            return found
        time.sleep(0.1)
    raise AssertionError(f"no first account in what it said: {output.read_text()}")
