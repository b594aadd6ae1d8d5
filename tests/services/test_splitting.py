"""One letter on two matters: two cases under one receipt, together or apart."""

import pytest
from sqlalchemy import select

from app.domain.lifecycle import IllegalTransition
from app.domain.passages import Mark
from app.domain.record import Action
from app.domain.vocabulary import Channel, Disposition, MailPurpose, Role, Status
from app.models import (
    AuditEvent,
    Case,
    Classification,
    Note,
    Opinion,
    OutboxMessage,
    Strand,
)
from app.premises import Premises
from app.services import (
    additions,
    cases,
    disowning,
    dossiers,
    letters,
    merging,
    queues,
    replies,
    splitting,
    tracking,
    triage,
)
from app.services.additions import Addendum
from app.services.cases import NoSuchCase, StaleCase
from app.services.intake import Registration
from app.services.merging import AnsweredAlready, NotSplit
from app.services.queue.wanted import Wanted
from app.services.splitting import SameMatter, TooManyMatters
from app.services.staff import Person
from app.services.tracked import Tracked
from tests import at_desk, make
from tests.at_desk import UNIT, case_of
from tests.fakes import START


@pytest.fixture
async def letter(premises: Premises) -> Registration:
    """A letter on two matters."""
    return await at_desk.open_case(premises, subject="", text=make.TWO_MATTERS)


async def follow(premises: Premises, registered: Registration) -> Tracked:
    async with premises.database.reading() as session:
        return await tracking.follow(session, premises.house, registered.opinion_id)


async def split(premises: Premises, person: Person, number: str, section: str) -> str:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await splitting.split(
            session, person, premises.house, number,
            revision=revision, section=section, now=START,
        )  # fmt: skip


async def merge(premises: Premises, person: Person, number: str) -> str:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await merging.merge(
            session, person, number, revision=revision, now=START
        )


async def answer(
    premises: Premises, person: Person, number: str, also: dict[int, int] | None = None
) -> bool:
    revision = (await case_of(premises, number)).revision
    async with premises.database.writing() as session:
        return await replies.answer(
            session, person, premises.house, number,
            revision=revision, text="两件一起答复。", also=also or {}, now=START,
        )  # fmt: skip


async def test_a_letter_on_two_matters_has_two_cases_under_one_receipt(
    premises: Premises, letter: Registration
) -> None:
    first = await case_of(premises, letter.receipt_number)
    second = await case_of(premises, f"{letter.receipt_number}-2")

    paths = premises.house.shelf.notice(make.SLUG).paths
    assert paths[first.section_id or 0] == "2.1.2"
    assert paths[second.section_id or 0] == "2.1.1"
    assert first.opinion_id == second.opinion_id == letter.opinion_id
    assert first.due_at == second.due_at


async def test_each_strand_knows_its_words_and_why(
    premises: Premises,
) -> None:
    await at_desk.open_case(premises, subject="", text=make.TWO_MATTERS)

    async with premises.database.reading() as session:
        strands = (await session.scalars(select(Strand).order_by(Strand.id))).all()
        guesses = (await session.scalars(select(Classification))).all()

    said = [
        "".join(make.TWO_MATTERS[start:stop] for start, stop in strand.places or ())
        for strand in strands
    ]
    assert ["停车" in words for words in said] == [True, False]
    assert "".join(said) == make.TWO_MATTERS
    assert {guess.strand_id for guess in guesses} == {each.id for each in strands}
    assert all(guess.evidence for guess in guesses)


async def test_there_is_one_acknowledgement(
    premises: Premises, letter: Registration
) -> None:
    async with premises.database.reading() as session:
        (message,) = await session.scalars(select(OutboxMessage))

    assert message.purpose is MailPurpose.ACKNOWLEDGEMENT
    assert message.case_id == letter.case_id


async def test_what_the_citizen_chose_comes_first(premises: Premises) -> None:
    sent = await at_desk.open_case(premises, text=make.TWO_MATTERS, section="2.1.1")

    first, second = (await follow(premises, sent)).matters

    assert first.section
    assert second.section
    assert (first.section.path, second.section.path) == ("2.1.1", "2.1.2")


