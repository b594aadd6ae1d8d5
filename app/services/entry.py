"""Entry: a call or a letter on paper, put in by a member of the staff."""

from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import permission
from app.domain.permission import Duty
from app.domain.submission import Submission
from app.errors import InvalidInput
from app.models import AuditEvent, Base, Opinion
from app.services import intake
from app.services.drafting import Draft, Row, draw_up
from app.services.house import House
from app.services.intake import NoticeNotOpen, Registration
from app.services.staff import Person


def draw_up_entry(
    house: House,
    person: Person,
    submission: Submission,
    *,
    dated: date | None = None,
) -> Draft:
    """Return what entering ``submission`` will store; the record names ``person``.

    The clock of the case runs from now on. Whether it came in time goes by ``dated``,
    the day of the call or on the postmark: a letter that was posted in time is not
    late. A late one is taken as well, and marked.

    Raises:
        NotAllowed: The role enters nothing.
        NoticeNotOpen: The comment window has not begun.
        InvalidInput: That day is yet to come.
        AppError: See `drafting.draw_up`.
    """
    permission.check(person.role, Duty.ENTER)
    notice = house.shelf.notice(submission.notice)
    today = submission.received_at.astimezone(house.settings.zone).date()
    if today < notice.opens_on:
        raise NoticeNotOpen(f"opinions are taken from {notice.opens_on} on")
    if dated is not None and dated > today:
        raise InvalidInput(
            "this day is yet to come", field="dated", code="date_to_come"
        )
    draft = draw_up(house, submission)
    facts = {} if dated is None else {"dated": dated.isoformat()}
    if submission.may_publish and submission.consent_version is not None:
        facts["may_publish_by"] = submission.consent_version
    rows: dict[type[Base], list[Row]] = {
        **draft.rows,
        Opinion: [
            row | {"late": notice.closed_on(dated or today)}
            for row in draft.rows[Opinion]
        ],
        AuditEvent: [
            row | {"staff_id": person.staff_id, "facts": row["facts"] | facts}
            for row in draft.rows[AuditEvent]
        ],
    }
    return replace(draft, rows=rows)


async def enter(session: AsyncSession, person: Person, draft: Draft) -> Registration:
    """Register what was drawn up; the same entry twice is one case.

    Raises:
        NotAllowed: The role enters nothing.
        KeyReused: The form was sent before, with something else in it.
    """
    permission.check(person.role, Duty.ENTER)
    (registered,) = await intake.register_all(session, [draft])
    if isinstance(registered, Exception):
        raise registered
    return registered
