"""Wordings (措辞): what letters of each purpose say, with places for the facts.

A place is written as ``$name`` or ``${name}``, a dollar sign as ``$$``. The wordings of
the package stand in ``wording``; an office may put its own in their stead, which is
checked here before it is used.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from string import Template
from typing import Final, Literal
from zoneinfo import ZoneInfo

from app.domain.deadlines.moments import Due
from app.domain.places import asked
from app.domain.vocabulary import Disposition, Language, MailPurpose
from app.mail.tables import table

Field = Literal["subject", "body"]

MOST_SUBJECT: Final = 200
MOST_BODY: Final = 10_000
_MOST: Final[Mapping[Field, int]] = {"subject": MOST_SUBJECT, "body": MOST_BODY}

_LOOKS_ALIKE: Final = re.compile(
    r"＄(?P<wide>\w{1,40})|(?<!\$)[{｛](?P<braced>[^{}｛｝\n]{1,40})[}｝]", re.ASCII
)
"""The wide dollar sign of a Chinese keyboard, and places as templates of answers have
them."""

_EVERYWHERE: Final = ("notice_title", "receipt_number", "track_url")

_ON_AN_ITEM: Final = ("notice_title", "item", "item_url")

PLACES: Final[Mapping[MailPurpose, tuple[str, ...]]] = {
    MailPurpose.ACKNOWLEDGEMENT: (
        *_EVERYWHERE, "query_code", "not_me_url", "due_on", "channels",
    ),
    MailPurpose.ANSWER: (*_EVERYWHERE, "office", "answer"),
    MailPurpose.QUESTION: (*_EVERYWHERE, "office", "question"),
    MailPurpose.CLOSING: (*_EVERYWHERE, "office", "outcome"),
    MailPurpose.EXTENSION: (*_EVERYWHERE, "office", "due_on", "reason"),
    MailPurpose.REMINDER: (*_EVERYWHERE, "office", "question", "last_on"),
    MailPurpose.RECEIPTS: ("receipts", "renew_url", "track_url", "good_until"),
    MailPurpose.SUBSCRIPTION: (*_ON_AN_ITEM, "confirm_url"),
    MailPurpose.PROGRESS: (*_ON_AN_ITEM, "unsubscribe_url"),
    MailPurpose.LIAISON: (
        "notice_title", "receipt_number", "office", "item", "task", "text", "due_on",
    ),
    MailPurpose.INVITATION: (
        "invited", "inviter", "office", "invitation_url", "good_until",
    ),
}  # fmt: skip
"""The facts that a letter may tell."""

NEEDED: Final[Mapping[MailPurpose, tuple[str, ...]]] = {
    MailPurpose.ACKNOWLEDGEMENT: (
        "receipt_number", "query_code", "track_url", "not_me_url",
    ),
    MailPurpose.ANSWER: ("receipt_number", "answer"),
    MailPurpose.QUESTION: ("receipt_number", "question"),
    MailPurpose.CLOSING: ("receipt_number", "outcome"),
    MailPurpose.EXTENSION: ("receipt_number", "due_on", "reason"),
    MailPurpose.REMINDER: ("receipt_number", "question", "last_on"),
    MailPurpose.RECEIPTS: ("receipts", "renew_url"),
    MailPurpose.SUBSCRIPTION: ("item", "confirm_url"),
    MailPurpose.PROGRESS: ("item_url", "unsubscribe_url"),
    MailPurpose.LIAISON: ("receipt_number", "task", "text", "due_on"),
    MailPurpose.INVITATION: ("invitation_url",),
}  # fmt: skip
"""The facts that its text has to tell: the letter would be of no use without them."""

IN_SUBJECT: Final = ("notice_title", "receipt_number", "office", "due_on", "item")
"""The facts that a subject may tell: it is seen by whoever glances at a screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a letter says."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a wording, and where."""

    field: Field
    code: str
    place: str = ""
    """The place that is meant, as it is written."""

    nearest: str = ""
    """The place that was probably meant."""


@cache
def packaged(purpose: MailPurpose, language: Language) -> Wording:
    """Return the wording that came with the package."""
    folder = resources.files("app.mail").joinpath("wording", purpose, language)
    subject, body = (
        folder.joinpath(f"{part}.txt").read_text(encoding="utf-8")
        for part in ("subject", "body")
    )
    return Wording(subject=subject.strip(), body=body)


def outcome(disposition: Disposition, language: Language) -> str:
    """Return how a case ended, as a sentence for its citizen."""
    outcomes = table(f"wording/{MailPurpose.CLOSING}/{language}/outcomes")
    sentence: str = outcomes[disposition]
    return sentence


