"""Topics: what citizens write about, as they came and as the office changed them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.amending import count_words
from app.classify.lexicon import built_in_tables, built_in_topics
from app.classify.text import fold
from app.domain import permission
from app.domain.permission import Duty
from app.domain.topics import ADDED, Amendment
from app.errors import NotFound
from app.models import Staff, TopicLink, TopicWords
from app.services.lexicon import as_amendment
from app.services.staff import Person


class NoSuchTopic(NotFound):
    """There is no topic of that name."""

    code = "no_such_topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicEntry:
    """A topic as it stands now."""

    amendment: Amendment
    zh: str
    en: str
    revision: int = 0
    """Names this state of it; 0: nobody here has changed it."""

    by: str | None = None
    changed_at: datetime | None = None
    given: Mapping[int, float] = field(default_factory=dict)
    """By sections, the shares that somebody gave them."""

    @property
    def name(self) -> str:
        """Its name in addresses and in the lexicon."""
        return self.amendment.topic

    @property
    def is_own(self) -> bool:
        """Whether the office made it."""
        return bool(self.amendment.zh)

    @property
    def added(self) -> int:
        """How many words the office added."""
        return count_words(self.amendment.added)

    @property
    def struck(self) -> int:
        """How many words the office struck out."""
        return count_words(self.amendment.struck)


async def entries(session: AsyncSession, person: Person) -> list[TopicEntry]:
    """Return all topics: ours as they come, then the office's own.

    Raises:
        NotAllowed: The role does not see them.
    """
    permission.check(person.role, Duty.READ_TOPICS)
    rows = await session.execute(
        select(TopicWords, Staff.display_name)
        .join(Staff, Staff.id == TopicWords.staff_id)
        .order_by(TopicWords.topic)
    )
    given: dict[str, dict[int, float]] = {}
    for link in await session.scalars(select(TopicLink)):
        given.setdefault(link.topic, {})[link.section_id] = link.share
    changed = {row.topic: (row, by) for row, by in rows}
    found = []
    for topic in built_in_topics():
        row, by = changed.pop(topic.name, (None, None))
        found.append(
            _entry(row, by, given, zh=topic.zh, en=topic.en)
            if row
            else TopicEntry(
                amendment=Amendment(topic=topic.name), zh=topic.zh, en=topic.en
            )
        )
    # What is said of a topic that a newer package no longer has is kept, not shown.
    found += [
        _entry(row, by, given, zh=row.zh, en=row.en)
        for row, by in changed.values()
        if row.zh
    ]
    return found


async def entry(session: AsyncSession, person: Person, name: str) -> TopicEntry:
    """Return one topic.

    Raises:
        NotAllowed: The role does not see it.
        NoSuchTopic: There is none of that name.
    """
    for each in await entries(session, person):
        if each.name == name:
            return each
    raise NoSuchTopic("there is no such topic")


def with_word(found: Sequence[TopicEntry], sought: str) -> list[TopicEntry]:
    """Return those topics in whose names or words ``sought`` stands; empty: all."""
    wanted, word = sought.strip().lower(), fold(sought.strip())
    if not wanted:
        return list(found)
    held = {
        topic.name: (*topic.terms, *topic.phrases, *topic.official)
        for topic in built_in_topics()
    }
    return [
        each
        for each in found
        if wanted in each.zh.lower()
        or wanted in each.en.lower()
        or any(word in own for own in map(fold, each.amendment.added.values()))
        or (word and any(word in term for term in held.get(each.name, ())))
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What came with the package for one topic."""

    words: Mapping[str, str] = field(default_factory=dict)
    """By lists, as they are written."""

    unless: tuple[str, ...] = ()
    kin: str | None = None
    """The topic whose sections it belongs to where it has none of its own."""

    kin_share: float = 0.0

    def count(self, name: str) -> int:
        """Return how many words a list has."""
        return count_words({name: self.words.get(name, "")})


def ours(name: str) -> Ours:
    """Return what came with the package for a topic; of an own topic, nothing."""
    topics = {topic.name: topic for topic in built_in_topics()}
    table = built_in_tables().get(name)
    if name not in topics or not isinstance(table, Mapping):
        return Ours()
    kin, share = topics[name].kin or (None, 0.0)
    return Ours(
        words={key: str(table.get(key, "")).strip() for key in ADDED},
        unless=tuple(map(str, table.get("unless", []))),
        kin=kin,
        kin_share=share,
    )


def _entry(
    row: TopicWords,
    by: str | None,
    given: Mapping[str, Mapping[int, float]],
    *,
    zh: str,
    en: str,
) -> TopicEntry:
    return TopicEntry(
        amendment=as_amendment(row), zh=zh, en=en, revision=row.revision, by=by,
        changed_at=row.changed_at, given=given.get(row.topic, {}),
    )  # fmt: skip
