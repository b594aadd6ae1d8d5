from hypothesis import given
from hypothesis import strategies as st

from app.domain.search import MOST_WORDS, phrases, tokens

HAN = "路灯坏了请修好供水征地拆迁補償"
han = st.text(st.sampled_from(HAN), min_size=1, max_size=40)
anything = st.text(st.characters())

MEANT = set(" '\"\\&|!()<>:*^-+{}")
"""Signs that mean something in a query of either database."""


def holds(text: str, query: str) -> bool:
    """Whether an index of ``text`` finds ``query``, as the databases decide it."""
    indexed = tokens(text).split()
    return all(stands_in(indexed, phrase) for phrase in phrases(query))


def stands_in(indexed: list[str], phrase: list[str]) -> bool:
    starts = range(len(indexed) - len(phrase) + 1)
    return any(
        all(fits(indexed[at + i], token) for i, token in enumerate(phrase))
        for at in starts
    )


def fits(indexed: str, token: str) -> bool:
    if token.endswith("*"):
        return indexed.startswith(token.removesuffix("*"))
    return indexed == token


@given(han, st.data())
def test_every_part_of_a_chinese_text_is_found(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))

    assert holds(text, text[start:end])


@given(han, han)
def test_nothing_is_found_that_is_not_there(text: str, query: str) -> None:
    assert holds(text, query) == (query in text)


@given(anything)
def test_any_text_finds_itself(text: str) -> None:
    assert holds(text, text)


@given(anything)
def test_a_query_has_only_signs_that_mean_nothing_to_a_database(query: str) -> None:
    for phrase in phrases(query):
        for token in phrase:
            assert MEANT.isdisjoint(token.removesuffix("*"))


def test_a_run_is_indexed_as_its_pairs_and_its_last_sign() -> None:
    assert tokens("路灯坏了") == "路灯 灯坏 坏了 了"


def test_signs_between_two_runs_part_them() -> None:
    assert tokens("路灯,坏了") == "路灯 灯 坏了 了"


def test_letters_and_digits_are_words_of_their_own() -> None:
    assert tokens("乘K101路到2号门") == "乘 k101 路到 到 2 号门 门"


def test_full_width_and_capital_letters_are_folded() -> None:
    assert tokens("ＡＢＣ") == tokens("abc") == "abc"


def test_a_single_sign_is_sought_at_the_beginning_of_pairs() -> None:
    assert phrases("灯") == [["灯*"]]


def test_words_of_a_query_must_all_be_there() -> None:
    assert phrases("路灯 K101") == [["路灯"], ["k101*"]]


def test_a_query_without_signs_finds_nothing_to_look_for() -> None:
    assert phrases("?! ,。") == []


def test_an_endless_query_is_cut() -> None:
    assert len(phrases("甲 " * 1000)) == MOST_WORDS
    assert len(phrases("甲" * 100_000)[0]) < 200
