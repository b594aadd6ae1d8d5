"""What stands in a feed, whatever form it is written in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from app.domain.vocabulary import Language
from app.services.publishing.progress import ProgressLine
from app.services.publishing.published import PublishedAnswer
from app.services.shelf import Shelf
from app.web.outcome.items import item_of
from app.web.wording import catalogue

NEVER: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed changed in which there has been nothing yet."""

_TITLE: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that came to be."""

    id: str
    """A tag (RFC 4151): it names this for ever, whatever addresses become."""

    address: str
    title: str
    summary: str
    text: str
    author: str
    item: str | None
    published_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The newest of something."""

    id: str
    title: str
    home: str
    """The page that a person reads in its place."""

    address: str
    language: str
    changed_at: datetime
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where and in which language a feed is written."""

    base_url: str
    prefix: str
    """Of the language: empty, or ``/en``."""

    language: Language
    shelf: Shelf

    def url(self, path: str) -> str:
        """Return the full address of a page."""
        return f"{self.base_url}{self.prefix}{path}"

    def tag(self, what: str) -> str:
        """Return the name of something for ever; the same in each language."""
        return f"tag:{urlsplit(self.base_url).hostname},2026:{what}"


def answer_entry(site: Site, answer: PublishedAnswer) -> Entry:
    """Return a published answer as an entry."""
    words = catalogue(site.language)
    item = item_of(site.shelf, answer.notice_id, answer.section_id)
    parts = [
        answer.summary,
        answer.question or "",
        f"{words.text('published.answer_said')}\n{answer.answer}",
    ]
    return Entry(
        id=site.tag(f"answer:{answer.name}"),
        address=site.url(f"/answers/{answer.name}"),
        title=answer.title,
        summary=answer.summary,
        text="\n\n".join(filter(None, parts)),
        author=answer.office,
        item=item.name if item else None,
        published_at=answer.published_at,
        changed_at=answer.changed_at,
    )


def progress_entry(site: Site, line: ProgressLine, issuer: str) -> Entry | None:
    """Return what was done as an entry; None: nobody can read of its item."""
    item = item_of(site.shelf, line.notice_id, line.section_id)
    if item is None:
        return None
    place = f"{item.address}#p-{line.id:x}" if item.path else item.address
    text = " ".join(line.text.split())
    short = text if len(text) <= _TITLE else f"{text[: _TITLE - 1]}…"
    return Entry(
        id=site.tag(f"progress:{line.id:x}"),
        address=site.url(place),
        title=f"{line.done_on.isoformat()} {short}",
        summary=text,
        text=line.text,
        author=item.notice.issuer or issuer,
        item=item.name,
        published_at=line.written_at,
        changed_at=line.written_at,
    )
