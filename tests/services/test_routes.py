"""Routes: the table is saved by one at a time, kept in the record, and tried out."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.domain.complaint import Sign
from app.domain.record import Action
from app.domain.routing import PassedOver
from app.domain.vocabulary import Language, Role
from app.errors import NotAllowed
from app.models import AuditEvent, Case, RoutedCase
from app.premises import Premises
from app.services import office_names, routes, trying_out
from app.services.directory import OfficeEntry
from app.services.office_names import BadName
from app.services.routes import StaleTable
from app.services.routing_rules import folded
from app.services.rule_lines import Atlas, BadLines, Fault, Line, as_line, checked
from app.services.staff import Person
from app.web.wording import catalogue
from tests import at_desk, make, routing_table
from tests.at_desk import UNIT
from tests.fakes import FakeClock
from tests.routing_table import OTHER
from tests.web import publishing

LIGHTS = "2.1.2"


@pytest.fixture
async def keeper(premises: Premises) -> Person:
    """An administrator, who looks after the table."""
    return await at_desk.hire(premises, Role.ADMINISTRATOR)


async def atlas(premises: Premises) -> Atlas:
    async with premises.database.reading() as session:
        return await routes.atlas(session, premises.house)


async def in_use(premises: Premises, keeper: Person) -> list[Line]:
    """Return the lines of the table in use."""
    async with premises.database.reading() as session:
        table = await routes.table(session, keeper, now=premises.clock())
        known = await routes.atlas(session, premises.house)
    return [as_line(known, each) for each in table.rules]


def faults_in(known: Atlas, lines: list[Line]) -> Sequence[Fault]:
    """Return what is wrong with ``lines``; nothing: they are rules."""
    try:
        checked(known, lines)
    except BadLines as refused:
        return refused.faults
    return ()


async def faults(premises: Premises, *lines: Line) -> list[tuple[int, str, str]]:
    known = await atlas(premises)
    with pytest.raises(BadLines) as refused:
        checked(known, lines)
    return [(each.line, each.field, each.code) for each in refused.value.faults]


async def test_what_is_saved_is_shown_again_as_it_was_typed(
    premises: Premises, keeper: Person
) -> None:
    await routing_table.office(premises, OTHER)
    typed = await routing_table.line(
        premises, section=LIGHTS, kind="complaint", channel="phone",
        places="南门、河滨路", most_open="30", co=OTHER, note="先打电话",
    )  # fmt: skip
    await routing_table.use(premises, typed, person=keeper)

    (line,) = await in_use(premises, keeper)

    assert line.key > 0
    assert Line(**{**asdict(line), "id": ""}) == typed


async def test_a_rule_that_is_moved_stays_the_same_rule(
    premises: Premises, keeper: Person
) -> None:
    first = await routing_table.line(premises, kind="praise")
    second = await routing_table.line(premises)
    await routing_table.use(premises, first, second, person=keeper)
    one, two = await in_use(premises, keeper)

    await routing_table.use(premises, two, one, person=keeper)

    assert await in_use(premises, keeper) != [one, two]
    assert {each.id for each in await in_use(premises, keeper)} == {one.id, two.id}


async def test_two_administrators_do_not_overwrite_each_other(
    premises: Premises, keeper: Person
) -> None:
    lines = [await routing_table.line(premises)]
    rules = checked(await atlas(premises), lines)

    async def save() -> None:
        async with premises.database.writing() as session:
            await routes.save(session, keeper, rules, revision=0, now=premises.clock())

    await save()
    with pytest.raises(StaleTable):
        await save()


async def test_the_record_has_what_was_before_and_after(
    premises: Premises, keeper: Person
) -> None:
    kept = await routing_table.line(premises, kind="praise")
    await routing_table.use(
        premises, kept, await routing_table.line(premises), person=keeper
    )
    one, two = await in_use(premises, keeper)
    await routing_table.use(
        premises, one, Line(**{**asdict(two), "note": "改过"}), person=keeper
    )

    async with premises.database.reading() as session:
        event = (
            await session.scalars(
                select(AuditEvent)
                .where(AuditEvent.action == Action.ROUTING_CHANGED)
                .order_by(AuditEvent.id.desc())
            )
        ).first()
    assert event is not None
    assert event.staff_id == keeper.staff_id
    assert event.facts["order"] == [one.key, two.key]
    assert event.facts["before"][two.id]["note"] == ""
    assert event.facts["after"][two.id]["note"] == "改过"
    assert one.id not in event.facts["before"]


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
async def test_only_an_administrator_changes_the_table(
    premises: Premises, role: Role
) -> None:
    person = await at_desk.hire(premises, role)

    with pytest.raises(NotAllowed):
        async with premises.database.writing() as session:
            await routes.save(session, person, [], revision=0, now=premises.clock())


async def test_each_thing_that_is_wrong_is_named_with_its_line_and_field(
    premises: Premises,
) -> None:
    fine = await routing_table.line(premises, kind="praise")

    found = await faults(
        premises,
        fine,
        Line(lead="1", section="9.9", kind="rumour", channel="pigeon"),
        Line(
            lead=fine.lead,
            places="，!",
            most_open="0",
            co="没有这个局",
            note="字" * 201,
        ),
        Line(lead=fine.lead, most_open="多", co=UNIT),
        fine,
    )

    assert found == [
        (1, "lead", "no_lead"), (1, "section", "no_section"), (1, "kind", "no_kind"),
        (1, "channel", "no_channel"),
        (2, "places", "bad_place"), (2, "note", "too_long"),
        (2, "most_open", "bad_number"), (2, "co", "no_office"),
        (3, "most_open", "bad_number"), (3, "co", "co_leads"),
        (4, "section", "twice"),
    ]  # fmt: skip


async def test_full_width_digits_are_digits(premises: Premises) -> None:
    line = await routing_table.line(premises, section="２．１．２", most_open="３０")

    (typed,) = checked(await atlas(premises), [line])

    notice = premises.house.shelf.notices[0]
    assert typed.rule.section_id == notice.section_ids[LIGHTS]
    assert typed.rule.most_open == 30


async def test_a_rule_follows_its_item_when_the_notice_is_numbered_anew(
    premises: Premises, keeper: Person
) -> None:
    await routing_table.use(
        premises, await routing_table.line(premises, section=LIGHTS), person=keeper
    )
    before = premises.house.shelf.notices[0].section_ids[LIGHTS]
    source = make.notice_source().decode()
    first = "1.小学学位紧张"
    await publishing.renew(
        premises,
        source.replace(first, f"1.公园照明不足。增设路灯。\n\n2{first[1:]}").encode(),
    )
    await premises.shelf()

    (line,) = await in_use(premises, keeper)

    notice = premises.house.shelf.notices[0]
    assert notice.section_ids[line.section] == before


async def test_a_rule_whose_item_is_gone_says_so_and_holds_for_nothing(
    premises: Premises, keeper: Person
) -> None:
    await routing_table.use(
        premises, await routing_table.line(premises, section="2.3.3"), person=keeper
    )
    source = make.notice_source().decode()
    start = source.index("3.信访事项久拖不决")
    await publishing.renew(
        premises, (source[:start] + source[source.index("三、下一步") :]).encode()
    )
    await premises.shelf()

    (line,) = await in_use(premises, keeper)
    known = await atlas(premises)

    assert line.section.startswith("?")
    assert "信访事项" in (known.heading(line.section) or "")
    assert checked(known, [line])[0].rule.section_id == int(line.section[1:])


async def test_trying_out_counts_what_would_change_and_changes_nothing(
    premises: Premises, keeper: Person
) -> None:
    office = await routing_table.office(premises)
    texts = ["路灯坏了。", "公园的长椅坏了。", "市政管理所不作为，没人管。"]
    for text in texts:
        await at_desk.open_case(premises, subject="", text=text)
    lines = [
        await routing_table.line(premises, places="路灯", to=OTHER),
        await routing_table.line(premises),
        await routing_table.line(premises, kind="praise"),
    ]
    rules = [each.rule for each in checked(await atlas(premises), lines)]
    premises.house.shelf.expire()
    await premises.shelf()

    async with premises.database.reading() as session:
        past = await trying_out.past_cases(session, keeper)
    trial = trying_out.try_out(premises.house, rules, past, waiting={})

    assert (trial.tried, trial.kept, trial.by_rule) == (3, 1, [1, 1, 0])
    assert dict(trial.by_office)[office] == 1
    assert {(was, many) for was, _, many in trial.changes} == {(None, 1)}
    assert len(trial.samples) == 3
    async with premises.database.reading() as session:
        assert (await session.scalars(select(RoutedCase))).all() == []
        offices = set(await session.scalars(select(Case.office_id)))
    assert offices == {premises.house.shelf.lead_office_id}


async def test_of_long_texts_only_the_newest_are_tried_and_that_is_said(
    premises: Premises, keeper: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for text in ("路灯坏了。" * 20, "长椅坏了。" * 20, "公园太小。" * 20):
        await at_desk.open_case(premises, subject="", text=text)
    monkeypatch.setattr(trying_out, "MOST_SIGNS", 250)

    async with premises.database.reading() as session:
        past = await trying_out.past_cases(session, keeper)
    trial = trying_out.try_out(premises.house, [], past, waiting={})

    assert (trial.tried, trial.left) == (2, 1)
    assert [sample.past.number for sample in trial.samples] == [
        each.number for each in past[:2]
    ]


async def test_a_table_is_tried_on_the_time_and_notice_that_were_asked_for(
    premises: Premises, keeper: Person, clock: FakeClock
) -> None:
    await at_desk.open_case(premises)
    clock.advance(days=40)
    newer = (await at_desk.open_case(premises)).receipt_number

    async with premises.database.reading() as session:
        recent = await trying_out.past_cases(
            session, keeper, since=clock() - timedelta(days=30)
        )
        nothing = await trying_out.past_cases(session, keeper, notice_id=1)

    assert [each.number for each in recent] == [newer]
    assert nothing == []


async def test_the_load_that_a_new_rule_asks_about_is_counted(
    premises: Premises, keeper: Person
) -> None:
    office = await routing_table.office(premises)
    await routing_table.use(premises, await routing_table.line(premises), person=keeper)
    await at_desk.open_case(premises)
    (typed,) = checked(
        await atlas(premises), [await routing_table.line(premises, most_open="1")]
    )

    async with premises.database.reading() as session:
        load = await trying_out.load(session, premises.house, [typed.rule])

    assert load == {office: 1}


async def rename(premises: Premises, keeper: Person, office: int, *names: str) -> None:
    async with premises.database.writing() as session:
        await office_names.rename(
            session, keeper, {office: names},
            revision=await routing_table.revision(session), now=premises.clock(),
        )  # fmt: skip
    premises.house.shelf.expire()
    await premises.shelf()


async def test_an_office_is_known_by_the_names_that_it_was_given(
    premises: Premises, keeper: Person
) -> None:
    office = await routing_table.office(premises)
    await routing_table.use(premises, await routing_table.line(premises), person=keeper)
    await rename(premises, keeper, office, "路灯队", " 路灯队 ", "")

    opened = await at_desk.open_case(premises, text="路灯队敷衍了事，没人管。")

    case = await at_desk.case_of(premises, opened.receipt_number)
    assert case.office_id != office
    async with premises.database.reading() as session:
        known = await office_names.names(session, keeper)
    assert {tuple(each.own) for each in known} == {(), ("路灯队",)}


@pytest.mark.parametrize("name", ["局", "，，", "字" * 31])
async def test_a_name_that_could_not_be_found_is_refused(
    premises: Premises, keeper: Person, name: str
) -> None:
    office = await routing_table.office(premises)

    with pytest.raises(BadName):
        await rename(premises, keeper, office, "路灯队", name)


@given(st.lists(st.builds(Line, **{name: st.text(max_size=12) | st.just("1") for name in
    ("id", "section", "kind", "channel", "places", "most_open", "lead", "co", "note")}),
    max_size=4))  # fmt: skip
def test_whatever_is_typed_is_a_rule_or_says_what_is_wrong(lines: list[Line]) -> None:
    known = Atlas(
        notices=(), offices=[OfficeEntry(id=1, name=UNIT, leads=False)],
        called={folded(UNIT): frozenset({1})}, gone={},
    )  # fmt: skip

    wrong = {fault.line for fault in faults_in(known, lines)}

    assert wrong <= set(range(len(lines)))
    assert wrong or [each.rule.lead for each in checked(known, lines)] == [1] * len(
        lines
    )


def test_a_key_that_could_be_none_is_none() -> None:
    assert [Line(id=key).key for key in ("7", "", "x", "9" * 4_000)] == [7, 0, 0, 0]


@pytest.mark.parametrize("language", Language)
def test_every_reason_and_sign_has_words(language: Language) -> None:
    words = catalogue(language)

    assert all(words.label(member) for member in (*PassedOver, *Sign))
