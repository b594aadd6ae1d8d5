"""Routing: the first rule that fits decides, and never in favour of the accused."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.domain.complaint import Complained, Sign
from app.domain.routing import Facts, PassedOver, Rule, as_facts, route
from app.domain.vocabulary import Channel, Kind

ROADS, SCHOOLS, WATER = 1, 2, 3

offices = st.sampled_from([ROADS, SCHOOLS, WATER])
sections = st.integers(10, 14)
places = st.sampled_from(["南门", "河滨", "学校"])


def complained(office_id: int) -> Complained:
    return Complained(
        office_id=office_id, staff_id=None, name="某局", sign=Sign.CONDUCT
    )


rules = st.lists(
    st.builds(
        Rule,
        id=st.integers(1, 1 << 62),
        section_id=st.none() | sections,
        kind=st.none() | st.sampled_from(Kind),
        channel=st.none() | st.sampled_from(Channel),
        places=st.lists(places, max_size=2).map(tuple),
        most_open=st.none() | st.integers(1, 5),
        lead=offices,
        co=st.lists(offices, max_size=3).map(tuple),
    ),
    max_size=8,
)
facts = st.builds(
    Facts,
    sections=st.frozensets(sections, max_size=3),
    kind=st.none() | st.sampled_from(Kind),
    channel=st.sampled_from(Channel),
    text=st.lists(places, max_size=3).map("，".join),
    waiting=st.dictionaries(offices, st.integers(0, 6)),
    complained_of=st.lists(offices.map(complained), max_size=2).map(tuple),
)


@given(rules, facts)
def test_a_case_never_goes_to_whom_it_complains_of(
    table: list[Rule], known: Facts
) -> None:
    routed = route(table, known)

    accused = {each.office_id for each in known.complained_of}
    assert not {routed.lead, *routed.co} & accused


@given(rules, facts)
def test_there_is_always_an_answer_and_it_names_every_rule_up_to_the_one_that_decided(
    table: list[Rule], known: Facts
) -> None:
    routed = route(table, known)

    assert [step.rule for step in routed.steps] == table[: len(routed.steps)]
    assert all(step.passed for step in routed.steps[:-1])
    assert (routed.lead is None) == (routed.decided is None)
    assert routed.kept or routed.decided or len(routed.steps) == len(table)


@given(
    st.lists(st.text("停车难学", min_size=1, max_size=7), min_size=1, max_size=9),
    st.text("停车难学", max_size=40),
)
def test_the_word_that_is_named_is_the_first_of_a_rule_that_stands_in_the_text(
    words: list[str], text: str
) -> None:
    routed = route([Rule(id=1, places=words, lead=ROADS)], Facts(text=text))

    found = routed.decided.place if routed.decided else None
    assert found == next((word for word in words if word in text), None)


@given(rules, facts)
def test_rules_behind_the_one_that_decided_change_nothing(
    table: list[Rule], known: Facts
) -> None:
    routed = route(table, known)

    assert route(table[: len(routed.steps)], known) == routed


@given(rules, facts)
def test_a_lead_office_is_no_co_office_besides(table: list[Rule], known: Facts) -> None:
    routed = route(table, known)

    assert routed.lead not in {*routed.co, *routed.left_out} - {None}


@given(rules, facts)
def test_what_the_record_keeps_names_each_rule_once(
    table: list[Rule], known: Facts
) -> None:
    told = as_facts(route(table, known))
    positions = [
        number
        for runs in told["passed"].values()
        for run in runs.split(",")
        for number in range(int(run.split("-")[0]), int(run.split("-")[-1]) + 1)
    ]

    decided = [told["rule"]] if "rule" in told else []
    assert sorted(positions + decided) == list(range(1, len(positions + decided) + 1))


def reasons(table: list[Rule], known: Facts) -> list[PassedOver | None]:
    return [step.passed for step in route(table, known).steps]


def test_every_condition_has_a_reason_of_its_own() -> None:
    table = [
        Rule(id=1, lead=ROADS, section_id=10),
        Rule(id=2, lead=ROADS, kind=Kind.PRAISE),
        Rule(id=3, lead=ROADS, channel=Channel.PHONE),
        Rule(id=4, lead=ROADS, places=("南门",)),
        Rule(id=5, lead=ROADS, most_open=2),
        Rule(id=6, lead=SCHOOLS),
    ]
    known = Facts(
        sections=frozenset({11}), kind=Kind.COMPLAINT, channel=Channel.WEB,
        text="河滨", waiting={ROADS: 2},
    )  # fmt: skip

    assert reasons(table, known) == [
        PassedOver.SECTION, PassedOver.KIND, PassedOver.CHANNEL, PassedOver.PLACE,
        PassedOver.FULL, None,
    ]  # fmt: skip


def test_what_is_not_sure_matches_no_item() -> None:
    table = [Rule(id=1, lead=ROADS, section_id=10)]

    assert reasons(table, Facts()) == [PassedOver.UNSURE]


def test_an_item_holds_for_all_below_it() -> None:
    table = [Rule(id=1, lead=ROADS, section_id=10)]

    assert route(table, Facts(sections=frozenset({10, 12}))).lead == ROADS


def test_what_an_office_cannot_take_goes_to_the_next() -> None:
    table = [
        Rule(id=1, lead=ROADS, most_open=3),
        Rule(id=2, lead=WATER),
    ]

    assert route(table, Facts(waiting={ROADS: 2})).lead == ROADS
    assert route(table, Facts(waiting={ROADS: 3})).lead == WATER


def test_a_complaint_of_the_lead_office_ends_the_search() -> None:
    table = [Rule(id=1, lead=ROADS), Rule(id=2, lead=WATER)]

    routed = route(table, Facts(complained_of=(complained(ROADS),)))

    assert routed.lead is None
    assert routed.kept is not None
    assert as_facts(routed)["name"] == "某局"


def test_a_complaint_of_a_co_office_leaves_it_out() -> None:
    table = [Rule(id=1, lead=ROADS, co=(WATER, SCHOOLS))]

    routed = route(table, Facts(complained_of=(complained(WATER),)))

    assert (routed.lead, routed.co, routed.left_out) == (ROADS, (SCHOOLS,), (WATER,))


def test_the_word_that_stood_in_the_text_is_told() -> None:
    rule = Rule(id=1, lead=ROADS, places=("河滨", "南门"))

    routed = route([rule], Facts(text="住在南门外"))

    assert as_facts(routed) | {"passed": {}} == as_facts(routed)
    assert as_facts(routed)["place"] == "南门"
    assert routed.decided == replace(routed.steps[0], passed=None)
