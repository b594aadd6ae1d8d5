"""The lexicon ready for use: its terms to look for and its ways of speaking."""

from collections.abc import Sequence
from functools import cache

from app.classify.grams import Counts, Likelihoods, count_grams
from app.classify.lexicon import GAP, Topic, built_in_topics
from app.classify.spotting import Spotter

_STRONG = 3.0
_STRONG_WORDING = 2.0
"""What the wording of a strong term counts; that of a phrase or of a word counts 1."""


class Voices:
    """What all topics together know, without any notice; built once and then read."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        """Index the terms and the wording of the topics."""
        self.topics = tuple(topics)
        self.spotter = Spotter(self.topics)
        self.sound = Likelihoods([_document(topic) for topic in self.topics])


@cache
def built_in_voices() -> Voices:
    """Give the voices of the topics that come with the package."""
    return Voices(built_in_topics())


def _document(topic: Topic) -> Counts:
    """Count the wording of a topic: each piece of a term once, each phrase once."""
    pieces: dict[str, float] = {}
    for form, strength in topic.terms.items():
        counted = _STRONG_WORDING if strength >= _STRONG else min(strength, 1.0)
        for piece in form.split(GAP):
            pieces[piece] = max(pieces.get(piece, 0.0), counted)
    document: dict[str, float] = {}
    for piece, counted in pieces.items():
        _add(document, piece, counted)
    for phrase in (*topic.phrases, *topic.official):
        _add(document, phrase, 1.0)
    return document


def _add(document: dict[str, float], text: str, counted: float) -> None:
    for gram, count in count_grams(text).items():
        document[gram] = document.get(gram, 0.0) + count * counted
