"""Campaigns: one text from many people, and what each of them wrote beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify import likeness as classifying
from app.classify.likeness import OwnPiece, Words
from app.domain.correspondence import SuggestionGround
from app.domain.passages import marks_from_json, own_words
from app.domain.receipt import case_number
from app.domain.vocabulary import Language, Status
from app.models import Case, Contact, Joining, Likeness, Office, Opinion, Strand
from app.services import cases, like_cases
from app.services.disowning import counted
from app.services.like_cases import candidates
from app.services.like_pairs import WHOLE, repeats_in
from app.services.paging import FIRST, Page, Place, Turn, cut
from app.services.staff import Person

PAGE: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An opinion that shares a case, or that might."""

    key: int
    number: str
    subject: str
    text: str
    """What the writer said."""

    language: Language
    registered_at: datetime
    disowned: bool
    contained: float | None
    ground: SuggestionGround | None
    opener: bool = False
    """Whether it opened the case."""

    revision: int = 0
    """Of the case that it had, or has."""

    status: Status | None = None
    office: str | None = None
    act: int | None = None
    """The step in which it was joined."""

    pieces: Sequence[OwnPiece] = ()
    """Its text, stretch by stretch; none: it was not compared yet."""

    @property
    def own(self) -> bool:
        """Whether anything in it is the writer's own."""
        return any(piece.own for piece in self.pieces)

    @property
    def holds_all(self) -> bool:
        """Whether the whole text stands in it, beside the writer's own words."""
        return self.own and self.contained is not None and self.contained >= WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step in which cases were joined, and which can be taken back."""

    id: int
    number: int
    """How many cases it still stands for."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A case that many share, and what might join it."""

    case: Case
    opinion: Opinion
    opinions: int
    people: int
    """How many people wrote; whoever left no address counts as one."""

    texts: int
    own: int
    """How many wrote something of their own."""

    others: int
    """Cases that say the same; at most `like_cases.MOST_COUNTED`."""

    acts: Sequence[Act]
    waiting: bool
    """Whether the page has what might join, not what has joined."""

    page: Page[Member]


async def read(
    session: AsyncSession,
    person: Person,
    number: str,
    *,
    waiting: bool,
    turn: Turn = FIRST,
) -> Campaign:
    """Return one page of what shares the case, or of what might; see `compared`.

    Raises:
        NotAllowed: The role reads no cases.
        NoSuchCase: There is none, or it is another office's.
    """
    case = await cases.find(session, person, number)
    opinion = await session.get_one(Opinion, case.opinion_id)
    statement = _waiting(person, case) if waiting else _joined(case)
    order = Case.id if waiting else Strand.opinion_id
    if turn.place is not None:
        beyond = order < turn.place.key if turn.backwards else order > turn.place.key
        statement = statement.where(beyond)
    statement = statement.order_by(order.desc() if turn.backwards else order)
    rows = (await session.execute(statement.limit(PAGE + 1))).mappings().all()
    opinions, people, texts, own = await _numbers(session, case)
    return Campaign(
        case=case,
        opinion=opinion,
        opinions=opinions,
        people=people,
        texts=texts,
        own=own,
        others=await like_cases.count(session, person, case),
        acts=await _acts(session, case),
        waiting=waiting,
        page=cut(
            [_member(case, opinion, dict(row)) for row in rows],
            most=PAGE,
            turn=turn,
            place=lambda member: Place(key=member.key),
        ),
    )


def compared(campaign: Campaign) -> Campaign:
    """Return ``campaign`` with what each on its page wrote beside what most wrote.

    Long letters take a while: no transaction need be open for it.
    """
    opener, page = campaign.opinion, campaign.page
    opening = own_words(opener.text, marks_from_json(opener.marks))
    shared = _shared([opening, *(member.text for member in page.rows)])
    rows = [
        replace(member, pieces=classifying.own_pieces(member.text, shared))
        for member in page.rows
    ]
    return replace(campaign, page=replace(page, rows=rows))


def _shown() -> tuple[Any, ...]:
    return (
        Opinion.id.label("opinion_id"),
        Opinion.receipt_number,
        Opinion.subject,
        Opinion.text,
        Opinion.marks,
        Opinion.language,
        Opinion.registered_at,
        Opinion.disowned_at,
    )


