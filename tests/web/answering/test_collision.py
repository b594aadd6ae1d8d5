"""Two at one case: nothing is lost, both texts are shown, and each way on works."""

import re

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.domain.vocabulary import Disposition, Role, Status
from app.models import Answer
from app.premises import Premises
from app.services import co_offices, replies, triage
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import case_of
from tests.fakes import START


@pytest.fixture
async def number(client: AsyncClient, premises: Premises) -> str:
    """A case, with a clerk signed in who is about to answer it."""
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    return (await at_desk.open_case(premises)).receipt_number


@pytest.fixture
async def colleague(premises: Premises) -> Person:
    """Somebody faster."""
    return await at_desk.hire(premises, Role.CLERK, display_name="王")


def hidden(page: Response, form: str) -> dict[str, str]:
    """Return the hidden fields of the form whose address ends with ``form``."""
    inside = page.text.partition(f'/{form}"')[2].partition("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))


async def answered(premises: Premises, colleague: Person, number: str) -> None:
    async with premises.database.writing() as session:
        await replies.answer(
            session, colleague, premises.house, number,
            revision=1, text="王的答复：已报修。", now=START,
        )  # fmt: skip


async def answers(premises: Premises) -> int:
    async with premises.database.reading() as session:
        return await session.scalar(select(func.count(Answer.id))) or 0


async def test_both_answers_stand_side_by_side_and_nothing_was_sent(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    opened = await client.get(f"/desk/cases/{number}")
    await answered(premises, colleague, number)

    page = await client.post(
        f"/desk/cases/{number}/answer",
        data=hidden(opened, f"{number}/answer") | {"text": "我的答复：周五修好。"},
    )

    assert page.status_code == 409
    theirs, _, mine = page.text.partition('id="mine"')
    assert "王的答复：已报修。" in theirs
    assert "王" in theirs
    assert "我的答复：周五修好。" in mine
    assert "王的答复：已报修。\n\n我的答复：周五修好。" in mine
    assert await answers(premises) == 1


@pytest.mark.parametrize("text", ["我的答复：周五修好。", "已报修，周五修好。"])
async def test_mine_or_a_merged_text_is_sent_from_there(
    client: AsyncClient, premises: Premises, number: str, colleague: Person, text: str
) -> None:
    opened = await client.get(f"/desk/cases/{number}")
    await answered(premises, colleague, number)
    data = hidden(opened, f"{number}/answer") | {"text": "我的答复：周五修好。"}
    page = await client.post(f"/desk/cases/{number}/answer", data=data)

    sent = await client.post(
        f"/desk/cases/{number}/answer",
        data=hidden(page, f"{number}/answer") | {"text": text},
    )

    assert sent.status_code == 303
    assert await answers(premises) == 2


async def test_taking_theirs_keeps_mine_for_a_day_and_sends_nothing(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    opened = await client.get(f"/desk/cases/{number}")
    data = hidden(opened, f"{number}/answer") | {"text": "我的答复：周五修好。"}
    await client.post(f"/desk/cases/{number}/drafts/answer", data=data | {"do": "save"})
    await answered(premises, colleague, number)
    page = await client.post(f"/desk/cases/{number}/answer", data=data)

    given_up = await client.post(
        f"/desk/cases/{number}/drafts/answer", data=hidden(page, "drafts/answer")
    )

    after = await client.get(given_up.headers["location"])
    assert "我的答复：周五修好。" not in after.text
    assert 'value="undo"' in after.text
    assert await answers(premises) == 1
    await client.post(f"/desk/cases/{number}/drafts/answer", data={"do": "undo"})
    assert "我的答复：周五修好。" in (await client.get(f"/desk/cases/{number}")).text


async def test_where_the_step_cannot_be_taken_any_more_the_text_becomes_a_note(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    opened = await client.get(f"/desk/cases/{number}")
    async with premises.database.writing() as session:
        await replies.close(
            session, colleague, premises.house, number,
            revision=1, disposition=Disposition.REFERRED, now=START,
        )  # fmt: skip
    data = hidden(opened, f"{number}/answer") | {"text": "我的答复"}
    page = await client.post(f"/desk/cases/{number}/answer", data=data)

    noted = await client.post(
        f"/desk/cases/{number}/note",
        data=hidden(page, f"{number}/note") | {"text": "我的答复"},
    )

    assert "已经不能做" in page.text
    assert noted.status_code == 303
    assert (await case_of(premises, number)).status is Status.CLOSED


async def test_only_what_the_page_had_not_shown_is_theirs(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    for revision, text in ((1, "早先的批注"), (2, "刚写的批注")):
        if revision == 2:
            opened = await client.get(f"/desk/cases/{number}")
        async with premises.database.writing() as session:
            await triage.note(
                session, colleague, number, revision=revision, text=text, now=START
            )

    page = await client.post(
        f"/desk/cases/{number}/note",
        data=hidden(opened, f"{number}/note") | {"text": "我的批注"},
    )

    assert page.status_code == 409
    assert "刚写的批注" in page.text
    assert "早先的批注" not in page.text


async def test_two_windows_with_one_draft_show_both_and_either_can_be_kept(
    client: AsyncClient, number: str
) -> None:
    at = f"/desk/cases/{number}/drafts/answer"
    await client.post(at, data={"text": "第一个窗口", "revision": "1"})

    page = await client.post(at, data={"text": "第二个窗口", "revision": "1"})
    by_itself = await client.post(
        at, data={"text": "第二个窗口"}, headers={"Accept": "application/json"}
    )

    assert (page.status_code, by_itself.status_code) == (409, 409)
    assert "另一个窗口" in by_itself.json()["words"]
    assert "第一个窗口" in page.text
    assert "第二个窗口" in page.text
    kept = await client.post(
        at, data=hidden(page, "drafts/answer") | {"text": "第二个窗口"}
    )
    assert kept.status_code == 303
    shown = await client.get(f"/desk/cases/{number}")
    assert "第二个窗口" in shown.text
    assert "第一个窗口" not in shown.text


async def test_a_draft_is_gone_with_what_was_sent(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    at = f"/desk/cases/{number}/drafts/answer"
    await client.post(at, data={"text": "周五修好。", "revision": "1"})
    listed = await client.get("/desk/drafts")

    await at_desk.take(client, premises, number, "answer", text="周五修好。")

    assert "周五修好。" in listed.text
    assert "周五修好。" not in (await client.get("/desk/drafts")).text


async def test_a_note_is_changed_on_a_page_of_its_own(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await at_desk.take(client, premises, number, "note", text="问过了")
    page = await client.get(f"/desk/cases/{number}")
    found = re.search(rf'href="(/desk/cases/{number}/notes/\d+)"', page.text)
    assert found is not None

    empty = await client.post(found[1], data={"text": " "})
    await client.post(found[1], data={"text": "问过物业了"})

    assert empty.status_code == 422
    page = await client.get(f"/desk/cases/{number}")
    assert "问过物业了" in page.text
    assert "改过" in page.text
    await client.post(found[1], data={"do": "delete"})
    assert "问过物业了" not in (await client.get(f"/desk/cases/{number}")).text


async def test_a_gap_is_named_beside_the_field_of_an_answer_and_of_a_question(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    for step in ("answer", "ask"):
        page = await at_desk.take(client, premises, number, step, text="见{事项}。")

        assert page.status_code == 422
        beside = page.text.partition(f'id="{step}-wrong"')[2].partition("</p>")[0]
        assert "{事项}" in beside
        assert f'aria-describedby="{step}-wrong"' in page.text


async def test_a_reason_stays_although_the_step_is_not_there_any_more(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    async with premises.database.writing() as session:
        await replies.close(
            session, colleague, premises.house, number,
            revision=1, disposition=Disposition.REFERRED, now=START,
        )  # fmt: skip

    page = await client.post(
        f"/desk/cases/{number}/return",
        data={"revision": "1", "reason": "不归我们 <管>"},
    )

    assert page.status_code == 409
    adrift = page.text.partition('id="adrift"')[2].partition("</textarea>")[0]
    assert "不归我们 &lt;管&gt;" in adrift


async def test_a_reason_stands_once_where_the_step_still_is(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    async with premises.database.writing() as session:
        await triage.assign(
            session, colleague, number,
            revision=1, assignee_id=colleague.staff_id, now=START,
        )  # fmt: skip

    page = await client.post(
        f"/desk/cases/{number}/return", data={"revision": "1", "reason": "不归我们管"}
    )

    assert page.status_code == 409
    assert page.text.count("不归我们管") == 1


async def test_an_answer_stays_although_the_case_went_to_another_office(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    await at_desk.sit(client, premises, officer)

    page = await at_desk.take(client, premises, number, "answer", text="已派人修好。")

    assert page.status_code == 404
    assert "可能已经转给别的单位" in page.text
    assert "已派人修好。</textarea>" in page.text
    assert f'action="/desk/cases/{number}/answer"' not in page.text


async def test_an_answer_stays_although_its_office_only_helps_by_now(
    client: AsyncClient, premises: Premises, number: str, colleague: Person
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    async with premises.database.writing() as session:
        await co_offices.add(
            session, colleague, number,
            revision=1, office_id=officer.office_id, now=START,
        )  # fmt: skip
    await at_desk.sit(client, premises, officer)

    page = await at_desk.take(client, premises, number, "answer", text="已派人修好。")

    assert page.status_code == 403
    assert "本单位协办" in page.text
    assert "已派人修好。</textarea>" in page.text


async def test_what_was_written_stays_although_the_right_was_taken_away(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.AUDITOR))

    page = await at_desk.take(client, premises, number, "note", text="问过物业了。")

    assert page.status_code == 403
    assert "问过物业了。</textarea>" in page.text
