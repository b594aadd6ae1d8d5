"""A citizen takes back, corrects and erases, and sees who looked."""

import json

from httpx import AsyncClient
from sqlalchemy import select, text

from app.domain.record import Action
from app.domain.vocabulary import (
    ContactGround,
    Disposition,
    MailPurpose,
    MailState,
    Role,
    Status,
    Tab,
)
from app.models import (
    Addition,
    Arrival,
    Attachment,
    Case,
    Contact,
    Opinion,
    OutboxMessage,
    Strand,
)
from app.premises import Premises
from app.services import disclosure, queues, replies
from app.services.enclosing import email_digest
from app.services.queue.wanted import Wanted
from tests import at_desk, make
from tests.following import talking
from tests.following.talking import Talk
from tests.services.campaigning import join
from tests.web import citizen
from tests.web.citizen import PNG

YES = {"withdraw": "yes", "erase": "yes"}


async def opinion_of(talk: Talk) -> Opinion:
    async with talk.premises.database.reading() as session:
        return (
            await session.scalars(
                select(Opinion).where(Opinion.receipt_number == talk.number)
            )
        ).one()


async def contact_of(talk: Talk) -> dict[str, str | None]:
    (row,) = await talking.rows(talk.premises, Contact)
    seal = talk.premises.house.seal
    facts: dict[str, str | None] = json.loads(seal.open(row.sealed, purpose="contact"))
    return facts


