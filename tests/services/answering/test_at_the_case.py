"""Who is at a case, notes put right, files looked at."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.file_kind import Shown
from app.domain.record import Action
from app.domain.submission import File
from app.domain.vocabulary import Role
from app.models import Attachment, AuditEvent, CaseLook, Note
from app.premises import Premises
from app.services import triage
from app.services.answering import files, looks, note_changes
from app.services.answering.note_changes import NoteStands
from app.services.cases import NoSuchCase
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import START


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """Somebody at work."""
    return await at_desk.hire(premises, Role.CLERK, display_name="李")


@pytest.fixture
async def number(premises: Premises) -> str:
    """A case."""
    return (await at_desk.open_case(premises)).receipt_number


async def others(
    premises: Premises, person: Person, number: str, *, after: timedelta = timedelta()
) -> list[tuple[str, bool]]:
    case = await case_of(premises, number)
    async with premises.database.reading() as session:
        found = await looks.others(session, person, case.id, now=START + after)
    return [(each.name, each.writing) for each in found]


async def test_colleagues_are_seen_reading_and_writing_until_it_fades(
    premises: Premises, clerk: Person, number: str
) -> None:
    case = await case_of(premises, number)
    me = await at_desk.hire(premises, Role.CLERK)
    for person, writing in ((clerk, True), (me, False), (clerk, False)):
        async with premises.database.writing() as session:
            await looks.look(session, person, case.id, writing=writing, now=START)

    assert await others(premises, me, number) == [("李", True)]
    assert await others(premises, me, number, after=looks.WRITING_FADES) == [
        ("李", False)
    ]
    assert await others(premises, me, number, after=looks.FADES) == []


async def test_old_looks_are_dropped_with_the_next_and_leaving_drops_at_once(
    premises: Premises, clerk: Person, number: str
) -> None:
    first = await case_of(premises, number)
    second = await case_of(premises, (await at_desk.open_case(premises)).receipt_number)
    for case, minutes in ((first, 0), (second, 11)):
        async with premises.database.writing() as session:
            await looks.look(
                session, clerk, case.id, writing=False,
                now=START + timedelta(minutes=minutes),
            )  # fmt: skip
    async with premises.database.writing() as session:
        assert await session.scalar(select(func.count()).select_from(CaseLook)) == 1
        await looks.leave(session, clerk, second.id)
        assert await session.scalar(select(func.count()).select_from(CaseLook)) == 0


async def note(premises: Premises, person: Person, number: str) -> int:
    case = await case_of(premises, number)
    async with premises.database.writing() as session:
        await triage.note(
            session, person, number, revision=case.revision, text="问过了", now=START
        )
    async with premises.database.reading() as session:
        return (await session.scalars(select(Note.id))).one()


async def change(
    premises: Premises, person: Person, number: str, key: int,
    after: timedelta = timedelta(),
) -> None:  # fmt: skip
    async with premises.database.writing() as session:
        await note_changes.change(
            session, person, number, key, text="问过物业了", now=START + after
        )


async def test_a_note_is_put_right_by_its_writer_and_that_is_noted(
    premises: Premises, clerk: Person, number: str
) -> None:
    key = await note(premises, clerk, number)

    await change(premises, clerk, number, key)

    async with premises.database.reading() as session:
        row = await session.get_one(Note, key)
        event = (await session.scalars(
            select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
        )).one()  # fmt: skip
    assert (row.text, row.edited_at) == ("问过物业了", START)
    assert (event.action, event.facts) == (Action.NOTE_CHANGED, {"note_id": key})
    await change(premises, clerk, number, key)


async def test_a_note_stands_after_ten_minutes_and_for_everybody_else(
    premises: Premises, clerk: Person, number: str
) -> None:
    key = await note(premises, clerk, number)
    other = await at_desk.hire(premises, Role.CLERK)

    with pytest.raises(NoteStands):
        await change(premises, clerk, number, key, after=note_changes.CHANGED_WITHIN)
    with pytest.raises(NoteStands):
        await change(premises, other, number, key)


async def test_what_a_step_gives_as_its_reason_stands(
    premises: Premises, clerk: Person, number: str
) -> None:
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, number, revision=1,
            office_id=await at_desk.office_named(session, UNIT), now=START,
        )  # fmt: skip
        await triage.return_case(
            session, clerk, premises.house, number, revision=2, reason="不归我们",
            now=START,
        )  # fmt: skip
    async with premises.database.reading() as session:
        key = (await session.scalars(select(Note.id))).one()

    with pytest.raises(NoteStands):
        await change(premises, clerk, number, key)


async def test_a_note_is_taken_away_and_the_record_says_so(
    premises: Premises, clerk: Person, number: str
) -> None:
    key = await note(premises, clerk, number)
    async with premises.database.writing() as session:
        await note_changes.delete(session, clerk, number, key, now=START)

    async with premises.database.reading() as session:
        assert await session.get(Note, key) is None
        actions = list(await session.scalars(
            select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(2)
        ))  # fmt: skip
    assert actions == [Action.NOTE_DELETED, Action.NOTED]


FILES = (
    File(file_name="灯.png", media_type="image/png", content=b"\x89PNG\r\n\x1a\n.."),
    File(file_name="说明.txt", media_type="text/plain", content="路灯".encode("gbk")),
    File(file_name="图.png", media_type="image/png", content=b"MZ\x90"),
)


async def test_files_are_looked_at_one_after_the_other_and_each_look_is_noted(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises, files=FILES)).receipt_number
    async with premises.database.reading() as session:
        keys = list(await session.scalars(select(Attachment.id).order_by("id")))
    seen = []
    for key in keys:
        async with premises.database.writing() as session:
            seen.append(await files.look_at(
                session, clerk, premises.house, number, key, now=START
            ))  # fmt: skip

    assert [each.shown for each in seen] == [Shown.PICTURE, Shown.TEXT, Shown.NOT]
    assert [each.agrees for each in seen] == [True, True, False]
    assert all(each.intact for each in seen)
    assert seen[1].text == "路灯"
    assert [(each.before, each.after) for each in seen] == [
        (None, keys[1]), (keys[0], keys[2]), (keys[1], None),
    ]  # fmt: skip
    assert await looked(premises) == 3


async def test_the_picture_within_its_page_is_noted_once(
    premises: Premises, clerk: Person
) -> None:
    number = (await at_desk.open_case(premises, files=FILES[:1])).receipt_number
    async with premises.database.reading() as session:
        key = (await session.scalars(select(Attachment.id))).one()
    for way in (files.content, files.look_at, files.content):
        async with premises.database.writing() as session:
            await way(session, clerk, premises.house, number, key, now=START)

    assert await looked(premises) == 2


async def test_a_file_of_another_offices_case_is_not_there(premises: Premises) -> None:
    number = (await at_desk.open_case(premises, files=FILES[:1])).receipt_number
    stranger = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    async with premises.database.reading() as session:
        key = (await session.scalars(select(Attachment.id))).one()

    for way in (files.content, files.look_at):
        with pytest.raises(NoSuchCase):
            async with premises.database.writing() as session:
                await way(session, stranger, premises.house, number, key, now=START)


async def looked(premises: Premises) -> int:
    async with premises.database.reading() as session:
        return (
            await session.scalar(
                select(func.count(AuditEvent.id)).where(
                    AuditEvent.action == Action.ATTACHMENT_SEEN
                )
            )
            or 0
        )
