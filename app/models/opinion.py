"""Opinions: what one person said once, and what belongs to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.vocabulary import Channel, Kind, Language
from app.models.base import Base, Key


class Opinion(Base):
    """An opinion (意见建议); its text never changes, unless its writer erases it."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("receipt_number"),)

    id: Mapped[Key]

    receipt_number: Mapped[str]
    """What the citizen quotes (受理编号)."""

    query_digest: Mapped[bytes] = mapped_column(LargeBinary)
    """Digest of the secret that opens the tracking page (查询码)."""

    channel: Mapped[Channel]
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"))

    version_id: Mapped[int] = mapped_column(ForeignKey("notice_version.id"))
    """The text of the notice that was published when the opinion came."""

    subject: Mapped[str]
    text: Mapped[str]

    marks: Mapped[list[Any] | None]
    """The parts of ``text`` that are not the writer's own words (a quoted letter, a
    signature): ``{"what", "start", "stop"}``. None: all of it is."""

    kind: Mapped[Kind | None]
    """What the citizen called it; None where the citizen was not asked."""

    language: Mapped[Language]
    anonymous: Mapped[bool]

    consent_version: Mapped[str | None]
    """The consent text that was agreed to; None where the citizen wrote by letter."""

    may_publish: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the citizen agreed that question and answer are published."""

    late: Mapped[bool]
    """Whether it came after the comment window had closed."""

    registered_at: Mapped[datetime]

    disowned_at: Mapped[datetime | None]
    """When the person whose address it bears said "this was not me"; from then on it
    counts nowhere."""

    withdrawn_at: Mapped[datetime | None]
    """When the citizen took it back; nothing more is sent about it."""

    erased_at: Mapped[datetime | None]
    """When contact details, files and originals were erased, as the citizen asked."""


class Contact(Base):
    """How to reach the person behind an opinion; apart from it, and sealed."""

    __tablename__ = "contact"
    __table_args__ = (Index(None, "email_digest"),)

    opinion_id: Mapped[int] = mapped_column(
        ForeignKey("opinion.id"), primary_key=True, autoincrement=False
    )

    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Name, e-mail address and phone as JSON, sealed for ``contact``."""

    email_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Digest of the address, to know a reply's writer by."""

    may_mail: Mapped[bool]
    """Whether letters may go to the address: never to a machine or a list."""

    letter_id: Mapped[str | None]
    """Message-ID of the letter the opinion came by, for answers to refer to."""

    claimed: Mapped[bool]
    """Whether it came in a letter that somebody passed on, for whom nobody vouches:
    who wrote it is only claimed, and whoever passed it on is answered."""

    desk_only: Mapped[bool]
    """Whether the citizen lets one desk alone open it (`permission.opens_desk_only`);
    letters are sent to it all the same, for nobody reads the address for that."""


class Attachment(Base):
    """A file that came with an opinion or with an addition to it."""

    __tablename__ = "attachment"
    __table_args__ = (Index(None, "opinion_id"),)

    id: Mapped[Key]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    addition_id: Mapped[int | None] = mapped_column(ForeignKey("addition.id"))
    file_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The content, sealed for ``attachment``."""


class Addition(Base):
    """What a citizen said later, on the same matter."""

    __tablename__ = "addition"
    __table_args__ = (Index(None, "case_id"), Index(None, "opinion_id"))

    id: Mapped[Key]
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    arrival_id: Mapped[int] = mapped_column(ForeignKey("arrival.id"))
    channel: Mapped[Channel]
    text: Mapped[str]

    marks: Mapped[list[Any] | None]
    """As in `Opinion.marks`."""

    added_at: Mapped[datetime]
