"""Features turned off in the browser: links vanish, addresses no longer answer."""

import re

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from app.domain.features import Feature
from app.domain.record import Action
from app.domain.vocabulary import Role
from app.main import create_app
from app.models import AuditEvent
from app.premises import Premises
from app.settings import Settings
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.following import test_items as following
from tests.web import citizen

FOLLOW = f"/notices/{make.SLUG}/sections/2.1.4/follow"

ADDRESSES = {
    Feature.OPEN_DATA: ("/data", "/data/items.csv"),
    Feature.FEEDS: ("/feeds/answers.atom", "/feeds/progress.json"),
    Feature.OPEN311: ("/open311/v2/discovery.json", "/open311/v2/services.xml"),
    Feature.FOLLOWING: (FOLLOW,),
}


@pytest.fixture(autouse=True)
async def administrator(client: AsyncClient, premises: Premises) -> None:
    """An administrator who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, person)


async def turn_off(client: AsyncClient, *off: Feature) -> None:
    on = [feature.value for feature in Feature if feature not in off]
    page = await client.post("/desk/features", data={"on": on})
    assert (page.status_code, "sign-in" in page.headers["location"]) == (303, False)


@pytest.mark.parametrize("feature", ADDRESSES)
async def test_what_is_off_is_not_there_and_back_when_it_is_on(
    client: AsyncClient, feature: Feature
) -> None:
    addresses = ADDRESSES[feature]
    assert {(await client.get(each)).status_code for each in addresses} == {200}

    await turn_off(client, feature)
    gone = [await client.get(each) for each in addresses]
    await turn_off(client)

    assert {page.status_code for page in gone} == {404}
    assert {(await client.get(each)).status_code for each in addresses} == {200}


async def test_a_person_reads_that_the_office_does_not_offer_it(
    client: AsyncClient,
) -> None:
    await turn_off(client, Feature.OPEN_DATA)

    assert "本单位没有开放这项功能" in (await client.get("/data")).text


@pytest.mark.parametrize(
    ("feature", "address", "link"),
    [
        (Feature.OPEN_DATA, "/", 'href="/data"'),
        (Feature.FEEDS, f"/notices/{make.SLUG}", "/feeds/answers"),
        (Feature.FEEDS, "/answers", "/feeds/answers"),
        (Feature.FOLLOWING, f"/notices/{make.SLUG}/sections/2.1.4", "/follow"),
        (Feature.OPEN311, "/data", "/open311/"),
        (Feature.SUGGESTIONS, f"/notices/{make.SLUG}/write", "data-likely-at"),
    ],
)
async def test_links_to_what_is_off_vanish_from_pages_kept_at_hand(
    client: AsyncClient, feature: Feature, address: str, link: str
) -> None:
    assert link in (await client.get(address)).text

    await turn_off(client, feature)

    assert link not in (await client.get(address)).text


async def test_nothing_is_suggested_to_whoever_writes(client: AsyncClient) -> None:
    asked = f"/notices/{make.SLUG}/write/likely"
    typed = {"subject": "", "text": "老城区停车太难，绕了四圈都没有车位。"}
    assert (await client.post(asked, json=typed)).status_code == 200

    await turn_off(client, Feature.SUGGESTIONS)

    assert (await client.post(asked, json=typed)).status_code == 404


async def test_whoever_follows_can_still_end_that(
    client: AsyncClient, premises: Premises, clock: FakeClock
) -> None:
    end = await following.end_of_following(client, premises, clock)
    confirm = await following.invited(client, premises, "another@example.org")
    boss = await at_desk.hire(premises, Role.ADMINISTRATOR)
    await at_desk.sit(client, premises, boss)
    await turn_off(client, Feature.FOLLOWING)

    assert (await client.get(confirm)).status_code == 404
    assert (await client.get(end)).status_code == 200
    assert (await client.post(end)).status_code == 200


async def test_nobody_rates_where_ratings_are_off(client: AsyncClient) -> None:
    number, code = await citizen.written(client, section="2.1.4")
    await turn_off(client, Feature.RATINGS)

    form = {"number": number, "code": code, "answer": "1", "solved": "solved"}
    assert (await client.post("/track/rating", data=form)).status_code == 404


async def test_another_process_knows_after_two_seconds(
    client: AsyncClient, settings: Settings, clock: FakeClock
) -> None:
    async with Premises(settings, clock=clock) as elsewhere:
        await elsewhere.shelf()
        await turn_off(client, Feature.FEEDS)
        assert elsewhere.house.features.offers(Feature.FEEDS)

        clock.advance(seconds=2)
        await elsewhere.shelf()

        assert not elsewhere.house.features.offers(Feature.FEEDS)
        assert create_app(elsewhere)


async def test_each_change_is_on_record_once(
    client: AsyncClient, premises: Premises
) -> None:
    await turn_off(client, Feature.FEEDS)
    await turn_off(client, Feature.FEEDS)
    await turn_off(client)

    async with premises.database.reading() as session:
        found = await session.scalars(
            select(AuditEvent.facts)
            .where(AuditEvent.action == Action.FEATURE_SWITCHED)
            .order_by(AuditEvent.id)
        )
    assert list(found) == [
        {"feature": "feeds", "on": False}, {"feature": "feeds", "on": True},
    ]  # fmt: skip
    assert "功能“订阅源”：否" in (await client.get("/desk/audit")).text


async def test_what_another_turned_off_meanwhile_stays_off(
    client: AsyncClient,
) -> None:
    page = await client.get("/desk/features")
    form = {
        name: re.findall(rf'name="{name}" value="(\w+)"', page.text)
        for name in ("was", "shown", "on")
    }
    await turn_off(client, Feature.OPEN311)

    form["on"].remove("feeds")
    await client.post("/desk/features", data=form)

    assert (await client.get("/open311/v2/discovery.json")).status_code == 404
    assert (await client.get("/feeds/answers.atom")).status_code == 404
    assert (await client.get("/data")).status_code == 200
