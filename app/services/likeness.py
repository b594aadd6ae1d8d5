"""Likeness: each new opinion compared with those before it, soon after registration.

A worker does it, so that registration costs nothing for it: `unsigned` reads what
came, `sheets` thinks, `look_up` asks the index, `compare` compares, `keep` writes. Of
a campaign only the first letter, and letters that differ from it a good deal, stand in
the index, and none of its keys is kept more than a few times
(`comparison.MOST_OF_A_KEY`): so a look-up costs as much among a million opinions as
among ten, however many say the same.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify import comparison
from app.classify import likeness as classifying
from app.classify.comparison import Compared, Finding, Known, Sheet
from app.classify.likeness import Words
from app.domain.correspondence import SuggestionGround
from app.domain.passages import marks_from_json, own_words
from app.domain.vocabulary import Status
from app.keys import new_key
from app.models import Case, Contact, Likeness, LikenessKey, Opinion, Suggestion
from app.sealing import Seal
from app.services.house import House

MOST_AT_ONCE: Final = 100
_SLACK: Final = 120_000 << 22
"""Two minutes in keys: none is committed so long after it was made."""

_LEAST_PHONE: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsigned:
    """A new opinion that nobody compared yet."""

    id: int
    notice_id: int
    subject: str
    text: str
    marks: list[Any] | None
    contact: bytes | None
    """Sealed; None: who wrote it is not known, or only claimed."""


async def unsigned(session: AsyncSession) -> list[Unsigned]:
    """Return the oldest opinions that were not compared, at most `MOST_AT_ONCE`."""
    last = await session.scalar(select(func.max(Likeness.opinion_id)))
    after = (last or 0) - _SLACK
    done = exists().where(
        Likeness.opinion_id == Opinion.id, Likeness.opinion_id > after
    )
    rows = await session.execute(
        select(
            Opinion.id,
            Opinion.notice_id,
            Opinion.subject,
            Opinion.text,
            Opinion.marks,
            Contact.sealed.label("contact"),
        )
        .outerjoin(
            Contact, (Contact.opinion_id == Opinion.id) & Contact.claimed.is_(False)
        )
        .where(Opinion.id > after, ~done)
        .order_by(Opinion.id)
        .limit(MOST_AT_ONCE)
    )
    return [Unsigned(**row) for row in rows.mappings()]


def sheets(house: House, opinions: Sequence[Unsigned]) -> list[Sheet]:
    """Return ``opinions`` ready for comparison."""
    found = []
    for opinion in opinions:
        words = words_of(opinion.subject, opinion.text, opinion.marks)
        keys = classifying.keys(words, realm=opinion.notice_id)
        writer = _writer(house.seal, opinion) if opinion.contact else ()
        found.append(
            Sheet(id=opinion.id, words=words, keys=frozenset(keys),
                  writer=frozenset(writer))
        )  # fmt: skip
    return found


def words_of(subject: str, text: str, marks: list[Any] | None) -> Words:
    """Return the writer's own words; the subject counts where they are few."""
    words = classifying.words(own_words(text, marks_from_json(marks)))
    if words.is_short and subject:
        return classifying.words(
            f"{subject}\n{own_words(text, marks_from_json(marks))}"
        )
    return words


async def look_up(session: AsyncSession, sheets: Sequence[Sheet]) -> Known:
    """Return what the index says of all ``sheets`` together."""
    known = Known()
    keys = {key for sheet in sheets for key in sheet.keys | sheet.writer}
    rows = await session.execute(
        select(LikenessKey.key, LikenessKey.opinion_id)
        .where(LikenessKey.key.in_(keys))
        .order_by(LikenessKey.opinion_id.desc())
    )
    for key, opinion_id in rows:
        known.places[key].append(opinion_id)
    likely = {
        opinion_id
        for sheet in sheets
        for some in (sheet.keys, sheet.writer)
        for opinion_id in known.likely(some)
    }
    if not likely:
        return known
    texts = await session.execute(
        select(
            Opinion.id, Opinion.subject, Opinion.text, Opinion.marks,
            Likeness.group_id, Likeness.alike,
        )
        .join(Likeness, Likeness.opinion_id == Opinion.id)
        .where(Opinion.id.in_(likely))
    )  # fmt: skip
    for key, subject, text, marks, group_id, alike in texts:
        known.opinions[key] = Compared(
            words=words_of(subject, text, marks), group_id=group_id, alone=alike is None
        )
    return known