async def test_a_letter_is_not_split_against_the_citizens_choice(
    premises: Premises,
) -> None:
    sent = await at_desk.open_case(premises, text=make.TWO_MATTERS, section="2.3.3")

    assert len((await follow(premises, sent)).matters) == 1


async def test_quoted_words_are_nobodys_matter(premises: Premises) -> None:
    quoted = "> 小学学位又满了，孩子要去五公里外读，请给个说法。\n"
    own = "老城区停车太难，绕了四圈都没有车位。另外，收费员还不给票，请查一查。"

    sent = await at_desk.open_case(
        premises, subject="", text=quoted + own, channel=Channel.EMAIL,
        marks=(Mark("quote", 0, len(quoted)),),
    )  # fmt: skip

    assert len((await follow(premises, sent)).matters) == 1


async def test_the_queue_says_which_of_how_many(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    async with premises.database.reading() as session:
        page = await queues.page(session, clerk, Wanted(), now=START)
        by_number = await queues.page(
            session, clerk, Wanted(words=letter.receipt_number), now=START
        )

    found = [(row.number, row.matter, row.matters) for row in page.rows]
    number = letter.receipt_number
    assert found == [(number, 1, 2), (f"{number}-2", 2, 2)]
    assert len(by_number.rows) == len(found)


async def test_what_the_citizen_adds_comes_up_in_all_open_cases(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    addendum = Addendum(
        opinion_id=letter.opinion_id,
        channel=Channel.WEB,
        text="补充一句",
        seal=premises.house.seal,
    )
    async with premises.database.writing() as session:
        await additions.add(session, addendum, retry_token="one", now=START)

    for number in (letter.receipt_number, f"{letter.receipt_number}-2"):
        async with premises.database.reading() as session:
            dossier = await dossiers.read(session, clerk, number)
        assert dossier.case.unread
        assert [words.text for words in dossier.words] == ["补充一句"]


async def test_who_denies_the_letter_denies_all_of_it(
    premises: Premises, letter: Registration
) -> None:
    number = letter.receipt_number
    async with premises.database.reading() as session:
        opinion = await session.get_one(Opinion, letter.opinion_id)
    regarding = letters.Regarding(
        opinion_id=opinion.id, case_id=0, receipt_number=number, notice_title="",
        email=make.EMAIL, language=opinion.language, letter_id=None,
    )  # fmt: skip
    token = letters.not_me_url(premises.house, regarding).rpartition("/")[2]

    async with premises.database.writing() as session:
        await disowning.disown(session, premises.house, token, now=START)

    assert (await case_of(premises, number)).unread
    assert (await case_of(premises, f"{number}-2")).unread


async def test_each_matter_is_answered_by_itself(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    await answer(premises, clerk, f"{letter.receipt_number}-2")

    tracked = await follow(premises, letter)
    assert [matter.status for matter in tracked.matters] == [
        Status.REGISTERED, Status.ANSWERED,
    ]  # fmt: skip
    assert [len(matter.answers) for matter in tracked.matters] == [0, 1]
    assert tracked.foremost.status is Status.REGISTERED


async def test_one_answer_to_both_is_one_letter(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    await answer(premises, clerk, letter.receipt_number, also={2: 1})

    tracked = await follow(premises, letter)
    async with premises.database.reading() as session:
        sent = await session.scalars(
            select(OutboxMessage).where(OutboxMessage.purpose == MailPurpose.ANSWER)
        )
        assert len(sent.all()) == 1
    assert {matter.status for matter in tracked.matters} == {Status.ANSWERED}
    assert len(tracked.answers) == 1
    (said,) = tracked.conversation
    assert said.matters == (1, 2)
    assert len({each.id for each in said.answers}) == 2


async def test_an_answer_to_both_counts_for_none_if_one_has_changed(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    with pytest.raises(StaleCase):
        await answer(premises, clerk, letter.receipt_number, also={2: 7})

    assert not (await follow(premises, letter)).answers


async def test_an_officer_answers_no_other_offices_matter(
    premises: Premises, letter: Registration
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    lead = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await triage.assign(
            session, lead, letter.receipt_number,
            revision=1, office_id=officer.office_id, now=START,
        )  # fmt: skip

    with pytest.raises(NoSuchCase):
        await answer(premises, officer, letter.receipt_number, also={2: 1})
    async with premises.database.reading() as session:
        dossier = await dossiers.read(session, officer, letter.receipt_number)
    assert [each.answerable for each in dossier.siblings] == [False]


async def test_what_is_withdrawn_is_over_in_all_its_matters(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, letter.receipt_number,
            revision=1, disposition=Disposition.WITHDRAWN, now=START,
        )  # fmt: skip

    found = [matter.disposition for matter in (await follow(premises, letter)).matters]
    assert found == [Disposition.WITHDRAWN] * 2


async def test_a_clerk_opens_a_case_for_a_further_matter(
    premises: Premises, clerk: Person
) -> None:
    sent = await at_desk.open_case(premises, section="2.1.2")

    number = await split(premises, clerk, sent.receipt_number, "2.1.3")

    further = await case_of(premises, number)
    assert number == f"{sent.receipt_number}-2"
    assert further.status is Status.REGISTERED
    matters = (await follow(premises, sent)).matters
    assert [each.section and each.section.path for each in matters] == [
        "2.1.2", "2.1.3",
    ]  # fmt: skip
    assert Action.SPLIT in {step.action for step in matters[1].history}


async def test_a_section_has_one_case_of_a_letter(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    with pytest.raises(SameMatter):
        await split(premises, clerk, letter.receipt_number, "2.1.1")


async def test_a_letter_has_as_many_cases_as_its_number_can_tell(
    premises: Premises, clerk: Person
) -> None:
    sent = await at_desk.open_case(premises, section="2.1.1")
    others = ["2.1.2", "2.1.3", "2.1.4", "2.2.1", "2.2.2", "2.2.3", "2.3.1", "2.3.2"]
    for section in others:
        await split(premises, clerk, sent.receipt_number, section)

    with pytest.raises(TooManyMatters):
        await split(premises, clerk, sent.receipt_number, "2.3.3")


async def test_a_closed_case_is_not_split(premises: Premises, clerk: Person) -> None:
    sent = await at_desk.open_case(premises)
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, sent.receipt_number,
            revision=1, disposition=Disposition.REFERRED, now=START,
        )  # fmt: skip

    with pytest.raises(IllegalTransition):
        await split(premises, clerk, sent.receipt_number, "2.1.3")


async def test_a_case_taken_back_leaves_its_notes_and_words(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    second = f"{letter.receipt_number}-2"
    async with premises.database.writing() as session:
        await triage.note(session, clerk, second, revision=1, text="问过", now=START)

    into = await merge(premises, clerk, second)

    async with premises.database.reading() as session:
        first = await cases.find(session, clerk, into)
        note = (await session.scalars(select(Note))).one()
        strand = (await session.scalars(select(Strand))).one()
        with pytest.raises(NoSuchCase):
            await cases.find(session, clerk, second)
    assert note.case_id == first.id
    assert strand.places == [[0, 24], [24, len(make.TWO_MATTERS)]]
    assert len((await follow(premises, letter)).matters) == 1


async def test_what_was_taken_back_remains_in_the_record(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    await merge(premises, clerk, f"{letter.receipt_number}-2")

    async with premises.database.reading() as session:
        events = await session.execute(
            select(AuditEvent.action, Case.ordinal)
            .join(Case, Case.id == AuditEvent.case_id)
            .where(AuditEvent.action == Action.MERGED)
            .order_by(Case.ordinal)
        )
        assert events.all() == [(Action.MERGED, 1), (Action.MERGED, 2)]


async def test_a_number_is_not_used_again(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    await merge(premises, clerk, f"{letter.receipt_number}-2")

    number = await split(premises, clerk, letter.receipt_number, "2.1.3")

    assert number == f"{letter.receipt_number}-3"


async def test_what_the_citizen_heard_of_cannot_vanish(
    premises: Premises, clerk: Person, letter: Registration
) -> None:
    second = f"{letter.receipt_number}-2"
    await answer(premises, clerk, second)

    with pytest.raises(AnsweredAlready):
        await merge(premises, clerk, second)
    with pytest.raises(NotSplit):
        await merge(premises, clerk, letter.receipt_number)
