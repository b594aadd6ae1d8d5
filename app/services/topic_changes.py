"""Changes of topics: an administrator says by what they are known, and where they go.

All changes take turns. Whoever saves says which state of the topic they saw, so that
two administrators do not overwrite each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.classify.amending import (
    MOST_NAME,
    OWN,
    Fault,
    count_words,
    faults_of,
    name_of,
)
from app.domain import permission
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.domain.record import Action
from app.domain.topics import Amendment, Tie
from app.errors import Conflict, InvalidInput
from app.models import TopicLink, TopicTable, TopicWords
from app.services import audit
from app.services.lexicon import THE_TABLE
from app.services.shelf import Shelf
from app.services.staff import Person
from app.services.topic_links import after
from app.services.topics import NoSuchTopic, TopicEntry, entries, entry

MOST_OWN: Final = 100
"""Topics of an office's own."""


class StaleTopic(Conflict):
    """Somebody changed the topic after the page was opened."""

    code = "stale_topic"


class BadTopic(InvalidInput):
    """Words cannot be used so, or a topic cannot be called so."""

    code = "bad_topic"

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Name all that is wrong."""
        codes = ", ".join(sorted({fault.code for fault in faults}))
        super().__init__(f"the topic cannot be so: {codes}", field=faults[0].field)
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a topic is to be."""

    amendment: Amendment
    ties: Mapping[int, Tie] = field(default_factory=dict)
    """By sections of published notices; others stay as they are."""


def checked(change: Change, others: Iterable[TopicEntry]) -> Change:
    """Return ``change`` if a topic can be so.

    Raises:
        BadTopic: It cannot.
    """
    amendment = change.amendment
    faults = faults_of(amendment)
    if amendment.topic.startswith(OWN):
        faults = _faults_of_names(amendment, others) + faults
    if faults:
        raise BadTopic(faults)
    return change


async def add(
    session: AsyncSession, person: Person, *, zh: str, en: str, now: datetime
) -> str:
    """Add a topic of the office's own, as yet without words; return its name.

    Raises:
        NotAllowed: The role does not look after topics.
        BadTopic: It cannot be called so, or there are too many.
    """
    permission.check(person.role, Duty.TOPICS)
    counted = await _count_up(session, person, now=now)
    zh, en = plain_name(zh), plain_name(en)
    known = await entries(session, person)
    amendment = Amendment(topic=name_of(en), zh=zh, en=en)
    faults = _faults_of_names(amendment, known)
    if sum(each.is_own for each in known) >= MOST_OWN:
        faults.append(Fault(field="zh", code="topic_too_many"))
    if faults:
        raise BadTopic(faults)
    session.add(
        TopicWords(
            topic=amendment.topic, zh=zh, en=en, added={}, struck={},
            revision=counted, staff_id=person.staff_id, changed_at=now,
        )
    )  # fmt: skip
    audit.record(
        session, Action.TOPIC_ADDED, at=now, staff_id=person.staff_id,
        topic=amendment.topic, zh=zh, en=en,
    )  # fmt: skip
    return amendment.topic


async def save(
    session: AsyncSession,
    person: Person,
    shelf: Shelf,
    change: Change,
    *,
    revision: int,
    now: datetime,
) -> None:
    """Let opinions be read so from now on; ``revision`` is what the person saw.

    Raises:
        NotAllowed: The role does not look after topics.
        NoSuchTopic: It was removed meanwhile.
        StaleTopic: Somebody was faster.
        BadTopic: It cannot be so.
    """
    permission.check(person.role, Duty.TOPICS)
    counted = await _count_up(session, person, now=now)
    before = await _seen(session, person, change.amendment.topic, revision)
    amendment = change.amendment
    checked(
        change,
        [each for each in await entries(session, person) if each.name != before.name],
    )
    row = await session.get(TopicWords, amendment.topic)
    if row is None:
        row = TopicWords(topic=amendment.topic, zh="", en="")
        session.add(row)
    row.added, row.struck = dict(amendment.added), dict(amendment.struck)
    if before.is_own:
        row.zh, row.en = amendment.zh, amendment.en
    row.revision, row.staff_id, row.changed_at = counted, person.staff_id, now
    await session.flush()
    given = await _tie(session, shelf, change, before)
    audit.record(
        session, Action.TOPIC_CHANGED, at=now, staff_id=person.staff_id,
        topic=amendment.topic, zh=amendment.zh or before.zh,
        added_before=before.added, added=count_words(amendment.added),
        struck_before=before.struck, struck=count_words(amendment.struck),
        links_before=len(before.given), links=len(given),
    )  # fmt: skip


