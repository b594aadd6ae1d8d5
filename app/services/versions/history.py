"""History: the texts that the public has read of a notice, and what changed in them.

A version that was imported and never published is nobody's to see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import Outline, outline_from_json
from app.domain.revision import Revision, revision
from app.errors import NotFound
from app.models import NoticeVersion, SectionText
from app.services.shelf import ShelvedNotice


class NoSuchVersion(NotFound):
    """The public never read a version of that number."""

    code = "no_such_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVersion:
    """A version that was published once, or is now."""

    id: int
    number: int
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionText:
    """A version to be read."""

    version: PastVersion
    outline: Outline

    section_ids: Mapping[str, int]
    """From the path of an item in this version to its key."""


async def versions(
    session: AsyncSession, notice: ShelvedNotice
) -> Sequence[PastVersion]:
    """Return the versions that the public has read, newest first."""
    rows = await session.execute(
        select(NoticeVersion.id, NoticeVersion.number, NoticeVersion.published_at)
        .where(_public(notice))
        .order_by(NoticeVersion.number.desc())
    )
    return [
        PastVersion(id=row.id, number=row.number, published_at=row.published_at)
        for row in rows
    ]


async def read(
    session: AsyncSession, notice: ShelvedNotice, number: int
) -> VersionText:
    """Return the version with that number.

    Raises:
        NoSuchVersion: The public never read one.
    """
    row = (
        await session.execute(
            select(
                NoticeVersion.id, NoticeVersion.number, NoticeVersion.published_at,
                NoticeVersion.outline,
            ).where(_public(notice), NoticeVersion.number == number)
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NoSuchVersion(f"no version {number} of {notice.slug} was published")
    texts = await session.execute(
        select(SectionText.path, SectionText.section_id).where(
            SectionText.version_id == row.id
        )
    )
    return VersionText(
        version=PastVersion(
            id=row.id, number=row.number, published_at=row.published_at
        ),
        outline=outline_from_json(row.outline),
        section_ids=dict(texts.all()),
    )


async def path_now(
    session: AsyncSession, notice: ShelvedNotice, path: str, *, of: int
) -> str | None:
    """Return where the item stands now that was at ``path`` of version ``of``.

    None: it has gone, or the public never read such an item.
    """
    section_id = await session.scalar(
        select(SectionText.section_id)
        .join(NoticeVersion, NoticeVersion.id == SectionText.version_id)
        .where(_public(notice), NoticeVersion.number == of, SectionText.path == path)
    )
    return None if section_id is None else notice.paths.get(section_id)


def changes(before: VersionText, after: VersionText) -> Revision:
    """Return what changed from one version to a later one.

    Items are the same that have the same key: what opinions are tied to.
    """
    paths = {key: path for path, key in before.section_ids.items()}
    same = {path: paths[key] for path, key in after.section_ids.items() if key in paths}
    return revision(before.outline, after.outline, same)


def _public(notice: ShelvedNotice) -> ColumnElement[bool]:
    return and_(
        NoticeVersion.notice_id == notice.id,
        NoticeVersion.published_at.is_not(None),
        NoticeVersion.number <= notice.version,
    )
