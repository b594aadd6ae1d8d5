"""Blotting: the words of an opinion go, from every place that holds them.

An opinion's text never changes but here: a note stands in its stead, and whatever was
made of the words — marks, evidence, search, likeness, lessons — goes with them.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain import search
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Language
from app.models import (
    Addition,
    Case,
    Classification,
    LikenessKey,
    Note,
    Opinion,
    Rating,
    ReviewRequest,
    Strand,
)
from app.services import confirmed
from app.services.case_letters import REREAD
from app.storing import forget

INSTEAD: Final[Mapping[Language, str]] = {
    Language.ZH: "（内容已应本人要求删除）",
    Language.EN: "(Erased, as the writer asked.)",
}
"""What stands where words were."""


async def blot(session: AsyncSession, opinion: Opinion) -> bool:
    """Put a note in the place of the words; False: it stands there already."""
    instead = INSTEAD[opinion.language]
    if opinion.text == instead:
        return False
    said = own_words(opinion.text, marks_from_json(opinion.marks))
    tokens = search.tokens(f"{opinion.subject}\n{said}")
    await forget(await session.connection(), opinion.id, tokens)
    opinion.subject, opinion.text, opinion.marks = "", instead, None
    await session.flush()
    await _blot_later_words(session, opinion.id, instead)
    await _blot_what_was_made(session, opinion.id, instead)
    return True


async def _blot_later_words(
    session: AsyncSession, opinion_id: int, instead: str
) -> None:
    for change in (
        update(Addition)
        .where(Addition.opinion_id == opinion_id)
        .values(text=instead, marks=None),
        update(Rating).where(Rating.opinion_id == opinion_id).values(words=""),
        update(ReviewRequest)
        .where(ReviewRequest.opinion_id == opinion_id)
        .values(reason=instead),
    ):
        await session.execute(change.execution_options(synchronize_session=False))


async def _blot_what_was_made(
    session: AsyncSession, opinion_id: int, instead: str
) -> None:
    strands = select(Strand.id).where(Strand.opinion_id == opinion_id)
    own = select(Case.id).where(Case.opinion_id == opinion_id)
    reread = REREAD.partition("{")[0]
    for change in (
        update(Strand)
        .where(Strand.opinion_id == opinion_id)
        .values(places=None, kind_terms=None),
        update(Classification)
        .where(Classification.strand_id.in_(strands))
        .values(evidence=[]),
        update(Note)
        .where(Note.case_id.in_(own), Note.text.startswith(reread, autoescape=True))
        .values(text=instead),
        delete(LikenessKey).where(LikenessKey.opinion_id == opinion_id),
    ):
        await session.execute(change.execution_options(synchronize_session=False))
    await confirmed.forget(session, opinion_id)
