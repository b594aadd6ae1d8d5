"""The lexicon as an office has amended it: words of its own in, words of ours out."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.classify.lexicon import (
    GAP,
    STRENGTHS,
    Topic,
    built_in_topics,
    expand,
)
from app.classify.text import CLAUSE_END, SENTENCE_END, fold
from app.domain.topics import ADDED, STRUCK, TERMS, Amendment

OWN: Final = "own_"
"""How the names of an office's own topics begin; none of ours does."""

MOST_TEXT: Final = 8_000
"""Signs of one list."""

MOST_WORD: Final = 40
"""Signs of one phrase, or of one form of a term."""

MOST_TERM: Final = 120
"""Signs of a term as it is written, with its choices."""

MOST_NAME: Final = 40
MOST_FORMS: Final = 320
"""Forms of one term that has choices."""

MOST_IN_LIST: Final = 5_000
"""Forms of all terms of one list."""

_MOST_GAPS: Final = 3

_PLAIN: Final = str.maketrans("（）｜＿", "()|_")
"""What is meant by signs that come from a Chinese keyboard."""

_DOTS: Final = re.compile("…+|[.]{3,}")
_BETWEEN_TERMS: Final = re.compile(r"[\s、，,；;]+")
_CHOICE: Final = re.compile(r"\([^()|]*(?:\|[^()|]*)*\)")
_NO_NAME: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with an amendment, and where."""

    field: str
    """``added_LIST`` or ``struck_LIST``."""

    code: str
    word: str = ""


def amended(amendments: Iterable[Amendment]) -> tuple[Topic, ...]:
    """Give the built-in topics with what an office says of them, then its own.

    A word that breaks a rule is left out, and so is what is said of a topic that is no
    longer there: what was right once must not keep letters from being read.
    """
    said = {each.topic: each for each in amendments}
    ours = [_amended(topic, said.pop(topic.name, None)) for topic in built_in_topics()]
    own = [
        _amended(Topic(name=each.topic, zh=each.zh, en=each.en), each)
        for each in said.values()
        if each.zh and each.en
    ]
    return (*ours, *(topic for topic in own if topic.terms or topic.phrases))


def faults_of(amendment: Amendment) -> list[Fault]:
    """Return what is wrong with an amendment; none: it can be used."""
    ours = _ours(amendment.topic)
    found = [
        fault
        for name in ADDED
        for fault in _faults(f"added_{name}", name, amendment.added.get(name, ""))
    ]
    for name in STRUCK:
        where, text = f"struck_{name}", amendment.struck.get(name, "")
        faults = _faults(where, name, text)
        found += faults
        if faults:
            continue
        added = {form for each in _lists(name) for form in _added(amendment, each)}
        known = ours[name]
        for word in words_in(name, text):
            forms = set(_forms(name, word))
            if forms & added:
                found.append(Fault(field=where, code="topic_in_both", word=word))
            elif not forms & known:
                found.append(Fault(field=where, code="topic_not_ours", word=word))
    return found


def words_in(name: str, text: str) -> list[str]:
    """Return the words of a list: phrases stand on lines, terms anywhere."""
    plain = _DOTS.sub(GAP, text.translate(_PLAIN))
    if name == "phrases":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return [word for word in _BETWEEN_TERMS.split(plain) if word]


def count_words(texts: Mapping[str, str]) -> int:
    """Return how many words these lists have together."""
    return sum(len(words_in(name, text)) for name, text in texts.items())


def name_of(en: str) -> str:
    """Return how an own topic is named, by its English name; empty: not at all."""
    told = _NO_NAME.sub("_", en.lower()).strip("_")[:MOST_NAME]
    return f"{OWN}{told}" if told else ""


def _amended(topic: Topic, by: Amendment | None) -> Topic:
    if by is None:
        return topic
    gone = {name: set(_all_forms(name, by.struck.get(name, ""))) for name in STRUCK}
    own: dict[str, float] = {}
    for name, strength in STRENGTHS.items():
        for form in _added(by, name):
            own.setdefault(form, strength)
    terms = {**topic.terms, **own}
    return replace(
        topic,
        terms={form: worth for form, worth in terms.items() if form not in gone[TERMS]},
        phrases=_joined(topic.phrases, _added(by, "phrases"), gone["phrases"]),
        masks=_joined(topic.masks, _added(by, "masks"), gone["masks"]),
        official=_joined(topic.official, _added(by, "official"), gone["official"]),
    )


def _joined(ours: Sequence[str], own: Iterable[str], gone: set[str]) -> tuple[str, ...]:
    return tuple(form for form in dict.fromkeys((*ours, *own)) if form not in gone)


def _added(by: Amendment, name: str) -> list[str]:
    return list(_all_forms(name, by.added.get(name, "")))


def _all_forms(name: str, text: str) -> Iterator[str]:
    """Yield the forms of those words in a list that follow the rules."""
    left = MOST_IN_LIST
    for word in words_in(name, text[:MOST_TEXT]):
        left -= _number(word)
        if left >= 0 and not _fault(name, word):
            yield from _forms(name, word)


def _forms(name: str, word: str) -> list[str]:
    return [fold(word)] if name == "phrases" else list(expand(word))


def _ours(topic: str) -> dict[str, set[str]]:
    """Return the forms of one of our topics, by what they can be struck out of."""
    for each in built_in_topics():
        if each.name == topic:
            return {
                TERMS: set(each.terms),
                "phrases": set(each.phrases),
                "masks": set(each.masks),
                "official": set(each.official),
            }
    return {name: set() for name in STRUCK}


def _lists(struck: str) -> tuple[str, ...]:
    return tuple(STRENGTHS) if struck == TERMS else (struck,)


def _faults(where: str, name: str, text: str) -> list[Fault]:
    if len(text) > MOST_TEXT:
        return [Fault(field=where, code="topic_text_too_long")]
    words = words_in(name, text)
    found = [
        Fault(field=where, code=code, word=word[:MOST_WORD])
        for word in words
        if (code := _fault(name, word))
    ]
    if not found and sum(map(_number, words)) > MOST_IN_LIST:
        found.append(Fault(field=where, code="topic_text_too_long"))
    return found


def _number(word: str) -> int:
    """Return how many forms a term has at most."""
    return math.prod(each.count("|") + 1 for each in _CHOICE.findall(word))


def _fault(name: str, word: str) -> str:
    """Return the code of what is wrong with a word; empty: nothing."""
    if len(word) > (MOST_WORD if name == "phrases" else MOST_TERM):
        return "topic_word_too_long"
    if name != "phrases":
        if any(sign in _CHOICE.sub("", word) for sign in "()|"):
            return "topic_bad_choice"
        if _number(word) > MOST_FORMS:
            return "topic_too_many_forms"
        if word.count(GAP) > _MOST_GAPS:
            return "topic_too_many_gaps"
    forms = _forms(name, word)
    if not all(map(_says_something, forms)):
        return "topic_empty_word"
    return "topic_word_too_long" if max(map(len, forms)) > MOST_WORD else ""


def _says_something(form: str) -> bool:
    return bool(form.strip(CLAUSE_END + SENTENCE_END + GAP + " "))
