"""The reader: a process of its own that reads letters and can do nothing else.

It is a fresh interpreter with nothing in its environment and no secret in its memory.
Once its modules are loaded it may write no file and start no process; address space
and, for each letter, CPU time are limited. It ends when the other end of its socket is
closed, so none outlives the service. The limits are those of POSIX; the base of the
address space is read from Linux's ``/proc``, and elsewhere that limit is left out.
"""

import os
import resource
import signal
import socket
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Final

from app.mail.reading import Reading
from app.mail.view import Wish
from app.reading_room.coding import Coded, decode, encode
from app.reading_room.conditions import (
    LETTER_HEAD,
    READY,
    REPLY_HEAD,
    Broken,
    Cause,
    Conditions,
    Reply,
)

Read = Callable[..., Reading]

_FILES: Final = 16
"""Descriptors: the socket, the standard ones, and modules that a codec loads late."""

_NICE: Final = 5
"""Letters can wait a moment longer than people."""


def main(words: str) -> None:
    """Read letters from the socket on standard input until it is closed."""
    conditions = Conditions.from_words(words)
    module, _, name = conditions.read.partition(":")
    read = partial(getattr(import_module(module), name), limits=conditions.limits)
    for number in (signal.SIGINT, signal.SIGTERM):
        # The service stops in good order, and its readers with it.
        signal.signal(number, signal.SIG_IGN)
    with socket.socket(fileno=0) as pipe, suppress(ConnectionError):
        _say_nothing()
        confine(memory_mb=conditions.memory_mb)
        pipe.sendall(READY)
        try:
            while _answer_one(pipe, read, cpu_seconds=conditions.cpu_seconds):
                pass
        except MemoryError:
            _send(pipe, encode(_OUT_OF_MEMORY, Reply))


def answer(read: Read, raw: bytes) -> Coded:
    """Return what ``read`` makes of ``raw``, or how it failed.

    Raises:
        MemoryError: It takes more memory than it may.
    """
    try:
        return encode(Reply(reading=read(raw)), Reply)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the next letter is read
        broken = Broken(cause=Cause.ERROR, trace=_trace(error))
        return encode(Reply(broken=broken), Reply)


def confine(*, memory_mb: int) -> None:
    """Take from this process what reading does not need."""
    nothing = (0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, nothing)
    resource.setrlimit(resource.RLIMIT_FSIZE, nothing)
    resource.setrlimit(resource.RLIMIT_NPROC, nothing)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, _FILES))
    base = _address_space()
    if base is not None:
        most = base + memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    os.nice(_NICE)


def _address_space() -> int | None:
    """Return the bytes of address space in use; None: this system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - light
            return int(file.read().split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        return None


def _say_nothing() -> None:
    """Close standard error: from here on there are letters that must not be quoted."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _answer_one(pipe: socket.socket, read: Read, *, cpu_seconds: float) -> bool:
    """Read the next letter and answer; return whether there was one.

    Nothing of it is kept: the next has the memory for itself.
    """
    head = pipe.recv(LETTER_HEAD.size, socket.MSG_WAITALL)
    if len(head) < LETTER_HEAD.size:
        return False
    size, wish_size = LETTER_HEAD.unpack(head)
    if wish_size:
        words = pipe.recv(wish_size, socket.MSG_WAITALL)
        read = partial(read, wish=decode(words, b"", Wish))
    raw = pipe.recv(size, socket.MSG_WAITALL) if size else b""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    reply = answer(read, raw)
    signal.setitimer(signal.ITIMER_PROF, 0)
    _send(pipe, reply)
    return True


def _send(pipe: socket.socket, reply: Coded) -> None:
    head = REPLY_HEAD.pack(len(reply.text), sum(map(len, reply.blobs)))
    pipe.sendall(head + reply.text)
    for blob in reply.blobs:
        pipe.sendall(blob)


def _trace(error: Exception) -> str:
    """Return the kind of ``error`` and where it arose, but not what it says."""
    way: deque[str] = deque(maxlen=_FRAMES)
    step = error.__traceback__
    while step is not None:
        file = step.tb_frame.f_code.co_filename
        way.appendleft(f"{'/'.join(file.split('/')[-2:])}:{step.tb_lineno}")
        step = step.tb_next
    return f"{type(error).__name__} at {' < '.join(way)}"


_FRAMES: Final = 6
_OUT_OF_MEMORY: Final = Reply(broken=Broken(cause=Cause.MEMORY))
