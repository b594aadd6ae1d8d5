import pytest

from app.classify.areas import areas_named, built_in_areas, read_areas
from app.classify.lexicon import BadLexicon

GOOD = {"zh": "水", "en": "Water", "names": "水务", "topics": "pipes", "says": "没水"}


def names(label: str) -> list[str]:
    return [area.name for area in areas_named(label)]


def test_the_name_of_a_category_means_an_area() -> None:
    assert names("交通运输类") == ["transport"]
    assert names("教育") == ["education_and_culture"]


def test_a_traditional_name_means_the_same() -> None:
    assert names("環境保護") == names("环境保护") == ["environment"]


def test_a_word_within_a_longer_word_means_nothing_of_its_own() -> None:
    assert names("劳动和社会保障") == ["labour_and_social_security"]


def test_two_words_mean_two_areas() -> None:
    assert names("民政与医疗") == ["health", "civil_affairs"]


def test_a_path_means_none() -> None:
    assert names("2.3.2.6") == []


def test_every_area_is_found_by_its_own_name() -> None:
    for area in built_in_areas().values():
        assert area.name in names(area.zh)


@pytest.mark.parametrize(
    "changes",
    [
        {"topics": "clouds"},
        {"topics": "pipes:2"},
        {"topics": "pipes:much"},
        {"says": ""},
        {"names": 3},
        {"more": "x"},
    ],
)
def test_a_table_that_breaks_the_schema_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(BadLexicon):
        read_areas({"water": GOOD | changes}, {"pipes"})


def test_a_share_stands_behind_its_topic() -> None:
    areas = read_areas(
        {"water": GOOD | {"topics": "pipes:0.4 wells"}}, {"pipes", "wells"}
    )
    assert areas["water"].topics == {"pipes": 0.4, "wells": 1.0}
