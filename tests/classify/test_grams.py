import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.classify.grams import (
    Closeness,
    Likelihoods,
    Wording,
    count_grams,
    times_of,
)
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


DOCUMENTS = [count_grams("停车收费泊位"), count_grams("食堂饭菜卫生")]


def closeness(*spoken: str) -> Closeness:
    """Return how close texts are to the documents, of which people speak so."""
    sound = Likelihoods([count_grams(fold(each)) for each in spoken])
    return Closeness(
        Wording(DOCUMENTS, []), len(DOCUMENTS), list(sound.places),
        sound.counts.astype(np.float32),
    )  # fmt: skip


def test_a_document_is_closest_to_itself() -> None:
    cosines, _ = closeness("兜圈", "难吃").score(times_of(DOCUMENTS[0]))

    assert cosines == pytest.approx([1.0, 0.0], abs=0.01)


def test_what_is_said_in_other_words_is_close_to_what_it_is_said_of() -> None:
    text = times_of(count_grams("天天兜圈"))

    cosines, spoken = closeness("兜圈", "难吃").score(text)

    assert cosines.tolist() == [0.0, 0.0]
    assert spoken[0] > spoken[1] == 0.0


def test_nothing_in_common_scores_nothing() -> None:
    cosines, spoken = closeness("兜圈", "难吃").score(times_of(count_grams("花草")))

    assert [*cosines, *spoken] == [0.0] * 4


ROWS = st.dictionaries(
    st.sampled_from("abcd"),
    st.dictionaries(st.integers(0, 4), st.floats(0, 20), max_size=5),
)


@given(ROWS, st.dictionaries(st.sampled_from("abcd"), st.floats(0, 3)))
def test_packed_rows_add_up_as_plain_ones_do(
    rows: dict[str, dict[int, float]], numbers: dict[str, float]
) -> None:
    times = Times(list(numbers), np.array(list(numbers.values()), np.float32))
    lines = np.zeros((len(rows), 5), np.float32)
    for line, row in zip(lines, rows.values(), strict=True):
        for column, weight in row.items():
            line[column] = weight
    sums, known = PackedRows(list(rows), lines).total(times)
    for column in range(5):
        plain = sum(rows.get(n, {}).get(column, 0.0) * k for n, k in numbers.items())
        assert sums[column] == pytest.approx(plain, rel=1e-3, abs=1e-3)
    assert known == pytest.approx(sum(k for n, k in numbers.items() if n in rows))


def test_the_tenth_time_counts_for_less_than_the_first() -> None:
    times = times_of({"a": 1.0, "b": 10.0, "c": 0.2})
    assert times.numbers == pytest.approx([1.0, 1 + np.log(10), 0.2])


def test_a_text_without_grams_scores_nothing() -> None:
    assert Likelihoods([count_grams("停车")]).score(times_of({})).tolist() == [0.0]
