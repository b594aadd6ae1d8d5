"""Switching: which of a notice's models is in use: one at most, and on the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.teaching import ModelState
from app.errors import Conflict, NotFound
from app.models import ModelVersion, Notice
from app.services import audit
from app.services.models import WORDS_ALONE
from app.services.shelf import ShelvedNotice
from app.services.staff import Person


class NoSuchModel(NotFound):
    """The notice has no model of that number."""

    code = "no_such_model"


class ModelGone(Conflict):
    """Of that model only the measures are left."""

    code = "model_gone"


class ModelInUse(Conflict):
    """It is in use already."""

    code = "model_in_use"


class ModelOvertaken(Conflict):
    """While it was learned another model came into use, or was stored."""

    code = "model_overtaken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A model that was learned and tried, ready to be stored."""

    examples: int
    learned_until: datetime
    measures: Mapping[str, Any]
    sealed: bytes
    replaces: bool
    number: int
    """The one that was free when the lesson began."""

    before: int
    """The number of the model that it was tried against."""


async def keep(
    session: AsyncSession,
    notice: ShelvedNotice,
    candidate: Candidate,
    *,
    staff_id: int | None = None,
    most_kept: int,
    now: datetime,
) -> None:
    """Store a candidate, in use if it did well enough.

    Raises:
        ModelOvertaken: Somebody switched the model meanwhile, or was faster.
    """
    before = await _lock_in_use(session, notice.id)
    if (before.number if before else WORDS_ALONE) != candidate.before:
        raise ModelOvertaken("another model came into use while this one was learned")
    if candidate.replaces and before is not None:
        await _retire(session, before, now=now)
    state = ModelState.IN_USE if candidate.replaces else ModelState.REJECTED
    try:
        async with session.begin_nested():
            session.add(
                ModelVersion(
                    notice_id=notice.id,
                    number=candidate.number,
                    state=state,
                    made_at=now,
                    examples=candidate.examples,
                    learned_until=candidate.learned_until,
                    measures=dict(candidate.measures),
                    sealed=candidate.sealed if candidate.replaces else None,
                    replaced_at=None,
                    staff_id=staff_id,
                )
            )
    except IntegrityError:
        raise ModelOvertaken("another model was stored at the same moment") from None
    await _let_go(session, notice.id, most_kept=most_kept)
    audit.record(
        session, Action.MODEL_LEARNED, at=now, staff_id=staff_id,
        notice=notice.slug, number=candidate.number, examples=candidate.examples,
        in_use=candidate.replaces,
    )  # fmt: skip


async def use(
    session: AsyncSession,
    notice: ShelvedNotice,
    number: int,
    *,
    by: Person | None = None,
    now: datetime,
) -> None:
    """Let a notice be read by another of its models; 0: by its words alone.

    ``by`` is None where somebody at a shell wants it.

    Raises:
        NotAllowed: The role chooses no models.
        NoSuchModel: There is none of that number.
        ModelGone: It was rejected, or is too old to be kept.
        ModelInUse: It is in use already.
    """
    if by is not None:
        permission.check(by.role, Duty.MODEL)
    before = await _lock_in_use(session, notice.id)
    if (before.number if before else WORDS_ALONE) == number:
        raise ModelInUse(f"model {number} is in use already")
    wanted = None
    if number != WORDS_ALONE:
        wanted = await session.scalar(
            select(ModelVersion).where(
                ModelVersion.notice_id == notice.id, ModelVersion.number == number
            )
        )
        if wanted is None:
            raise NoSuchModel(f"there is no model {number}")
        if wanted.sealed is None:
            raise ModelGone(f"of model {number} only the measures are left")
    if before is not None:
        await _retire(session, before, now=now)
    if wanted is not None:
        wanted.state, wanted.replaced_at = ModelState.IN_USE, None
    audit.record(
        session, Action.MODEL_SWITCHED, at=now, staff_id=by.staff_id if by else None,
        notice=notice.slug, before=before.number if before else WORDS_ALONE,
        after=number,
    )  # fmt: skip
    await session.flush()


async def _lock_in_use(session: AsyncSession, notice_id: int) -> ModelVersion | None:
    """Return the model in use; until the transaction ends nobody switches it.

    The notice is locked, for there may be no such model, in the way that does not keep
    opinions on it from being registered.
    """
    await session.execute(
        select(Notice.id).where(Notice.id == notice_id).with_for_update(key_share=True)
    )
    found: ModelVersion | None = await session.scalar(
        select(ModelVersion).where(
            ModelVersion.notice_id == notice_id,
            ModelVersion.state == ModelState.IN_USE,
        )
    )
    return found


async def _retire(
    session: AsyncSession, version: ModelVersion, *, now: datetime
) -> None:
    version.state, version.replaced_at = ModelState.RETIRED, now
    # Before another takes its place: the database lets only one be in use.
    await session.flush()


async def _let_go(session: AsyncSession, notice_id: int, *, most_kept: int) -> None:
    """Forget the oldest models, but for their measures."""
    kept = (
        select(ModelVersion.number)
        .where(
            ModelVersion.notice_id == notice_id,
            ModelVersion.state == ModelState.RETIRED,
            ModelVersion.sealed.is_not(None),
        )
        .order_by(ModelVersion.number.desc())
    )
    old = (await session.scalars(kept)).all()[most_kept:]
    if old:
        await session.execute(
            update(ModelVersion)
            .where(ModelVersion.notice_id == notice_id, ModelVersion.number.in_(old))
            .values(sealed=None)
            .execution_options(synchronize_session=False)
        )
