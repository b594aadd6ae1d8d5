"""A citizen answers back: whether it is solved, and that it be looked at again."""

import pytest
from httpx import AsyncClient

from app.domain.following import Solved
from app.domain.record import Action
from app.domain.vocabulary import Disposition, Role, Status, Tab
from app.models import Rating, ReviewRequest
from app.premises import Premises
from app.services import queues, restricting, triage
from app.services.queue.wanted import Wanted
from app.services.staff import Person
from app.workers.likeness import compare_new
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.following import talking
from tests.following.talking import Talk
from tests.services.campaigning import campaign, join
from tests.web import citizen

GOOD = {"solved": "partly", "score": "3", "words": "亮了两盏，还有一盏不亮。"}
TEXT = "我们小区的电梯已经停了三个星期，老人下不了楼，请尽快修好。"
REASON = "最里面那盏灯还是不亮。"


@pytest.fixture
async def talk(client: AsyncClient, premises: Premises) -> Talk:
    """An opinion that was answered."""
    talk = await talking.begin(client, premises)
    await talking.answered(talk)
    return talk


async def unread(premises: Premises) -> list[str]:
    """Return the cases that are shown as having something new."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.reading() as session:
        page = await queues.page(
            session, clerk, Wanted(tab=Tab.UNREAD), now=premises.clock()
        )
    return [row.number for row in page.rows]


async def given_to_unit(premises: Premises, clerk: Person, number: str) -> int:
    async with premises.database.writing() as session:
        unit = await at_desk.office_named(session, at_desk.UNIT)
        await triage.assign(
            session, clerk, number, revision=1, office_id=unit, now=premises.clock()
        )
    return unit


async def test_what_a_citizen_says_of_an_answer_is_kept_and_shown(talk: Talk) -> None:
    page = await talk.send("rating", answer=await talk.answer_id(), **GOOD)

    (rating,) = await talking.rows(talk.premises, Rating)
    assert page.status_code == 200
    assert "您的评价已经记下" in page.text
    assert GOOD["words"] in page.text
    assert (rating.solved, rating.score) == (Solved.PARTLY, 3)
    assert await talking.events(talk.premises, Action.RATED) == [
        {"solved": "partly", "score": 3}
    ]
    assert await unread(talk.premises) == [talk.number]


async def test_it_can_be_changed_and_is_still_one(talk: Talk) -> None:
    answer = await talk.answer_id()
    await talk.send("rating", answer=answer, **GOOD)
    await talk.send("rating", answer=answer, solved="solved", score="5", words="")
    await talk.send("rating", answer=answer, solved="solved", score="5", words="")

    (rating,) = await talking.rows(talk.premises, Rating)
    assert (rating.solved, rating.score, rating.words) == (Solved.SOLVED, 5, "")
    assert len(await talking.events(talk.premises, Action.RATED)) == 2


async def test_what_is_missing_is_asked_for_beside_its_field(talk: Talk) -> None:
    answer = await talk.answer_id()

    no_score = await talk.send("rating", answer=answer, solved="solved", words="还行")
    nothing = await talk.send("rating", answer=answer)

    assert no_score.status_code == nothing.status_code == 422
    assert f'href="#score-{answer}"' in no_score.text
    assert "还行</textarea>" in no_score.text
    assert 'name="solved" value="solved" checked' in no_score.text
    assert f'href="#solved-{answer}"' in nothing.text
    assert not await talking.rows(talk.premises, Rating)


async def test_it_can_be_said_until_some_days_after_the_end(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    talk = await talking.begin(client, premises)
    await talking.answered(talk, ending=Disposition.EXPLAINED)
    answer = await talk.answer_id()
    clock.advance(days=15)
    in_time = await talk.send("rating", answer=answer, **GOOD)
    clock.advance(days=1)

    late = await talk.send("rating", answer=answer, **GOOD | {"score": "1"})

    assert (in_time.status_code, late.status_code) == (200, 409)
    assert "不能再评价" in late.text
    (rating,) = await talking.rows(premises, Rating)
    assert rating.score == 3


async def test_nobody_rates_what_another_was_answered(
    client: AsyncClient, premises: Premises, talk: Talk
) -> None:
    other = await talking.begin(client, premises, text="另一件事：公园的椅子坏了。")

    page = await other.send("rating", answer=await talk.answer_id(), **GOOD)

    assert page.status_code == 404
    assert not await talking.rows(premises, Rating)


@pytest.mark.parametrize("answer", ["", "x", "²", "9" * 30])
async def test_an_answer_that_is_none_is_not_found(talk: Talk, answer: str) -> None:
    assert (await talk.send("rating", answer=answer, **GOOD)).status_code == 404


async def test_a_step_needs_the_right_code(talk: Talk) -> None:
    answer = await talk.answer_id()
    thief = Talk(
        talk.client, talk.premises, talk.number, "AAAAA-AAAAA-AAAAA-AAAAA-AAAA0"
    )

    for step in ("rating", "review", "withdrawal", "contact", "erasure"):
        page = await thief.send(step, answer=answer, **GOOD, withdraw="yes")
        assert page.status_code in {404, 422}
        assert talk.number not in page.text.replace(f'value="{talk.number}"', "")
    assert not await talking.rows(talk.premises, Rating)


async def test_a_review_brings_the_case_to_the_supervision_office(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    clerk = await at_desk.hire(premises, Role.CLERK)
    unit = await given_to_unit(premises, clerk, talk.number)
    await talking.answered(talk, ending=Disposition.EXPLAINED, office=at_desk.UNIT)

    page = await talk.send("review", answer=await talk.answer_id(), reason=REASON)

    case = await at_desk.case_of(premises, talk.number)
    assert page.status_code == 200
    assert "督查室会重新办理" in page.text
    assert REASON in page.text
    assert case.status is Status.REGISTERED
    assert case.office_id == premises.house.shelf.lead_office_id != unit
    assert (case.disposition, case.closed_at, case.answered_at) == (None, None, None)
    assert case.unread
    assert await unread(premises) == [talk.number]


async def test_a_review_is_asked_for_once_for_each_answer(talk: Talk) -> None:
    answer = await talk.answer_id()
    await talk.send("review", answer=answer, reason=REASON)

    again = await talk.send("review", answer=answer, reason="还有话说。")
    await talking.answered(talk)
    next_one = await talk.send("review", answer=await talk.answer_id(), reason=REASON)

    assert "之前已经对这份答复申请过复查" in again.text
    assert next_one.status_code == 200
    assert len(await talking.rows(talk.premises, ReviewRequest)) == 2
    assert len(await talking.events(talk.premises, Action.REVIEW_ASKED)) == 2


async def test_a_review_needs_a_reason_and_comes_in_time(
    talk: Talk, clock: FakeClock
) -> None:
    answer = await talk.answer_id()
    no_reason = await talk.send("review", answer=answer, reason=" ")
    clock.advance(days=31)
    late = await talk.send("review", answer=answer, reason=REASON)

    assert no_reason.status_code == 422
    assert f'id="reason-{answer}-wrong"' in no_reason.text
    assert late.status_code == 409
    assert "已经超过 30 天" in late.text
    assert not await talking.rows(talk.premises, ReviewRequest)


async def test_of_an_older_answer_no_review_is_asked_for(talk: Talk) -> None:
    first = await talk.answer_id()
    await talking.answered(talk)

    page = await talk.send("review", answer=first, reason=REASON)

    assert page.status_code == 409
    assert not await talking.rows(talk.premises, ReviewRequest)


async def test_a_report_under_review_stays_where_few_see_it(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    async with premises.database.writing() as session:
        unit = await at_desk.office_named(session, "纪检组")
        await restricting.receive_reports(session, "纪检组", now=premises.clock())
    clock.advance(minutes=2)
    await premises.shelf()
    talk = await talking.begin(client, premises, text=make.REPORT, kind="report")
    case = await at_desk.case_of(premises, talk.number)
    assert case.restricted
    assert case.office_id == unit
    await talking.answered(talk, office="纪检组")

    await talk.send("review", answer=await talk.answer_id(), reason=REASON)

    case = await at_desk.case_of(premises, talk.number)
    assert case.restricted
    assert (case.office_id, case.status) == (unit, Status.ASSIGNED)


async def test_what_one_of_many_says_is_not_said_to_be_anothers(
    client: AsyncClient, premises: Premises
) -> None:
    """A review of a shared case begins it again for all; the words are one's own."""
    clerk, _ = await campaign(premises)
    mine = await talking.begin(client, premises, text=TEXT)
    yours = await talking.begin(client, premises, text=TEXT, name="李四")
    await compare_new(premises)
    await join(premises, clerk, mine.number, yours.number)
    await talking.answered(mine)

    await yours.send("review", answer=await yours.answer_id(), reason=REASON)
    await yours.send("rating", answer=await yours.answer_id(), **GOOD)
    page = await citizen.tracked(client, mine.number, mine.code)

    assert REASON not in page.text
    assert GOOD["words"] not in page.text
    assert "重新办理" in page.text
