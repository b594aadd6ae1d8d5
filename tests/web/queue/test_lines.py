"""Lines and filters are remembered; nobody sees what is not, or no longer, theirs."""

from datetime import timedelta

import pytest
from httpx import AsyncClient
from sqlalchemy import update

from app.domain.vocabulary import Role
from app.models import Case
from app.premises import Premises
from tests import at_desk
from tests.fakes import FakeClock


async def table(client: AsyncClient, path: str) -> str:
    """Return the lines that somebody sees."""
    return (await client.get(path)).text.split("<tbody>")[1].split("</tbody>")[0]


async def sits(client: AsyncClient, premises: Premises, role: Role) -> None:
    await at_desk.sit(client, premises, await at_desk.hire(premises, role))


async def test_each_language_has_lines_of_its_own(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await sits(client, premises, Role.CLERK)

    assert "投诉" in await table(client, "/desk")
    english = await table(client, "/en/desk")
    assert "Complaint" in english
    assert "投诉" not in english
    assert 'href="/en/desk/cases/' in english


async def test_who_can_choose_no_cases_gets_no_boxes_after_one_who_can(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await sits(client, premises, Role.CLERK)
    assert 'type="checkbox"' in await table(client, "/desk?tab=all")
    await sits(client, premises, Role.AUDITOR)

    assert 'type="checkbox"' not in await table(client, "/desk?tab=all")


@pytest.mark.parametrize(("days", "shown"), [(12, "即将到期"), (20, "超期")])
async def test_a_line_grows_old_with_its_case(
    client: AsyncClient, premises: Premises, clock: FakeClock, days: int, shown: str
) -> None:
    await at_desk.open_case(premises)
    await sits(client, premises, Role.CLERK)
    before = await table(client, "/desk?tab=all")
    clock.advance(days=days)
    await sits(client, premises, Role.CLERK)
    after = await table(client, "/desk?tab=all")

    assert shown not in before
    assert shown in after


async def test_a_step_shows_in_the_line_at_once(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.open_case(premises)
    await sits(client, premises, Role.CLERK)
    before = await table(client, "/desk?tab=all")
    assert "暂缓到" not in before
    async with premises.database.writing() as session:
        one = Case.ordinal == 1
        until = premises.clock() + timedelta(days=3)
        await session.execute(update(Case).where(one).values(snoozed_until=until))

    assert "暂缓到" in await table(client, "/desk?tab=all")


async def test_what_was_chosen_is_chosen_for_nobody_else(
    client: AsyncClient, premises: Premises
) -> None:
    await sits(client, premises, Role.CLERK)
    chosen = (await client.get("/desk?kind=complaint")).text
    again = (await client.get("/desk")).text

    assert '<option value="complaint" selected>' in chosen
    assert '<option value="complaint" >' in again


async def test_officers_are_offered_their_own_office_alone(
    client: AsyncClient, premises: Premises
) -> None:
    await at_desk.hire(premises, Role.OFFICER, office="别的单位")
    await sits(client, premises, Role.CLERK)
    assert "别的单位" in (await client.get("/desk")).text
    officer = await at_desk.hire(premises, Role.OFFICER, office=at_desk.UNIT)
    await at_desk.sit(client, premises, officer)

    assert "别的单位" not in (await client.get("/desk")).text


async def test_somebody_new_can_be_filtered_by_at_once(
    client: AsyncClient, premises: Premises
) -> None:
    await sits(client, premises, Role.CLERK)
    before = (await client.get("/desk")).text
    await at_desk.hire(premises, Role.OFFICER, office="新来的单位")

    assert "新来的单位" not in before
    assert "新来的单位" in (await client.get("/desk")).text
