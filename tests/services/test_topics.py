"""Topics: what an administrator says of them, and what opinions are read by then."""

import pytest
from sqlalchemy import select

from app.classify.ensemble import Classification
from app.domain.record import Action
from app.domain.topics import Amendment, Tie
from app.domain.vocabulary import Role
from app.errors import NotAllowed
from app.models import AuditEvent
from app.premises import Premises
from app.services import topic_changes, topic_links, topics
from app.services.shelf import ShelvedNotice
from app.services.staff import Person
from app.services.topic_changes import BadTopic, Change, StaleTopic
from app.services.topics import NoSuchTopic, TopicEntry
from tests import at_desk, make
from tests.fakes import FakeClock
from tests.web import publishing

pytestmark = pytest.mark.anyio

PARKING = "parking"
LOTS, SCHOOLS = "2.1.2", "2.1.1"
SLANG = "转角亭又满了，转角亭收得太贵。"
WORDS = Amendment(topic=PARKING, added={"strong": "转角亭"})


@pytest.fixture
async def keeper(premises: Premises) -> Person:
    """An administrator."""
    return await at_desk.hire(premises, Role.ADMINISTRATOR)


def sample(premises: Premises) -> ShelvedNotice:
    return premises.house.shelf.notice(make.SLUG)


async def topic(premises: Premises, person: Person, name: str = PARKING) -> TopicEntry:
    async with premises.database.reading() as session:
        return await topics.entry(session, person, name)


async def save(
    premises: Premises,
    person: Person,
    amendment: Amendment = WORDS,
    *,
    revision: int | None = None,
    **ties: Tie,
) -> None:
    """Save a topic as it now stands, unless told otherwise; ``ties``: by paths."""
    if revision is None:
        revision = (await topic(premises, person, amendment.topic)).revision
    sections = sample(premises).section_ids
    keys = {sections[path.strip("_").replace("_", ".")]: ties[path] for path in ties}
    async with premises.database.writing() as session:
        await topic_changes.save(
            session, person, premises.house.shelf,
            Change(amendment=amendment, ties=keys),
            revision=revision, now=premises.clock(),
        )  # fmt: skip
    await look_up(premises)


async def add(premises: Premises, person: Person, zh: str, en: str) -> str:
    async with premises.database.writing() as session:
        name = await topic_changes.add(
            session, person, zh=zh, en=en, now=premises.clock()
        )
    await look_up(premises)
    return name


async def look_up(premises: Premises) -> None:
    """Let the shelf take in what was changed."""
    premises.house.shelf.expire()
    await premises.shelf()


def read(premises: Premises, text: str = SLANG) -> Classification:
    return sample(premises).classifier.classify(subject="", text=text)


def shares(premises: Premises, name: str = PARKING) -> dict[str, float]:
    return topic_links.shares_of(sample(premises)).get(name, {})


async def test_opinions_are_read_by_the_words_of_the_office(
    premises: Premises, keeper: Person
) -> None:
    assert read(premises).section is None

    await save(premises, keeper)

    assert read(premises).section == LOTS


async def test_another_process_takes_them_in_too(
    premises: Premises, keeper: Person, clock: FakeClock
) -> None:
    async with Premises(premises.settings, clock=clock) as other:
        await other.shelf()
        await save(premises, keeper)
        clock.advance(seconds=3)

        await other.shelf()

        assert read(other).section == LOTS


async def test_a_notice_that_is_published_later_is_read_by_them(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper)

    await publishing.renew(
        premises, make.notice_source().replace("难。".encode(), "很难。".encode(), 1)
    )
    await premises.shelf()

    assert sample(premises).version == 2
    assert read(premises).section == LOTS


async def test_nothing_is_built_where_nothing_changed(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper)
    before = sample(premises).words

    await look_up(premises)

    assert sample(premises).words is before


async def test_a_topic_belongs_where_somebody_says(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper, _2_1_2=Tie.NONE, _2_1_1=Tie.MAIN)

    found = shares(premises)
    assert LOTS not in found
    assert found[SCHOOLS] == pytest.approx(0.9)
    assert read(premises).section == SCHOOLS


async def test_what_is_automatic_again_belongs_where_it_did(
    premises: Premises, keeper: Person
) -> None:
    before = shares(premises)
    await save(premises, keeper, _2_1_2=Tie.NONE)

    await save(premises, keeper, _2_1_2=Tie.AUTOMATIC)

    assert shares(premises) == before
    assert (await topic(premises, keeper)).given == {}


async def test_a_link_that_is_not_spoken_of_stays(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper, _2_1_1=Tie.PARTLY)

    await save(premises, keeper)

    assert shares(premises)[SCHOOLS] == pytest.approx(0.3)


