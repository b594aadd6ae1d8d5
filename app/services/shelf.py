"""The shelf: the published notices, read and prepared once and kept at hand.

Every page, every submission and every letter needs a notice's outline and its
classifier; both change only when somebody publishes, and the classifier when another
model comes into use or somebody changes the topics. A notice that another process
published stands on the shelf within `STALE_AFTER`; a model that it learned, and topics
that were changed there, as soon as they have been read after that. Until then, and
where a model cannot be read, the notice's words alone do.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.ensemble import Classifier
from app.classify.learned import Learned
from app.domain.outline import Node, Outline, outline_from_json
from app.domain.teaching import ModelState
from app.domain.vocabulary import NoticeState
from app.errors import Conflict, NotFound
from app.models import ModelVersion, Notice, NoticeVersion, Office, SectionText
from app.services import lexicon, routing_rules
from app.services.lexicon import Lexicon

STALE_AFTER: Final = timedelta(seconds=2)


class NoSuchNotice(NotFound):
    """No published notice has that name."""

    code = "no_such_notice"


class NoSuchSection(NotFound):
    """The notice has no such section."""

    code = "no_such_section"


class NotSetUp(Conflict):
    """There is no supervision office, so nothing could be put into its queue."""

    code = "not_set_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedNotice:
    """A published notice as everybody reads it, with its classifier."""

    id: int
    version_id: int
    version: int
    slug: str
    title: str
    issuer: str | None
    opens_on: date
    closes_on: date | None
    outline: Outline
    section_ids: Mapping[str, int]
    """From the path of a section in this version to its key."""

    paths: Mapping[int, str]
    """The same, the other way."""

    nodes: Mapping[str, Node]
    classifier: Classifier = field(repr=False)

    words: Classifier = field(repr=False)
    """The classifier as it is by the words of the notice alone."""

    model: int = 0
    """The number of the model that `classifier` goes by; 0: the words alone."""

    topics: int = 0
    """The revision of the topics that both go by."""

    def read_by(self, number: int, learned: Learned | None) -> Self:
        """Return the notice as another model reads it; None: by its words alone."""
        classifier = self.words.with_learned(learned) if learned else self.words
        return replace(self, classifier=classifier, model=number)

    def by_topics(self, topics: Lexicon) -> Self:
        """Return the notice as other topics read it, with what was learned before."""
        words = topics.classifier(
            self.outline, notice_id=self.id, section_ids=self.section_ids
        )
        learned = self.classifier.learned
        return replace(
            self,
            words=words,
            classifier=words.with_learned(learned) if learned else words,
            topics=topics.said.revision,
        )

    def section_id(self, path: str) -> int:
        """Return the key of the section at ``path``.

        Raises:
            NoSuchSection: This version has none there.
        """
        try:
            return self.section_ids[path]
        except KeyError:
            raise NoSuchSection(f"the notice has no section {path[:40]}") from None

    def open_on(self, day: date) -> bool:
        """Return whether the comment window is open on ``day``."""
        return self.opens_on <= day and not self.closed_on(day)

    def closed_on(self, day: date) -> bool:
        """Return whether the comment window is over on ``day``."""
        return self.closes_on is not None and day > self.closes_on


class Shelf:
    """The published notices of one process, newest first."""

    def __init__(self) -> None:
        """Start empty; `refresh` fills it."""
        self._notices: dict[str, ShelvedNotice] = {}
        self._lead_office_id: int | None = None
        self._report_office_id: int | None = None
        self._read_at: datetime | None = None
        self.routing = routing_rules.NO_RULES
        """The table by which new cases are routed, and what it asks about."""

        self.lexicon = Lexicon()
        """The topics that a notice is read with when it is published."""

        self._topics = 0
        self._in_use: Mapping[int, int] = {}

    @property
    def notices(self) -> tuple[ShelvedNotice, ...]:
        """All of them, newest first."""
        return tuple(self._notices.values())

    @property
    def lead_office_id(self) -> int:
        """The supervision office, into whose queue new cases go.

        Raises:
            NotSetUp: There is none yet.
        """
        if self._lead_office_id is None:
            raise NotSetUp("there is no supervision office yet; run `huiyin serve`")
        return self._lead_office_id

    @property
    def report_office_id(self) -> int:
        """The office that reports of wrongdoing go to.

        Raises:
            NotSetUp: There is no office yet.
        """
        return self._report_office_id or self.lead_office_id

    def notice(self, slug: str) -> ShelvedNotice:
        """Return the published notice called ``slug``.

        Raises:
            NoSuchNotice: There is none.
        """
        try:
            return self._notices[slug]
        except KeyError:
            raise NoSuchNotice(f"no published notice is called {slug[:80]}") from None

    def by_id(self, notice_id: int) -> ShelvedNotice:
        """Return the published notice with that key.

        Raises:
            NoSuchNotice: There is none.
        """
        for notice in self._notices.values():
            if notice.id == notice_id:
                return notice
        raise NoSuchNotice("this notice is not published")

    @property
    def awaiting(self) -> list[tuple[ShelvedNotice, int]]:
        """The notices that another model is in use for, with its number."""
        return [
            (notice, number)
            for notice in self.notices
            if (number := self._in_use.get(notice.id, 0)) != notice.model
        ]

    @property
    def awaits_topics(self) -> bool:
        """Whether somebody changed the topics since a notice was read with them."""
        return any(notice.topics != self._topics for notice in self.notices)

    def put(self, notice: ShelvedNotice) -> None:
        """Take in a notice that other topics or models read, unless it is older."""
        known = self._notices.get(notice.slug)
        if known is not None and known.version_id == notice.version_id:
            self._notices[notice.slug] = replace(
                known,
                words=notice.words,
                classifier=notice.classifier,
                model=notice.model,
                topics=notice.topics,
            )

    def is_stale(self, now: datetime) -> bool:
        """Return whether it is time to look for changes again."""
        return self._read_at is None or now - self._read_at >= STALE_AFTER

    def expire(self) -> None:
        """Forget when it was last read: somebody has just changed something."""
        self._read_at = None

    async def refresh(self, session: AsyncSession, *, now: datetime) -> bool:
        """Take in what was published or changed since the last time.

        Return whether a text was among it, for which a classifier was built.
        """
        self._lead_office_id = await session.scalar(
            select(Office.id).where(Office.leads)
        )
        self._report_office_id = await session.scalar(
            select(Office.id).where(Office.receives_reports)
        )
        rows = await session.execute(
            select(Notice, NoticeVersion.id)
            .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
            .where(
                Notice.state == NoticeState.PUBLISHED,
                NoticeVersion.number == Notice.published_version,
            )
            .order_by(NoticeVersion.published_at.desc(), Notice.id.desc())
        )
        fresh = {}
        for notice, version_id in rows.all():
            known = self._notices.get(notice.slug)
            fresh[notice.slug] = await _shelved(
                session, notice, version_id, known, self.lexicon
            )
        before = {notice.version_id for notice in self.notices}
        self._notices = fresh
        self._in_use = await _in_use(session)
        self._topics = await lexicon.revision(session)
        self.routing = await routing_rules.read(session, self.routing)
        self._read_at = now
        return any(notice.version_id not in before for notice in self.notices)


async def _in_use(session: AsyncSession) -> dict[int, int]:
    """Return the number of the model in use, for each notice that has one."""
    rows = await session.execute(
        select(ModelVersion.notice_id, ModelVersion.number).where(
            ModelVersion.state == ModelState.IN_USE
        )
    )
    return dict(rows.all())


async def _shelved(
    session: AsyncSession,
    notice: Notice,
    version_id: int,
    known: ShelvedNotice | None,
    topics: Lexicon,
) -> ShelvedNotice:
    """Return ``notice`` prepared, reusing what is ``known`` of the same version."""
    dated: dict[str, Any] = {
        "title": notice.title, "issuer": notice.issuer,
        "opens_on": notice.opens_on, "closes_on": notice.closes_on,
    }  # fmt: skip
    if known is not None and known.version_id == version_id:
        return replace(known, **dated)
    version = await session.get_one(NoticeVersion, version_id)
    outline = outline_from_json(version.outline)
    texts = await session.execute(
        select(SectionText.path, SectionText.section_id).where(
            SectionText.version_id == version_id
        )
    )
    section_ids = dict(texts.all())
    words = topics.classifier(outline, notice_id=notice.id, section_ids=section_ids)
    return ShelvedNotice(
        id=notice.id,
        version_id=version_id,
        version=notice.published_version or 1,
        slug=notice.slug,
        outline=outline,
        section_ids=section_ids,
        paths={key: path for path, key in section_ids.items()},
        nodes={node.path: node for node in outline.nodes()},
        classifier=words,
        words=words,
        topics=topics.said.revision,
        **dated,
    )