def due_day(due: Due, language: Language, *, zone: ZoneInfo) -> str:
    """Return the day by which an answer comes, and whether it may change yet."""
    day = due.at.astimezone(zone).date().isoformat()
    if not due.provisional:
        return day
    return f"{day}（暂定）" if language is Language.ZH else f"{day} (provisional)"


def task(*, helps: bool, language: Language) -> str:
    """Return what an office's liaison is asked for, as a sentence."""
    tasks = table(f"wording/{MailPurpose.LIAISON}/{language}/tasks")
    sentence: str = tasks["help" if helps else "lead"]
    return sentence


def no_item(language: Language) -> str:
    """Return what a letter to a liaison says of a case that is about no item."""
    said: str = table(f"wording/{MailPurpose.LIAISON}/{language}/tasks")["no_item"]
    return said


@cache
def channels(language: Language) -> str:
    """Return what whoever reports wrongdoing is told of discipline inspection."""
    folder = resources.files("app.mail").joinpath(
        "wording", MailPurpose.ACKNOWLEDGEMENT
    )
    text = folder.joinpath(language, "channels.txt").read_text(encoding="utf-8")
    return text.strip()


def filled(wording: Wording, facts: Mapping[str, str]) -> Wording:
    """Return ``wording`` with each place filled; what a fact says is no place again.

    A line that is but a place with nothing to tell is left out, and so is the blank one
    after it. The channels that a report has to tell stand at the end where an office's
    own wording has no place for them.

    Raises:
        KeyError: It asks for a fact that was not given.
        ValueError: A dollar sign stands alone; `faults_of` finds both.
    """
    subject = Template(wording.subject).substitute(facts)
    body = wording.body
    for name in (name for name, fact in facts.items() if not fact):
        body = re.sub(rf"(?m)^\$(?:{name}|{{{name}}})[ \t]*\n\n?", "", body)
    if facts.get("channels") and "channels" not in _names(body):
        body = f"{body.rstrip()}\n\n$channels\n"
    return Wording(
        subject=" ".join(subject.split()), body=Template(body).substitute(facts)
    )


def faults_of(purpose: MailPurpose, wording: Wording) -> list[Fault]:
    """Return what is wrong with ``wording``; none: letters may say so."""
    allowed = PLACES[purpose]
    in_subject = tuple(name for name in allowed if name in IN_SUBJECT)
    told = _names(wording.body)
    needed = NEEDED[purpose] if wording.body.strip() else ()
    return [
        *_faults("subject", wording.subject, in_subject, known=allowed),
        *_faults("body", wording.body, allowed, known=allowed),
        *(
            Fault(field="body", code="place_missing", place=f"${name}")
            for name in needed
            if name not in told
        ),
    ]


def _faults(
    field: Field, text: str, allowed: tuple[str, ...], *, known: tuple[str, ...]
) -> list[Fault]:
    if not text.strip():
        return [Fault(field=field, code="wording_empty")]
    if len(text) > _MOST[field]:
        return [Fault(field=field, code="wording_too_long")]
    found = [_unknown(field, name, known) for name in _names(text) if name not in known]
    found += [
        Fault(field=field, code="place_not_here", place=f"${name}")
        for name in _names(text)
        if name in known and name not in allowed
    ]
    if any(match["invalid"] is not None for match in Template.pattern.finditer(text)):
        found.append(Fault(field=field, code="stray_sign", place="$"))
    return found


def look_alikes(purpose: MailPurpose, wording: Wording) -> list[Fault]:
    """Return what looks like a place in ``wording`` and is none.

    A letter can be written with them, so they do not keep a wording from being used.
    """
    known = PLACES[purpose]
    return [
        *_look_alikes("subject", wording.subject, known),
        *_look_alikes("body", wording.body, known),
    ]


def _look_alikes(field: Field, text: str, known: tuple[str, ...]) -> Iterator[Fault]:
    """Yield what looks like a place and would reach the citizen as it stands."""
    for match in _LOOKS_ALIKE.finditer(text):
        said = match["wide"] or match["braced"]
        english = "_".join(said.casefold().split())
        meant = [name for name in (english, *asked(f"{{{said}}}")) if name in known]
        if meant:
            yield Fault(
                field=field, code="place_misspelt",
                place=match[0], nearest=f"${meant[0]}",
            )  # fmt: skip
        elif match["wide"] or asked(f"{{{said}}}"):
            yield Fault(field=field, code="place_unknown", place=match[0])


def _unknown(field: Field, name: str, known: tuple[str, ...]) -> Fault:
    near = get_close_matches(name.casefold(), known, n=1, cutoff=0.5)
    return Fault(
        field=field,
        code="place_misspelt" if near else "place_unknown",
        place=f"${name}",
        nearest=f"${near[0]}" if near else "",
    )


def _names(text: str) -> list[str]:
    """Return the names of the places in ``text``, each once."""
    return Template(text).get_identifiers()
