"""``huiyin classify evaluate``: how often answers on labelled opinions are right."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, Final

import click

from app.classify.ensemble import Classifier
from app.classify.evaluation import Outcome, Report, confusions, items_of, report_on
from app.classify.labelling import Labeller
from app.classify.sections import sections_of
from app.cli.lessons import classifier_for
from app.cli.opinions import names_of, notice_option, opinions
from app.domain.outline import Outline
from app.errors import InvalidInput

_NONE: Final = "none"
_MOST_PAIRS: Final = 20
"""How many pairs of confused items the table for people shows."""


@click.command()
@notice_option
@click.option(
    "--learn",
    "lessons",
    type=click.File("rb"),
    metavar="FILE",
    help="Labelled lines to learn from first; without a notice their labels count.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.argument("file", type=click.File("rb"))
@click.pass_context
def evaluate(
    context: click.Context,
    notice: str | None,
    lessons: BinaryIO | None,
    file: BinaryIO,
    *,
    as_json: bool,
) -> None:
    """Say how well the opinions in FILE (- for standard input) are placed.

    Its lines are JSON with "subject", "text" and the right answer as "section" (or
    "label"): an item's number, its heading, or null where no item covers the opinion.

    A stored notice is read with the topics and links as they were changed at the desk,
    a file with those of the package; models that were learned there are not used.
    """
    classifier, outline = classifier_for(context, notice, lessons)
    outcomes = list(_outcomes(classifier, outline, file))
    if as_json:
        click.echo(json.dumps(_as_json(outcomes), ensure_ascii=False))
    else:
        click.echo("\n".join(_as_text(outcomes, outline)))


def _outcomes(
    classifier: Classifier | Labeller, outline: Outline | None, lines: BinaryIO
) -> Iterator[Outcome]:
    names = None if outline is None else names_of(outline)
    for opinion in opinions(lines):
        said = classifier.classify(subject=opinion["subject"], text=opinion["text"])
        yield Outcome(_truth(opinion, names), said)


def _truth(opinion: Mapping[str, Any], names: Mapping[str, str] | None) -> str | None:
    key = "section" if "section" in opinion else "label"
    if key not in opinion:
        raise InvalidInput(f'opinion {opinion["id"]}: neither "section" nor "label"')
    named = opinion[key]
    if named is None:
        return None
    if not isinstance(named, str):
        raise InvalidInput(f'opinion {opinion["id"]}: "{key}" is no text')
    if names is None:
        return named
    if named not in names:
        raise InvalidInput(f"opinion {opinion['id']}: the notice has no item {named}")
    return names[named]


def _as_json(outcomes: list[Outcome]) -> dict[str, Any]:
    report = report_on(outcomes)
    return {
        "opinions": report.opinions,
        "placed": report.placed,
        **{name: value for name, value, _ in _measures(report)},
        "items": [asdict(item) for item in items_of(outcomes)],
        "confusions": [
            {"section": truth, "answer": said, "number": number}
            for truth, said, number in confusions(outcomes)
        ],
    }


def _measures(report: Report) -> Iterator[tuple[str, float | None, str]]:
    """Yield each measure's key, its value and what it is called on paper."""
    yield "top_1", report.first, "right item first"
    yield "top_3", report.among_three, "among three"
    yield "answered", report.answered, "answer right (an item, or none)"
    yield "macro_f1", report.macro_f1, "macro-F1"
    yield "none_auc", report.none_auc, "none of these, AUC"
    yield "ece", report.calibration_error, "calibration error (ECE)"
    yield "coverage_at_95", report.coverage, "coverage at 95 % precision"


def _as_text(outcomes: list[Outcome], outline: Outline | None) -> Iterator[str]:
    report = report_on(outcomes)
    sections = [] if outline is None else sections_of(outline)
    headings = {section.path: section.heading for section in sections}
    yield f"{report.opinions} opinions, {report.placed} of them on an item"
    yield ""
    for _, value, words in _measures(report):
        yield f"{words:32} {_number(value)}"
    yield ""
    yield f"{'n':>5} {'precision':>9} {'recall':>6} {'F1':>5}  item"
    for item in items_of(outcomes):
        path = item.section or _NONE
        yield (
            f"{item.number:5} {item.precision:9.2f} {item.recall:6.2f}"
            f" {item.f1:5.2f}  {path} {headings.get(path, '')}".rstrip()
        )
    pairs = confusions(outcomes)
    yield ""
    yield "belongs to -> was given" if pairs else "nothing was confused"
    for truth, said, number in pairs[:_MOST_PAIRS]:
        yield f"{number:5}  {truth or _NONE} -> {said or _NONE}"
    if len(pairs) > _MOST_PAIRS:
        yield f"       and {len(pairs) - _MOST_PAIRS} other pairs"


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
