"""Drafts: notices as an administrator keeps them, from a text to its publication.

What is stored comes to be by `notices.import_notice`, as with the command. Here it is
looked at before, compared with what the public reads, and taken away again.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from app.domain import permission
from app.domain.outline import Outline, outline_from_json
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.vocabulary import NoticeState
from app.errors import Conflict, InvalidInput
from app.models import Notice, NoticeVersion, Section, SectionText
from app.services import audit, notices
from app.services.administration import succeeding
from app.services.administration.succeeding import Standing
from app.services.notices import StaleNotice, UnknownNotice
from app.services.staff import Person


class NotADraft(Conflict):
    """The public has read that version: it stays in the history."""

    code = "not_a_draft"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEntry:
    """A notice as an administrator sees it."""

    id: int
    slug: str
    title: str
    state: NoticeState
    opens_on: date
    closes_on: date | None
    published_version: int | None
    newest: int
    imported_at: datetime

    @property
    def has_draft(self) -> bool:
        """Whether the newest version is one that the public does not read yet."""
        return self.newest != self.published_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The newest version of a notice."""

    entry: NoticeEntry
    source: bytes
    outline: Outline


async def entries(session: AsyncSession, person: Person) -> list[NoticeEntry]:
    """Return all notices, drafts too, newest first.

    Raises:
        NotAllowed: The role does not publish notices.
    """
    return await _entries(session, person)


async def entry(session: AsyncSession, person: Person, slug: str) -> NoticeEntry:
    """Return one notice.

    Raises:
        NotAllowed: The role does not publish notices.
        UnknownNotice: There is no such notice.
    """
    found = await _entries(session, person, slug)
    if not found:
        raise UnknownNotice(f"no notice is called {slug[:80]}")
    return found[0]


async def draft(session: AsyncSession, person: Person, slug: str) -> Draft:
    """Return the newest version of a notice, with its text.

    Raises:
        NotAllowed: The role does not publish notices.
        UnknownNotice: There is no such notice.
    """
    known = await entry(session, person, slug)
    version = await notices.newest_version(session, slug)
    return Draft(
        entry=known,
        source=version.source,
        outline=outline_from_json(version.outline),
    )


async def belonging(
    session: AsyncSession, person: Person, outline: Outline, *, slug: str | None
) -> NoticeEntry | None:
    """Return the notice that a text would be a version of; None: it is a new one.

    Raises:
        NotAllowed: The role does not publish notices.
    """
    known = await notices.known_notice(session, outline, slug=slug)
    return await entry(session, person, known.slug) if known else None


