"""The bench: what a case's page has beside the case, for whoever works on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.answering import DraftPart, Verdict
from app.domain.permission import Duty
from app.domain.vocabulary import Disposition
from app.services.answering import (
    awaiting,
    drafts,
    looks,
    note_changes,
    offering,
    signatures,
)
from app.services.answering.awaiting import Submission
from app.services.answering.drafts import Draft
from app.services.answering.finishing import ENDINGS
from app.services.answering.looks import Onlooker
from app.services.answering.offering import Offered
from app.services.dossiers import Dossier
from app.services.house import House
from app.services.queue import mentioning
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Drafts, colleagues, templates, and what waits for a signature."""

    drafts: Mapping[DraftPart, Draft]
    onlookers: Sequence[Onlooker]
    offered: Sequence[Offered]
    submission: Submission | None
    countersigned: bool
    """Whether an answer waits for a second signature before it leaves."""

    may_sign: bool
    changeable: frozenset[int]
    """The notes that the person may still change."""

    untold: Mapping[int, Sequence[str]]
    """Whom each note of the person's names who may not see the case."""

    endings: Sequence[Disposition] = ENDINGS

    @property
    def sent_back(self) -> bool:
        """Whether an answer on the case came back to be written anew."""
        found = self.submission
        return found is not None and found.row.verdict is Verdict.SENT_BACK

    @property
    def waiting(self) -> bool:
        """Whether an answer on the case waits for a signature."""
        return self.submission is not None and self.submission.row.verdict is None

    @property
    def overtaken(self) -> bool:
        """Whether one waited in vain: the case was closed, or went elsewhere."""
        found = self.submission
        return found is not None and found.row.verdict is Verdict.OVERTAKEN

    def draft(self, part: str) -> Draft | None:
        """Return what was kept of a text and not thrown away."""
        kept = self.drafts.get(DraftPart(part))
        return None if kept is None or kept.discarded else kept

    def text(self, part: str) -> str:
        """Return the text to begin with."""
        kept = self.draft(part)
        return kept.text if kept else ""

    def version(self, part: str) -> int:
        """Return the version of the draft that the page knows of, 0: of none."""
        kept = self.drafts.get(DraftPart(part))
        return kept.version if kept else 0

    def discarded(self, part: str) -> bool:
        """Whether there is a draft that can be taken back."""
        kept = self.drafts.get(DraftPart(part))
        return kept is not None and kept.discarded and bool(kept.text.strip())


async def read(
    session: AsyncSession,
    person: Person,
    house: House,
    dossier: Dossier,
    *,
    now: datetime,
) -> Bench:
    """Return the bench of somebody at a case; whoever only reads has a bare one."""
    case = dossier.case
    works = permission.may(person.role, Duty.WORK)
    submission = await awaiting.of_case(session, case)
    signs = submission is not None and awaiting.decides_for(
        person, case.office_id, lead=await awaiting.in_lead(session, person)
    )
    own = submission is not None and submission.row.staff_id == person.staff_id
    return Bench(
        drafts=await drafts.read(session, person, house, case.id, now=now)
        if works else {},
        onlookers=await looks.others(session, person, case.id, now=now),
        offered=await offering.offered(session, person, case, dossier.opinion)
        if works else [],
        submission=submission,
        countersigned=await signatures.needed(session, [case.id]),
        may_sign=signs and not own,
        changeable=note_changes.changeable(
            person, dossier.words, dossier.events, now=now
        ),
        untold=await mentioning.untold(session, person, case, dossier.words),
    )  # fmt: skip
