"""Guessed: what a case sounds like, and the last word on what it is about."""

from typing import TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    case,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.vocabulary import Kind, Method
from app.models import Case, Classification, Strand

Value = TypeVar("Value")


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
        .limit(1)
        .correlate(Case)
        .scalar_subquery()
    )
