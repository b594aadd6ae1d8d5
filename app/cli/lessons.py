"""Lines of labelled opinions, as ``--learn`` takes them."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import click

from app.classify.ensemble import Classifier
from app.classify.labelling import Labeller
from app.classify.learned import Document, Example
from app.classify.learner import learn
from app.cli.opinions import names_of, notice_called, numbered
from app.domain.outline import Outline
from app.errors import InvalidInput

Lesson = Example | Document


def classifier_for(
    context: click.Context, notice: str | None, lessons: BinaryIO | None
) -> tuple[Classifier | Labeller, Outline | None]:
    """Return what --notice and --learn ask for, and the notice's outline.

    Raises:
        MissingParameter: Neither is given.
        InvalidInput: There is no such notice, or a line teaches nothing.
    """
    known = None if notice is None else notice_called(notice)
    outline = known[0] if known else None
    if lessons is not None:
        return taught(lessons, known), outline
    if known is not None:
        return known[1], outline
    raise click.MissingParameter(
        ctx=context, param_type="option", param_hint="'--notice'"
    )


def taught(
    lines: BinaryIO, notice: tuple[Outline, Classifier] | None
) -> Classifier | Labeller:
    """Learn from a file of lines where in a notice, or else with which label.

    Raises:
        InvalidInput: See `classifier_from` and `labeller_from`; with the file's name.
    """
    try:
        return classifier_from(lines, *notice) if notice else labeller_from(lines)
    except InvalidInput as error:
        raise InvalidInput(f"{lines.name}: {error}") from None


def labeller_from(lines: BinaryIO) -> Labeller:
    """Learn the labels that stand in ``lines``.

    Raises:
        InvalidInput: A line is none, or there is no label; which, and why.
    """
    lessons = list(_lessons(lines, names=None))
    examples = [lesson for lesson in lessons if isinstance(lesson, Example)]
    documents = [lesson for lesson in lessons if isinstance(lesson, Document)]
    try:
        return Labeller(learn(examples, documents))
    except ValueError:
        raise InvalidInput("there is no label to learn") from None


def classifier_from(lines: BinaryIO, outline: Outline, cold: Classifier) -> Classifier:
    """Learn where in a notice the opinions in ``lines`` belong.

    Raises:
        InvalidInput: A line is none, or names no item; which, and why.
    """
    examples = [_as_example(each) for each in _lessons(lines, names=names_of(outline))]
    placed = {*cold.model.paths, None}
    if not any(example.label in placed for example in examples):
        return cold
    return cold.with_learned(learn(examples, before=cold))


def _as_example(lesson: Lesson) -> Example:
    if isinstance(lesson, Example):
        return lesson
    return Example(subject="", text=lesson.text, label=lesson.label)


def _lessons(lines: BinaryIO, *, names: Mapping[str, str] | None) -> Iterator[Lesson]:
    """Yield what the lines teach; ``names`` are those that a label may have."""
    for number, line in numbered(lines):
        label = _label(line, number)
        if names is not None and label is not None:
            if label not in names:
                raise InvalidInput(f"line {number}: the notice has no item {label}")
            label = names[label]
        yield _lesson(line, label, number)


def _lesson(line: Mapping[str, Any], label: str | None, number: int) -> Lesson:
    if "description" not in line:
        return Example(subject=line["subject"], text=line["text"], label=label)
    description = line["description"]
    if not isinstance(description, str):
        raise InvalidInput(f'line {number}: "description" is no text')
    if label is None:
        raise InvalidInput(f"line {number}: a description of nothing")
    return Document(label=label, text=description)


def _label(line: Mapping[str, Any], number: int) -> str | None:
    key = "section" if "section" in line else "label"
    if key not in line:
        raise InvalidInput(f'line {number}: neither "section" nor "label"')
    label = line[key]
    if label is None:
        return None
    if not isinstance(label, str) or not label.strip():
        raise InvalidInput(f'line {number}: "{key}" is neither a text nor null')
    return label
