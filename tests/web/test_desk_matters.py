"""What the page of a case on one of several matters says beforehand, and refuses."""

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Role
from app.premises import Premises
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT
from tests.services.campaigning import join, write
from tests.services.matters import answer, assign, split, take, two_matters

ASK = "请联系督查室"


@pytest.fixture
async def supervisor(client: AsyncClient, premises: Premises) -> Person:
    """Whoever leads the supervision office; sits at the desk."""
    found = await at_desk.hire(premises, Role.SUPERVISOR)
    await at_desk.sit(client, premises, found)
    return found


async def test_an_officer_is_told_whom_to_ask_about_another_offices_matter(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    number = await two_matters(premises)
    await assign(premises, supervisor, f"{number}-2", UNIT)
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    await at_desk.sit(client, premises, officer)

    page = await client.get(f"/desk/cases/{number}-2")
    taken = await at_desk.take(client, premises, f"{number}-2", "merge")
    ended = await at_desk.take(
        client, premises, f"{number}-2", "close", disposition="withdrawn"
    )

    assert "您不能选“撤回”" in page.text
    assert f"/desk/cases/{number}-2/merge" not in page.text
    assert [taken.status_code, ended.status_code] == [409, 409]
    assert 'data-code="first_is_others"' in taken.text
    assert 'data-code="others_matter"' in ended.text
    assert all(ASK in each.text for each in (page, taken, ended))


async def test_a_first_case_that_is_answered_takes_nothing_back(
    client: AsyncClient, premises: Premises, supervisor: Person
) -> None:
    number = await two_matters(premises)
    before = await client.get(f"/desk/cases/{number}-2")
    await answer(premises, supervisor, number)

    page = await client.get(f"/desk/cases/{number}-2")
    taken = await at_desk.take(client, premises, f"{number}-2", "merge")

    assert f"/desk/cases/{number}-2/merge" in before.text
    assert f"/desk/cases/{number}-2/merge" not in page.text
    assert "第一件已经答复或办结，本件不能并回" in page.text
    assert 'data-code="first_is_over"' in taken.text


@pytest.mark.parametrize("ordinal", ["", "-2"])
async def test_a_letter_that_others_share_is_first_taken_apart(
    client: AsyncClient, premises: Premises, supervisor: Person, ordinal: str
) -> None:
    number = await write(premises, by="one")
    await take(premises, *split(premises, supervisor, number))
    await join(premises, supervisor, number, await write(premises, by="another"))

    page = await client.get(f"/desk/cases/{number}{ordinal}")
    ended = await at_desk.take(
        client, premises, number + ordinal, "close", disposition="withdrawn"
    )

    assert "现在不能选“撤回”" in page.text
    assert 'data-code="shared_matter"' in ended.text
