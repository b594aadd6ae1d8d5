"""A PostgreSQL of the tests' own: made in a folder, reached by a socket, removed."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.needs import lacking


@contextmanager
def cluster(*options: str) -> Iterator[str]:
    """Run a server with ``options`` (``name=value``); yield the URL of its database."""
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="huiyin-pg-"))
    as_user = _without_root(folder)
    try:
        _run(as_user, programs / "initdb", "-D", folder / "data", "-U", "huiyin",
             "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")  # fmt: skip
        settings = " ".join(
            f"-c {option}"
            for option in (
                "listen_addresses=''",
                f"unix_socket_directories={folder}",
                *options,
            )
        )
        _run(as_user, programs / "pg_ctl", "-D", folder / "data", "-w", "-s",
             "-l", folder / "log", "-o", settings, "start")  # fmt: skip
        try:
            yield f"postgresql://huiyin@/postgres?host={folder}"
        finally:
            _run(as_user, programs / "pg_ctl", "-D", folder / "data", "-s",
                 "-m", "immediate", "stop")  # fmt: skip
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    if path := shutil.which("initdb"):
        return Path(path).parent
    return lacking("PostgreSQL")


def _without_root(folder: Path) -> list[str]:
    """Give ``folder`` away and return what drops root: PostgreSQL refuses to be it."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return [
        "setpriv",
        f"--reuid={nobody.pw_uid}",
        f"--regid={nobody.pw_gid}",
        "--clear-groups",
    ]


def _run(as_user: list[str], *command: str | Path) -> None:
    subprocess.run(
        [*as_user, *map(str, command)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd="/",
    )
