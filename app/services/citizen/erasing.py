"""Erasing (删除): what could lead to a person goes for good, and that is noted.

Contact details, files, and everything that arrived for the opinion as it came: letters
name their writers. The words stay unless the citizen wants them gone, too, which takes
a case that nobody works on any more; and what was said of wrongdoing is kept. Answers,
the item, the kind and the days stay: they are the office's record of its own work.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BindParameter, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import lifecycle
from app.domain.correspondence import WithholdGround
from app.domain.record import Action
from app.domain.vocabulary import Status
from app.errors import Conflict
from app.models import Arrival, Attachment, Case, Contact, Opinion, Strand
from app.sealing import Seal
from app.services import audit, cases, disowning
from app.services.citizen import blotting
from app.services.publishing import publications

_EMPTY: Final = b""

_OWN: Final[BindParameter[int]] = bindparam("opinion_id")
_WITHDRAWN: Final = (
    select(Opinion.id)
    .where(Opinion.id == _OWN, Opinion.withdrawn_at.is_not(None))
    .exists()
)
_STILL_OPEN: Final = Case.status.in_((*lifecycle.OPEN, Status.JOINED)) & ~_WITHDRAWN
_NEEDED: Final = (
    select(Case.id)
    .join(Strand, Strand.case_id == Case.id)
    .where(Strand.opinion_id == _OWN, Case.restricted | _STILL_OPEN)
    .exists()
)
"""Whether the words of an opinion have to stay."""

_LEFT: Final = select(
    select(Contact.opinion_id).where(Contact.opinion_id == _OWN).exists(),
    select(func.count(Attachment.id))
    .where(Attachment.opinion_id == _OWN)
    .scalar_subquery(),
    _NEEDED,
)
"""What there is to be erased; put together once, for every tracking page."""


class WordsNeeded(Conflict):
    """Somebody works on what the words say, or they tell of wrongdoing."""

    code = "words_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasable:
    """What can be erased of an opinion."""

    contact: bool
    files: int
    words: bool
    """Whether its words may go as well."""


async def erasable(session: AsyncSession, opinion_id: int) -> Erasable:
    """Return what there is of a person to be erased."""
    asked = {"opinion_id": opinion_id}
    contact, files, needed = (await session.execute(_LEFT, asked)).one()
    return Erasable(contact=contact, files=files, words=not needed)


async def erase(
    session: AsyncSession, seal: Seal, opinion_id: int, *, words: bool, now: datetime
) -> bool:
    """Erase what leads to the citizen, and ``words`` with it; False: nothing is left.

    Raises:
        WordsNeeded: The words have to stay.
    """
    # Rows are locked in the order in which the outbox worker and the desk do it.
    opinion = await session.get_one(
        Opinion, opinion_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if words and await session.scalar(select(_NEEDED), {"opinion_id": opinion_id}):
        raise WordsNeeded("the words of this opinion are still needed")
    await disowning.withhold(session, opinion_id, ground=WithholdGround.ERASED, now=now)
    files = await _erase_person(session, seal, opinion_id)
    blotted = words and await blotting.blot(session, opinion)
    if opinion.erased_at is not None and not blotted and not files:
        return False
    await publications.withdraw_consent(session, opinion_id, now=now)
    opinion.erased_at = opinion.erased_at or now
    await session.flush()
    for case_id in await cases.bring_up_all(session, opinion_id):
        audit.record(
            session, Action.ERASED, at=now, case_id=case_id,
            opinion_id=opinion_id, files=files, words=blotted,
        )  # fmt: skip
    return True


async def _erase_person(session: AsyncSession, seal: Seal, opinion_id: int) -> int:
    """Erase contact, files and originals; return how many files went."""
    await session.execute(delete(Contact).where(Contact.opinion_id == opinion_id))
    gone = await session.scalars(
        delete(Attachment)
        .where(Attachment.opinion_id == opinion_id)
        .returning(Attachment.id)
    )
    files = len(gone.all())
    await session.execute(
        update(Case)
        .where(Case.opinion_id == opinion_id)
        .values(has_files=False)
        .execution_options(synchronize_session=False)
    )
    # Each still has its fate, and its keyed digest, by which a repeat is known.
    await session.execute(
        update(Arrival)
        .where(Arrival.opinion_id == opinion_id)
        .values(
            sealed=seal.close(_EMPTY, purpose="arrival"), size=0,
            sealed_envelope=None, authentication=None,
        )
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    return files
