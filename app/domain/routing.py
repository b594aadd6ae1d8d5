"""Routing: the first rule whose conditions all hold says whose a case is, and why.

The table is an administrator's. Whoever a text complains of gets neither the case nor a
say in it: a rule that would send it there ends the search, and the case stays with the
supervision office, as it does where no rule holds.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.domain.complaint import Complained
from app.domain.vocabulary import Channel, Kind

MOST_READ: Final = 20_000
"""Signs of a folded text that words are looked for in."""

_BEGINNING: Final = 4
"""Signs of a word that are looked up, before all of it is looked for."""


class PassedOver(StrEnum):
    """Why a rule did not decide."""

    UNSURE = "unsure"
    """It is about an item, and it is not sure which one the case is about."""

    SECTION = "section"
    """The case is about another item."""

    KIND = "kind"
    CHANNEL = "channel"
    PLACE = "place"
    """None of its words stands in the text."""

    FULL = "full"
    """Its office has as many cases as the rule allows."""

    COMPLAINED_OF = "complained_of"
    """The text complains of its office, or of somebody there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the table; a condition that is None or empty holds always."""

    id: int
    section_id: int | None = None
    """With everything below it."""

    kind: Kind | None = None
    channel: Channel | None = None
    places: Sequence[str] = ()
    """Folded words, one of which stands in the text."""

    most_open: int | None = None
    """It holds while the lead office has fewer cases that wait for an answer."""

    lead: int
    co: Sequence[int] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a case when it is routed."""

    sections: frozenset[int] = frozenset()
    """The section that was taken, and all above it; none: not sure, or none of them."""

    kind: Kind | None = None
    channel: Channel | None = None
    text: str = ""
    """All that was said, folded."""

    waiting: Mapping[int, int] = field(default_factory=dict)
    """How many cases wait for an answer, by office."""

    complained_of: Sequence[Complained] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one rule; the last step of a way is the one that decided."""

    position: int
    """Where the rule stands in the table, counted from 1."""

    rule: Rule
    passed: PassedOver | None = None
    """None: it decided."""

    place: str | None = None
    """The word that stood in the text."""

    complained: Complained | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """Whose a case is, and the way there."""

    lead: int | None
    """The office that answers; None: it stays with the supervision office."""

    co: Sequence[int] = ()
    steps: Sequence[Step] = ()

    left_out: Sequence[int] = ()
    """Offices that the rule would have had as co-offices, but for the complaint."""

    @property
    def decided(self) -> Step | None:
        """The rule that sends the case somewhere; None: no rule does."""
        last = self.steps[-1] if self.steps else None
        return last if last and last.passed is None else None

    @property
    def kept(self) -> Step | None:
        """The rule that would have sent it to whom it complains of; None: none."""
        last = self.steps[-1] if self.steps else None
        return last if last and last.passed is PassedOver.COMPLAINED_OF else None


def route(rules: Sequence[Rule], facts: Facts) -> Routed:
    """Return whose a case with these ``facts`` is by the first of ``rules`` to hold."""
    accused = {each.office_id: each for each in facts.complained_of}
    said = _Said(facts.text)
    steps: list[Step] = []
    for position, rule in enumerate(rules, start=1):
        passed = _passed(rule, facts, said, accused)
        if passed is PassedOver.COMPLAINED_OF:
            by = accused[rule.lead]
            steps.append(Step(position, rule, passed, complained=by))
            break
        if passed is None:
            steps.append(Step(position, rule, place=said.first_of(rule.places)))
            others = [office for office in rule.co if office != rule.lead]
            return Routed(
                lead=rule.lead,
                co=tuple(office for office in others if office not in accused),
                left_out=tuple(office for office in others if office in accused),
                steps=tuple(steps),
            )
        steps.append(Step(position, rule, passed))
    return Routed(lead=None, steps=tuple(steps))


def _passed(
    rule: Rule, facts: Facts, said: "_Said", accused: Container[int]
) -> PassedOver | None:
    """Return why ``rule`` does not decide; None: it does."""
    found = None
    if rule.section_id is not None and rule.section_id not in facts.sections:
        found = PassedOver.SECTION if facts.sections else PassedOver.UNSURE
    elif rule.kind is not None and rule.kind is not facts.kind:
        found = PassedOver.KIND
    elif rule.channel is not None and rule.channel is not facts.channel:
        found = PassedOver.CHANNEL
    elif rule.places and said.first_of(rule.places) is None:
        found = PassedOver.PLACE
    elif rule.lead in accused:
        found = PassedOver.COMPLAINED_OF
    elif rule.most_open is not None:
        full = facts.waiting.get(rule.lead, 0) >= rule.most_open
        found = PassedOver.FULL if full else None
    return found


class _Said:
    """A text in which many words are looked for.

    It is read through once for each length of a word's beginning, not for each word.
    """

    def __init__(self, text: str) -> None:
        self._text = text[:MOST_READ]
        self._runs: dict[int, frozenset[str]] = {}

    def first_of(self, words: Sequence[str]) -> str | None:
        """Return the first of ``words`` that stands in the text; None: none does."""
        return next((word for word in words if self._holds(word)), None)

    def _holds(self, word: str) -> bool:
        begins = word[:_BEGINNING]
        if begins not in self._runs_of(len(begins)):
            return False
        return len(word) <= _BEGINNING or word in self._text

    def _runs_of(self, length: int) -> frozenset[str]:
        if length not in self._runs:
            text = self._text
            starts = range(len(text) - length + 1)
            self._runs[length] = frozenset(text[at : at + length] for at in starts)
        return self._runs[length]


def as_facts(routed: Routed) -> dict[str, Any]:
    """Return the way as it is kept in the record: ids, and words of ours.

    Rules that were passed over are told by their positions, in runs ("1-12,15").
    """
    last = routed.steps[-1] if routed.steps else None
    by_reason: dict[str, list[int]] = {}
    for step in routed.steps:
        if step.passed is not None:
            by_reason.setdefault(step.passed, []).append(step.position)
    told: dict[str, Any] = {
        "passed": {reason: _runs(found) for reason, found in by_reason.items()}
    }
    if last is not None and routed.decided is not None:
        told |= {"rule": last.position, "rule_id": last.rule.id, "place": last.place}
    if last is not None and last.complained is not None:
        told |= {"kept": last.position, "rule_id": last.rule.id}
        told |= {"name": last.complained.name, "sign": last.complained.sign}
    if routed.left_out:
        told["left_out"] = list(routed.left_out)
    return told


def _runs(positions: Sequence[int]) -> str:
    """Return rising ``positions`` as runs: ``1-3,7``."""
    runs: list[list[int]] = []
    for position in positions:
        if runs and position == runs[-1][1] + 1:
            runs[-1][1] = position
        else:
            runs.append([position, position])
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in runs
    )
