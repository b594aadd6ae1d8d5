"""Policies: how long an office gives itself for each step, by kind of opinion.

They are versioned data, never code: which rule applies to an office, it says itself. A
case keeps the number of the policy that it was registered under.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

from app.domain.deadlines.calendar import MOST_DAYS
from app.domain.permission import Duty

MOST_HOURS: Final = 24 * MOST_DAYS
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_WORKED: Final = 5
_WEEK: Final = 7


class Unit(StrEnum):
    """What a term is counted in."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"


class Milestone(StrEnum):
    """A step for which a case has a due moment."""

    ACCEPTANCE = "acceptance"
    """Somebody has it (受理): it is with an office or a person."""

    CONTACT = "contact"
    """The citizen hears from the office for the first time (首次联系)."""

    ANSWER = "answer"
    """The citizen has an answer (答复)."""


APPROVERS: Final = (Duty.ASSIGN, Duty.EXTEND)
"""The duties that a policy may ask of whoever approves of an extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """So many of a unit."""

    amount: int
    unit: Unit

    @property
    def fits(self) -> bool:
        """Whether it is one that an office may set."""
        most = MOST_HOURS if self.unit is Unit.HOURS else MOST_DAYS
        return 1 <= self.amount <= most

    @property
    def ordinarily(self) -> timedelta:
        """How long it is in an ordinary week, whatever it is counted in."""
        lengths = {
            Unit.HOURS: _HOUR,
            Unit.CALENDAR_DAYS: _DAY,
            Unit.WORKING_DAYS: _WEEK * _DAY / _WORKED,
        }
        return self.amount * lengths[self.unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The terms for one kind of opinion."""

    acceptance: Term
    contact: Term
    answer: Term

    extension: int
    """By how many of the answer's unit it may be extended, once; 0: it may not."""

    approver: Duty | None
    """Whose yes an extension needs; None: nobody's."""

    wait: int
    """For how many days the clock stands at most while a citizen is asked; 0: it runs
    on."""

    def term(self, milestone: Milestone) -> Term:
        """Return how long ``milestone`` may take."""
        terms: dict[Milestone, Term] = {
            Milestone.ACCEPTANCE: self.acceptance,
            Milestone.CONTACT: self.contact,
            Milestone.ANSWER: self.answer,
        }
        return terms[milestone]

    @property
    def out_of_order(self) -> Sequence[Milestone]:
        """The steps that have less time than the one before them."""
        return [
            step for before, step in pairwise(Milestone)
            if self.term(step).ordinarily < self.term(before).ordinarily
        ]  # fmt: skip


def packaged(answer_within: timedelta) -> Policy:
    """Return the policy of a house that has set none: number 0, for every kind.

    The answer has the time that the setting gives; the steps before it are such as
    any office can keep, and none has more time than the one after it. A clock stands
    for a week at most.
    """
    whole = answer_within % _DAY == timedelta(0)
    answer = (
        Term(amount=answer_within // _DAY, unit=Unit.CALENDAR_DAYS)
        if whole
        else Term(amount=max(1, -(-answer_within // _HOUR)), unit=Unit.HOURS)
    )
    contact = _shorter(Term(amount=7, unit=Unit.WORKING_DAYS), answer)
    return Policy(
        acceptance=_shorter(Term(amount=3, unit=Unit.WORKING_DAYS), contact),
        contact=contact,
        answer=answer,
        extension=15 if whole else 24,
        approver=Duty.EXTEND,
        wait=7,
    )


def policy_as_json(policy: Policy) -> dict[str, Any]:
    """Return ``policy`` as it is stored."""
    return asdict(policy)


def policy_from_json(facts: Mapping[str, Any]) -> Policy:
    """Return the policy that was stored as ``facts``."""
    approver = facts["approver"]
    return Policy(
        **{name: _term(facts[name]) for name in Milestone},
        extension=facts["extension"],
        approver=Duty(approver) if approver else None,
        wait=facts["wait"],
    )


def _shorter(one: Term, other: Term) -> Term:
    return min(one, other, key=lambda term: term.ordinarily)


def _term(facts: Mapping[str, Any]) -> Term:
    return Term(amount=facts["amount"], unit=Unit(facts["unit"]))
