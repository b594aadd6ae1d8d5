"""How fast hot topics are found, beside the bare counting of their pairs of signs.

All in CPU time of one core. Memory is measured in a process of its own.
"""

import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

WRITTEN = Path(__file__).parents[1] / "classify" / "opinions.jsonl"
MESSAGES = 4_300

TOPICS = 15
_SIGNS = 170

_HELD = """
import json, pathlib, re
from app.classify.hot import Message, hot_topics
from tests.benchmarks.topics import messages
def most():
    status = pathlib.Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) / 1024
told = [Message(*each) for each in messages()]
before = most()
hot_topics(told)
print(json.dumps([before, most()]))
"""


def messages() -> list[tuple[str, str]]:
    """Return messages in scraps of the opinions that were written; some name a place.

    Whole sentences would be too few: what is repeated word for word is no topic.
    """
    lines = WRITTEN.read_text("utf-8").splitlines()
    text = "".join(json.loads(line)["text"] for line in lines)
    signs = re.findall(r"\w", text)
    chance = random.Random(1)
    names = ["".join(chance.sample(signs, 5)) for _ in range(TOPICS)]

    def scraps(length: int) -> str:
        found = ""
        while len(found) < length:
            start = chance.randrange(len(text) - 6)
            found += text[start : start + chance.randint(2, 6)]
        return found

    told = []
    for number in range(MESSAGES):
        name = names[number % TOPICS] if number < 20 * TOPICS else ""
        told.append(
            (name + scraps(12), scraps(_SIGNS // 2) + name + scraps(_SIGNS // 2))
        )
    return told


def measure() -> str:
    """Measure floor, topics and floor again, and return the table."""
    from app.classify.hot import Message, hot_topics  # noqa: PLC0415 - measured

    told = messages()
    signs = sum(len(subject) + len(text) for subject, text in told) / len(told)
    floors = [_rate(_count, told)]
    rate = _rate(lambda each: hot_topics([Message(*one) for one in each]), told)
    floors.append(_rate(_count, told))
    floor = sum(floors) / len(floors)
    before, most = _memory()
    return (
        "| messages | signs | found /s of CPU | floor /s | ratio | memory MB |\n"
        "|--:|--:|--:|--:|--:|--:|\n"
        f"| {len(told):,} | {signs:.0f} | {rate:,.0f} | {floor:,.0f}"
        f" | {rate / floor:.3f} | {before:.0f} before, {most:.0f} at most |"
    )


def _count(told: Sequence[tuple[str, str]]) -> object:
    return [
        Counter(map("".join, pairwise(f"{subject}\n{text}"))) for subject, text in told
    ]


def _rate(
    work: Callable[[Sequence[tuple[str, str]]], object],
    told: Sequence[tuple[str, str]],
) -> float:
    started = time.process_time()
    work(told)
    return len(told) / (time.process_time() - started)


def _memory() -> tuple[float, float]:
    ran = subprocess.run(
        [sys.executable, "-c", _HELD], capture_output=True, text=True, check=True
    )
    before, most = json.loads(ran.stdout)
    return before, most