async def kept(
    session: AsyncSession,
    person: Person,
    source: bytes,
    *,
    title: str,
    of: NoticeEntry | None,
) -> str | None:
    """Return the notice whose newest version is this very text; None: there is none.

    So a form that is sent twice comes to the same. ``of``: the one meant, if any.

    Raises:
        NotAllowed: The role does not publish notices.
    """
    permission.check(person.role, Duty.NOTICES)
    newer = aliased(NoticeVersion)
    is_old = exists().where(
        newer.notice_id == NoticeVersion.notice_id,
        newer.number > NoticeVersion.number,
    )
    statement = (
        select(Notice.slug, NoticeVersion.outline)
        .join(NoticeVersion, NoticeVersion.notice_id == Notice.id)
        .where(NoticeVersion.source_digest == notices.digest_of(source), ~is_old)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    if of is not None:
        statement = statement.where(Notice.id == of.id)
    found = (await session.execute(statement)).first()
    if found is None or (title and title != found.outline["title"]):
        return None
    slug: str = found.slug
    return slug


async def standing(session: AsyncSession, known: NoticeEntry) -> Standing | None:
    """Return the version that the public reads of a notice; None: it reads none."""
    version = await session.scalar(
        select(NoticeVersion).where(
            NoticeVersion.notice_id == known.id,
            NoticeVersion.number == known.published_version,
        )
    )
    return await succeeding.standing(session, version) if version else None


async def set_window(
    session: AsyncSession,
    person: Person,
    slug: str,
    *,
    opens_on: date,
    closes_on: date | None,
    seen: tuple[date, date | None],
    now: datetime,
) -> None:
    """Take opinions from ``opens_on`` to ``closes_on``, from now on.

    ``seen`` are the days that somebody saw who wants these.

    Raises:
        UnknownNotice: There is no such notice.
        StaleNotice: Somebody changed them meanwhile.
        InvalidInput: The window ends before it begins.
    """
    before = await entry(session, person, slug)
    notices.check_window(opens_on, closes_on)
    if (before.opens_on, before.closes_on) == (opens_on, closes_on):
        return
    first, last = seen
    # The condition stands in the statement: of two at once, one finds no row.
    changed = await session.scalar(
        update(Notice)
        .where(
            Notice.id == before.id,
            Notice.opens_on == first,
            Notice.closes_on.is_(None) if last is None else Notice.closes_on == last,
        )
        .values(opens_on=opens_on, closes_on=closes_on)
        .returning(Notice.id)
    )
    if changed is None:
        raise StaleNotice("somebody else changed the window")
    audit.record(
        session, Action.NOTICE_CHANGED, at=now, staff_id=person.staff_id, notice=slug,
        opens_on=opens_on.isoformat(), closes_on=closes_on and closes_on.isoformat(),
    )  # fmt: skip


async def withdraw(
    session: AsyncSession, person: Person, slug: str, *, seen: int, now: datetime
) -> bool:
    """Take the newest version away, which nobody outside has read.

    Return whether something is left of the notice. ``seen`` is the version meant.

    Raises:
        UnknownNotice: There is no such notice.
        StaleNotice: Another version is the newest.
        NotADraft: The public has read it.
    """
    before = await entry(session, person, slug)
    version = await notices.newest_version(session, slug)
    if version.number != seen:
        raise StaleNotice(f"version {version.number} of {slug} is new")
    if version.published_at is not None:
        raise NotADraft(f"version {version.number} of {slug} was published")
    await session.execute(
        delete(SectionText).where(SectionText.version_id == version.id)
    )
    await session.delete(version)
    await session.flush()
    worded = exists().where(SectionText.section_id == Section.id)
    await session.execute(
        delete(Section)
        .where(Section.notice_id == before.id, ~worded)
        .execution_options(synchronize_session=False)
    )
    left = exists().where(NoticeVersion.notice_id == before.id)
    await session.execute(
        delete(Notice)
        .where(Notice.id == before.id, ~left)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session, Action.NOTICE_WITHDRAWN, at=now, staff_id=person.staff_id,
        notice=slug, version=seen,
    )  # fmt: skip
    return bool(await session.scalar(select(left)))


def check_seen(known: NoticeEntry | None, *, slug: str, version: int) -> None:
    """Hold that a text still belongs where somebody saw it belong.

    Raises:
        StaleNotice: It does not: there is such a notice by now, or none any more, or
            another version of it.
    """
    found = (known.slug, known.newest) if known else ("", 0)
    if found != (slug, version):
        raise StaleNotice("somebody else stored or withdrew a version")


def check_new(known: NoticeEntry | None, slug: str | None) -> None:
    """Hold that the name which was chosen for a new notice is free.

    Raises:
        InvalidInput: Another notice has it.
    """
    if known is not None and known.slug == slug:
        raise InvalidInput(f"there is a notice {slug}", field="slug", code="slug_taken")


async def _entries(
    session: AsyncSession, person: Person, slug: str | None = None
) -> list[NoticeEntry]:
    permission.check(person.role, Duty.NOTICES)
    newest = (
        select(
            NoticeVersion.notice_id,
            func.max(NoticeVersion.number).label("newest"),
            func.max(NoticeVersion.imported_at).label("imported_at"),
        )
        .group_by(NoticeVersion.notice_id)
        .subquery()
    )
    statement = select(Notice, newest.c.newest, newest.c.imported_at).join(
        newest, newest.c.notice_id == Notice.id
    )
    if slug is not None:
        statement = statement.where(Notice.slug == slug)
    rows = await session.execute(statement.order_by(Notice.id.desc()))
    return [
        NoticeEntry(
            id=notice.id, slug=notice.slug, title=notice.title, state=notice.state,
            opens_on=notice.opens_on, closes_on=notice.closes_on,
            published_version=notice.published_version, newest=number,
            imported_at=at,
        )
        for notice, number, at in rows
    ]  # fmt: skip
