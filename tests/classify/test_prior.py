from app.classify.lexicon import Topic, built_in_topics
from app.classify.prior import SectionModel, SectionText
from tests.classify.samples import SECTIONS

PARKING = Topic(name="parking", zh="停车", en="Parking", official=("停车", "泊位"))


def section(path: str, heading: str, body: str = "", *above: str) -> SectionText:
    return SectionText(path, heading, body, ancestors=above)


def shares(topic: Topic, *sections: SectionText) -> dict[str, float]:
    return {link.section: link.share for link in SectionModel(sections, [topic]).links}


def test_a_heading_ties_a_topic_to_its_section() -> None:
    found = shares(PARKING, section("1", "停车秩序"), section("2", "食品安全"))
    assert list(found) == ["1"]
    assert found["1"] > 0.9


def test_a_heading_ties_more_firmly_than_a_body() -> None:
    found = shares(PARKING, section("1", "交通", "停车"), section("2", "停车", "交通"))
    assert found["2"] > found["1"]


def test_a_notice_without_the_topic_is_not_tied_to_it() -> None:
    assert shares(PARKING, section("1", "食品安全")) == {}


def test_a_parents_heading_passes_its_topic_down() -> None:
    below = section("1.1", "收回经营权", "重新招标", "停车场管理混乱")
    found = shares(PARKING, below, section("2", "食品安全"))
    assert list(found) == ["1.1"]


def test_a_topic_leans_on_its_kin_where_it_has_nothing_of_its_own() -> None:
    kin = Topic(name="meters", zh="咪表", en="Meters", kin=("parking", 0.5))
    model = SectionModel([section("1", "停车泊位")], [PARKING, kin])
    assert model.shares[1][0] == 0.5 * model.shares[0][0]


def test_a_parent_is_a_candidate_only_if_it_promises_something() -> None:
    silent = SectionText("1", "问题整改", "", is_leaf=False)
    active = SectionText("2", "管网改造", "", measures=("新建。",), is_leaf=False)
    model = SectionModel([silent, active, section("2.1", "停车")], [PARKING])
    assert model.paths == ("2", "2.1")


def test_the_sample_notice_is_tied_to_the_lexicon_by_itself() -> None:
    links = SectionModel(SECTIONS, built_in_topics()).links
    best = {link.topic: link.section for link in links if link.share > 0.5}
    assert best["parking"] == "2.3"
    assert best["wet_markets"] == "2.4"
    assert best["school_admission"] == "2.1"


def test_a_link_says_which_words_of_the_notice_tie_it() -> None:
    (link,) = SectionModel([section("1", "停车秩序")], [PARKING]).links
    assert link.terms == ("停车",)
