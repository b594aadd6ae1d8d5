"""Tracked: what a citizen sees of an opinion, matter by matter.

Shown is what concerns the citizen: where the cases stand, which offices have them, the
answers. Notes are not, and names of the staff are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, Status
from app.models import Opinion
from app.services.clocks.reckoning import ClockSeen
from app.services.grounds import ClassificationSeen

_FAR: Final = (
    Status.REGISTERED, Status.ASSIGNED, Status.ANSWERED, Status.JOINED, Status.CLOSED,
)  # fmt: skip
"""How far a case has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSeen:
    """The item that a case is about, as it is worded now or was worded last."""

    path: str
    label: str
    heading: str

    current: bool
    """Whether the notice that the public reads now has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened to the case."""

    action: Action
    at: datetime
    office: str | None = None
    disposition: Disposition | None = None
    question: str | None = None
    """What the office asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSeen:
    """An answer, and the office that gave it."""

    id: int = field(compare=False)
    """Of the answer to this matter; what was answered to several is one answer."""

    text: str
    office: str
    answered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionSeen:
    """What the citizen added."""

    text: str
    channel: Channel
    added_at: datetime
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What was said after the opinion: a question, an answer, or an addition."""

    said: Action
    text: str
    at: datetime
    office: str | None = None
    """Whose words they are; None: the citizen's."""

    waits: bool = False
    """Whether it is a question that waits for the citizen."""

    matters: tuple[int, ...] = ()
    """Which matters it is about, counted from 1; none: the opinion."""

    answers: tuple[AnswerSeen, ...] = ()
    """The answers that it is, one to each matter."""

    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSeen:
    """One of the things that an opinion is about, and where its case stands."""

    section: SectionSeen | None
    places: Sequence[Sequence[int]] | None
    """The parts of the text that are about it, as in slices; None: all of it."""

    classification: ClassificationSeen | None
    status: Status
    disposition: Disposition | None
    office: str
    """Whose queue the case is in."""

    closed_at: datetime | None
    due_at: datetime
    clock: ClockSeen
    """How that was reckoned."""

    history: tuple[Step, ...]
    answers: tuple[AnswerSeen, ...]

    @property
    def asked(self) -> bool:
        """Whether the last word is a question to the citizen."""
        words = {Action.QUESTION_ASKED, Action.ADDED, Action.ANSWERED, Action.CLOSED}
        last = [step.action for step in self.history if step.action in words][-1:]
        return last == [Action.QUESTION_ASKED]

    @property
    def questions(self) -> tuple[Step, ...]:
        """What the office asked."""
        return tuple(step for step in self.history if step.question)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """Everything that the tracking page shows."""

    opinion: Opinion
    notice_slug: str
    notice_title: str
    matters: tuple[MatterSeen, ...]
    """At least one."""

    restricted: bool
    """Whether it is dealt with as a report of wrongdoing."""

    files: tuple[str, ...]
    additions: tuple[AdditionSeen, ...]

    @property
    def foremost(self) -> MatterSeen:
        """The matter that the citizen has to wait for longest."""
        return min(self.matters, key=lambda each: _FAR.index(each.status))

    @property
    def history(self) -> tuple[Step, ...]:
        """The steps of all matters, in the order of time."""
        steps = dict.fromkeys(step for each in self.matters for step in each.history)
        return tuple(sorted(steps, key=lambda step: step.at))

    @property
    def answers(self) -> tuple[AnswerSeen, ...]:
        """The answers to all matters, in the order of time; one to several is one."""
        found = dict.fromkeys(
            answer for each in self.matters for answer in each.answers
        )
        return tuple(sorted(found, key=lambda answer: answer.answered_at))

    @property
    def conversation(self) -> tuple[Utterance, ...]:
        """All that was said after the opinion, in the order of time."""
        waiting = {each.questions[-1] for each in self.matters if each.asked}
        questions = dict.fromkeys(
            step for matter in self.matters for step in matter.questions
        )
        said = [
            *(self._question(step, waits=step in waiting) for step in questions),
            *(self._answer(answer) for answer in self.answers),
            *(
                Utterance(
                    said=Action.ADDED, text=each.text, at=each.added_at,
                    files=each.files,
                )
                for each in self.additions
            ),
        ]  # fmt: skip
        return tuple(sorted(said, key=lambda each: each.at))

    def _question(self, step: Step, *, waits: bool) -> Utterance:
        return Utterance(
            said=step.action, text=step.question or "", at=step.at, office=step.office,
            waits=waits,
            matters=tuple(
                place for place, matter in enumerate(self.matters, start=1)
                if step in matter.questions
            ),
        )  # fmt: skip

    def _answer(self, answer: AnswerSeen) -> Utterance:
        """Return an answer with those that were the same to other matters."""
        same = [
            (place, each)
            for place, matter in enumerate(self.matters, start=1)
            for each in matter.answers
            if each == answer
        ]
        return Utterance(
            said=Action.ANSWERED, text=answer.text, at=answer.answered_at,
            office=answer.office,
            matters=tuple(place for place, _ in same),
            answers=tuple(each for _, each in same),
        )  # fmt: skip
