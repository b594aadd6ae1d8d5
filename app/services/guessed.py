"""Guessed kinds: what a case sounds like, where nobody has said of what kind it is."""

from sqlalchemy import ColumnElement, and_, case, literal, null, or_, select

from app.domain.vocabulary import Kind
from app.models import Case, Strand


def guessed_kind() -> ColumnElement[Kind | None]:
    """Return what a case sounds like by its opening opinion; none if it is known."""
    guess = (
        select(Strand.kind)
        .where(Strand.case_id == Case.id, Strand.opinion_id == Case.opinion_id)
        .correlate(Case)
        .scalar_subquery()
    )
    return case((Case.kind.is_(None), guess), else_=null())


def of_kind(kind: Kind) -> ColumnElement[bool]:
    """Return the condition that holds for cases of ``kind``, said or else guessed.

    It looks a strand up, by its index, only for a case whose kind nobody has said.
    """
    sounds_so = (
        select(literal(1))
        .where(
            Strand.case_id == Case.id,
            Strand.opinion_id == Case.opinion_id,
            Strand.kind == kind,
        )
        .correlate(Case)
        .exists()
    )
    return or_(Case.kind == kind, and_(Case.kind.is_(None), sounds_so))
