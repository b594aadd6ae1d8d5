"""Texts that say nearly the same are found, and others are left apart."""

import json
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.comparison import Finding, Known, Sheet, findings
from app.classify.likeness import (
    MOST_KEYS,
    compare,
    keys,
    own_pieces,
    own_signs,
    shared_words,
    words,
)
from tests.classify.campaign_letters import LETTERS, OWN, variants

SHARED = Path(__file__).parents[3] / "shared" / "opinions"

texts = st.text(alphabet="甲乙丙丁戊己，。?!\n ab1們", max_size=80)


def sheet(number: int, text: str) -> Sheet:
    said = words(text)
    return Sheet(
        id=number, words=said, keys=frozenset(keys(said, realm=1)), writer=frozenset()
    )


def in_order(*said: str) -> list[Finding]:
    """Return what comparing texts that come one after the other comes to."""
    sheets = [sheet(number, text) for number, text in enumerate(said, start=1)]
    return findings(sheets, Known())


def test_marks_width_and_script_make_no_difference() -> None:
    plain = words("小区门口的路灯坏了三个月，请尽快修好。")
    other = words("小區門口的路燈壞了 三個月!!請儘快修好")

    assert compare(plain, other).alike == pytest.approx(1.0)


@pytest.mark.parametrize("said", ["支持", "同意这样改。", "赞成!!!"])
def test_a_few_words_are_nobodys_near_duplicate(said: str) -> None:
    same = compare(words(said), words(said))

    assert not same.is_near
    assert same.alike == 1
    assert keys(words(said), realm=1) == ()


def test_another_letter_on_the_same_matter_is_another_letter() -> None:
    one = words("学校门口早晚高峰堵得厉害，家长的车停了三排，请交警派人来管一管。")
    other = words("每天送孩子上学都心惊胆战，校门前到处是乱停的车，交警从来看不见人。")

    assert not compare(one, other).is_near


def test_what_differs_in_the_middle_of_a_long_text_counts() -> None:
    middle = "".join(LETTERS[1:])
    one, other = words(LETTERS[0] * 9 + middle), words(LETTERS[0] * 9)

    assert not compare(one, other).is_same


def test_notices_share_no_keys() -> None:
    said = words(LETTERS[0])

    assert not set(keys(said, realm=1)) & set(keys(said, realm=2))


def test_letters_of_a_campaign_come_into_one_group() -> None:
    made = list(variants(seed=11, count=400))

    found = in_order(*(text for _, text in made))

    groups = Counter(
        (of, one.group_id) for (of, _), one in zip(made, found, strict=True)
    )
    largest: dict[int, int] = defaultdict(int)
    for (of, _), size in groups.items():
        largest[of] = max(largest[of], size)
    assert sum(largest.values()) / len(made) >= 0.95


def test_no_group_has_two_campaigns() -> None:
    made = list(variants(seed=12, count=400))

    found = in_order(*(text for _, text in made))

    mixed = defaultdict(set)
    for (of, _), one in zip(made, found, strict=True):
        mixed[one.group_id].add(of)
    assert max(map(len, mixed.values())) == 1


def test_copies_leave_nothing_behind_in_the_index() -> None:
    first, *others = in_order(*[LETTERS[0]] * 5)

    assert 0 < len(first.keys) <= MOST_KEYS
    assert all(not one.keys for one in others)


def test_what_somebody_wrote_beside_the_text_is_marked() -> None:
    shared = words(LETTERS[0])
    said = LETTERS[0].replace(",", " ,") + OWN[0]

    own = [piece.text for piece in own_pieces(said, shared) if piece.own]

    assert "".join(own) == OWN[0]
    assert own_signs(words(said), shared) > 0


def test_a_name_and_a_place_are_nothing_of_ones_own() -> None:
    said = words("我叫李国强,住在七栋。" + LETTERS[0])

    assert own_signs(said, words(LETTERS[0])) == 0


def test_shared_is_what_most_say() -> None:
    said = [words(LETTERS[1] + own) for own in OWN[:3]]

    assert shared_words(said).clauses == words(LETTERS[1]).clauses


@given(texts)
def test_pieces_are_the_whole_text(said: str) -> None:
    pieces = own_pieces(said, words(LETTERS[0]))

    assert "".join(piece.text for piece in pieces) == said


@given(st.lists(st.text(alphabet="甲乙丙泵站每天夜里抽水𠀀", max_size=9), max_size=9))
def test_a_clause_is_marked_whatever_stands_beside_it(clauses: list[str]) -> None:
    shared = words(LETTERS[0])
    said = [f"{clause}。" for clause in clauses if clause]

    alone = "".join(
        piece.text for each in said for piece in own_pieces(each, shared) if piece.own
    )

    together = own_pieces("".join(said), shared)
    assert "".join(piece.text for piece in together if piece.own) == alone


@given(texts, texts)
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    there, back = compare(words(one), words(other)), compare(words(other), words(one))

    assert there == back
    assert 0 <= there.alike <= there.contained <= 1


@given(texts)
def test_every_text_is_like_itself(said: str) -> None:
    same = words(said)

    assert compare(same, same).is_same == (not same.is_short)
    assert len(keys(same, realm=1)) <= MOST_KEYS


@pytest.mark.skipif(not SHARED.exists(), reason="the shared material is not here")
def test_hardly_anything_that_is_alike_escapes_the_keys() -> None:
    said = [
        words(json.loads(line)["text"])
        for line in (SHARED / "topics.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    known = [set(keys(each, realm=1)) for each in said]

    near = [
        (one, other)
        for one, other in combinations(range(len(said)), 2)
        if compare(said[one], said[other]).is_near
    ]

    assert len(near) > 10
    found = sum(bool(known[one] & known[other]) for one, other in near)
    assert found >= 0.95 * len(near)
