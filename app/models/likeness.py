"""Likeness: which opinions say nearly the same, and which cases were joined for it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.correspondence import SuggestionGround
from app.domain.vocabulary import Status
from app.models.base import Base, Key


class LikenessKey(Base):
    """A number by which opinions like this one are found (`classify.likeness.keys`)."""

    __tablename__ = "likeness_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy asks so

    key: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    )
    opinion_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"), primary_key=True)


class Likeness(Base):
    """What an opinion was found to be like, when it was compared with those before."""

    __tablename__ = "likeness"
    __table_args__ = (Index(None, "group_id", "opinion_id"),)

    opinion_id: Mapped[int] = mapped_column(
        ForeignKey("opinion.id"), primary_key=True, autoincrement=False
    )

    group_id: Mapped[int] = mapped_column(ForeignKey("opinion.id"))
    """The first opinion that says nearly this; itself where none did before."""

    alike: Mapped[float | None]
    contained: Mapped[float | None]
    """As in `classify.likeness.Likeness`, to the likest of the group; None: itself."""

    own_signs: Mapped[int]
    """How much it says that the likest of the group does not."""


class Joining(Base):
    """A strand that was moved from the case it had into another (并案)."""

    __tablename__ = "joining"
    __table_args__ = (
        Index(None, "act_id"),
        Index(None, "into_case_id", "id"),
        Index(
            "uq_joining_standing",
            "from_case_id",
            "strand_id",
            unique=True,
            sqlite_where=text("separated_at IS NULL"),
            postgresql_where=text("separated_at IS NULL"),
        ),
        Index(None, "strand_id"),
        Index(None, "from_case_id"),
    )

    id: Mapped[Key]

    act_id: Mapped[int]
    """The same for all that were joined in one step."""

    strand_id: Mapped[int] = mapped_column(ForeignKey("strand.id"))
    from_case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    into_case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))

    status: Mapped[Status]
    """Where the case stood that was joined into the other."""

    ground: Mapped[SuggestionGround | None]
    """Why; None: somebody named the case."""

    contained: Mapped[float | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who joined them; None: the rule."""

    joined_at: Mapped[datetime]
    separated_at: Mapped[datetime | None]
    """When that was taken back."""


class JoiningRule(Base):
    """Whether the same text joins its case by itself; one row, or none."""

    __tablename__ = "joining_rule"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    in_force: Mapped[bool]
    changed_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
