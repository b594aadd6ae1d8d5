"""Templates: checked when saved, owned, offered where they fit, filled in."""

from typing import Any

import pytest
from sqlalchemy import select

from app.domain import places
from app.domain.record import Action
from app.domain.submission import ContactDetails
from app.domain.vocabulary import Kind, Language, Role
from app.models import AuditEvent, Opinion
from app.premises import Premises
from app.services.answering import filling, offering, template_terms, templates
from app.services.answering.template_terms import PACKAGED, BadTemplate, Terms
from app.services.answering.templates import (
    NoSuchTemplate,
    NotYourTemplate,
    StaleTemplate,
)
from app.services.replies import UnfilledPlaces, said
from app.services.staff import Person
from tests import at_desk
from tests.at_desk import UNIT, case_of
from tests.fakes import START


def terms(**changes: Any) -> Terms:
    """Return a template of the house, for any item."""
    facts: dict[str, Any] = {
        "office_id": None, "section_id": None, "kind": None, "language": Language.ZH,
        "title": "收悉", "body": "{称呼}\n您的意见（{受理编号}）收悉。", "position": 10,
    }  # fmt: skip
    return Terms(**(facts | changes))


async def save(
    premises: Premises, person: Person, what: Terms, *, key: int | None = None,
    version: int = 0,
) -> int:  # fmt: skip
    async with premises.database.writing() as session:
        if key is None:
            return await templates.add(session, person, what, now=START)
        await templates.save(session, person, what, key=key, version=version, now=START)
    return key


async def offered(premises: Premises, person: Person, number: str) -> list[str]:
    case = await case_of(premises, number)
    async with premises.database.reading() as session:
        opinion = await session.get_one(Opinion, case.opinion_id)
        found = await offering.offered(session, person, case, opinion)
    assert found[-1].id == PACKAGED
    return [each.title for each in found[:-1]]


async def filled(premises: Premises, person: Person, number: str, key: int) -> str:
    async with premises.database.writing() as session:
        return await filling.filled(
            session, person, premises.house, number, key, now=START
        )


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"title": " "}, "title", "empty"),
        ({"title": "长" * 81}, "title", "too_long"),
        ({"body": "\n"}, "body", "empty"),
        ({"body": "{天气}"}, "body", "place_unknown"),
        ({"body": "{受理编码}"}, "body", "place_misspelt"),
        ({"position": 10_000}, "position", "position"),
    ],
)
def test_a_template_that_nobody_could_fill_is_not_kept(
    changes: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(BadTemplate) as refused:
        template_terms.checked(terms(**changes))

    assert [(each.field, each.code) for each in refused.value.faults] == [(field, code)]


@pytest.mark.parametrize("language", Language)
def test_the_structure_that_ships_is_one_that_could_be_kept(language: Language) -> None:
    title, body = template_terms.packaged(language)

    assert template_terms.checked(terms(title=title, body=body, language=language))
    assert (
        len([each for each in places.unfilled(body) if ":" in each or "：" in each])
        == 4
    )


async def test_the_house_and_other_offices_keep_their_templates_to_themselves(
    premises: Premises,
) -> None:
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    for office in (None, administrator.office_id):
        with pytest.raises(NotYourTemplate):
            await save(premises, officer, terms(office_id=office))

    own = await save(premises, officer, terms(office_id=officer.office_id))
    theirs = await save(
        premises, administrator, terms(office_id=administrator.office_id)
    )

    async with premises.database.reading() as session:
        assert (await templates.entry(session, officer, own)).yours
        with pytest.raises(NoSuchTemplate):
            await templates.entry(session, officer, theirs)


async def test_a_template_is_not_overwritten_unseen(premises: Premises) -> None:
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    key = await save(premises, administrator, terms())
    await save(premises, administrator, terms(title="甲"), key=key, version=1)

    with pytest.raises(StaleTemplate):
        await save(premises, administrator, terms(title="乙"), key=key, version=1)


async def test_what_is_offered_is_in_the_citizens_language_and_fitting_comes_first(
    premises: Premises,
) -> None:
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    for changes in (
        {"title": "任何"},
        {"title": "投诉", "kind": Kind.COMPLAINT, "position": 99},
        {"title": "表扬", "kind": Kind.PRAISE},
        {"title": "English", "language": Language.EN},
        {"title": "别处", "office_id": administrator.office_id},
    ):
        await save(premises, administrator, terms(**changes))
    gone = await save(premises, administrator, terms(title="停用"))
    async with premises.database.writing() as session:
        await templates.archive(
            session, administrator, gone, version=1, archived=True, now=START
        )
        unit = await at_desk.office_named(session, UNIT)
    number = (await at_desk.open_case(premises)).receipt_number
    english = (await at_desk.open_case(premises, language=Language.EN)).receipt_number
    officer = await at_desk.hire(premises, Role.OFFICER, office=UNIT)
    async with premises.database.writing() as session:
        case = await session.merge(await case_of(premises, number))
        case.office_id = unit

    assert await offered(premises, officer, number) == ["投诉", "任何"]
    assert await offered(premises, administrator, english) == ["English"]


async def test_a_template_is_filled_for_its_citizen_and_that_is_noted(
    premises: Premises,
) -> None:
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    key = await save(premises, administrator, terms())
    number = (await at_desk.open_case(premises)).receipt_number

    text = await filled(premises, administrator, number, key)

    assert text == f"张三，您好：\n您的意见（{number}）收悉。"
    async with premises.database.reading() as session:
        event = (await session.scalars(
            select(AuditEvent).order_by(AuditEvent.id.desc()).limit(1)
        )).one()  # fmt: skip
        entry = await templates.entry(session, administrator, key)
    assert (event.action, event.staff_id) == (
        Action.CONTACT_SEEN, administrator.staff_id
    )  # fmt: skip
    assert entry.used == 1


async def test_who_left_no_name_is_addressed_politely_and_nothing_was_seen(
    premises: Premises,
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    number = (
        await at_desk.open_case(premises, contact=ContactDetails(email="a@example.org"))
    ).receipt_number

    text = await filled(premises, clerk, number, PACKAGED)

    assert text.startswith("您好：")
    async with premises.database.reading() as session:
        seen = select(AuditEvent.id).where(AuditEvent.action == Action.CONTACT_SEEN)
        assert list(await session.scalars(seen)) == []


async def test_what_is_not_filled_in_keeps_an_answer_from_leaving(
    premises: Premises,
) -> None:
    clerk = await at_desk.hire(premises, Role.CLERK)
    number = (await at_desk.open_case(premises)).receipt_number
    text = await filled(premises, clerk, number, PACKAGED)

    with pytest.raises(UnfilledPlaces) as refused:
        said(text)

    assert refused.value.places == places.unfilled(text)


async def test_templates_are_found_page_by_page_and_by_their_words(
    premises: Premises, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(templates, "PAGE", 2)
    administrator = await at_desk.hire(premises, Role.ADMINISTRATOR)
    for position, title in enumerate(("甲", "乙", "丙%")):
        await save(premises, administrator, terms(title=title, position=position))

    async with premises.database.reading() as session:
        first = await templates.page(session, administrator)
        found = await templates.page(session, administrator, words="%")
    assert [row.terms.title for row in first.rows] == ["甲", "乙"]
    assert first.after is not None
    assert [row.terms.title for row in found.rows] == ["丙%"]
