"""How often the model's first guess was right, week by week and item by item."""

from datetime import date

from sqlalchemy import select, update

from app.models import Case, Confirmation
from app.premises import Premises
from app.services import accuracy
from app.services.accuracy import Item, Tally, Week
from tests import teaching
from tests.fakes import START, FakeClock

THIS_MONDAY = date(2026, 11, 2)


async def weeks(premises: Premises) -> list[Week]:
    """Return the weeks, as the page asks for them."""
    settings = premises.settings
    async with premises.database.reading() as session:
        return list(
            await accuracy.by_week(
                session, teaching.sample(premises).id,
                sure_above=settings.sure_above, zone=settings.zone,
                now=premises.clock(),
            )
        )  # fmt: skip


async def items(premises: Premises) -> list[Item]:
    """Return the items, as the page asks for them."""
    settings = premises.settings
    async with premises.database.reading() as session:
        return list(
            await accuracy.by_item(
                session, teaching.sample(premises).id,
                sure_above=settings.sure_above, zone=settings.zone,
                now=premises.clock(),
            )
        )  # fmt: skip


async def test_before_the_first_decision_there_are_no_weeks(
    premises: Premises,
) -> None:
    assert await weeks(premises) == []
    assert await items(premises) == []


async def test_a_week_counts_what_was_right_first_or_among_three(
    premises: Premises,
) -> None:
    for place in (1, 1, 3, 4, 0):
        await teaching.decided(
            premises, section="2.1.2", guessed="2.1.2", place=place, confidence=0.3
        )

    (week,) = await weeks(premises)

    assert week.begins_on == THIS_MONDAY
    assert week.tally == Tally(
        decided=5, chosen=5, first=2, among_three=3, sure_and_wrong=0
    )


async def test_sure_and_wrong_is_what_was_taken_and_changed(
    premises: Premises,
) -> None:
    wrong = {"section": "2.1.2", "guessed": "2.1.3"}
    await teaching.decided(premises, **wrong, confidence=0.9)
    await teaching.decided(premises, **wrong, confidence=0.3)
    await teaching.decided(premises, **wrong, confidence=0.9, placed=False)

    (week,) = await weeks(premises)

    assert week.tally is not None
    assert week.tally.sure_and_wrong == 1


async def test_a_week_begins_on_monday_in_the_offices_zone(
    premises: Premises,
) -> None:
    sunday_night = START.replace(hour=15, minute=59, day=1)
    for moment in (sunday_night, sunday_night.replace(hour=16)):
        await teaching.decided(
            premises, section="2.1.2", guessed="2.1.2", decided_at=moment
        )

    found = await weeks(premises)

    assert [week.begins_on for week in found] == [THIS_MONDAY, date(2026, 10, 26)]


async def test_a_week_without_decisions_has_no_tally(
    premises: Premises, clock: FakeClock
) -> None:
    await teaching.decided(premises, section="2.1.2", guessed="2.1.2")
    clock.advance(weeks=2)

    assert [week.tally is None for week in await weeks(premises)] == [True, True, False]


async def test_what_is_older_than_half_a_year_is_not_looked_at(
    premises: Premises, clock: FakeClock
) -> None:
    await teaching.decided(premises, section="2.1.2", guessed="2.1.2")
    clock.advance(weeks=26)

    assert await weeks(premises) == []
    assert await items(premises) == []


async def test_an_item_names_what_it_is_most_often_taken_for(
    premises: Premises,
) -> None:
    for guessed in ("2.1.2", "2.1.3", "2.1.3", "2.1.4"):
        await teaching.decided(premises, section="2.1.2", guessed=guessed)

    (item,) = await items(premises)

    keys = teaching.sample(premises).section_ids
    assert (item.section_id, item.tally.decided) == (keys["2.1.2"], 4)
    assert (item.mistaken_for, item.mistaken) == (keys["2.1.3"], 2)


async def test_a_case_that_came_to_be_restricted_is_not_counted(
    premises: Premises,
) -> None:
    await teaching.decided(premises, section="2.1.2", guessed="2.1.2")
    await teaching.decided(premises, section="2.1.3", guessed="2.1.2")
    async with premises.database.writing() as session:
        about = (
            Confirmation.section_id == teaching.sample(premises).section_ids["2.1.3"]
        )
        hidden = select(Confirmation.case_id).where(about)
        await session.execute(
            update(Case).where(Case.id.in_(hidden)).values(restricted=True)
        )

    (week,), (item,) = await weeks(premises), await items(premises)

    assert week.tally is not None
    assert (week.tally.decided, item.tally.decided) == (1, 1)


async def test_what_belongs_nowhere_is_an_item_of_its_own(premises: Premises) -> None:
    await teaching.decided(premises, section=None, guessed=None)
    await teaching.decided(premises, section="2.1.2", guessed="2.1.2")
    await teaching.decided(premises, section="2.1.2", guessed="2.1.2")

    first, second = await items(premises)

    assert first.tally.decided == 2
    assert (second.section_id, second.tally.first) == (None, 1)
