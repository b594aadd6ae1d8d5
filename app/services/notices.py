"""Notices: imported as drafts, published, and imported again when the text changes."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import (
    Outline,
    decode_notice,
    outline_as_json,
    parse_outline,
)
from app.domain.record import Action
from app.domain.vocabulary import NoticeState
from app.errors import Conflict, InvalidInput, NotFound
from app.models import Notice, NoticeVersion
from app.services import audit
from app.services.administration.notice_names import checked_slug, free_slug
from app.services.administration.succeeding import tie_sections


class UnknownNotice(NotFound):
    """No notice, draft or published, has that name."""

    code = "unknown_notice"


class AnotherNotice(Conflict):
    """The name belongs to a notice that this text is no version of."""

    code = "another_notice"


class StaleNotice(Conflict):
    """Somebody else stored a version since the page was opened."""

    code = "stale_notice"


class NothingToPublish(Conflict):
    """The public reads the newest version already."""

    code = "nothing_to_publish"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import came to."""

    slug: str
    version: int
    outline: Outline

    changed: bool
    """False: the newest version has this very text, so none was made."""

    kept: int
    """Sections that are items of the version before, too."""


async def import_notice(  # noqa: PLR0913 - each is a fact of its own
    session: AsyncSession,
    source: bytes,
    *,
    slug: str | None = None,
    opens_on: date,
    closes_on: date | None,
    today: date,
    now: datetime,
    title: str | None = None,
    staff_id: int | None = None,
) -> Imported:
    """Store the notice in ``source`` as a draft, or as a new version of one.

    ``title`` is what it is called where the text is misread; ``today`` the day at the
    office, by which a new notice is named that has neither name nor date.

    Raises:
        StaleNotice: Somebody else stored one at the same moment.
        NotANotice: The text is no notice.
        AnotherNotice: ``slug`` is the name of a notice without any of these items.
        InvalidInput: The window ends before it begins, or the name cannot be one.
    """
    outline = parse_outline(decode_notice(source))
    if title is not None:
        outline = replace(outline, title=title)
    check_window(opens_on, closes_on)
    notice = await _notice(
        session, outline,
        slug=slug, opens_on=opens_on, closes_on=closes_on, today=today, now=now,
    )  # fmt: skip
    newest = await _newest(session, notice)
    digest = digest_of(source)
    if newest is not None and _is_same(newest, digest, title=title):
        return Imported(
            slug=notice.slug, version=newest.number, outline=outline,
            changed=False, kept=len(list(outline.nodes())),
        )  # fmt: skip
    version = NoticeVersion(
        notice_id=notice.id,
        number=newest.number + 1 if newest else 1,
        source=source,
        source_digest=digest,
        outline=outline_as_json(outline),
        imported_at=now,
        published_at=None,
    )
    await _put(session, version)
    kept = await tie_sections(session, notice, version, outline, newest=newest)
    if newest is not None and not kept and outline.title != notice.title:
        raise AnotherNotice(
            f"{notice.slug} is another notice: no item of this text is in it"
        )
    audit.record(
        session, Action.NOTICE_IMPORTED, at=now, staff_id=staff_id,
        notice=notice.slug, version=version.number,
    )  # fmt: skip
    return Imported(
        slug=notice.slug, version=version.number, outline=outline,
        changed=True, kept=kept,
    )  # fmt: skip


