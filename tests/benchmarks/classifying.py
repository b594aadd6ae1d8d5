"""How fast opinions are placed, beside the bare counting of their pairs of signs.

All in CPU time of one core. Start-up and memory are measured in a process of its own.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).parents[1] / "classify"
LETTER_SIGNS = 1_500
"""About three pages."""

_STARTED = """
import json, pathlib, time
def held(): return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) / 256
before, started = held(), time.process_time()
from tests.benchmarks.classifying import classifier
ready = classifier()
loaded = time.process_time()
ready.classify(subject="", text="停车收费没有票据")
print(json.dumps([loaded - started, time.process_time() - loaded, before, held()]))
"""
"""Resident memory is given in pages of 4 KB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: one kind of texts."""

    texts: str
    signs: float
    """How long they are, on average."""
    per_second: float
    """Classifications for each second of CPU."""
    floor: float
    """The same texts, counted."""
    slowest_ms: float
    """What one of a hundred takes at least."""

    @property
    def ratio(self) -> float:
        """Classifications, as a share of the floor's countings."""
        return self.per_second / self.floor


def classifier() -> Any:
    """Return a classifier for the notice that the opinions were written on."""
    from app.classify.ensemble import Classifier  # noqa: PLC0415 - measured
    from app.classify.sections import sections_of  # noqa: PLC0415 - measured
    from app.domain.outline import decode_notice, parse_outline  # noqa: PLC0415 - measured

    content = (WRITTEN / "notices" / "city.txt").read_bytes()
    return Classifier.from_sections(sections_of(parse_outline(decode_notice(content))))


def measure(seconds: float) -> str:
    """Measure for about so long, and return the table."""
    texts = _opinions()
    ready = classifier()
    rows = [
        _row("opinion", texts, ready, seconds / 2),
        _row("letter of three pages", _letters(texts), ready, seconds / 2),
    ]
    return "\n".join((_table(rows), "", _start()))


def _opinions() -> list[str]:
    lines = (WRITTEN / "opinions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def _letters(texts: Sequence[str]) -> list[str]:
    whole = "\n".join(texts)
    starts = range(0, len(whole) - LETTER_SIGNS, LETTER_SIGNS)
    return [whole[start : start + LETTER_SIGNS] for start in starts]


def _row(name: str, texts: Sequence[str], ready: Any, seconds: float) -> Row:
    """Measure the floor, the classifier and the floor again, after a warm-up."""

    def place(text: str) -> object:
        return ready.classify(subject="", text=text)

    for text in texts:
        place(text)
    floors = [_rate(_count, texts, seconds / 4)]
    rate = _rate(place, texts, seconds / 2)
    floors.append(_rate(_count, texts, seconds / 4))
    return Row(
        texts=name,
        signs=sum(map(len, texts)) / len(texts),
        per_second=rate,
        floor=sum(floors) / len(floors),
        slowest_ms=_slowest(place, texts),
    )


def _count(text: str) -> object:
    return Counter(map("".join, pairwise(text)))


def _rate(work: Callable[[str], object], texts: Sequence[str], seconds: float) -> float:
    started, done = time.process_time(), 0
    while time.process_time() - started < seconds:
        for text in texts:
            work(text)
        done += len(texts)
    return done / (time.process_time() - started)


def _slowest(work: Callable[[str], object], texts: Sequence[str]) -> float:
    taken = []
    for text in texts:
        started = time.process_time()
        work(text)
        taken.append(time.process_time() - started)
    return sorted(taken)[len(taken) * 99 // 100] * 1000


def _start() -> str:
    ran = subprocess.run(
        [sys.executable, "-c", _STARTED], capture_output=True, text=True, check=True
    )
    loaded, first, before, most = json.loads(ran.stdout)
    return (
        f"start-up {loaded:.2f} s of CPU, the first answer {first * 1000:.0f} ms, "
        f"memory {before:.0f} MB before and {most:.0f} MB with the model"
    )


def _table(rows: Sequence[Row]) -> str:
    head = (
        "| text | signs | placed /s of CPU | floor /s | ratio | p99 ms |\n"
        "|---|--:|--:|--:|--:|--:|"
    )
    return "\n".join([head, *map(_line, rows)])


def _line(row: Row) -> str:
    return (
        f"| {row.texts} | {row.signs:.0f} | {row.per_second:,.0f} | {row.floor:,.0f}"
        f" | {row.ratio:.3f} | {row.slowest_ms:.2f} |"
    )
