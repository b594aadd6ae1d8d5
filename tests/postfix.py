"""A postfix of the tests' own: made in a folder, on loopback only, removed."""

import json
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTP
from typing import Final

from tests.needs import lacking
from tests.ports import free_port

READY_WITHIN: Final = 30.0

_PROGRAMS: Final = f"{os.environ['PATH']}:/usr/sbin"

_SETTINGS: Final = {
    "compatibility_level": "3.6",
    "queue_directory": "{folder}/queue",
    "data_directory": "{folder}/state",
    "maillog_file": "{folder}/log",
    "maillog_file_prefixes": "{folder}",
    "myhostname": "mx.example",
    "mydestination": "",
    "mynetworks": "127.0.0.0/8",
    "inet_interfaces": "127.0.0.1",
    "inet_protocols": "ipv4",
    "smtp_dns_support_level": "disabled",
    "default_transport": "error:nobody else is reached from here",
    "relay_transport": "error:nobody else is reached from here",
    "alias_maps": "",
    "alias_database": "",
    "recipient_delimiter": "+",
    "enable_long_queue_ids": "yes",
    "in_flow_delay": "0",
    "minimal_backoff_time": "1s",
    "maximal_backoff_time": "2s",
    "queue_run_delay": "1s",
}
"""What makes it one of its own, which reaches nobody, and quick to try again."""

_SERVICES: Final = """
127.0.0.1:{port} inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
error   unix - - n - - error
retry   unix - - n - - error
virtual unix - n n - - virtual
lmtp    unix - - n - - lmtp
scache  unix - - n - 1 scache
anvil   unix - - n - 1 anvil
proxymap unix - - n - - proxymap
showq   unix n - n - - showq
"""
"""Its parts, none of them in a folder of its own (chroot)."""

_TAKEN_IN: Final = re.compile(r"cleanup\[\d+\]: (\w+): message-id=(<[^>]*>)")
_HANDED_OVER: Final = re.compile(r"lmtp\[\d+\]: (\w+): .* status=sent \(250 ")


@dataclass(frozen=True, slots=True)
class Postfix:
    """A running mail system."""

    folder: Path
    port: int

    @property
    def log(self) -> str:
        """What it has said so far."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def take(self, *letters: bytes, sender: str, to: str) -> None:
        """Have it take letters in, all over one connection."""
        with SMTP("127.0.0.1", self.port, timeout=READY_WITHIN) as client:
            for letter in letters:
                client.sendmail(sender, [to], letter, ["BODY=8BITMIME"])

    def taken_in(self) -> dict[str, str]:
        """Return the Message-ID of every letter, by the queue's own name for it."""
        return dict(_TAKEN_IN.findall(self.log))

    def handed_over(self) -> int:
        """Return how many letters it was told "250" for; quick."""
        return (self.folder / "log").read_bytes().count(b" status=sent (250 ")

    def delivered(self) -> set[str]:
        """Return the Message-IDs of the letters it was told "250" for."""
        log = self.log
        names = dict(_TAKEN_IN.findall(log))
        return {names[name] for name in _HANDED_OVER.findall(log)}

    def queued(self) -> set[str]:
        """Return the Message-IDs of the letters that it still has.

        One that is on its way from one of its queues to another is in neither.
        """
        rows = self._run("postqueue", "-j").splitlines()
        queued = {json.loads(row)["queue_id"] for row in rows}
        return {name for key, name in self.taken_in().items() if key in queued}

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("postfix", "start")
        until = time.monotonic() + READY_WITHIN
        while True:
            try:
                SMTP("127.0.0.1", self.port, timeout=READY_WITHIN).quit()
            except OSError:
                assert time.monotonic() < until, self.log
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it, whatever it is at."""
        self._run("postfix", "stop")

    def _run(self, program: str, command: str) -> str:
        done = subprocess.run(
            [_program(program), "-c", self.folder / "etc", command],
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def postfix(**settings: str) -> Iterator[Postfix]:
    """Run a mail system with ``settings`` of its ``main.cf``; yield where it is."""
    _program("postfix")
    if os.geteuid() != 0:
        lacking("a postfix that others than root may start")
    folder = Path(tempfile.mkdtemp(prefix="huiyin-mta-"))
    server = Postfix(folder, free_port())
    try:
        _write(server, settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    return shutil.which(name, path=_PROGRAMS) or lacking(name)


def _write(server: Postfix, settings: dict[str, str]) -> None:
    folder = server.folder
    owner = pwd.getpwnam("postfix")
    folder.chmod(0o755)
    for name in ("etc", "queue", "state"):
        (folder / name).mkdir()
    os.chown(folder / "state", owner.pw_uid, owner.pw_gid)
    lines = [f"{name} = {value}" for name, value in (_SETTINGS | settings).items()]
    _put(folder / "etc" / "main.cf", "\n".join(lines).replace("{folder}", str(folder)))
    _put(folder / "etc" / "master.cf", _SERVICES.format(port=server.port))


def _put(path: Path, text: str) -> None:
    path.write_text(f"{text}\n", encoding="utf-8")
