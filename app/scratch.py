"""Scratch: folders for files that lie open while they are worked on, and no longer.

A file of earlier opinions names people, and so does a list that is taken away. Whoever
has one open holds a lock on its folder, which ends with the process, however that ends:
what a killed one left is swept away.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PREFIX: Final = "huiyin-scratch-"
_OPEN: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def scratch() -> Iterator[Path]:
    """Yield a folder of one's own, which is gone in the end."""
    folder, handle = _made()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sweep() -> None:
    """Remove the folders of processes that are no more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):
            handle = os.open(folder, _OPEN)
            try:
                _remove(folder, handle)
            finally:
                os.close(handle)


def _made() -> tuple[Path, int]:
    """Return a new folder and what holds it, though somebody sweeps at that moment."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        with suppress(FileNotFoundError):
            handle = os.open(folder, _OPEN)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if folder.exists():
                return folder, handle
            os.close(handle)


def _remove(folder: Path, handle: int) -> None:
    """Remove a folder of ours, unless somebody holds it (`BlockingIOError`)."""
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if os.fstat(handle).st_uid == os.geteuid():
        shutil.rmtree(folder)
