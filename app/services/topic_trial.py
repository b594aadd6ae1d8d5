"""A topic tried out: how an opinion would be read with other words, nothing stored."""

from dataclasses import dataclass, replace

from app.classify.ensemble import Classification
from app.classify.text import fold_with_origins
from app.services.lexicon import Lexicon
from app.services.shelf import ShelvedNotice
from app.services.topic_changes import Change
from app.services.topic_links import after
from app.services.topics import TopicEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How an opinion is read."""

    said: Classification
    words: tuple[str, ...]
    """Those of the opinion that speak for the section it is placed in."""

    found: tuple[str, ...]
    """Those in which it names the topic that is being changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An opinion read as things are, and as they would be."""

    notice: ShelvedNotice
    now: Reading
    then: Reading


def try_out(
    notice: ShelvedNotice, lexicon: Lexicon, before: TopicEntry, change: Change,
    *, text: str,
) -> Trial:  # fmt: skip
    """Read ``text`` as it is read now, and as it would be after ``change``.

    It takes some tenths of a second, for all topics are made ready once more.
    """
    said, name = lexicon.said, change.amendment.topic
    others = [each for each in said.amendments if each.topic != name]
    links = dict(said.links.get(notice.id, {}))
    links[name] = after(before.given, change.ties)
    wanted = Lexicon.of(
        replace(
            said,
            amendments=(*others, change.amendment),
            links={**said.links, notice.id: links},
        )
    )
    then = notice.by_topics(wanted)
    return Trial(
        notice=notice,
        now=_reading(notice, name, text),
        then=_reading(then, name, text),
    )


def _reading(notice: ShelvedNotice, topic: str, text: str) -> Reading:
    said = notice.classifier.classify(subject="", text=text)
    voices = notice.classifier.voices
    folded = fold_with_origins(text)
    found = (
        folded.quote(start, end)
        for term, start, end in voices.spotter.spot(folded.text)
        if voices.topics[term.topic].name == topic
    )
    return Reading(
        said=said,
        words=tuple(
            dict.fromkeys(
                each.term for each in said.evidence if each.section == said.section
            )
        ),
        found=tuple(dict.fromkeys(found)),
    )