def compare(sheets: Sequence[Sheet], known: Known) -> list[Finding]:
    """Compare ``sheets`` with what is known, and with those before them."""
    return comparison.findings(sheets, known)


async def keep(
    session: AsyncSession, found: Sequence[Finding], *, now: datetime
) -> None:
    """Write what was found, for the desk to see and for later opinions to be found by.

    Raises:
        IntegrityError: Another process was faster with one of them.
    """
    rows = [
        {
            "opinion_id": one.id,
            "group_id": one.group_id,
            "alike": one.like.likeness.alike if one.like else None,
            "contained": one.like.likeness.contained if one.like else None,
            "own_signs": one.own_signs,
        }
        for one in found
    ]
    # Bare rows: the unit of work would cost more than the database.
    connection = await session.connection()
    await connection.execute(insert(Likeness), rows)
    keys = [{"key": key, "opinion_id": one.id} for one in found for key in one.keys]
    if keys:
        await connection.execute(insert(LikenessKey), keys)
    firsts = [
        {
            "opinion_id": one.like.id,
            "alike": one.like.likeness.alike,
            "contained": one.like.likeness.contained,
            "own_signs": one.first_own_signs,
        }
        for one in found
        if one.like is not None and one.first_own_signs is not None
    ]
    if firsts:
        await session.execute(update(Likeness), firsts)
    await _suggest(session, {one.id: one.suggestions for one in found}, now=now)


def _writer(seal: Seal, opinion: Unsigned) -> Iterable[int]:
    contact = json.loads(seal.open(opinion.contact or b"", purpose="contact"))
    email = (contact.get("email") or "").strip().casefold()
    phone = "".join(filter(str.isdecimal, contact.get("phone") or ""))
    realm = str(opinion.notice_id)
    for what, said in (("email", email), ("phone", phone[-11:])):
        if len(said) >= _LEAST_PHONE:
            digest = seal.digest(realm, what, said, purpose="likeness")
            yield int.from_bytes(digest[:8]) >> 1


async def _suggest(
    session: AsyncSession,
    suggestions: Mapping[int, Mapping[int, tuple[SuggestionGround, float]]],
    *,
    now: datetime,
) -> None:
    """Suggest to whoever works on the cases of some opinions what they belong to."""
    wanting = {key for key, some in suggestions.items() if some}
    if not wanting:
        return
    cases = await session.execute(
        select(Case.id, Case.opinion_id, Case.status).where(
            Case.opinion_id.in_(wanting), Case.merged_at.is_(None)
        )
    )
    found = cases.all()
    own = {case_id: opinion_id for case_id, opinion_id, _ in found}
    # What has joined by itself belongs there: nobody need be asked.
    joined = {case_id for case_id, _, status in found if status is Status.JOINED}
    there = await session.execute(
        select(Suggestion.case_id, Suggestion.opinion_id).where(
            Suggestion.case_id.in_(own)
        )
    )
    made = set(there.all())
    rows = [
        {"id": new_key(), "case_id": case_id, "opinion_id": older, "ground": ground,
         "contained": contained, "made_at": now,
         "settled_at": now if case_id in joined else None}
        for case_id, opinion_id in own.items()
        for older, (ground, contained) in suggestions[opinion_id].items()
        if (case_id, older) not in made
    ]  # fmt: skip
    if rows:
        await session.execute(insert(Suggestion), rows)
