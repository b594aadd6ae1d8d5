"""Models: the versions that were learned for a notice, and which of them is in use."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.learned import Learned
from app.classify.writing import read_back
from app.domain.teaching import ModelState
from app.models import ModelVersion, Staff
from app.sealing import BrokenSealError, Seal
from app.services.shelf import ShelvedNotice

_log = logging.getLogger(__name__)

WORDS_ALONE: Final = 0
"""The number that stands for no model: the notice's words and the topics."""

SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEntry:
    """A version of a model, as it is listed."""

    number: int
    state: ModelState
    made_at: datetime
    examples: int
    measures: Mapping[str, Any]
    replaced_at: datetime | None
    by: str | None
    """Who had it made; None: the worker, or somebody at a shell."""

    kept: bool
    """Whether somebody can go back to it."""

    @property
    def untested(self) -> bool:
        """Whether it was rejected because there was too little to try it on."""
        least: int = self.measures.get("least", 0)
        tried: int = self.measures["opinions"]
        return self.state is ModelState.REJECTED and tried < least


async def number_in_use(session: AsyncSession, notice_id: int) -> int:
    """Return the number of the model in use; 0: the notice's words alone."""
    found = await session.scalar(
        select(ModelVersion.number).where(
            ModelVersion.notice_id == notice_id,
            ModelVersion.state == ModelState.IN_USE,
        )
    )
    return found or WORDS_ALONE


async def next_number(session: AsyncSession, notice_id: int) -> int:
    """Return the number that the next model of a notice will have."""
    newest = await session.scalar(
        select(func.max(ModelVersion.number)).where(ModelVersion.notice_id == notice_id)
    )
    return (newest or WORDS_ALONE) + 1


async def sealed_model(session: AsyncSession, notice_id: int, number: int) -> bytes:
    """Return a model as it is stored; empty: the notice's words alone.

    It is empty, too, if it was replaced and forgotten at this very moment.
    """
    found = await session.scalar(
        select(ModelVersion.sealed).where(
            ModelVersion.notice_id == notice_id, ModelVersion.number == number
        )
    )
    return found or b""


def read_by(
    notice: ShelvedNotice, number: int, sealed: bytes, seal: Seal
) -> ShelvedNotice:
    """Return ``notice`` as its model ``number`` reads it, or its words if that cannot.

    An opinion must not wait for a model: one that does not open, or is of a format that
    this version of the program does not know, is left out, and the log says so.
    """
    learned = None
    try:
        if sealed:
            learned = _by_path(seal.open(sealed, purpose="model"), notice)
    except (BrokenSealError, ValueError) as error:
        _log.warning(
            "a model cannot be read: the notice's words alone are used",
            extra={"notice": notice.slug, "model": number, "why": type(error).__name__},
        )
    return notice.read_by(number, learned)


def _by_path(model: bytes, notice: ShelvedNotice) -> Learned:
    """Return a model whose labels are paths of the published version, not keys.

    Raises:
        ValueError: It is damaged, or of another version of the format.
    """
    written = read_back(model)
    names = {str(key): path for key, path in notice.paths.items()}
    renamed = replace(
        written,
        labels=tuple(names.get(label, label) for label in written.labels),
        counts={
            None if label is None else names.get(label, label): number
            for label, number in written.counts.items()
        },
    )
    return Learned(renamed, notice.words.voices)


async def entries(
    session: AsyncSession, notice_id: int, *, below: int | None = None
) -> Sequence[ModelEntry]:
    """Return some versions of a notice, the newest first; those ``below`` a number."""
    wanted = (
        select(
            ModelVersion.number,
            ModelVersion.state,
            ModelVersion.made_at,
            ModelVersion.examples,
            ModelVersion.measures,
            ModelVersion.replaced_at,
            Staff.display_name.label("by"),
            ModelVersion.sealed.is_not(None).label("kept"),
        )
        .outerjoin(Staff, Staff.id == ModelVersion.staff_id)
        .where(ModelVersion.notice_id == notice_id)
        .order_by(ModelVersion.number.desc())
        .limit(SHOWN)
    )
    if below is not None:
        wanted = wanted.where(ModelVersion.number < below)
    rows = await session.execute(wanted)
    return [ModelEntry(**row) for row in rows.mappings()]
