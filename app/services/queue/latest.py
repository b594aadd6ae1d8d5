"""Latest: the last word on what a case is about, and what came to it last."""

from typing import Final, TypeVar

from sqlalchemy import ColumnElement, ScalarSelect, case, null, select
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.record import Action
from app.domain.vocabulary import Method
from app.models import AuditEvent, Case, Classification, Strand
from app.models.spelt import exactly

Value = TypeVar("Value")

BRINGING_UP: Final = (
    Action.ADDED, Action.DISOWNED, Action.MAIL_BOUNCED, Action.RATED,
    Action.REVIEW_ASKED, Action.WITHDRAWN, Action.CONTACT_CORRECTED, Action.ERASED,
    Action.CONSENT_WITHDRAWN, Action.ANSWER_SENT_BACK, Action.ANSWER_OVERTAKEN,
    Action.LIAISON_REPLIED, Action.DISPUTE_REJECTED,
)  # fmt: skip
"""What makes a case unread."""


def decided(column: InstrumentedAttribute[Value]) -> ScalarSelect[Value]:
    """Return ``column`` of the last word on what the opening opinion is about."""
    return (
        select(column)
        .join(Strand, Strand.id == Classification.strand_id)
        .where(
            Strand.case_id == Case.id,
            Strand.opinion_id == Case.opinion_id,
            Classification.method != Method.ENDPOINT,
        )
        .order_by(Classification.id.desc())
        .limit(exactly(1))
        .correlate(Case)
        .scalar_subquery()
    )


def came() -> ColumnElement[Action | None]:
    """Return what last came to each case of a statement that is unread.

    It is looked up only for a case that shows it: one with something unread.
    """
    last = (
        select(AuditEvent.action)
        .where(AuditEvent.case_id == Case.id, AuditEvent.action.in_(BRINGING_UP))
        .order_by(AuditEvent.id.desc())
        .limit(exactly(1))
        .correlate(Case)
        .scalar_subquery()
    )
    return case((Case.unread, last), else_=null())
