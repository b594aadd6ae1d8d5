"""Companions: the files that stand for a letter in its folder or in ``expected``."""

import os
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

EXPECTED: Final = "expected"
_MOST_LEVELS: Final = 6
"""Folders upwards in which ``expected`` is looked for."""


class Companions:
    """The files beside one letter, and those below the nearest folder ``expected``."""

    def __init__(self, letter: Path) -> None:
        """Look for them when they are asked for."""
        self._folder = letter.parent
        self._expected = _nearest(letter.parent)

    def find(self, *names: str) -> Iterator[Path]:
        """Yield the files with one of these names, one for each name.

        Where ``expected`` has several, the one in a folder called as the letter's own
        counts.
        """
        for name in names:
            found = self._find(name)
            if found is not None:
                yield found

    def _find(self, name: str) -> Path | None:
        beside = self._folder / name
        if beside.is_file():
            return beside
        if self._expected is None:
            return None
        paths = _index(self._expected).get(name, ())
        if len(paths) == 1:
            return paths[0]
        own = [path for path in paths if path.parent.name == self._folder.name]
        return own[0] if len(own) == 1 else None


@lru_cache(maxsize=1_024)
def _nearest(folder: Path) -> Path | None:
    """Return the folder of expectations that is nearest above; None: there is none."""
    for above in (folder, *folder.parents[:_MOST_LEVELS]):
        if (above / EXPECTED).is_dir():
            return above / EXPECTED
    return None


@lru_cache(maxsize=16)
def _index(folder: Path) -> dict[str, tuple[Path, ...]]:
    """Return all files below a folder by their names."""
    found: defaultdict[str, tuple[Path, ...]] = defaultdict(tuple)
    for where, _, names in os.walk(folder):
        for name in names:
            found[name] += (Path(where, name),)
    return dict(found)
