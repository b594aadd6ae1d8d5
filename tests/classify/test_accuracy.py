"""How good the classifier is before anything was confirmed; floors a little under."""

import json
from collections.abc import Iterator
from functools import cache

import pytest

from app.classify.evaluation import Report, report_on
from app.domain.outline import decode_notice, parse_outline
from tests.classify.written import (
    HERE,
    OWN,
    outcome_of,
    outcomes,
    unseen,
    written,
)
from tests.needs import SHARED, shared

REAL = "00-guangzhou-2015.txt"


@cache
def on_the_real_notice() -> Report:
    notice = shared("notices") / REAL
    lines = (shared("opinions") / "opinions.jsonl").read_text("utf-8").splitlines()
    return report_on([outcome_of(json.loads(line), notice) for line in lines])


@cache
def held_back() -> Report:
    return report_on(outcomes(*OWN, last=False))


def everything() -> Iterator[Report]:
    yield held_back()
    if (SHARED / "opinions").exists():
        yield on_the_real_notice()


def test_the_right_section_comes_first() -> None:
    assert min(report.first for report in everything()) >= 0.85


def test_the_right_section_is_among_three() -> None:
    assert min(report.among_three for report in everything()) >= 0.95


def test_opinions_on_nothing_here_are_told_apart() -> None:
    assert min(report.none_auc or 0.0 for report in everything()) >= 0.93


def test_every_section_is_found() -> None:
    assert min(report.macro_f1 for report in everything()) >= 0.8


def test_confidence_means_something() -> None:
    assert max(report.calibration_error for report in everything()) <= 0.06


def test_half_could_be_placed_unseen() -> None:
    assert min(report.coverage for report in everything()) >= 0.5


def test_what_was_written_after_the_lexicon_is_placed_too() -> None:
    report = report_on(outcomes("city", last=True))
    assert report.first >= 0.78
    assert report.among_three >= 0.91


def test_what_nothing_was_made_with_is_placed_as_well() -> None:
    report = report_on(unseen())
    assert report.first >= 0.78
    assert report.among_three >= 0.92
    assert (report.none_auc or 0.0) >= 0.9
    assert report.coverage >= 0.38


@pytest.mark.parametrize(
    "notice", ["01-lanxi-newspaper", "02-wangqu-health", "06-tongting-environment"]
)
def test_a_notice_of_another_kind_needs_no_lexicon_of_its_own(notice: str) -> None:
    file = shared("notices") / f"{notice}.txt"
    on_it = [outcome_of(o, file) for o in written() if o["notice"] == notice]
    assert report_on(on_it).among_three >= 0.8


def test_every_label_is_a_section_of_its_notice() -> None:
    for opinion in written():
        file = HERE / "notices" / f"{opinion['notice']}.txt"
        if file.exists() and opinion["section"]:
            outline = parse_outline(decode_notice(file.read_bytes()))
            paths = {node.path for node in outline.nodes()}
            assert opinion["section"] in paths, opinion["id"]
