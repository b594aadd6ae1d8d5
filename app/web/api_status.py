"""What the JSON API tells of an opinion: where it stands, matter by matter, and why."""

from datetime import datetime
from typing import Literal

from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, Kind, Method, Status
from app.web.api_models import Out

StepAction = Literal[
    Action.REGISTERED, Action.ADDED, Action.ASSIGNED, Action.RETURNED,
    Action.QUESTION_ASKED, Action.ANSWERED, Action.CLOSED, Action.REOPENED,
    Action.SPLIT, Action.MERGED, Action.CASE_JOINED, Action.CASE_SEPARATED,
    Action.REVIEW_ASKED, Action.WITHDRAWN, Action.DUE_RECKONED, Action.CITIZEN_REMINDED,
]  # fmt: skip
"""What a citizen is told of; the rest of the record is the office's."""


class SectionRef(Out):
    """The item a case is about."""

    path: str
    label: str
    heading: str
    current: bool


class Step(Out):
    """Something that happened to a case."""

    action: StepAction
    at: datetime
    office: str | None
    disposition: Disposition | None

    question: str | None
    """What the office asks the citizen."""


class Answer(Out):
    """An answer to the citizen."""

    text: str
    office: str
    answered_at: datetime


class Addition(Out):
    """What the citizen added."""

    text: str
    channel: Channel
    added_at: datetime
    files: list[str]


class Evidence(Out):
    """Words of the citizen that spoke for a section."""

    term: str
    section: str
    source: Literal["notice", "topic"]


class Candidate(Out):
    """A section that was thought possible."""

    section: str
    confidence: float


class Classification(Out):
    """The last word on what a strand is about, and what the model went by."""

    method: Method
    confidence: float

    sure: bool
    """Whether a section was taken; otherwise a person decides."""

    candidates: list[Candidate]
    evidence: list[Evidence]

    clause: str | None
    """What the notice says that meets the citizen's words."""


class Strand(Out):
    """One of the matters that an opinion is about, which has an answer of its own."""

    section: SectionRef | None

    places: list[tuple[int, int]] | None
    """The parts of the text that are about it, as `[start, stop)` in characters; null:
    all of it."""

    classification: Classification | None
    status: Status
    disposition: Disposition | None
    office: str
    due_at: datetime
    history: list[Step]
    answers: list[Answer]


class OpinionStatus(Out):
    """Where an opinion stands.

    Of an opinion on several matters, status, disposition, office and due date are those
    of the matter that is least far; history and answers are of all of them.
    """

    receipt_number: str
    notice: str
    section: SectionRef | None
    kind: Kind | None
    subject: str
    text: str
    files: list[str]
    registered_at: datetime
    status: Status
    disposition: Disposition | None
    office: str
    due_at: datetime
    history: list[Step]
    answers: list[Answer]
    additions: list[Addition]
    strands: list[Strand]

    restricted: bool
    """Whether it is dealt with as a report of wrongdoing, which few may see."""
