"""Like pairs: why two cases belong together, and what the staff said of that."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain.correspondence import SuggestionGround
from app.models import Case, Likeness, Strand, Suggestion

OF_LIKENESS: Final = (SuggestionGround.REPEAT, SuggestionGround.CAMPAIGN)
WHOLE: Final = 0.995
"""From here on all of a text counts as standing in the other."""


def put_aside() -> ColumnElement[bool]:
    """Return the condition that holds for cases that somebody said to leave alone."""
    mine, theirs = aliased(Likeness), aliased(Likeness)
    return exists().where(
        Suggestion.case_id == Case.id,
        Suggestion.ground.in_(OF_LIKENESS),
        Suggestion.settled_at.is_not(None),
        mine.opinion_id == Case.opinion_id,
        theirs.opinion_id == Suggestion.opinion_id,
        theirs.group_id == mine.group_id,
    )


def kept_from(case_id: Any, opinion_id: Any) -> ColumnElement[bool]:
    """Return the condition that somebody said that a case has nothing of an opinion."""
    said = aliased(Suggestion)
    return exists().where(
        said.case_id == case_id,
        said.opinion_id == opinion_id,
        said.ground.in_(OF_LIKENESS),
        said.settled_at.is_not(None),
    )


def repeats_in(into: Case) -> ColumnElement[bool]:
    """Return the condition that a case's opinion is of a person who shares ``into``."""
    there = opinions_in([into.id])
    later, earlier, other = aliased(Suggestion), aliased(Suggestion), aliased(Case)
    return or_(
        exists().where(
            later.case_id == Case.id,
            later.opinion_id.in_(there),
            later.ground == SuggestionGround.REPEAT,
        ),
        exists().where(
            earlier.opinion_id == Case.opinion_id,
            earlier.ground == SuggestionGround.REPEAT,
            other.id == earlier.case_id,
            other.opinion_id.in_(there),
        ),
    )


def own_signs(case: Case) -> ColumnElement[int | None]:
    """Return how much of the opening letter of ``case`` is in no other."""
    return (
        select(Likeness.own_signs)
        .where(Likeness.opinion_id == case.opinion_id)
        .scalar_subquery()
        .label("own_signs")
    )


def opinions_in(cases: Collection[int]) -> Select[int]:
    """Return the selection of the opinions that are dealt with in ``cases``."""
    return select(Strand.opinion_id).where(Strand.case_id.in_(cases))


def holds_all(contained: float | None, own_signs: int | None) -> bool:
    """Return whether a letter has all of the other's text, and words of its own."""
    return bool(own_signs) and contained is not None and contained >= WHOLE


async def grounds(
    session: AsyncSession, into: Case, opinions: Sequence[int]
) -> dict[int, tuple[SuggestionGround, float | None]]:
    """Return why opinions belong into a case: the same person's, or the same words."""
    alike = await session.execute(
        select(Likeness.opinion_id, Likeness.contained).where(
            Likeness.opinion_id.in_(opinions), Likeness.alike.is_not(None)
        )
    )
    found: dict[int, tuple[SuggestionGround, float | None]] = {
        key: (SuggestionGround.CAMPAIGN, contained) for key, contained in alike
    }
    there = opinions_in([into.id])
    # Which of the two was first is nothing to why they belong together.
    for one, other in (
        (Case.opinion_id, Suggestion.opinion_id),
        (Suggestion.opinion_id, Case.opinion_id),
    ):
        repeats = await session.execute(
            select(one, Suggestion.contained)
            .select_from(Suggestion)
            .join(Case, Case.id == Suggestion.case_id)
            .where(
                one.in_(opinions),
                other.in_(there),
                Suggestion.ground == SuggestionGround.REPEAT,
            )
        )
        for key, contained in repeats:
            found[key] = (SuggestionGround.REPEAT, contained)
    return found