async def test_what_is_withdrawn_ends_and_is_brought_up(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    page = await talk.send("withdrawal", **YES)
    again = await talk.send("withdrawal", **YES)

    case = await at_desk.case_of(premises, talk.number)
    assert page.status_code == again.status_code == 200
    assert "您在 2026-11-02 09:00 撤回了这条意见" in page.text
    assert (case.status, case.disposition) == (Status.CLOSED, Disposition.WITHDRAWN)
    assert case.unread
    assert len(await talking.events(premises, Action.WITHDRAWN)) == 1


async def test_withdrawing_takes_a_tick(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    page = await talk.send("withdrawal")

    assert page.status_code == 422
    assert 'id="withdraw-wrong"' in page.text
    assert (await at_desk.case_of(premises, talk.number)).status is Status.REGISTERED


async def test_where_others_share_the_case_it_goes_on_for_them(
    client: AsyncClient, premises: Premises
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    mine = await talking.begin(client, premises)
    yours = await talking.begin(client, premises, name="李四", email="li@example.org")
    await join(premises, clerk, mine.number, yours.number)

    await mine.send("withdrawal", **YES)

    shared = await case_with(premises, mine)
    assert shared.status is not Status.CLOSED
    assert shared.unread
    before = len(await talking.rows(premises, OutboxMessage))
    await answer(premises, await number_of(premises, shared))
    told = await talking.letters(premises, MailPurpose.ANSWER)
    assert [each.to for each in told] == ["li@example.org"]
    assert len(await talking.rows(premises, OutboxMessage)) == before + 1

    await yours.send("withdrawal", **YES)
    assert (await case_with(premises, mine)).status is Status.CLOSED


async def case_with(premises: Premises, talk: Talk) -> Case:
    """Return the case in which an opinion is dealt with."""
    opinion = await opinion_of(talk)
    async with premises.database.reading() as session:
        return (
            await session.scalars(
                select(Case)
                .join(Strand, Strand.case_id == Case.id)
                .where(Strand.opinion_id == opinion.id)
            )
        ).one()


async def number_of(premises: Premises, case: Case) -> str:
    """Return what a case is called."""
    async with premises.database.reading() as session:
        return (await session.get_one(Opinion, case.opinion_id)).receipt_number


async def answer(premises: Premises, number: str) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    revision = (await at_desk.case_of(premises, number)).revision
    async with premises.database.writing() as session:
        await replies.answer(
            session, clerk, premises.house, number,
            revision=revision, text="已经修好。", now=premises.clock(),
        )  # fmt: skip


async def test_what_is_over_cannot_be_withdrawn(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talking.answered(talk, ending=Disposition.ADOPTED)

    page = await talk.send("withdrawal", **YES)

    assert page.status_code == 409
    assert (await opinion_of(talk)).withdrawn_at is None


async def test_a_withdrawn_case_that_begins_again_is_answered_again(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talk.send("withdrawal", **YES)
    clerk = await at_desk.hire(premises, Role.CLERK)
    revision = (await at_desk.case_of(premises, talk.number)).revision
    async with premises.database.writing() as session:
        await replies.reopen(
            session, clerk, premises.house, talk.number,
            revision=revision, reason="本人来电要求继续", now=premises.clock(),
        )  # fmt: skip

    await talking.answered(talk)

    assert (await opinion_of(talk)).withdrawn_at is None
    assert [
        each.to for each in await talking.letters(premises, MailPurpose.ANSWER)
    ] == [make.EMAIL]


async def test_contact_details_are_corrected_and_never_shown_in_full(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    page = await talk.send(
        "contact", email="new.zhang@example.net", phone="13800001234"
    )

    assert page.status_code == 200
    assert "联系方式已经更正" in page.text
    for secret in (make.EMAIL, "new.zhang@example.net", "13800001234", "张三"):
        assert secret not in page.text
    assert await contact_of(talk) == {
        "name": "张三", "email": "new.zhang@example.net", "phone": "13800001234"
    }  # fmt: skip
    (row,) = await talking.rows(premises, Contact)
    seal = premises.house.seal
    assert row.email_digest == email_digest(seal, "new.zhang@example.net")
    assert await talking.events(premises, Action.CONTACT_CORRECTED) == [
        {"fields": ["email", "phone"]}
    ]
    assert (await at_desk.case_of(premises, talk.number)).unread


async def test_a_correction_that_is_none_is_refused_beside_its_field(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    bad = await talk.send("contact", email="no address")
    empty = await talk.send("contact")
    ours = await talk.send("contact", email=premises.settings.intake_address)

    assert bad.status_code == empty.status_code == ours.status_code == 422
    assert 'id="email-wrong"' in bad.text
    assert 'value="no address"' in bad.text
    assert 'id="name-wrong"' in empty.text
    assert (await contact_of(talk))["email"] == make.EMAIL


async def test_whoever_left_none_can_still_say_how_to_be_reached(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises, name="", email="")

    await talk.send("contact", phone="13800001234")

    assert (await contact_of(talk))["phone"] == "13800001234"


async def test_who_is_anonymous_stays_so(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(
        client, premises, name="", email="", identity="anonymous"
    )

    page = await talk.send("contact", phone="13800001234")

    assert page.status_code == 409
    assert not await talking.rows(premises, Contact)
    assert "没有联系方式可看" in page.text


async def erasable(client: AsyncClient, premises: Premises) -> Talk:
    """Return an opinion with a file, and an addition with another."""
    fields = await citizen.form(client)
    page = await citizen.send(client, fields, files=[("灯.png", PNG)])
    talk = Talk(client, premises, *citizen.receipt(page))
    more = citizen.hidden(await talk.page()) | {"text": "我的车牌是苏 A12345。"}
    await citizen.send(client, more, files=[("车.png", PNG)], to="/track/additions")
    return talk


async def test_what_is_erased_is_nowhere_any_more(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await erasable(client, premises)

    page = await talk.send("erasure", **YES)

    assert page.status_code == 200
    assert "已按您的要求删除了个人信息" in page.text
    assert make.TEXT in page.text
    assert not await talking.rows(premises, Contact)
    assert not await talking.rows(premises, Attachment)
    seal = premises.house.seal
    arrivals = await talking.rows(premises, Arrival)
    assert len(arrivals) == 2
    assert {seal.open(row.sealed, purpose="arrival") for row in arrivals} == {b""}
    assert {row.size for row in arrivals} == {0}
    letters = await talking.rows(premises, OutboxMessage)
    assert {(row.state, row.sealed) for row in letters} == {(MailState.WITHHELD, None)}
    (facts,) = await talking.events(premises, Action.ERASED)
    assert (facts["files"], facts["words"]) == (2, False)
    assert (await at_desk.case_of(premises, talk.number)).unread


async def test_erasing_takes_a_tick_and_happens_once(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await erasable(client, premises)

    unsure = await talk.send("erasure")
    assert unsure.status_code == 422
    assert await talking.rows(premises, Contact)

    for _ in range(2):
        assert (await talk.send("erasure", **YES)).status_code == 200
    assert len(await talking.events(premises, Action.ERASED)) == 1


async def test_an_erased_opinion_gets_no_letter(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    await talk.send("erasure", **YES)

    await talking.answered(talk)

    assert not await talking.letters(premises, MailPurpose.ANSWER)
    assert talking.ANSWER in (await talk.page()).text


async def test_words_stay_while_somebody_works_on_them(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    page = await talk.send("erasure", **YES, erase_words="yes")

    assert page.status_code == 409
    assert "什么都没有删" in page.text
    assert await talking.rows(premises, Contact)


async def test_words_can_go_once_it_is_over_and_then_nothing_finds_them(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await erasable(client, premises)
    await talking.answered(talk, ending=Disposition.ADOPTED)
    assert await found(premises, "路灯")

    page = await talk.send("erasure", **YES, erase_words="yes")

    opinion = await opinion_of(talk)
    (addition,) = await talking.rows(premises, Addition)
    assert opinion.text == addition.text == "（内容已应本人要求删除）"
    assert opinion.subject == ""
    assert make.TEXT not in page.text
    assert talking.ANSWER in page.text
    assert not await found(premises, "路灯")
    (facts,) = await talking.events(premises, Action.ERASED)
    assert facts["words"] is True


async def found(premises: Premises, words: str) -> list[str]:
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.reading() as session:
        page = await queues.page(
            session, clerk, Wanted(tab=Tab.ALL, words=words), now=premises.clock()
        )
    return [row.number for row in page.rows]


async def test_the_citizen_sees_who_looked_and_why_without_a_name(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)
    nobody = await talk.page()
    clerk = await at_desk.hire(premises, Role.CLERK, display_name="经办人甲")
    async with premises.database.writing() as session:
        await disclosure.contact(
            session, clerk, premises.house, talk.number,
            ground=ContactGround.OTHER, why="核对门牌号", now=premises.clock(),
        )  # fmt: skip

    page = await talk.page()

    assert "还没有人看过" in nobody.text
    assert "核对门牌号" in page.text
    assert "经办员" in page.text
    assert "经办人甲" not in page.text


async def test_nothing_of_the_new_tables_keeps_an_address_in_the_clear(
    client: AsyncClient, premises: Premises
) -> None:
    page = await client.post("/track/lost", data={"email": make.EMAIL})
    assert page.status_code == 200
    async with premises.database.reading() as session:
        sealed = await session.scalar(text("SELECT sealed FROM mail_request"))
    assert make.EMAIL.encode() not in sealed
