"""Opinions of our own on notices of our own, of which a part is never tuned on.

``opinions.jsonl`` has one a line: ``notice`` names a file in ``notices/`` (or one of
the shared material, where that is here), ``section`` is the right answer and ``held``
says that nobody looks at it while the lexicon is written.

Whoever writes both opinions and lexicon remembers.  So those whose ids begin with
"sealed" or "last" were written when the lexicon was done, and it was not touched after;
the others are easier than a stranger's.  (Tried: one more round of words, written with
them in mind, found 98 in 100 of them, and nothing more elsewhere; it was taken back.)
Whoever goes on with the lexicon writes others for the end.
"""

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
        and last in {None, opinion["id"].startswith(("last", "sealed"))}
    ]


def outcome_of(opinion: dict[str, Any], notice: Path) -> Outcome:
    """Classify one opinion on a notice."""
    said = classifier_for(notice).classify(
        subject=opinion["subject"], text=opinion["text"]
    )
    return Outcome(opinion["section"], said)
