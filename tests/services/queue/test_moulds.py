"""Moulds: a statement kept for a role says nothing of whoever asked it first."""

import re

import pytest
from sqlalchemy import make_url

from app.domain.views import Order
from app.domain.vocabulary import Role, Tab
from app.premises import Premises
from app.services import queues, tabs, triage
from app.services.queue import walks, watching
from app.services.queue.places import together
from app.services.queue.wanted import Wanted
from app.services.queues import PAGE
from app.services.staff import Person
from tests import at_desk
from tests.fakes import START


@pytest.fixture
async def officers(premises: Premises) -> list[Person]:
    """Officers of two offices, each of which has as many cases as its place."""
    clerk = await at_desk.hire(premises, Role.CLERK)
    found = []
    for cases, office in enumerate(("市政管理所", "教育局"), 1):
        found.append(await at_desk.hire(premises, Role.OFFICER, office=office))
        for _ in range(cases):
            number = (await at_desk.open_case(premises)).receipt_number
            async with premises.database.writing() as session:
                await triage.assign(
                    session, clerk, number, revision=1,
                    office_id=found[-1].office_id, now=START,
                )  # fmt: skip
    return found


async def test_each_of_one_role_is_told_the_own_numbers(
    premises: Premises, officers: list[Person]
) -> None:
    async with premises.database.reading() as session:
        told = [
            (await tabs.counts(session, person, now=START))[0][Tab.NEW]
            for person in (*officers, officers[0])
        ]

    assert told == [1, 2, 1]


async def test_news_are_those_of_whoever_follows_a_case(
    premises: Premises, officers: list[Person]
) -> None:
    first = officers[0]
    colleague = await at_desk.hire(premises, Role.OFFICER, office="市政管理所")
    async with premises.database.reading() as session:
        page = await queues.page(session, first, Wanted(tab=Tab.ALL), now=START)
    number = page.rows[0].number
    async with premises.database.writing() as session:
        await watching.watch(session, colleague, number)
    await at_desk.go(
        premises, at_desk.steps(premises, first, number)["note"],
        revision=page.rows[0].revision,
    )  # fmt: skip

    async with premises.database.reading() as session:
        news = [
            (await queues.page(session, person, Wanted(tab=Tab.ALL), now=START))
            .rows[0].news
            for person in (first, colleague, first)
        ]  # fmt: skip

    assert news == [False, True, False]


@pytest.mark.parametrize("tab", Tab)
@pytest.mark.parametrize("role", [Role.CLERK, Role.SUPERVISOR, Role.OFFICER])
def test_postgresql_plans_a_kept_list_for_whoever_asks_and_however_many_there_are(
    role: Role, tab: Tab
) -> None:
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    for order in Order:
        kept = together(walks.beginning(role, tab, order, PAGE), None)
        assert kept is not None

        asked = str(kept.compile(dialect=dialect))

        parameters = re.findall(r"(?:\(SELECT )?%\(\w+\)s", asked)
        assert all(each.startswith("(SELECT ") for each in parameters)
