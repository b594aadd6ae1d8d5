"""Liaisons are written to in their language, and their files stay with the office."""

import pytest
from sqlalchemy import func, select

from app.domain.offices import ReplyVerdict
from app.domain.record import Action
from app.domain.vocabulary import Language, Role
from app.models import Attachment, AuditEvent, Liaison, LiaisonFile
from app.premises import Premises
from app.services import co_offices, tracking
from app.services.answering import drafts
from app.services.citizen import erasing
from app.services.disclosure import NoSuchFile
from app.services.offices import joint, liaison_files, liaison_replies, liaisons
from app.services.staff import Person
from app.workers.letters import settle_waiting
from tests import at_desk
from tests.gateways import post
from tests.mail.writing import multipart
from tests.routing_table import OTHER
from tests.services.offices.liaising import (
    ADDRESS,
    SAID,
    give,
    mailed,
    open_given,
    register,
    replies,
    take_over,
)

PAPER = "检修单：灯杆三根。"
PART = (
    'Content-Type: text/plain; charset=utf-8; name="repair.txt"\n'
    'Content-Disposition: attachment; filename="repair.txt"\n'
    "Content-Transfer-Encoding: 8bit\n\n" + PAPER
)
SCAN = (
    'Content-Type: application/pdf; name="scan.pdf"\n'
    'Content-Disposition: attachment; filename="scan.pdf"\n'
    "Content-Transfer-Encoding: base64\n\nJVBERi0xLjQK"
)


@pytest.fixture
async def number(premises: Premises, clerk: Person, officer: Person) -> str:
    """A case to which the office's liaison answered with a file."""
    await register(premises, officer.office_id)
    number = await open_given(premises, clerk, officer.office_id)
    (sent,) = await mailed(premises)
    await answer(premises, sent.letter.reply_to, SAID)
    return number


async def answer(premises: Premises, to: str, words: str, part: str = PART) -> None:
    """Have the liaison answer with a file."""
    text = f"Content-Type: text/plain; charset=utf-8\n\n{words}"
    fields = {
        "from": f"Wang <{ADDRESS}>", "to": to, "subject": "Re",
        "date": "Mon, 02 Nov 2026 09:00:00 +0800",
        "message_id": "<l@lighting.example>",
    }  # fmt: skip
    raw = multipart(text, part, **fields)
    await post.keep(premises, raw, to, sender=ADDRESS)
    await settle_waiting(premises)


async def kept(premises: Premises) -> LiaisonFile:
    async with premises.database.reading() as session:
        return (await session.scalars(select(LiaisonFile))).one()


async def test_the_file_is_read_on_the_case_and_the_look_is_on_record(
    premises: Premises, clerk: Person, number: str
) -> None:
    key = (await kept(premises)).id
    async with premises.database.writing() as session:
        sight = await liaison_files.look_at(
            session, clerk, premises.house, number, key, now=premises.clock()
        )
        file = await liaison_files.content(
            session, clerk, premises.house, number, key, now=premises.clock()
        )
        looks = await session.scalars(
            select(AuditEvent.facts).where(AuditEvent.action == Action.ATTACHMENT_SEEN)
        )

    assert (sight.name, sight.text.strip(), sight.intact) == ("repair.txt", PAPER, True)
    assert file.content.decode().strip() == PAPER
    assert [facts["liaison_file_id"] for facts in looks] == [key]


async def test_it_stands_below_the_answer_that_it_came_with(
    premises: Premises, clerk: Person, number: str
) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        (reply,) = await liaison_replies.of_case(session, clerk, case)

    assert [file.file_name for file in reply.files] == ["repair.txt"]


async def test_a_file_without_words_is_taken_over_without_a_word_in_the_answer(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    number = (await at_desk.open_case(premises)).receipt_number
    await give(premises, clerk, number, officer.office_id)
    (sent,) = await mailed(premises)
    await answer(premises, sent.letter.reply_to, "", SCAN)
    assert [row.text for row in await replies(premises)] == [""]

    await take_over(premises, officer, number)

    (row,) = await replies(premises)
    assert row.verdict is ReplyVerdict.TAKEN_OVER
    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        kept = await drafts.read(
            session, officer, premises.house, case.id, now=premises.clock()
        )
    assert kept == {}


async def test_a_co_offices_file_without_words_is_named_where_its_opinion_stands(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    await register(premises, helper.office_id)
    number = (await at_desk.open_case(premises)).receipt_number
    await give(premises, clerk, number, officer.office_id)
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number, revision=2, office_id=helper.office_id,
            now=premises.clock(),
        )  # fmt: skip
    (sent,) = await mailed(premises)
    await answer(premises, sent.letter.reply_to, "", SCAN)

    await take_over(premises, helper, number)

    case = await at_desk.case_of(premises, number)
    async with premises.database.reading() as session:
        (given,) = await joint.contributions(session, case)
    assert given.text == "（见附件：scan.pdf）"


async def test_no_citizen_sees_it_nor_has_it_erased(
    premises: Premises, number: str
) -> None:
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        seen = await tracking.follow(session, premises.house, case.opinion_id)
        await erasing.erase(
            session, premises.house.seal, case.opinion_id,
            words=False, now=premises.clock(),
        )  # fmt: skip
        attachments = await session.scalar(select(func.count(Attachment.id)))

    assert (seen.files, attachments) == ((), 0)
    assert (await kept(premises)).size > 0


async def test_what_lies_in_the_database_is_sealed(
    premises: Premises, number: str
) -> None:
    assert number
    assert PAPER.encode() not in (await kept(premises)).sealed


async def test_another_office_that_helps_sees_nothing_of_it(
    premises: Premises, clerk: Person, number: str
) -> None:
    helper = await at_desk.hire(premises, Role.OFFICER, office=OTHER)
    case = await at_desk.case_of(premises, number)
    async with premises.database.writing() as session:
        await co_offices.add(
            session, clerk, number, revision=case.revision,
            office_id=helper.office_id, now=premises.clock(),
        )  # fmt: skip
    key = (await kept(premises)).id
    async with premises.database.writing() as session:
        with pytest.raises(NoSuchFile):
            await liaison_files.save(
                session, helper, premises.house, number, key, now=premises.clock()
            )


async def test_a_file_of_another_case_is_none_of_this_one(
    premises: Premises, clerk: Person, number: str
) -> None:
    assert number
    other = (await at_desk.open_case(premises, text="另一件事")).receipt_number
    key = (await kept(premises)).id
    async with premises.database.writing() as session:
        with pytest.raises(NoSuchFile):
            await liaison_files.save(
                session, clerk, premises.house, other, key, now=premises.clock()
            )


async def test_a_liaison_is_written_to_in_the_language_that_was_chosen(
    premises: Premises, clerk: Person, officer: Person
) -> None:
    await register(premises, officer.office_id)
    keeper = await at_desk.hire(premises, Role.SUPERVISOR)
    async with premises.database.writing() as session:
        row = (await session.scalars(select(Liaison))).one()
        assert row.language is Language.ZH
        await liaisons.write_in(
            session, keeper, row.id, language=Language.EN, now=premises.clock()
        )
    await open_given(premises, clerk, officer.office_id)
    (sent,) = await mailed(premises)

    assert "Your office leads: please draft the answer." in sent.letter.body
    assert "Item: (none yet)" in sent.letter.body
    assert sent.letter.subject.startswith("Case ")
