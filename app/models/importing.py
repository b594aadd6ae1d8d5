"""Imports: files of earlier opinions, taken apart, and what became of each piece."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.importing.words import (
    ImportKind,
    ImportState,
    PieceFate,
    Trouble,
)
from app.domain.vocabulary import Channel
from app.models.base import Base, Key


class ImportFile(Base):
    """A file that was brought in."""

    __tablename__ = "import_file"
    __table_args__ = (
        Index(
            "ix_import_file_working",
            "id",
            sqlite_where=text("state IN ('reading', 'running')"),
            postgresql_where=text("state IN ('reading', 'running')"),
        ),
    )

    id: Mapped[Key]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    """What the file is called, sealed for ``import``."""

    size: Mapped[int]
    state: Mapped[ImportState]
    trouble: Mapped[Trouble | None]

    kind: Mapped[ImportKind | None]
    """None until it was taken apart."""

    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notice.id"))
    channel: Mapped[Channel | None]
    heading: Mapped[int | None]
    """Which row is the heading of the list; 0: none is."""

    columns: Mapped[list[Any] | None]
    """What each column holds: words of `Column`, or None. None in all: it is no list,
    or what was set aside of it is forgotten."""

    revision: Mapped[int]
    """Counts the changes: what is started is what somebody looked at."""

    pieces: Mapped[int]
    """How many rows or letters there are."""

    stored: Mapped[int]
    known: Mapped[int]
    refused: Mapped[int]
    """How many of them met each fate so far."""

    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class ImportPart(Base):
    """A part of a file as it came, until it was taken apart."""

    __tablename__ = "import_part"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("import_file.id"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for ``import``."""


class ImportPiece(Base):
    """A row or a letter out of a file."""

    __tablename__ = "import_piece"
    __table_args__ = (
        UniqueConstraint("import_id", "number"),
        Index(
            "ix_import_piece_waiting",
            "import_id",
            "number",
            sqlite_where=text("fate IS NULL"),
            postgresql_where=text("fate IS NULL"),
        ),
        Index("ix_import_piece_refused", "import_id", "fate", "number"),
        Index(
            "ix_import_piece_stored",
            "digest",
            sqlite_where=text("fate = 'stored'"),
            postgresql_where=text("fate = 'stored'"),
        ),
    )

    id: Mapped[Key]
    import_id: Mapped[int] = mapped_column(ForeignKey("import_file.id"))

    number: Mapped[int]
    """The row in the list, or which letter of the file it is, counted from 1."""

    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The letter, or the cells as JSON, sealed for ``import``; None: it has its fate,
    or was larger than a letter may be. Of a row that was set aside it stays a while."""

    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """By which it is known again, in this file or another."""

    received_at: Mapped[datetime | None]
    """When a letter came, as it says itself."""

    fate: Mapped[PieceFate | None]
    fault: Mapped[str | None]
    """Why it was refused; of several reasons in one row, each."""

    at_column: Mapped[str | None]
    """The word of the column that is at fault; several, one for each reason."""

    opinion_id: Mapped[int | None] = mapped_column(ForeignKey("opinion.id"))
    arrival_id: Mapped[int | None] = mapped_column(ForeignKey("arrival.id"))
