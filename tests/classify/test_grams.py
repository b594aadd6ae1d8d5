import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.grams import Cosines, Likelihoods, count_grams, times_of
from app.classify.packed import PackedRows, Times
from app.classify.text import fold


def test_grams_are_characters_and_pairs_within_a_clause() -> None:
    assert count_grams("停车，难") == {"停": 1, "车": 1, "停车": 1, "难": 1}


def test_a_latin_word_is_one_gram_and_figures_are_none() -> None:
    assert count_grams(fold("wifi 100块")) == {"wifi": 1, "块": 1}


def test_a_place_that_weighs_more_counts_more() -> None:
    assert count_grams("停车", [1.0, 2.0]) == {"停": 1, "车": 2, "停车": 2}


def test_a_text_sounds_like_the_document_it_shares_words_with() -> None:
    documents = [count_grams("停车收费泊位"), count_grams("食堂饭菜卫生")]
    scores = Likelihoods(documents).score(times_of(count_grams("食堂的饭菜")))
    assert scores[1] > scores[0]


def test_a_document_is_closest_to_itself() -> None:
    documents = [count_grams("停车收费泊位"), count_grams("食堂饭菜卫生")]
    scores = Cosines(documents, []).score(times_of(documents[0]))
    assert scores == pytest.approx([1.0, 0.0], abs=0.01)


def test_nothing_in_common_scores_nothing() -> None:
    cosines = Cosines([count_grams("停车")], [])
    assert cosines.score(times_of(count_grams("花草"))).tolist() == [0.0]


ROWS = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.integers(0, 4), st.floats(0, 20), max_size=5),
)


@given(ROWS, st.dictionaries(st.sampled_from("abcd"), st.floats(0, 3)))
def test_packed_rows_add_up_as_plain_ones_do(
    rows: dict[str, dict[int, float]], numbers: dict[str, float]
) -> None:
    times = Times(list(numbers), np.array(list(numbers.values()), np.float32))
    sums, known = PackedRows(rows, 5).total(times)
    for column in range(5):
        plain = sum(rows.get(n, {}).get(column, 0.0) * k for n, k in numbers.items())
        assert sums[column] == pytest.approx(plain, rel=1e-4, abs=1e-4)
    assert known == pytest.approx(sum(k for n, k in numbers.items() if n in rows))


def test_the_tenth_time_counts_for_less_than_the_first() -> None:
    times = times_of({"a": 1.0, "b": 10.0, "c": 0.2})
    assert times.numbers == pytest.approx([1.0, 1 + np.log(10), 0.2])


def test_a_text_without_grams_scores_nothing() -> None:
    assert Likelihoods([count_grams("停车")]).score(times_of({})).tolist() == [0.0]
