"""Publishing: an answer gets before the public as somebody of the staff worded it."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain.publication import BadWording
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Disposition, Role
from app.errors import AppError, NotAllowed
from app.models import AuditEvent, Case, Opinion, Publication
from app.premises import Premises
from app.services import replies, restricting
from app.services.cases import StaleCase
from app.services.paging import Turn
from app.services.publishing import manuscripts, publications, published
from app.services.publishing.manuscripts import (
    Manuscript,
    NothingAnswered,
    NotPublishable,
)
from app.services.publishing.publications import NotPublished
from app.services.publishing.published import (
    AnswerGone,
    NoSuchAnswer,
    PublishedAnswer,
    Sought,
)
from app.services.staff import Person
from tests import at_desk, outcome
from tests.at_desk import case_of
from tests.fakes import START, FakeClock

WORDS = "我叫李建国，电话13812345678，家门口的灯不亮。"


@pytest.fixture
async def clerk(premises: Premises) -> Person:
    """Somebody who leads the supervision office."""
    return await outcome.clerk(premises)


async def shown(premises: Premises, **wanted: Any) -> list[PublishedAnswer]:
    """Return what the public finds."""
    async with premises.database.reading() as session:
        page = await published.page(session, Sought(**wanted))
    return list(page.rows)


async def paper(premises: Premises, person: Person, number: str) -> Manuscript:
    async with premises.database.reading() as session:
        return await manuscripts.manuscript(session, person, premises.house, number)


async def unpublish(premises: Premises, person: Person, number: str, seen: int) -> None:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await publications.unpublish(
            session, person, number, revision=revision, seen=seen, now=START
        )


async def test_the_public_reads_what_was_published_and_nothing_else(
    premises: Premises, clerk: Person
) -> None:
    await outcome.answered(premises, clerk)
    one = await outcome.published(premises, clerk, section="2.1.2")

    (answer,) = await shown(premises)
    assert answer.name == one.name
    assert answer.title == "小区照明维修"
    assert answer.question is None
    assert (
        answer.section_id == premises.house.shelf.notice("sample").section_ids["2.1.2"]
    )


async def test_the_draft_has_no_name_and_no_number_of_the_writer(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(
        premises, clerk, may_publish=True, subject="王敏反映路灯", text=WORDS,
        contact=ContactDetails(name="王敏"), reply="王敏您好，路灯修好了。",
    )  # fmt: skip

    draft = (await paper(premises, clerk, number)).wording

    assert draft.title == "〔姓名〕反映路灯"
    assert draft.answer == "〔姓名〕您好，路灯修好了。"
    assert "家门口的灯不亮" in draft.question
    assert "13812345678" not in draft.question


async def test_without_consent_the_draft_has_none_of_the_citizens_words(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)

    draft = (await paper(premises, clerk, number)).wording

    assert (draft.title, draft.question) == ("", "")
    assert "路灯" in draft.answer


async def test_without_consent_the_citizens_words_are_refused(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)

    with pytest.raises(BadWording) as refused:
        await outcome.publish(premises, clerk, number, question="灯坏了")

    assert refused.value.faults == {"question": "no_consent"}
    assert await shown(premises) == []


async def test_what_nobody_has_answered_is_not_published(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.opinion(premises)

    with pytest.raises(NothingAnswered):
        await outcome.publish(premises, clerk, number)


@pytest.mark.parametrize(
    "change",
    ["restricted", "disowned", "withdrawn", "merged", "consent"],
)
async def test_what_may_not_be_public_is_gone_at_once_and_stays_so(
    premises: Premises, clerk: Person, change: str
) -> None:
    one = await outcome.published(premises, clerk, words="路灯坏了")
    async with premises.database.writing() as session:
        case = await session.get_one(Case, one.case_id)
        opinion = await session.get_one(Opinion, case.opinion_id)
        case.restricted = change == "restricted"
        case.merged_at = START if change == "merged" else None
        case.disposition = Disposition.WITHDRAWN if change == "withdrawn" else None
        opinion.disowned_at = START if change == "disowned" else None
        opinion.may_publish = change != "consent"

    assert await shown(premises) == []
    assert await shown(premises, words="照明") == []
    async with premises.database.reading() as session:
        with pytest.raises(AnswerGone):
            await published.find(session, one.name)
        assert await published.counts(session, one.notice_id) == {}


async def test_a_report_of_wrongdoing_cannot_be_published(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await restricting.restrict(
            session, clerk, premises.house, number, revision=revision, now=START
        )

    with pytest.raises(NotPublishable):
        await paper(premises, clerk, number)


async def test_a_reopened_case_needs_a_new_answer_first(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    for step in (
        lambda s, r: replies.close(
            s, clerk, premises.house, number, revision=r,
            disposition=Disposition.EXPLAINED, now=START,
        ),
        lambda s, r: replies.reopen(
            s, clerk, premises.house, number, revision=r, reason="又坏了", now=START
        ),
    ):  # fmt: skip
        revision = (await case_of(premises, number)).revision
        await at_desk.go(premises, step, revision=revision)

    with pytest.raises(NothingAnswered):
        await outcome.publish(premises, clerk, number)


async def test_two_clerks_cannot_overwrite_each_other(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    await outcome.publish(premises, clerk, number)

    with pytest.raises(StaleCase):
        await outcome.publish(premises, clerk, number, title="另一个标题")

    (answer,) = await shown(premises)
    assert answer.title == "小区照明维修"


async def test_a_new_wording_keeps_the_address_and_is_what_is_found(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    first = await outcome.publish(premises, clerk, number)
    again = await outcome.publish(
        premises, clerk, number, seen=first.revision, title="电梯停运"
    )

    assert again.name == first.name
    assert [each.title for each in await shown(premises, words="电梯")] == ["电梯停运"]
    assert await shown(premises, words="小区照明维修") == []


async def test_what_was_taken_down_says_that_it_is_gone_and_can_come_back(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    one = await outcome.publish(premises, clerk, number)
    await unpublish(premises, clerk, number, one.revision)
    gone = await shown(premises), await shown(premises, words="照明")

    await outcome.publish(premises, clerk, number, seen=one.revision + 1)

    assert gone == ([], [])
    assert [each.name for each in await shown(premises)] == [one.name]


async def test_only_what_stands_can_be_taken_down(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)

    with pytest.raises(NotPublished):
        await unpublish(premises, clerk, number, 0)


async def test_a_name_that_never_was_is_told_from_one_that_is_gone(
    premises: Premises,
) -> None:
    async with premises.database.reading() as session:
        with pytest.raises(NoSuchAnswer):
            await published.find(session, "nothing")


async def test_consent_taken_back_takes_the_words_down(
    premises: Premises, clerk: Person
) -> None:
    with_words = await outcome.published(premises, clerk, words="路灯坏了")
    async with premises.database.writing() as session:
        case = await session.get_one(Case, with_words.case_id)
        await publications.withdraw_consent(session, case.opinion_id, now=START)

    assert await shown(premises) == []
    async with premises.database.reading() as session:
        stands = await session.get_one(Publication, with_words.id)
        assert stands.unpublished_at == START


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR])
async def test_not_everybody_publishes(
    premises: Premises, clerk: Person, role: Role
) -> None:
    number = await outcome.answered(premises, clerk)
    other = await at_desk.hire(premises, role)

    with pytest.raises(NotAllowed):
        await outcome.publish(premises, other, number)


async def test_every_step_is_in_the_record_without_its_words(
    premises: Premises, clerk: Person
) -> None:
    number = await outcome.answered(premises, clerk)
    one = await outcome.publish(premises, clerk, number)
    await unpublish(premises, clerk, number, one.revision)

    async with premises.database.reading() as session:
        events = (
            await session.scalars(
                select(AuditEvent)
                .where(AuditEvent.case_id == one.case_id)
                .order_by(AuditEvent.id.desc())
                .limit(2)
            )
        ).all()
    assert [event.action for event in events] == [
        "answer_unpublished", "answer_published",
    ]  # fmt: skip
    assert events[1].facts == {"publication": one.name, "words": False}


async def test_pages_follow_each_other_newest_first(
    premises: Premises, clerk: Person, clock: FakeClock
) -> None:
    names = []
    for _ in range(3):
        names.append((await outcome.published(premises, clerk)).name)
        clock.advance(hours=1)

    async with premises.database.reading() as session:
        first = await published.page(session, Sought(), most=2)
        turn = Turn(after=first.after)
        second = await published.page(session, Sought(), turn=turn, most=2)
        back = await published.page(
            session, Sought(), turn=Turn(before=second.before), most=2
        )

    assert [each.name for each in first.rows] == names[:0:-1]
    assert [each.name for each in second.rows] == names[:1]
    assert second.after is None
    assert back.rows == first.rows


async def test_every_answer_is_read_batch_by_batch(
    premises: Premises, clerk: Person
) -> None:
    one = await outcome.published(premises, clerk)

    found = [
        each.name
        async for batch in published.every(premises.database, Sought())
        for each in batch
    ]

    assert found == [one.name]


def test_faults_have_codes_of_their_own() -> None:
    kinds: list[type[AppError]] = [NotPublishable, NothingAnswered, NotPublished]

    assert len({kind.code for kind in kinds}) == len(kinds)
