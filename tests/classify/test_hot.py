import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.classify.hot import Message, Topic, hot_topics
from tests.classify import topic_letters as letters

SHARED = Path(__file__).parents[3] / "shared" / "opinions"

Pairs = Sequence[tuple[str, str]]

texts = some.text(max_size=80) | some.text(
    alphabet="石料厂噪音扰民公交路灯的，。 a7\n", max_size=60
)
several = some.lists(some.tuples(texts, texts), max_size=12)


def found(pairs: Pairs) -> list[Topic]:
    return hot_topics([Message(subject, text) for subject, text in pairs])


def of(pairs: Pairs, topic: Topic) -> set[tuple[str, str]]:
    return {pairs[member] for member in topic.members}


def test_who_write_of_one_matter_in_different_words_are_one_topic() -> None:
    mill, bus = found(letters.EVERYTHING)[:2]

    assert of(letters.EVERYTHING, mill) == set(letters.MILL)
    assert of(letters.EVERYTHING, bus) == set(letters.BUS)


def test_a_topic_is_named_by_what_it_is_about_and_where() -> None:
    mill, *_ = found(letters.EVERYTHING)

    assert "石料厂" in mill.terms
    assert "碧桐花苑" in mill.places


@pytest.mark.parametrize("left_out", range(len(letters.SCHOOL + letters.MARKET)))
def test_two_matters_stay_two_whichever_letter_is_missing(left_out: int) -> None:
    told = [*letters.SCHOOL, *letters.MARKET]
    told.pop(left_out)
    told += letters.OTHERS

    first, second = found(told)[:2]

    matters = (set(letters.SCHOOL), set(letters.MARKET))
    for topic in (first, second):
        most = max(len(of(told, topic) & matter) for matter in matters)
        assert most >= len(topic.members) - 1
        assert most >= 3


def test_terms_are_words_and_places_are_places() -> None:
    topics = found([*letters.SCHOOL, *letters.MARKET, *letters.OTHERS])[:2]

    terms = [term for topic in topics for term in topic.terms]
    places = [place for topic in topics for place in topic.places]
    assert {"肉菜市场", "学位"} <= set(terms)
    assert {"后一直没", "另外", "尽快"}.isdisjoint(terms)
    assert "城南小学" in places
    assert not any("恢复" in place for place in places)


def test_what_nobody_else_writes_about_is_in_no_topic() -> None:
    topics = found(letters.EVERYTHING)

    placed = {
        pair
        for topic in topics
        if len(topic.members) > 2
        for pair in of(letters.EVERYTHING, topic)
    }
    assert placed == {*letters.MILL, *letters.BUS}


def test_the_same_text_from_many_is_less_hot_than_as_many_texts() -> None:
    subject, text = letters.BUS[0]
    pairs = (*letters.MILL, *letters.OTHERS, *[(subject, text)] * 5)

    mill, copies = found(pairs)[:2]

    assert (len(mill.members), len(copies.members)) == (5, 5)
    assert mill.heat == 5
    assert 1 < copies.heat < 3


def test_a_campaign_that_most_take_part_in_is_one_topic_and_hides_no_other() -> None:
    subject, text = letters.BUS[0]
    campaign = [
        (f"{subject}{number}", f"{text}请尽快答复我们全体居民，盼望已久。{number}号")
        for number in range(60)
    ]
    pairs = (*letters.MILL, *letters.OTHERS, *campaign)

    topics = [of(pairs, topic) for topic in found(pairs)]

    assert set(campaign) in topics
    assert set(letters.MILL) in topics


def test_a_term_is_quoted_as_it_was_written() -> None:
    pairs = [
        ("110KV高壓線", "金溪路要架110KV高壓線，離幼兒園只有十米，我們反對。"),
        ("反對架線", "110KV高壓線不應該從金溪路走，請改走地下。"),
        *letters.OTHERS,
    ]

    terms = [term for topic in found(pairs) for term in topic.terms]

    assert "110KV高壓線" in terms


def test_typical_letters_come_first() -> None:
    pairs = (*letters.EVERYTHING, ("别的", "石料厂的事，还有路灯、公交、食堂都要管。"))

    mill, *_ = found(pairs)

    assert mill.members[0] < len(letters.MILL)


def test_of_nothing_there_is_no_topic() -> None:
    assert found([]) == []
    assert found([("", ""), ("", "")]) == []


@pytest.mark.parametrize("few", [letters.MILL, letters.MILL[:4], letters.BUS])
def test_where_all_write_about_one_matter_that_is_found(few: Pairs) -> None:
    (topic,) = found(few)

    assert of(few, topic) == set(few)
    assert topic.terms


@settings(max_examples=150, deadline=None)
@given(several)
def test_any_messages_are_each_in_one_topic_at_most(pairs: Pairs) -> None:
    topics = found(pairs)

    members = [member for topic in topics for member in topic.members]
    assert len(members) == len(set(members))
    assert set(members) <= set(range(len(pairs)))
    assert all(len(topic.members) > 1 for topic in topics)


@settings(max_examples=100, deadline=None)
@given(several)
def test_of_any_messages_the_hottest_topic_comes_first(pairs: Pairs) -> None:
    heats = [topic.heat for topic in found(pairs)]

    assert heats == sorted(heats, reverse=True)
    assert all(heat >= 1 for heat in heats)


@settings(max_examples=60, deadline=None)
@given(several, some.randoms(use_true_random=False))
def test_the_order_of_messages_changes_nothing(
    pairs: Pairs, chance: random.Random
) -> None:
    mixed = [*letters.EVERYTHING, *pairs]
    chance.shuffle(mixed)

    def told(pairs: Pairs) -> list[tuple[list[tuple[str, str]], float]]:
        return sorted(
            (sorted(pairs[member] for member in topic.members), topic.heat)
            for topic in found(pairs)
        )

    assert told(mixed) == told([*letters.EVERYTHING, *pairs])


def shared(name: str) -> str:
    path = SHARED / name
    if not path.is_file():
        pytest.skip("the real messages of ../shared are not here")
    return path.read_text(encoding="utf-8")


def lines(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in shared(name).splitlines()]


def b_cubed(topics: Sequence[set[str]], known: Sequence[set[str]]) -> float:
    """Return the F of B-cubed over the messages whose topic is known."""
    precise, recalled, number = 0.0, 0.0, 0
    for topic in known:
        for key in topic:
            with_it = next((each for each in topics if key in each), {key})
            precise += len(with_it & topic) / len(with_it)
            recalled += len(with_it & topic) / len(topic)
            number += 1
    return 2 * precise * recalled / (precise + recalled) / number


@pytest.mark.parametrize("part", [0, 0.5, 1])
def test_known_topics_are_found_among_real_messages(part: float) -> None:
    known = [set(ids) for ids in json.loads(shared("topics-gold.json")).values()]
    others = lines("messages-7class.jsonl")
    chance = random.Random(7)
    messages = [
        *lines("topics.jsonl"),
        *chance.sample(others, int(part * len(others))),
    ]

    topics = found([(each["subject"], each["text"]) for each in messages])

    keyed = [{messages[member]["id"] for member in topic.members} for topic in topics]
    assert b_cubed(keyed, known) > 0.93