def _joined(case: Case) -> Select[*tuple[Any, ...]]:
    """Return the opinions that share the case, with the joining that brought each."""
    return (
        select(
            *_shown(),
            Strand.opinion_id.label("key"),
            Joining.contained,
            Joining.ground,
            Joining.act_id.label("act"),
            Case.ordinal,
            Case.revision,
            Case.opinion_id.label("of"),
        )
        .select_from(Strand)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .outerjoin(
            Joining,
            (Joining.strand_id == Strand.id)
            & (Joining.into_case_id == case.id)
            & Joining.separated_at.is_(None),
        )
        .outerjoin(Case, Case.id == Joining.from_case_id)
        .where(Strand.case_id == case.id)
    )


def _waiting(person: Person, case: Case) -> Select[*tuple[Any, ...]]:
    """Return the opinions whose cases say the same and might join."""
    return (
        select(
            *_shown(),
            Case.id.label("key"),
            Case.ordinal,
            Case.revision,
            Case.status,
            Likeness.contained,
            repeats_in(case).label("repeats"),
            Office.name.label("office"),
        )
        .select_from(Case)
        .join(Opinion, Opinion.id == Case.opinion_id)
        .join(Likeness, Likeness.opinion_id == Opinion.id)
        .join(Office, Office.id == Case.office_id)
        .where(Case.id.in_(candidates(person, case)))
    )


def _member(case: Case, opener: Opinion, row: Mapping[str, Any]) -> Member:
    return Member(
        key=row["key"],
        number=case_number(row["receipt_number"], row["ordinal"] or case.ordinal),
        subject=row["subject"],
        text=own_words(row["text"], marks_from_json(row["marks"])),
        language=row["language"],
        registered_at=row["registered_at"],
        disowned=row["disowned_at"] is not None,
        contained=row["contained"],
        ground=_ground(row),
        opener=row["opinion_id"] == opener.id,
        revision=row["revision"] or 0,
        status=row.get("status"),
        office=row.get("office"),
        # What came along with another case is taken back with that.
        act=row["act"] if row.get("of") == row["opinion_id"] else None,
    )


def _ground(row: Mapping[str, Any]) -> SuggestionGround | None:
    """Return why an opinion joined, or why it might; None: somebody named its case."""
    if "repeats" not in row:
        ground: SuggestionGround | None = row["ground"]
        return ground
    return SuggestionGround.REPEAT if row["repeats"] else SuggestionGround.CAMPAIGN


def _shared(texts: Sequence[str]) -> Words:
    """Return what most of ``texts`` say."""
    return classifying.shared_words([classifying.words(text) for text in texts])


async def _numbers(session: AsyncSession, case: Case) -> tuple[int, int, int, int]:
    """Return how many opinions, people and texts there are, and how many own words.

    What somebody else sent in another's name counts for nobody.
    """
    found = await session.execute(
        select(
            func.count(),
            func.count(Contact.email_digest.distinct()),
            func.count(Contact.email_digest),
            func.count(func.coalesce(Likeness.group_id, Opinion.id).distinct()),
            func.count(func.nullif(func.coalesce(Likeness.own_signs, 0), 0)),
        )
        .select_from(Strand)
        .join(Opinion, Opinion.id == Strand.opinion_id)
        .outerjoin(Contact, Contact.opinion_id == Opinion.id)
        .outerjoin(Likeness, Likeness.opinion_id == Opinion.id)
        .where(Strand.case_id == case.id, counted())
    )
    opinions, addresses, addressed, texts, own = found.one()
    return opinions, addresses + opinions - addressed, texts, own


async def _acts(session: AsyncSession, case: Case) -> list[Act]:
    """Return the last steps in which others were joined into the case."""
    rows = await session.execute(
        select(
            Joining.act_id,
            func.count(Joining.from_case_id.distinct()),
            func.min(Joining.joined_at),
        )
        .where(Joining.into_case_id == case.id, Joining.separated_at.is_(None))
        .group_by(Joining.act_id)
        .order_by(Joining.act_id.desc())
        .limit(PAGE)
    )
    return [Act(id=act, number=number, at=at) for act, number, at in rows]
