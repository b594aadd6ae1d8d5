"""Exports: what the record says of lists that are taken out of the house as files."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.record import Action
from app.services import audit
from app.services.staff import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How an export came to its end."""

    export_id: int
    """The key of the event by which it began."""

    of: Action
    rows: int
    """How many lines were read for it."""

    whole: bool
    """Whether all of it was sent."""


def note_figures(
    session: AsyncSession, person: Person, *, since: date, until: date, notice: str,
    now: datetime,
) -> int:  # fmt: skip
    """Note in the record that ``person`` takes figures out of the house; return where.

    Raises:
        NotAllowed: The role may not.
    """
    permission.check(person.role, Duty.EXPORT)
    return audit.record(
        session, Action.FIGURES_EXPORTED, at=now, staff_id=person.staff_id,
        since=since.isoformat(), until=until.isoformat(), notice=notice or None,
    )  # fmt: skip


def note_import_report(
    session: AsyncSession, person: Person, import_id: int, *, now: datetime
) -> int:
    """Note in the record that ``person`` takes the report of an import; return where.

    Raises:
        NotAllowed: The role may not.
    """
    permission.check(person.role, Duty.IMPORT)
    return audit.record(
        session, Action.IMPORT_REPORT_EXPORTED, at=now, staff_id=person.staff_id,
        import_id=import_id,
    )  # fmt: skip


def note_end(session: AsyncSession, person: Person, end: End, *, now: datetime) -> None:
    """Note in the record whether a file left the house as a whole."""
    cut = {} if end.whole else {"cut_short": True}
    audit.record(
        session, Action.EXPORT_ENDED, at=now, staff_id=person.staff_id,
        export_id=end.export_id, of=end.of, rows=end.rows, **cut,
    )  # fmt: skip