async def publish(
    session: AsyncSession,
    slug: str,
    *,
    now: datetime,
    seen: int | None = None,
    staff_id: int | None = None,
) -> int:
    """Let the public read the newest version of a notice; return its number.

    ``seen`` is the version that somebody saw who wants it published.

    Raises:
        StaleNotice: There is a newer one than that.
        UnknownNotice: There is no such notice.
        NothingToPublish: It is published already.
    """
    notice = await _by_slug(session, slug)
    newest = await _newest(session, notice) if notice else None
    if notice is None or newest is None:
        raise UnknownNotice(f"no notice is called {slug[:80]}")
    if seen is not None and seen != newest.number:
        raise StaleNotice(f"version {newest.number} of {slug[:80]} is new")
    if notice.published_version == newest.number:
        raise NothingToPublish(f"version {newest.number} is published already")
    outline = newest.outline
    notice.title, notice.issuer = outline["title"], outline["issuer"]
    notice.state = NoticeState.PUBLISHED
    notice.published_version = newest.number
    newest.published_at = now
    audit.record(
        session, Action.NOTICE_PUBLISHED, at=now, staff_id=staff_id,
        notice=slug, version=newest.number,
    )  # fmt: skip
    return newest.number


def digest_of(source: bytes) -> str:
    """Return what a text is known by."""
    return hashlib.sha256(source).hexdigest()


def check_window(opens_on: date, closes_on: date | None) -> None:
    """Hold that opinions can be taken from one day to the other.

    Raises:
        InvalidInput: The window ends before it begins.
    """
    if closes_on is not None and closes_on < opens_on:
        raise InvalidInput(
            "the window closes before it opens", field="closes_on", code="bad_window"
        )


async def known_notice(
    session: AsyncSession, outline: Outline, *, slug: str | None
) -> Notice | None:
    """Return the notice that a text belongs to: by name, else by title and issuer."""
    return await (_by_slug(session, slug) if slug else _by_title(session, outline))


async def list_notices(session: AsyncSession) -> list[Notice]:
    """Return all notices, drafts too, newest first."""
    rows = await session.scalars(select(Notice).order_by(Notice.id.desc()))
    return list(rows)


async def newest_version(session: AsyncSession, slug: str) -> NoticeVersion:
    """Return the newest version of the notice ``slug``.

    Raises:
        UnknownNotice: There is no such notice.
    """
    notice = await _by_slug(session, slug)
    newest = await _newest(session, notice) if notice else None
    if newest is None:
        raise UnknownNotice(f"no notice is called {slug[:80]}")
    return newest


async def _notice(
    session: AsyncSession,
    outline: Outline,
    *,
    slug: str | None,
    opens_on: date,
    closes_on: date | None,
    today: date,
    now: datetime,
) -> Notice:
    """Return the notice that a text belongs to: by name, else by title and issuer."""
    known = await known_notice(session, outline, slug=slug)
    if known is not None:
        known.opens_on, known.closes_on = opens_on, closes_on
        return known
    notice = Notice(
        slug=checked_slug(slug)
        if slug
        else await free_slug(session, outline, today=today),
        title=outline.title,
        issuer=outline.issuer,
        state=NoticeState.DRAFT,
        opens_on=opens_on,
        closes_on=closes_on,
        published_version=None,
        created_at=now,
    )
    await _put(session, notice)
    return notice


async def _put(session: AsyncSession, row: Notice | NoticeVersion) -> None:
    """Store ``row``, unless somebody stored one in its place at this very moment."""
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise StaleNotice("somebody else stored one at the same time") from None


def _is_same(newest: NoticeVersion, digest: str, *, title: str | None) -> bool:
    same_title = title is None or title == newest.outline["title"]
    return newest.source_digest == digest and same_title


async def _newest(session: AsyncSession, notice: Notice) -> NoticeVersion | None:
    found: NoticeVersion | None = await session.scalar(
        select(NoticeVersion)
        .where(NoticeVersion.notice_id == notice.id)
        .order_by(NoticeVersion.number.desc())
        .limit(1)
    )
    return found


async def _by_slug(session: AsyncSession, slug: str) -> Notice | None:
    found: Notice | None = await session.scalar(
        select(Notice).where(Notice.slug == slug)
    )
    return found


async def _by_title(session: AsyncSession, outline: Outline) -> Notice | None:
    found: Notice | None = await session.scalar(
        select(Notice)
        .where(Notice.title == outline.title, Notice.issuer == outline.issuer)
        .order_by(Notice.id.desc())
        .limit(1)
    )
    return found
