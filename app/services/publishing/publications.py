"""Publications: an answer is put before the public, worded anew, or taken down.

The publication is a text of its own. A clerk writes it with the opinion, redacted as
far as the machine can, beside it; nothing gets out that nobody has looked at.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.exc import StaleDataError

from app.database import make_findable
from app.domain import publication, search
from app.domain.permission import Duty
from app.domain.publication import Wording
from app.domain.record import Action
from app.errors import Conflict
from app.models import Answer, Case, Opinion, Publication
from app.services import audit, cases
from app.services.cases import StaleCase
from app.services.citizen import subscriptions
from app.services.house import House
from app.services.publishing import manuscripts
from app.services.staff import Person


class NotPublished(Conflict):
    """The public does not read it, so it cannot be taken down."""

    code = "not_published"


async def publish(
    session: AsyncSession,
    person: Person,
    house: House,
    number: str,
    wording: Wording,
    *,
    revision: int,
    seen: int,
    now: datetime,
) -> Publication:
    """Put ``wording`` before the public, in place of what stands there.

    Whoever follows the item is told of what is new.

    ``revision`` is the case's and ``seen`` the publication's, as they were when
    somebody decided.

    Raises:
        BadWording: It cannot be published like this.
        StaleCase: Somebody changed the case, or the wording, meanwhile.
        AppError: See `manuscripts.material` and `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.PUBLISH, revision=revision
    )
    opinion, answer = await manuscripts.material(session, case)
    wording = wording.cleaned()
    publication.check(
        wording,
        may_quote=opinion.may_publish,
        opinion=f"{opinion.subject}\n{opinion.text}",
    )
    stands = await manuscripts.standing(session, case)
    _hold(stands, seen)
    is_new = stands is None or stands.unpublished_at is not None
    if stands is None:
        stands = Publication(name=publication.new_name(), case_id=case.id,
                             published_at=now)  # fmt: skip
        session.add(stands)
    elif stands.unpublished_at is not None:
        stands.published_at = now
    _word(stands, wording, case=case, answer=answer, person=person, now=now)
    await _flush(session)
    await make_findable(session, stands.id, _tokens(stands))
    audit.record(
        session, Action.ANSWER_PUBLISHED, at=now, staff_id=person.staff_id,
        case_id=case.id, publication=stands.name, words=stands.question is not None,
    )  # fmt: skip
    if is_new and case.section_id is not None:
        await subscriptions.tell_subscribers(session, house, case.section_id, now=now)
    return stands


async def unpublish(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    revision: int,
    seen: int,
    now: datetime,
) -> None:
    """Take a publication down; its address says that it is gone.

    Raises:
        NotPublished: It is down already, or never was up.
        StaleCase: Somebody changed the case, or the wording, meanwhile.
        AppError: See `cases.take_in_hand`.
    """
    case = await cases.take_in_hand(
        session, person, number, duty=Duty.PUBLISH, revision=revision
    )
    stands = await manuscripts.standing(session, case)
    _hold(stands, seen)
    if stands is None or stands.unpublished_at is not None:
        raise NotPublished("the public does not read this")
    await _take_down(session, stands, now=now)
    audit.record(
        session, Action.ANSWER_UNPUBLISHED, at=now, staff_id=person.staff_id,
        case_id=case.id, publication=stands.name,
    )  # fmt: skip


async def withdraw_consent(
    session: AsyncSession, opinion_id: int, *, now: datetime
) -> set[int]:
    """Publish nothing more in the citizen's words, who no longer wants that.

    What stands before the public in these words is taken down; a clerk may publish a
    summary in its place. Returns the cases of which something was.
    """
    opinion = await session.get_one(Opinion, opinion_id)
    if not opinion.may_publish:
        return set()
    opinion.may_publish = False
    rows = await session.scalars(
        select(Publication)
        .join(Case, Case.id == Publication.case_id)
        .where(
            Case.opinion_id == opinion_id,
            Publication.question.is_not(None),
            Publication.unpublished_at.is_(None),
        )
        .order_by(Publication.id)
    )
    found = rows.all()
    for stands in found:
        await _take_down(session, stands, now=now)
        audit.record(
            session, Action.CONSENT_WITHDRAWN, at=now, case_id=stands.case_id,
            publication=stands.name,
        )  # fmt: skip
    await session.flush()
    return {stands.case_id for stands in found}


def _hold(stands: Publication | None, seen: int) -> None:
    """Hold that nobody has worded it anew.

    Raises:
        StaleCase: Somebody has.
    """
    if (stands.revision if stands else 0) != seen:
        raise StaleCase("somebody changed the publication meanwhile")


def _word(
    stands: Publication,
    wording: Wording,
    *,
    case: Case,
    answer: Answer,
    person: Person,
    now: datetime,
) -> None:
    stands.notice_id, stands.section_id = case.notice_id, case.section_id
    stands.office_id, stands.staff_id = answer.office_id, person.staff_id
    stands.title, stands.summary = wording.title, wording.summary
    stands.question, stands.answer = wording.question or None, wording.answer
    stands.answered_at = answer.answered_at
    stands.changed_at, stands.unpublished_at = now, None


def _tokens(stands: Publication) -> str:
    said = (stands.title, stands.summary, stands.question or "", stands.answer)
    return search.tokens("\n".join(said))


async def _take_down(
    session: AsyncSession, stands: Publication, *, now: datetime
) -> None:
    stands.unpublished_at = stands.changed_at = now
    await _flush(session)
    await make_findable(session, stands.id, "")


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except StaleDataError:
        raise StaleCase("somebody changed the publication meanwhile") from None
