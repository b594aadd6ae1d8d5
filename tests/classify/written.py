"""Opinions of our own on notices of our own, of which a part is never tuned on.

``opinions.jsonl`` has one a line: ``notice`` names a file in ``notices/`` (or one of
the shared material, where that is here), ``section`` is the right answer and ``held``
says that nobody looks at it while the lexicon is written.

Whoever writes both opinions and lexicon remembers. So those whose ids begin with one of
``AFTER`` were written when the lexicon was done, and it was not touched after; the
others are easier than a stranger's. (Tried twice: one more round of words, written with
some of them in mind, found 98 in 100 of those, and nothing more elsewhere; it was taken
back.) How scores are joined was looked for without those of "third" and without those
of "sealed" and "last" that `is_kept_apart` names.
Whoever goes on with the lexicon writes others for the end.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from app.classify.ensemble import Classifier
from app.classify.evaluation import Outcome
from app.classify.sections import sections_of
from app.domain.outline import decode_notice, parse_outline

HERE = Path(__file__).parent
OWN = ("city", "county", "education")
AFTER = ("sealed", "last", "third")


@cache
def written() -> tuple[dict[str, Any], ...]:
    """Return all of them."""
    lines = (HERE / "opinions.jsonl").read_text("utf-8").splitlines()
    return tuple(map(json.loads, lines))


@cache
def classifier_for(notice: Path) -> Classifier:
    """Return a classifier for the notice in a file."""
    outline = parse_outline(decode_notice(notice.read_bytes()))
    return Classifier.from_sections(sections_of(outline))


def outcomes(*notices: str, last: bool | None = None) -> list[Outcome]:
    """Classify what was written on these notices of our own, and held back."""
    return [
        outcome_of(opinion, HERE / "notices" / f"{opinion['notice']}.txt")
        for opinion in written()
        if opinion["held"]
        and opinion["notice"] in notices
        and last in {None, opinion["id"].startswith(AFTER)}
    ]


def unseen() -> list[Outcome]:
    """Classify what neither the lexicon nor the joining of scores was made with."""
    return [
        outcome_of(opinion, HERE / "notices" / "city.txt")
        for opinion in written()
        if opinion["id"].startswith(AFTER) and is_kept_apart(opinion["id"])
    ]


def is_kept_apart(key: str) -> bool:
    """Return whether nobody looks at an opinion: "third", and half of the rest."""
    digest = hashlib.sha256(f"half:{key}".encode()).digest()
    return key.startswith("third") or digest[0] % 2 == 1


def outcome_of(opinion: dict[str, Any], notice: Path) -> Outcome:
    """Classify one opinion on a notice."""
    said = classifier_for(notice).classify(
        subject=opinion["subject"], text=opinion["text"]
    )
    return Outcome(opinion["section"], said)
