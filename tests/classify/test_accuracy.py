"""How good the classifier is on the shared material; each floor is a little under."""

import json
from functools import cache

from app.classify.ensemble import Classifier
from app.classify.evaluation import Outcome, Report, report_on
from app.classify.sections import sections_of
from app.domain.outline import decode_notice, parse_outline
from tests.needs import shared


@cache
def report() -> Report:
    notice = (shared("notices") / "00-guangzhou-2015.txt").read_bytes()
    classifier = Classifier.from_sections(
        sections_of(parse_outline(decode_notice(notice)))
    )
    lines = (shared("opinions") / "opinions.jsonl").read_text("utf-8").splitlines()
    opinions = [json.loads(line) for line in lines]
    return report_on(
        [
            Outcome(
                opinion["section"],
                classifier.classify(subject=opinion["subject"], text=opinion["text"]),
            )
            for opinion in opinions
        ]
    )


def test_the_right_section_comes_first() -> None:
    assert report().first >= 0.86


def test_the_right_section_is_among_three() -> None:
    assert report().among_three >= 0.95


def test_opinions_on_nothing_here_are_told_apart() -> None:
    auc = report().none_auc
    assert auc is not None
    assert auc >= 0.95


def test_every_section_is_found() -> None:
    assert report().macro_f1 >= 0.85


def test_confidence_means_something() -> None:
    assert report().calibration_error <= 0.1


def test_half_could_be_placed_unseen() -> None:
    assert report().coverage >= 0.5
