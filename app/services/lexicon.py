"""The office's lexicon at hand: our topics as it changed them, and what they belong to.

Read when its revision has changed; built apart from the event loop, for that takes some
tenths of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.amending import amended
from app.classify.ensemble import Classifier
from app.classify.lexicon import built_in_digest
from app.classify.prior import Shares
from app.classify.sections import sections_of
from app.classify.voices import Voices
from app.domain.outline import Outline, outline_from_json
from app.domain.topics import Amendment
from app.models import NoticeVersion, SectionText, TopicLink, TopicTable, TopicWords

THE_TABLE: Final = 1

Links = Mapping[str, Mapping[int, float]]
"""By topic: sections, by key, with the share of it that somebody gave them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the office says of topics, as it is stored."""

    revision: int = 0
    amendments: tuple[Amendment, ...] = ()
    links: Mapping[int, Links] = field(default_factory=dict)
    """By the keys of notices."""

    @property
    def state(self) -> str:
        """What tells these topics from what they were before, or will be."""
        return state_of(self.revision)

    def shares(self, notice_id: int, section_ids: Mapping[str, int]) -> Shares:
        """Return the links of a notice by the paths of one version of it."""
        return by_path(self.links.get(notice_id, {}), section_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The topics ready for use."""

    said: Said = field(default_factory=Said)
    voices: Voices | None = field(default=None, repr=False)
    """None: those of the package, which are made when they are needed."""

    @classmethod
    def of(cls, said: Said) -> "Lexicon":
        """Make what is said ready for use; nothing said is as good as nothing done."""
        if not said.amendments:
            return cls(said=said)
        return cls(said=said, voices=Voices(amended(said.amendments)))

    def classifier(
        self, outline: Outline, *, notice_id: int, section_ids: Mapping[str, int]
    ) -> Classifier:
        """Return what places opinions on a notice by its words and these topics."""
        return Classifier.from_sections(
            sections_of(outline),
            topics=self.voices,
            given=self.said.shares(notice_id, section_ids),
        )


def by_path(links: Links, section_ids: Mapping[str, int]) -> Shares:
    """Return links by paths; those to sections that are no longer there are left."""
    paths = {key: path for path, key in section_ids.items()}
    return {
        topic: {paths[key]: share for key, share in shares.items() if key in paths}
        for topic, shares in links.items()
    }


async def revision(session: AsyncSession) -> int:
    """Return how often anything was changed."""
    found = await session.scalar(
        select(TopicTable.revision).where(TopicTable.id == THE_TABLE)
    )
    return found or 0


async def state(session: AsyncSession) -> str:
    """Return what `Said.state` is of what the office says now."""
    return state_of(await revision(session))


def state_of(revision: int) -> str:
    """Return a name for the topics of the package, as changed so often."""
    return f"{built_in_digest()} {revision}"


async def read(session: AsyncSession) -> Said:
    """Return what the office says now."""
    counted = await revision(session)
    rows = await session.scalars(select(TopicWords).order_by(TopicWords.topic))
    links: dict[int, dict[str, dict[int, float]]] = {}
    for link in await session.scalars(select(TopicLink)):
        topics = links.setdefault(link.notice_id, {})
        topics.setdefault(link.topic, {})[link.section_id] = link.share
    return Said(
        revision=counted,
        amendments=tuple(as_amendment(row) for row in rows),
        links=links,
    )


async def classifier_of(session: AsyncSession, version: NoticeVersion) -> Classifier:
    """Return what places opinions on a version by its words and the office's topics."""
    rows = await session.execute(
        select(SectionText.path, SectionText.section_id).where(
            SectionText.version_id == version.id
        )
    )
    return Lexicon.of(await read(session)).classifier(
        outline_from_json(version.outline),
        notice_id=version.notice_id,
        section_ids=dict(rows.all()),
    )


def as_amendment(row: TopicWords) -> Amendment:
    """Return a row as a value."""
    return Amendment(
        topic=row.topic, zh=row.zh, en=row.en, added=row.added, struck=row.struck
    )
