"""Servers under test: started, waited for, and asked how much CPU they used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(command: list[str], port: int, *, environ: dict[str, str]) -> Iterator[int]:
    """Run ``command``, wait until ``port`` answers, yield its process id."""
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        env=os.environ | environ,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(port, process)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def cpu_ms(pid: int) -> float:
    """Return the CPU time that a process and all its children have used."""
    return _own_cpu_ms(pid) + sum(map(_own_cpu_ms, _children(pid)))


def _own_cpu_ms(pid: int) -> float:
    """Return the CPU time of a process and of those children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in (11, 12, 13, 14)) * _TICK_MS


def postgres_cpu_ms(url: str) -> float:
    """Return the CPU time of the PostgreSQL that ``url`` names; none for SQLite."""
    _, _, folder = url.partition("?host=")
    if not folder:
        return 0.0
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    total = 0.0
    for child in _children(postmaster):
        with suppress(
            FileNotFoundError, ProcessLookupError
        ):  # ended: the postmaster has its time by now
            total += _own_cpu_ms(child)
    return total + _own_cpu_ms(postmaster)


def postgres_work(url: str) -> Callable[[], float]:
    """Return a clock that tells the CPU seconds of whoever works for ``url``, finely.

    It is made once the connections are there that work: those are the processes that
    it reads, by the nanosecond.
    """
    _, _, folder = url.partition("?host=")
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    spent = {Path(f"/proc/{child}/schedstat"): 0 for child in _children(postmaster)}

    def clock() -> float:
        for file in spent:
            # One that has ended, such as a vacuum, has spent what it had spent.
            with suppress(FileNotFoundError, ProcessLookupError):
                spent[file] = int(file.read_text().split()[0])
        return sum(spent.values()) / 1e9

    return clock


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server does not answer")
