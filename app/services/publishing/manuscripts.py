"""Manuscripts: what could be published of a case, names taken out as far as known."""

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.striking import struck
from app.domain import permission
from app.domain.passages import marks_from_json, own_words
from app.domain.permission import Duty
from app.domain.publication import MOST_TITLE, Wording
from app.errors import Conflict
from app.models import Answer, Case, Contact, Opinion, Publication
from app.services import cases
from app.services.house import House
from app.services.publishing.shown import publishable
from app.services.staff import Person


class NotPublishable(Conflict):
    """Nothing of this case may be published: a report, denied, withdrawn."""

    code = "not_publishable"


class NothingAnswered(Conflict):
    """The citizen has no answer that could be published."""

    code = "nothing_answered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """A case on the way to the public."""

    case: Case
    opinion: Opinion
    own_words: str
    """What the citizen wrote, without what others did."""

    answer: Answer
    stands: Publication | None
    """What the public reads, or has read; None: it never did."""

    wording: Wording
    """What stands there, else what could."""

    @property
    def may_quote(self) -> bool:
        """Whether the citizen agreed that the words are published."""
        return self.opinion.may_publish

    @property
    def published(self) -> bool:
        """Whether the public reads it now."""
        return self.stands is not None and self.stands.unpublished_at is None

    @property
    def seen(self) -> int:
        """Which wording somebody has before him; 0: there is none."""
        return self.stands.revision if self.stands else 0


async def manuscript(
    session: AsyncSession, person: Person, house: House, number: str
) -> Manuscript:
    """Return what can be published of a case, with what is to be taken out of it.

    Raises:
        NotAllowed: The role publishes nothing.
        NoSuchCase: There is none, or it is kept from the person.
        NotPublishable: Nothing of it may be.
        NothingAnswered: There is no answer yet.
    """
    permission.check(person.role, Duty.PUBLISH)
    case = await cases.find(session, person, number)
    opinion, answer = await material(session, case)
    stands = await standing(session, case)
    words = own_words(opinion.text, marks_from_json(opinion.marks))
    return Manuscript(
        case=case,
        opinion=opinion,
        own_words=words,
        answer=answer,
        stands=stands,
        wording=await _wording(
            session, house, opinion=opinion, answer=answer, words=words, stands=stands
        ),
    )


async def material(session: AsyncSession, case: Case) -> tuple[Opinion, Answer]:
    """Return the opinion that opened the case, and the answer that it got last.

    Raises:
        NotPublishable: Nothing of it may be published.
        NothingAnswered: There is no answer, or none since it was reopened.
    """
    opinion: Opinion | None = await session.scalar(
        select(Opinion)
        .join(Case, Case.opinion_id == Opinion.id)
        .where(Case.id == case.id, publishable())
    )
    if opinion is None:
        raise NotPublishable("nothing of this case may be published")
    answer: Answer | None = await session.scalar(
        select(Answer)
        .where(Answer.case_id == case.id)
        .order_by(Answer.id.desc())
        .limit(1)
    )
    if answer is None or case.answered_at is None:
        raise NothingAnswered("there is no answer that could be published")
    return opinion, answer


async def standing(session: AsyncSession, case: Case) -> Publication | None:
    """Return what the public reads, or has read, of a case; None: nothing ever."""
    found: Publication | None = await session.scalar(
        select(Publication).where(Publication.case_id == case.id)
    )
    return found


async def _wording(
    session: AsyncSession,
    house: House,
    *,
    opinion: Opinion,
    answer: Answer,
    words: str,
    stands: Publication | None,
) -> Wording:
    """Return what stands before the public, else a draft with names taken out.

    Without consent nothing of the citizen's is in the draft.
    """
    if stands is not None:
        return Wording(
            title=stands.title, summary=stands.summary,
            question=(stands.question or "") if opinion.may_publish else "",
            answer=stands.answer,
        )  # fmt: skip
    known = await _known(session, house, opinion)
    agreed = opinion.may_publish
    return Wording(
        title=struck(opinion.subject, known=known)[:MOST_TITLE] if agreed else "",
        summary="",
        question=struck(words, known=known) if agreed else "",
        answer=struck(answer.text, known=known),
    )


async def _known(session: AsyncSession, house: House, opinion: Opinion) -> list[str]:
    """Return what the citizen gave as name, address and telephone number."""
    kept = await session.get(Contact, opinion.id)
    if kept is None:
        return []
    details = json.loads(house.seal.open(kept.sealed, purpose="contact"))
    return [value for value in details.values() if isinstance(value, str)]