async def remove(
    session: AsyncSession, person: Person, name: str, *, revision: int, now: datetime
) -> None:
    """Remove a topic of the office's own, with its words and links.

    Raises:
        NotAllowed: The role does not look after topics.
        NoSuchTopic: There is none of that name, or it is one of ours.
        StaleTopic: Somebody changed it meanwhile.
    """
    permission.check(person.role, Duty.TOPICS)
    await _count_up(session, person, now=now)
    before = await _seen(session, person, name, revision)
    if not before.is_own:
        raise NoSuchTopic("a topic of the package cannot be removed")
    await session.execute(delete(TopicLink).where(TopicLink.topic == name))
    await session.execute(delete(TopicWords).where(TopicWords.topic == name))
    audit.record(
        session, Action.TOPIC_REMOVED, at=now, staff_id=person.staff_id,
        topic=name, zh=before.zh, added=before.added, links=len(before.given),
    )  # fmt: skip


async def _count_up(session: AsyncSession, person: Person, *, now: datetime) -> int:
    """Take the table in hand and count one up; it is held until all is done."""
    row = await session.get(TopicTable, THE_TABLE, with_for_update=True)
    if row is not None:
        row.revision += 1
        row.staff_id, row.changed_at = person.staff_id, now
        await session.flush()
        return row.revision
    first = {"id": THE_TABLE, "revision": 1, "staff_id": person.staff_id,
             "changed_at": now}  # fmt: skip
    try:
        async with session.begin_nested():
            await session.execute(insert(TopicTable), [first])
    except IntegrityError:
        raise StaleTopic("somebody changed topics at the same moment") from None
    return 1


async def _seen(
    session: AsyncSession, person: Person, name: str, revision: int
) -> TopicEntry:
    """Return the topic if it is still as the person saw it."""
    before = await entry(session, person, name)
    if before.revision != revision:
        raise StaleTopic("somebody changed the topic in the meantime")
    return before


async def _tie(
    session: AsyncSession, shelf: Shelf, change: Change, before: TopicEntry
) -> dict[int, float]:
    """Store the links; return those that the topic has now."""
    notices = {key: each.id for each in shelf.notices for key in each.paths}
    said = {key: tie for key, tie in change.ties.items() if key in notices}
    given = after(before.given, said)
    await session.execute(
        delete(TopicLink).where(
            TopicLink.topic == before.name, TopicLink.section_id.in_(list(said))
        )
    )
    rows = [
        {
            "topic": before.name, "section_id": key,
            "notice_id": notices[key], "share": share,
        }
        for key, share in given.items()
        if key in said
    ]  # fmt: skip
    if rows:
        await session.execute(insert(TopicLink), rows)
    return given


def _faults_of_names(amendment: Amendment, others: Iterable[TopicEntry]) -> list[Fault]:
    """Return what is wrong with what an own topic is called."""
    found = []
    others = list(others)
    for name, said in (("zh", amendment.zh), ("en", amendment.en)):
        if not said:
            found.append(Fault(field=name, code="topic_name_missing"))
        elif len(said) > MOST_NAME:
            found.append(Fault(field=name, code="topic_name_too_long"))
        elif any(said.lower() in {each.zh.lower(), each.en.lower()} for each in others):
            found.append(Fault(field=name, code="topic_name_taken", word=said))
    if amendment.en and not amendment.topic:
        found.append(Fault(field="en", code="topic_name_no_letters"))
    elif not found and any(each.name == amendment.topic for each in others):
        found.append(Fault(field="en", code="topic_name_taken", word=amendment.en))
    return found
