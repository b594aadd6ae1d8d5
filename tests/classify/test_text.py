from hypothesis import given
from hypothesis import strategies as st

from app.classify.text import LONGEST, fold, fold_with_origins


def test_full_width_letters_and_figures_become_plain() -> None:
    assert fold("ＷｉＦｉ１２３") == "wifi123"


def test_traditional_characters_become_simplified() -> None:
    assert fold("違法建築與拆遷補償") == "违法建筑与拆迁补偿"


def test_cantonese_characters_become_the_standard_ones() -> None:
    assert fold("佢哋唔畀睇") == "他们不给看"


def test_white_space_inside_chinese_vanishes() -> None:
    assert fold("停 车\u3000费") == "停车费"


def test_white_space_between_latin_words_stays() -> None:
    assert fold("Body  Camera") == "body camera"


def test_marks_end_a_sentence_or_a_clause() -> None:
    assert fold("好！真的、很好？") == "好。真的，很好。"


def test_joiners_and_skin_tones_leave_the_bare_picture() -> None:
    assert fold("👍🏽👮\u200d♂️") == fold("👍👮♂")


def test_a_quotation_gives_the_original_characters() -> None:
    folded = fold_with_origins("請看：停 車 費！")
    start = folded.text.index("停车费")
    assert folded.quote(start, start + 3) == "停 車 費"


def test_a_form_that_unfolds_into_two_still_points_to_its_origin() -> None:
    folded = fold_with_origins("一百㎡的楼")
    assert folded.text == "一百m2的楼"
    assert folded.quote(2, 4) == "㎡"


def test_a_very_long_text_keeps_its_beginning_and_its_end() -> None:
    folded = fold("头" + "中" * 50_000 + "尾")
    assert (folded[0], folded[-1], len(folded)) == ("头", "尾", LONGEST)


@given(st.text(max_size=80))
def test_both_ways_of_folding_agree(text: str) -> None:
    folded = fold_with_origins(text)
    assert folded.text == fold(text)
    assert len(folded.origins) == len(folded.text)


@given(st.text(max_size=80))
def test_origins_never_run_backwards(text: str) -> None:
    origins = list(fold_with_origins(text).origins)
    assert origins == sorted(origins)
