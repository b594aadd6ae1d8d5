"""Learn from confirmed opinions; from the same in the same order, the same model."""

from collections.abc import Sequence

from app.classify.areas import areas_named
from app.classify.ensemble import Classifier
from app.classify.features import see
from app.classify.learned import Document, Example, Learned
from app.classify.lesson import Lesson, Read
from app.classify.voices import Voices, built_in_voices

_OPENING = 36
"""How many characters of a text are learned once more alone, for short texts."""


def learn(
    examples: Sequence[Example],
    documents: Sequence[Document] = (),
    *,
    before: Classifier | None = None,
) -> Learned:
    """Learn which words speak for which label.

    Examples of the label None are "none of these".  What a label's own name says of it
    is learned too.  With ``before``, a notice's classifier that has learned nothing
    yet, only what is to be corrected in it is learned: the labels are its sections
    (examples of other labels are passed over), and documents tell nothing new.

    Raises:
        ValueError: There is neither an example with a label nor a document.
    """
    if before is not None:
        return _corrections(examples, before)
    voices = built_in_voices()
    labels = _labels(examples, documents)
    if not any(label is not None for label in labels):
        raise ValueError("there is nothing to learn from")
    place = {label: index for index, label in enumerate(labels)}
    told = _documents(labels, documents, voices)
    groups = [_group(example, place[example.label], voices) for example in examples]
    return Lesson(labels, told, voices).learned(groups)


def _corrections(examples: Sequence[Example], before: Classifier) -> Learned:
    labels = [*before.model.paths, None]
    place = {label: index for index, label in enumerate(labels)}
    groups = [
        _group(example, place[example.label], before.voices, before)
        for example in examples
        if example.label in place
    ]
    if not groups or len(labels) == 1:
        raise ValueError("there is nothing to learn from")
    return Lesson(labels, (), before.voices, before).learned(groups)


def _labels(
    examples: Sequence[Example], documents: Sequence[Document]
) -> list[str | None]:
    """Give the labels in order; None, if there is an example of it, is the last."""
    named = {example.label for example in examples if example.label is not None}
    named.update(document.label for document in documents)
    labels: list[str | None] = [*sorted(named)]
    if any(example.label is None for example in examples):
        labels.append(None)
    return labels


def _group(
    example: Example, label: int, voices: Voices, before: Classifier | None = None
) -> list[Read]:
    """Read an opinion; its subject and opening by themselves too, unless it corrects.

    (What corrects is about whole opinions; parts of them made it no better.)
    """
    whole = see(example.subject, example.text, voices)
    parts = (example.text[:_OPENING], example.subject) if before is None else ()
    return [
        Read.of(whole, label, is_whole=True, before=before),
        *(
            Read.of(see("", part, voices), label, is_whole=False, before=before)
            for part in parts
            if part.strip()
        ),
    ]


def _documents(
    labels: Sequence[str | None], documents: Sequence[Document], voices: Voices
) -> list[Read]:
    place = {label: index for index, label in enumerate(labels)}
    said = [(document.label, document.text) for document in documents]
    for label in filter(None, labels):
        areas = areas_named(label)
        said += [(label, label)] if areas else []
        said += [(label, line) for area in areas for line in area.says]
    return [
        Read.of(see("", text, voices), place[label], is_whole=True, before=None)
        for label, text in said
    ]
