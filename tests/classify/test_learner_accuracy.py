"""How good learning is on the shared material; each floor is a little under.

The messages are few (1,070): a fifth is held back, the rest or a part is learned.
"""

import json
import random
from collections.abc import Sequence
from functools import cache

from app.classify.ensemble import Classifier
from app.classify.evaluation import Outcome, Report, report_on
from app.classify.labelling import Labeller
from app.classify.learned import Example
from app.classify.learner import learn
from app.classify.sections import sections_of
from app.domain.outline import decode_notice, parse_outline
from tests.needs import shared

BEGINNING = 30


@cache
def messages() -> Sequence[Example]:
    return read("messages-7class.jsonl", "label")


def read(name: str, key: str) -> Sequence[Example]:
    lines = (shared("opinions") / name).read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    random.Random(7).shuffle(found)
    return [Example(each["subject"], each["text"], each[key]) for each in found]


@cache
def taught_by(number: int) -> Labeller:
    return Labeller(learn(messages()[214 : 214 + number]))


def report(classifier: Labeller | Classifier, examples: Sequence[Example]) -> Report:
    return report_on(
        [
            Outcome(
                each.label, classifier.classify(subject=each.subject, text=each.text)
            )
            for each in examples
        ]
    )


def test_fifty_labels_are_a_beginning() -> None:
    assert report(taught_by(50), messages()[:214]).macro_f1 >= 0.75


def test_two_hundred_labels_are_more() -> None:
    assert report(taught_by(200), messages()[:214]).macro_f1 >= 0.8


def test_all_labels_are_better_than_any_baseline() -> None:
    assert report(taught_by(856), messages()[:214]).macro_f1 >= 0.85


def test_the_first_words_alone_often_tell() -> None:
    openings = [Example("", each.text[:BEGINNING], each.label) for each in messages()]
    assert report(taught_by(856), openings[:214]).macro_f1 >= 0.75


def test_confidence_means_something() -> None:
    assert report(taught_by(856), messages()[:214]).calibration_error <= 0.1


def test_three_hundred_confirmed_opinions_help_on_a_notice() -> None:
    notice = (shared("notices") / "00-guangzhou-2015.txt").read_bytes()
    cold = Classifier.from_sections(sections_of(parse_outline(decode_notice(notice))))
    opinions = read("opinions.jsonl", "section")
    warm = cold.with_learned(learn(opinions[:300], before=cold))
    found = report(warm, opinions[300:])
    assert found.first >= 0.86
    assert found.none_auc is not None
    assert found.none_auc >= 0.9
    assert found.calibration_error <= 0.1
