"""The form of a topic: what was typed, and what is wrong with it beside its field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request
from starlette.datastructures import FormData

from app.domain.naming import plain_name
from app.domain.submission import clean
from app.domain.topics import ADDED, STRUCK, Amendment, Tie
from app.services.topic_changes import BadTopic, Change
from app.services.topics import TopicEntry
from app.web.pages import language_of
from app.web.wording import catalogue

MOST_FIELDS: Final = 2_000
MOST_TRIED: Final = 20_000
"""Signs of an opinion to try, as of one that is sent."""

_TIE: Final = re.compile(r"tie_(\d{1,18})")
_MORE: Final = re.compile(r"more_(\d{1,18})")
_NUMBER: Final = re.compile(r"\d{1,18}")
_TIES: Final = frozenset(Tie)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A topic on somebody's screen."""

    change: Change
    revision: int
    more: Mapping[int, tuple[str, Tie]] = field(default_factory=dict)
    """By notices: the section that is chosen to be added, and how."""

    text: str = ""
    """The opinion that it is tried out on."""

    notice: str = ""
    """The slug of the notice that this is about."""


def as_stands(entry: TopicEntry) -> Typed:
    """Return the form as it is before anybody types."""
    return Typed(change=Change(amendment=entry.amendment), revision=entry.revision)


def typed_in(form: FormData, entry: TopicEntry) -> Typed:
    """Return what was typed for the topic ``entry``."""
    told = {name: str(value) for name, value in form.items()}
    more = {
        int(found[1]): (key, _tie(told.get(f"how_{found[1]}", "")))
        for name, key in told.items()
        if (found := _MORE.fullmatch(name)) and _NUMBER.fullmatch(key)
    }
    ties = {
        int(found[1]): Tie(value)
        for name, value in told.items()
        if (found := _TIE.fullmatch(name)) and value in _TIES
    }
    ties |= {int(key): tie for key, tie in more.values()}
    seen = told.get("revision", "")
    return Typed(
        change=Change(
            amendment=Amendment(
                topic=entry.name,
                zh=plain_name(told.get("zh", "")) if entry.is_own else "",
                en=plain_name(told.get("en", "")) if entry.is_own else "",
                added=_texts(told, "added", ADDED),
                struck=_texts(told, "struck", STRUCK),
            ),
            ties=ties,
        ),
        revision=int(seen) if _NUMBER.fullmatch(seen) else 0,
        more=more,
        text=clean(told.get("text", "")[:MOST_TRIED]),
        notice=told.get("notice", ""),
    )


def faults_by_field(
    request: Request, error: BadTopic | None
) -> dict[str, Sequence[str]]:
    """Return what is wrong, in words, by field."""
    words = catalogue(language_of(request))
    found: dict[str, list[str]] = {}
    for fault in error.faults if error else ():
        said = words.text(f"topics.{fault.code}", word=fault.word)
        found.setdefault(fault.field, []).append(said)
    return {name: tuple(dict.fromkeys(said)) for name, said in found.items()}


def _texts(told: Mapping[str, str], which: str, names: Sequence[str]) -> dict[str, str]:
    texts = {name: clean(told.get(f"{which}_{name}", "")) for name in names}
    return {name: text for name, text in texts.items() if text}


def _tie(value: str) -> Tie:
    return Tie(value) if value in _TIES else Tie.MAIN
