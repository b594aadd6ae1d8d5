"""Names of notices in addresses: one that was chosen, or one made of its date."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import Outline
from app.errors import InvalidInput
from app.models import Notice

RESERVED: Final = frozenset({"new"})
"""Names that pages of their own have beside those of notices."""


async def free_slug(session: AsyncSession, outline: Outline, *, today: date) -> str:
    """Return a name made of the notice's date that no other notice has.

    ``today`` is the day at the office, for a notice that bears none.
    """
    base = (outline.published_on or today).isoformat()
    taken = set(
        await session.scalars(select(Notice.slug).where(Notice.slug.startswith(base)))
    )
    if base not in taken:
        return base
    return next(
        name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken
    )


def checked_slug(slug: str) -> str:
    """Return ``slug`` if it can be a name.

    Raises:
        InvalidInput: It cannot.
    """
    allowed = (
        slug.isascii() and slug.replace("-", "").isalnum() and slug == slug.lower()
    )
    if not allowed or len(slug) > 60 or slug.strip("-") != slug:  # noqa: PLR2004 - fits a line
        raise InvalidInput(
            "a notice's name has small letters, digits and dashes",
            field="slug",
            code="bad_slug",
        )
    if slug in RESERVED:
        raise InvalidInput("a page has that name", field="slug", code="slug_reserved")
    return slug