async def test_a_line_says_which_words_of_the_notice_tie_it(
    premises: Premises, keeper: Person
) -> None:
    first, *_ = topic_links.lines(sample(premises), await topic(premises, keeper))

    assert (first.path, first.tie) == (LOTS, Tie.AUTOMATIC)
    assert "停车" in first.terms


async def test_the_words_that_tie_stand_as_the_notice_writes_them(
    premises: Premises, keeper: Person
) -> None:
    text = make.notice_source().decode()
    meters = text.replace("老城区停车难。", "老城区停车难。咪表全部更新。")
    await publishing.renew(premises, meters.encode())
    await premises.shelf()

    first, *_ = topic_links.lines(sample(premises), await topic(premises, keeper))

    assert "咪表" in first.terms


async def test_a_topic_of_our_own_is_added_used_and_removed(
    premises: Premises, keeper: Person
) -> None:
    name = await add(premises, keeper, "渡口", "Ferry")
    own = Amendment(topic=name, zh="渡口", en="Ferry", added={"strong": "渡船"})
    await save(premises, keeper, own, _2_1_1=Tie.MAIN)
    placed = read(premises, "渡船停了，渡船几时开？").section

    async with premises.database.writing() as session:
        revision = (await topic(premises, keeper, name)).revision
        await topic_changes.remove(
            session, keeper, name, revision=revision, now=premises.clock()
        )
    await look_up(premises)

    assert placed == SCHOOLS
    assert shares(premises, name) == {}
    with pytest.raises(NoSuchTopic):
        await topic(premises, keeper, name)


@pytest.mark.parametrize(
    ("zh", "en", "field"),
    [
        ("", "Ferry", "zh"),
        ("渡口", "", "en"),
        ("渡口", "渡口", "en"),
        ("字" * 41, "Ferry", "zh"),
        ("停车场所与泊位收费", "Ferry", "zh"),
        ("渡口", "parking places and charges", "en"),
    ],
)
async def test_a_topic_needs_names_that_no_other_has(
    premises: Premises, keeper: Person, zh: str, en: str, field: str
) -> None:
    with pytest.raises(BadTopic) as refused:
        await add(premises, keeper, zh, en)

    assert [fault.field for fault in refused.value.faults] == [field]


async def test_one_of_ours_cannot_be_removed(
    premises: Premises, keeper: Person
) -> None:
    with pytest.raises(NoSuchTopic):
        async with premises.database.writing() as session:
            await topic_changes.remove(
                session, keeper, PARKING, revision=0, now=premises.clock()
            )


async def test_two_administrators_do_not_overwrite_each_other(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper)

    with pytest.raises(StaleTopic):
        await save(premises, keeper, Amendment(topic=PARKING), revision=0)

    assert (await topic(premises, keeper)).added == 1


async def test_a_change_of_another_topic_is_in_nobodys_way(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper, Amendment(topic="school_admission"))

    await save(premises, keeper, revision=0)

    assert read(premises).section == LOTS


async def test_words_that_break_a_rule_change_nothing(
    premises: Premises, keeper: Person
) -> None:
    with pytest.raises(BadTopic) as refused:
        await save(
            premises, keeper, Amendment(topic=PARKING, struck={"terms": "转角亭"})
        )

    assert refused.value.field == "struck_terms"
    assert (await topic(premises, keeper)).revision == 0


async def test_the_record_says_how_much_was_changed(
    premises: Premises, keeper: Person
) -> None:
    await save(premises, keeper, _2_1_1=Tie.PARTLY)

    async with premises.database.reading() as session:
        event = await session.scalar(
            select(AuditEvent).where(AuditEvent.action == Action.TOPIC_CHANGED)
        )
    assert event is not None
    facts = event.facts
    assert (facts["added_before"], facts["added"]) == (0, 1)
    assert (facts["links_before"], facts["links"]) == (0, 1)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.CLERK])
async def test_only_administrators_change_topics(
    premises: Premises, role: Role
) -> None:
    other = await at_desk.hire(premises, role)

    with pytest.raises(NotAllowed):
        await save(premises, other, revision=0)
    with pytest.raises(NotAllowed):
        await add(premises, other, "渡口", "Ferry")


@pytest.mark.parametrize(
    ("sought", "found"), [("parking PLACES", PARKING), ("咪錶", PARKING)]
)
async def test_a_topic_is_found_by_its_name_and_by_a_word(
    premises: Premises, keeper: Person, sought: str, found: str
) -> None:
    async with premises.database.reading() as session:
        known = await topics.entries(session, keeper)

    assert next(each.name for each in topics.with_word(known, sought)) == found
    assert topics.with_word(known, "没有哪个主题有这个词") == []
