"""Succeeding: the items of a notice from one version to the next, and what stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import Outline, outline_from_json
from app.domain.revision import Revision, revision
from app.domain.succession import SectionWords, matched
from app.keys import new_key
from app.models import Notice, NoticeVersion, Section, SectionText
from app.services import tallies


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """What a text does to the items of the version that the public reads."""

    before: int
    """The number of that version."""

    changed: Revision
    opinions: Mapping[str, int]
    """How many opinions there are on each item of it, by the path there; none: on
    none. Counted up to one more than `tallies.MOST`; reports are in no count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The version that the public reads, to be compared with what would follow it."""

    number: int
    outline: Outline
    words: Sequence[SectionWords]
    opinions: Mapping[str, int]

    def succession(self, after: Outline) -> Succession:
        """Return what becomes of the items if ``after`` comes next; takes a while."""
        coming = [SectionWords.of(node) for node in after.nodes()]
        same = matched(self.words, coming)
        return Succession(
            before=self.number,
            changed=revision(self.outline, after, same),
            opinions=self.opinions,
        )


async def tie_sections(
    session: AsyncSession,
    notice: Notice,
    version: NoticeVersion,
    outline: Outline,
    *,
    newest: NoticeVersion | None,
) -> int:
    """Give each section of ``version`` its key: the old one where it is the same item.

    What opinions are tied to is the key, so they stay with the item they are about,
    whatever number it has now.
    """
    before = await words_of(session, newest) if newest else {}
    after = [SectionWords.of(node) for node in outline.nodes()]
    same = matched(list(before.values()), after)
    keys = {words.path: key for key, words in before.items()}
    rows, fresh = [], []
    for words in after:
        old_path = same.get(words.path)
        key = keys[old_path] if old_path else new_key()
        if old_path is None:
            fresh.append({"id": key, "notice_id": notice.id})
        rows.append(
            {
                "id": new_key(),
                "version_id": version.id,
                "section_id": key,
                "path": words.path,
                "label": words.label,
                "heading": words.heading,
            }
        )
    if fresh:
        await session.execute(insert(Section), fresh)
    await session.execute(insert(SectionText), rows)
    return len(same)


async def words_of(
    session: AsyncSession, version: NoticeVersion
) -> dict[int, SectionWords]:
    """Return what each section of ``version`` says, by its key."""
    rows = await session.execute(
        select(SectionText.path, SectionText.section_id).where(
            SectionText.version_id == version.id
        )
    )
    keys = dict(rows.all())
    outline = outline_from_json(version.outline)
    return {keys[node.path]: SectionWords.of(node) for node in outline.nodes()}


async def standing(session: AsyncSession, version: NoticeVersion) -> Standing:
    """Return ``version`` with what was written on its items."""
    words = await words_of(session, version)
    paths = {key: each.path for key, each in words.items()}
    counting = tallies.counting(version.notice_id).where(Section.id.in_(list(paths)))
    rows = await session.execute(counting)
    return Standing(
        number=version.number,
        outline=outline_from_json(version.outline),
        words=list(words.values()),
        opinions={paths[row.id]: row.opinions for row in rows if row.opinions},
    )
