"""A citizen agreed that the own words are published, and takes that back."""

import pytest
from httpx import AsyncClient

from app.domain.publication import BadWording
from app.domain.record import Action
from app.domain.vocabulary import Disposition
from app.premises import Premises
from app.services.publishing import manuscripts
from tests import at_desk, outcome
from tests.following import talking
from tests.following.talking import Talk

OFFERED = "不再公开我写的话"
WORDS = "灯不亮，晚上看不见路。"


@pytest.fixture
async def talk(client: AsyncClient, premises: Premises) -> Talk:
    """Somebody who agreed, and was answered to the end."""
    talk = await talking.begin(client, premises, may_publish="yes")
    await talking.answered(talk, ending=Disposition.ADOPTED)
    return talk


async def test_what_was_published_is_gone_and_the_case_brought_up(talk: Talk) -> None:
    person = await outcome.clerk(talk.premises)
    await outcome.publish(talk.premises, person, talk.number, question=WORDS)

    page = await talk.send("consent", unpublish="yes")

    assert "您写的话不再公开" in page.text
    assert WORDS not in (await talk.client.get("/answers")).text
    assert WORDS not in (await talk.client.get("/data/answers.csv")).text
    case = await at_desk.case_of(talk.premises, talk.number)
    assert (case.unread, case.disposition) == (True, Disposition.ADOPTED)
    (event,) = await talking.events(talk.premises, Action.CONSENT_WITHDRAWN)
    assert event["publication"]


async def test_nothing_is_published_later_either(talk: Talk) -> None:
    person = await outcome.clerk(talk.premises)

    await talk.send("consent", unpublish="yes")
    again = await talk.send("consent", unpublish="yes")

    assert again.status_code == 200
    assert OFFERED not in again.text
    with pytest.raises(BadWording):
        await outcome.publish(talk.premises, person, talk.number, question=WORDS)
    assert len(await talking.events(talk.premises, Action.CONSENT_WITHDRAWN)) == 1


async def test_what_a_clerk_could_publish_then_has_none_of_the_words(
    talk: Talk,
) -> None:
    person = await outcome.clerk(talk.premises)
    await outcome.publish(talk.premises, person, talk.number, question=WORDS)
    await talk.send("consent", unpublish="yes")

    async with talk.premises.database.reading() as session:
        paper = await manuscripts.manuscript(
            session, person, talk.premises.house, talk.number
        )

    assert (paper.wording.question, paper.published) == ("", False)
    assert paper.wording.answer


async def test_it_takes_a_tick(talk: Talk) -> None:
    page = await talk.send("consent")

    assert page.status_code == 422
    assert 'id="unpublish-wrong"' in page.text
    assert await talking.events(talk.premises, Action.CONSENT_WITHDRAWN) == []


async def test_who_never_agreed_has_nothing_to_take_back(
    client: AsyncClient, premises: Premises
) -> None:
    talk = await talking.begin(client, premises)

    assert OFFERED not in (await talk.page()).text


async def test_the_queue_says_what_came(talk: Talk) -> None:
    await talk.send("consent", unpublish="yes")
    person = await outcome.clerk(talk.premises)
    await at_desk.sit(talk.client, talk.premises, person)

    page = await talk.client.get(f"/desk/cases/{talk.number}")

    assert "不再同意公开</span>" in page.text
