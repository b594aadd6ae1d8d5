"""Notices: imported as drafts, published, and imported again when the text changes."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.domain.outline import (
    Outline,
    decode_notice,
    outline_as_json,
    outline_from_json,
    parse_outline,
)
from app.domain.record import Action
from app.domain.succession import SectionWords, matched
from app.domain.vocabulary import NoticeState
from app.errors import Conflict, InvalidInput, NotFound
from app.keys import new_key
from app.models import Notice, NoticeVersion, Section, SectionText
from app.services import audit


class UnknownNotice(NotFound):
    """No notice, draft or published, has that name."""

    code = "unknown_notice"


class AnotherNotice(Conflict):
    """The name belongs to a notice that this text is no version of."""

    code = "another_notice"


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


async def import_notice(
    session: AsyncSession,
    source: bytes,
    *,
    slug: str | None = None,
    opens_on: date,
    closes_on: date | None,
    now: datetime,
    staff_id: int | None = None,
) -> Imported:
    """Store the notice in ``source`` as a draft, or as a new version of one.

    Raises:
        NotANotice: The text is no notice.
        AnotherNotice: ``slug`` is the name of a notice without any of these items.
        InvalidInput: The window ends before it begins, or the name cannot be one.
    """
    outline = parse_outline(decode_notice(source))
    if closes_on is not None and closes_on < opens_on:
        raise InvalidInput("the window closes before it opens", field="closes_on")
    notice = await _notice(
        session, outline, slug=slug, opens_on=opens_on, closes_on=closes_on, now=now
    )
    newest = await _newest(session, notice)
    digest = hashlib.sha256(source).hexdigest()
    if newest is not None and newest.source_digest == digest:
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
    session.add(version)
    await session.flush()
    kept = await _tie_sections(session, notice, version, outline, newest=newest)
    if newest is not None and not kept and outline.title != notice.title:
        raise AnotherNotice(
            f"{notice.slug} is another notice: no item of this text is in it"
        )
    audit.record(
        session, Action.NOTICE_IMPORTED, at=now, staff_id=staff_id,
        notice=notice.slug, version=version.number,
    )  # fmt: skip
    return Imported(
        slug=notice.slug,
        version=version.number,
        outline=outline,
        changed=True,
        kept=kept,
    )


async def publish(
    session: AsyncSession, slug: str, *, now: datetime, staff_id: int | None = None
) -> int:
    """Let the public read the newest version of a notice; return its number.

    Raises:
        UnknownNotice: There is no such notice.
        NothingToPublish: It is published already.
    """
    notice = await _by_slug(session, slug)
    newest = await _newest(session, notice) if notice else None
    if notice is None or newest is None:
        raise UnknownNotice(f"no notice is called {slug[:80]}")
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
    now: datetime,
) -> Notice:
    """Return the notice that a text belongs to: by name, else by title and issuer."""
    known = await (_by_slug(session, slug) if slug else _by_title(session, outline))
    if known is not None:
        known.opens_on, known.closes_on = opens_on, closes_on
        return known
    notice = Notice(
        slug=_checked(slug) if slug else await _free_slug(session, outline, now=now),
        title=outline.title,
        issuer=outline.issuer,
        state=NoticeState.DRAFT,
        opens_on=opens_on,
        closes_on=closes_on,
        published_version=None,
        created_at=now,
    )
    session.add(notice)
    await session.flush()
    return notice


async def _tie_sections(
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
    before = await _words(session, newest) if newest else {}
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


async def _words(
    session: AsyncSession, version: NoticeVersion
) -> dict[int, SectionWords]:
    rows = await session.execute(
        select(SectionText.path, SectionText.section_id).where(
            SectionText.version_id == version.id
        )
    )
    keys = dict(rows.all())
    outline = outline_from_json(version.outline)
    return {keys[node.path]: SectionWords.of(node) for node in outline.nodes()}


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


async def _free_slug(session: AsyncSession, outline: Outline, *, now: datetime) -> str:
    """Return a name made of the notice's date that no other notice has."""
    base = (outline.published_on or now.date()).isoformat()
    taken = set(
        await session.scalars(select(Notice.slug).where(Notice.slug.startswith(base)))
    )
    if base not in taken:
        return base
    return next(
        name for n in range(2, len(taken) + 3) if (name := f"{base}-{n}") not in taken
    )


def _checked(slug: str) -> str:
    allowed = (
        slug.isascii() and slug.replace("-", "").isalnum() and slug == slug.lower()
    )
    if not allowed or len(slug) > 60 or slug.strip("-") != slug:  # noqa: PLR2004 - fits a line
        raise InvalidInput(
            "a notice's name has small letters, digits and single dashes", field="slug"
        )
    return slug
