import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.grams import Cosines, Likelihoods, count_grams, times_of
from app.classify.packed import TIMES, PackedRows
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
    assert cosines.score(times_of(count_grams("花草"))) == [0.0]


ROWS = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.integers(0, 4), st.floats(0, 20), max_size=5),
)


@given(ROWS, st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 40))))
def test_packed_rows_add_up_as_plain_ones_do(
    rows: dict[str, dict[int, float]], times: list[tuple[str, int]]
) -> None:
    sums, known = PackedRows(rows, 5).total(times)
    for column in range(5):
        plain = sum(rows.get(n, {}).get(column, 0.0) * k / TIMES for n, k in times)
        assert sums[column] == pytest.approx(plain, abs=0.05)
    assert known == pytest.approx(sum(k for n, k in times if n in rows) / TIMES)


def test_sums_that_are_full_stay_within_their_fields() -> None:
    packed = PackedRows({"a": {0: 20.0, 1: 20.0}}, 2)
    sums, _ = packed.total([("a", 1000)] * 500)
    assert sums[0] == pytest.approx(sums[1])
