"""Past sections: what an address meant that the notice no longer has."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.models import NoticeVersion, SectionText
from app.services.shelf import NoSuchSection, ShelvedNotice


@dataclass(frozen=True, slots=True, kw_only=True)
class PastSection:
    """An item of a former version, under the path that it had there."""

    path: str
    label: str
    heading: str

    version: int
    """The last version that had it there."""

    now_at: str | None
    """Where the same item stands now; None: it has been taken out."""


async def find(session: AsyncSession, notice: ShelvedNotice, path: str) -> PastSection:
    """Return what ``path`` was in the newest of the former versions that had it.

    Raises:
        NoSuchSection: No published version ever had it.
    """
    found = (
        await session.execute(
            select(SectionText, NoticeVersion.number)
            .join(NoticeVersion, NoticeVersion.id == SectionText.version_id)
            .where(
                NoticeVersion.notice_id == notice.id,
                NoticeVersion.number < notice.version,
                NoticeVersion.published_at.is_not(None),
                SectionText.path == path,
            )
            .order_by(NoticeVersion.number.desc())
            .limit(1)
        )
    ).first()
    if found is None:
        raise NoSuchSection(f"the notice has no section {path[:40]}")
    words: SectionText = found.SectionText
    return PastSection(
        path=words.path,
        label=words.label,
        heading=words.heading,
        version=found.number,
        now_at=notice.paths.get(words.section_id),
    )
