"""``huiyin classify`` on a stored notice goes by the topics that the office keeps."""

import asyncio
import json

import pytest

from app.domain.topics import Amendment, Tie
from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import topic_changes
from app.services.topic_changes import Change
from app.settings import Settings
from tests import at_desk, make
from tests.command import Office, office
from tests.fakes import START

FAIR = "2.2.1"
OPINION = {"id": 1, "subject": "", "text": "转角亭又满了，转角亭太贵", "section": FAIR}


@pytest.fixture
def office_with_topics(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Office:
    """An office that said where corner kiosks belong."""
    opened = office(monkeypatch, settings)

    async def work() -> None:
        async with Premises(settings, clock=lambda: START) as premises:
            keeper = await at_desk.hire(premises, Role.ADMINISTRATOR)
            await premises.shelf()
            fair = premises.house.shelf.notice(make.SLUG).section_ids[FAIR]
            words = Amendment(topic="parking", added={"strong": "转角亭"})
            async with premises.database.writing() as session:
                await topic_changes.save(
                    session, keeper, premises.house.shelf,
                    Change(amendment=words, ties={fair: Tie.MAIN}),
                    revision=0, now=START,
                )  # fmt: skip

    asyncio.run(work())
    return opened


def test_the_offices_own_topics_and_links_place_an_opinion(
    office_with_topics: Office,
) -> None:
    stdin = json.dumps(OPINION).encode()

    (line,) = office_with_topics.said("classify", "--notice", make.SLUG, stdin=stdin)

    assert json.loads(line)["candidates"][0]["section"] == FAIR


def test_they_are_what_is_evaluated(office_with_topics: Office) -> None:
    stdin = json.dumps(OPINION).encode()

    (line,) = office_with_topics.said(
        "classify", "evaluate", "--notice", make.SLUG, "--json", "-", stdin=stdin
    )

    assert json.loads(line)["top_1"] == 1
