"""Forms of a case that want a reason or a text: without one, the field says so."""

import re

import pytest
from httpx import AsyncClient, Response

from app.domain.vocabulary import Disposition, Role
from app.premises import Premises
from app.services import replies
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.services.offices.liaising import give, register, reply
from tests.services.offices.liaising import mailed as mailed_to_liaisons


@pytest.fixture
async def number(client: AsyncClient, premises: Premises) -> str:
    """A case that an office has, open before somebody who may do all with it."""
    person = await at_desk.hire(premises, Role.SUPERVISOR)
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await register(premises, officer.office_id)
    number = (await at_desk.open_case(premises)).receipt_number
    await give(premises, person, number, officer.office_id)
    await at_desk.sit(client, premises, person)
    return number


def points_at(page: Response, field: str, wrong: str) -> bool:
    """Whether the field is marked, named by its error, and led to from the summary."""
    control = re.search(rf'<(?:textarea|input) id="{field}"[^>]*>', page.text)
    assert control is not None, field
    described = re.search(r'aria-describedby="([^"]*)"', control[0])
    summary = page.text.partition('class="summary"')[2].partition("</div>")[0]
    return (
        page.status_code == 422
        and f'id="{wrong}">' in page.text
        and 'aria-invalid="true"' in control[0]
        and described is not None
        and wrong in described[1].split()
        and f'<a href="#{field}">' in summary
    )


@pytest.mark.parametrize(
    ("step", "name", "field"),
    [("return", "reason", "returned"), ("extend", "reason", "extended"),
     ("supervise", "text", "chased"), ("note", "text", "note"),
     ("answer", "text", "answer"), ("ask", "text", "question")],
)  # fmt: skip
@pytest.mark.parametrize("written", ["", " \n", "长" * 20001])
async def test_what_is_wrong_with_a_text_stands_beside_it_and_the_summary_leads_there(
    client: AsyncClient,
    premises: Premises,
    number: str,
    *,
    step: str,
    name: str,
    field: str,
    written: str,
) -> None:
    more = {"level": "supervised"} if step == "supervise" else {}
    before = (await case_of(premises, number)).revision

    page = await at_desk.take(client, premises, number, step, **{name: written}, **more)

    beside = f"{step}-wrong" if step in {"answer", "ask"} else f"{step}-{name}-wrong"
    assert points_at(page, field, beside)
    assert (await case_of(premises, number)).revision == before


async def test_beginning_again_without_a_reason_says_so_beside_the_field(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    clerk = await at_desk.hire(premises, Role.SUPERVISOR)
    async with premises.database.writing() as session:
        await replies.close(
            session, clerk, premises.house, number,
            revision=(await case_of(premises, number)).revision,
            disposition=Disposition.REFERRED, now=premises.clock(),
        )  # fmt: skip

    page = await at_desk.take(client, premises, number, "reopen", reason="")

    assert points_at(page, "reopened", "reopen-reason-wrong")


async def test_only_the_reply_that_was_not_set_aside_asks_for_the_reason(
    client: AsyncClient, premises: Premises, number: str
) -> None:
    letter = (await mailed_to_liaisons(premises))[0].letter
    await reply(premises, letter.reply_to, "已经派人检修。", **{"Message-ID": "<1@l>"})
    await reply(premises, letter.reply_to, "改为明天检修。", **{"Message-ID": "<2@l>"})
    shown = (await client.get(f"/desk/cases/{number}")).text
    newest, older = re.findall(r'<section class="note reply" id="reply-(\d+)"', shown)

    page = await at_desk.take(
        client, premises, number, f"replies/{older}",
        do="set_aside", reply=older, remark="",
    )  # fmt: skip

    assert points_at(page, f"aside-{older}", f"aside-{older}-wrong")
    assert f"aside-{newest}-wrong" not in page.text


async def test_an_error_that_is_no_fields_own_leads_nowhere(
    client: AsyncClient, number: str
) -> None:
    page = await client.post(
        f"/desk/cases/{number}/return", data={"revision": 0, "reason": "不归我们"}
    )

    assert page.status_code == 409
    summary = page.text.partition('class="summary"')[2].partition("</div>")[0]
    assert "href" not in summary
    assert "不归我们</textarea>" in page.text
