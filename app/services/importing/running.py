"""Running an import: somebody looked at it and lets it begin."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.importing.words import ImportKind, ImportState
from app.domain.permission import Duty
from app.domain.record import Action
from app.errors import Conflict
from app.models import ImportFile
from app.services import audit
from app.services.importing import files, pieces
from app.services.importing.files import ImportBusy
from app.services.staff import Person

MOST_AT_WORK: Final = 20
"""Imports in one state that a worker looks at in a round."""


class LookedAtOther(Conflict):
    """What is to be started is not what was looked at."""

    code = "looked_at_other"


async def start(
    session: AsyncSession,
    person: Person,
    import_id: int,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Let an import run as it was ``seen``, at that revision.

    Raises:
        NotAllowed: The role brings nothing in.
        NoSuchImport: There is none.
        ImportBusy: It runs, or is over, or nobody said what its columns hold.
        LookedAtOther: It was changed meanwhile.
    """
    permission.check(person.role, Duty.IMPORT)
    row = await files.held(session, import_id)
    unsaid = row.kind is ImportKind.ROWS and row.notice_id is None
    if row.state is not ImportState.READY or unsaid:
        raise ImportBusy("it is not ready")
    if row.revision != seen:
        raise LookedAtOther("it was changed since it was looked at")
    row.state, row.staff_id = ImportState.RUNNING, person.staff_id
    row.revision += 1
    above = row.heading or 0 if row.kind is ImportKind.ROWS else 0
    row.pieces -= await pieces.pass_over(session, import_id, upto=above)
    if row.pieces <= 0:
        row.state, row.done_at = ImportState.DONE, now
    audit.record(
        session, Action.IMPORT_STARTED, at=now, staff_id=person.staff_id,
        import_id=import_id, pieces=row.pieces,
    )  # fmt: skip
    await session.flush()


async def at_work(session: AsyncSession) -> Sequence[ImportFile]:
    """Return the imports that a worker has to do with, of either kind the oldest first.

    What is to be taken apart comes first, because somebody looks at its page.
    """
    found: list[ImportFile] = []
    for state in (ImportState.READING, ImportState.RUNNING):
        found += await session.scalars(
            select(ImportFile)
            .where(ImportFile.state == state)
            .order_by(ImportFile.id)
            .limit(MOST_AT_WORK)
        )
    return found
