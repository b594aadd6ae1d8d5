"""Forms of a case sent with nothing chosen: the error stands beside the field."""

import re

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Disposition, Role, Status
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import case_of
from tests.services.offices.liaising import open_given


@pytest.mark.parametrize(
    ("step", "field"),
    [("split", "section"), ("contact", "ground"), ("close", "disposition"),
     ("kind", "kind"), ("co-office", "office")],
)  # fmt: skip
async def test_a_form_in_which_nothing_is_chosen_says_so_beside_the_field(
    client: AsyncClient, premises: Premises, step: str, field: str
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number
    before = (await case_of(premises, number)).revision

    page = await at_desk.take(client, premises, number, step, **{field: ""})

    wrong = f"{step.replace('-', '_')}-{field}-wrong"
    assert page.status_code == 422
    assert f'id="{wrong}">请选一项。' in page.text
    assert re.search(rf'<select[^>]*name="{field}"[^>]*aria-invalid="true" '
                     rf'aria-describedby="{wrong}', page.text)  # fmt: skip
    assert (await case_of(premises, number)).revision == before


async def test_why_somebody_looks_is_kept_where_no_ground_was_chosen(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(
        client, premises, number, "contact", ground="", why="核对门牌"
    )

    assert 'value="核对门牌"' in page.text


async def test_a_dispute_without_a_ground_keeps_its_words_and_one_without_words_says_so(
    client: AsyncClient, premises: Premises, clerk: Person, officer: Person
) -> None:
    number = await open_given(premises, clerk, officer.office_id)
    await at_desk.sit(client, premises, officer)

    groundless = await at_desk.take(
        client, premises, number, "dispute", ground="", words="在邻县境内"
    )
    wordless = await at_desk.take(
        client, premises, number, "dispute", ground="other_area", words=""
    )

    assert groundless.status_code == wordless.status_code == 422
    assert 'id="dispute-ground-wrong">请选一项。' in groundless.text
    assert "在邻县境内</textarea>" in groundless.text
    assert 'id="dispute-words-wrong">还没有填写内容。' in wordless.text
    assert 'value="other_area" selected' in wordless.text


async def test_an_answer_never_ends_a_case_as_withdrawn_and_says_so_beside_the_field(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))
    number = (await at_desk.open_case(premises)).receipt_number

    page = await at_desk.take(
        client, premises, number, "answer",
        text="灯已修好。", disposition=Disposition.WITHDRAWN,
    )  # fmt: skip

    assert page.status_code == 422
    assert 'id="answer-disposition-wrong">答复不能带着这个办理结果发出' in page.text
    assert "灯已修好。</textarea>" in page.text
    assert (await case_of(premises, number)).status is Status.REGISTERED
