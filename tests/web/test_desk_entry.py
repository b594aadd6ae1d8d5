"""A call or a letter on paper, entered at the desk."""

import re
from typing import Any

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import func, select

from app.domain.record import Action
from app.domain.vocabulary import Channel, Kind, Role
from app.models import AuditEvent, Contact, Opinion, OutboxMessage
from app.premises import Premises
from app.services.staff import Person
from app.web.writing.consent import version_now
from tests import at_desk, make
from tests.fakes import START, FakeClock


@pytest.fixture
async def clerk(client: AsyncClient, premises: Premises) -> Person:
    """A clerk who sits at the desk with ``client``."""
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    return person


pytestmark = pytest.mark.usefixtures("clerk")


async def token(client: AsyncClient) -> str:
    page = await client.get("/desk/enter")
    return page.text.split('name="token" value="')[1].split('"')[0]


async def enter(client: AsyncClient, **changes: Any) -> Response:
    form = {
        "token": changes.pop("token", None) or await token(client),
        "channel": "phone",
        "about": make.SLUG,
        "kind": "inquiry",
        "subject": "路灯",
        "text": "来电人问路灯什么时候修。",
        "name": "李四",
        "phone": "020-12345678",
    }
    return await client.post("/desk/enter", data=form | changes)


def receipt(page: Response) -> list[str]:
    """Return number and code as the page shows them."""
    return re.findall(r"<output[^>]*>([^<]+)</output>", page.text)


async def opinion(premises: Premises, page: Response) -> Opinion:
    async with premises.database.reading() as session:
        return (
            await session.scalars(
                select(Opinion).where(Opinion.receipt_number == receipt(page)[0])
            )
        ).one()


async def test_a_call_is_registered_and_its_receipt_shown(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    page = await enter(client)

    assert page.status_code == 201
    kept = await opinion(premises, page)
    assert (kept.channel, kept.kind, kept.late) == (Channel.PHONE, Kind.INQUIRY, False)
    async with premises.database.reading() as session:
        event = (
            await session.scalars(
                select(AuditEvent).where(AuditEvent.action == Action.REGISTERED)
            )
        ).one()
    assert event.staff_id == clerk.staff_id


async def test_pressing_twice_is_one_case_and_one_receipt(
    client: AsyncClient, premises: Premises
) -> None:
    same = await token(client)

    first = await enter(client, token=same)
    second = await enter(client, token=same)

    assert receipt(first) == receipt(second)
    async with premises.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Opinion)) == 1


async def test_the_same_form_with_something_else_in_it_is_refused(
    client: AsyncClient,
) -> None:
    same = await token(client)
    await enter(client, token=same)

    page = await enter(client, token=same, text="另外一件事情。")

    assert page.status_code == 409
    assert 'data-code="key_reused"' in page.text


async def test_a_form_that_is_not_ours_is_refused_with_what_was_typed(
    client: AsyncClient,
) -> None:
    page = await enter(client, token="made up")

    assert page.status_code == 422
    assert "来电人问路灯什么时候修。" in page.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", " "),
        ("email", "no address"),
        ("subject", "长" * 201),
        ("about", ""),
        ("dated", "2026-12-24"),
        ("dated", "yesterday"),
    ],
)
async def test_what_is_wrong_stands_beside_its_field(
    client: AsyncClient, field: str, value: str
) -> None:
    page = await enter(client, channel="letter", **{field: value})

    assert page.status_code == 422
    assert f'id="wrong-{field}"' in page.text
    assert "020-12345678" in page.text


async def test_who_wants_no_name_kept_has_none_kept(
    client: AsyncClient, premises: Premises
) -> None:
    page = await enter(client, anonymous="true", email="li@example.org")

    kept = await opinion(premises, page)
    assert kept.anonymous
    async with premises.database.reading() as session:
        assert await session.get(Contact, kept.id) is None
        assert await session.scalar(select(OutboxMessage.id)) is None


@pytest.fixture
async def closed(premises: Premises, clock: FakeClock) -> None:
    """A notice whose comment window ended yesterday."""
    async with premises.database.writing() as session:
        await make.notice(session, publish=False, closes_on=START.date())
    premises.house.shelf.expire()
    clock.advance(days=1)


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize(
    ("dated", "late"), [("2026-11-02", False), ("2026-11-03", True), ("", True)]
)
async def test_a_letter_posted_in_time_is_not_late(
    client: AsyncClient, premises: Premises, clock: FakeClock, dated: str, *, late: bool
) -> None:
    page = await enter(client, channel="letter", dated=dated)

    kept = await opinion(premises, page)
    assert kept.late is late
    assert kept.registered_at == clock()


async def test_a_notice_that_takes_nothing_yet_says_so_beside_the_field(
    client: AsyncClient, premises: Premises
) -> None:
    async with premises.database.writing() as session:
        await make.notice(session, publish=False, opens_on=START.date().replace(day=20))
    premises.house.shelf.expire()

    page = await enter(client)

    assert page.status_code == 409
    assert 'id="wrong-about"' in page.text


@pytest.mark.parametrize(
    ("channel", "words"),
    [("letter", "来信 · 邮戳 2026-10-30 · "), ("phone", "来电 · 2026-10-30 来电 · ")],
)
async def test_the_day_it_was_said_or_posted_stands_on_the_case(
    client: AsyncClient, channel: str, words: str
) -> None:
    page = await enter(client, channel=channel, dated="2026-10-30")

    case = await client.get(f"/desk/cases/{receipt(page)[0]}")
    assert f"{words}2026-11-02 09:00 登记" in case.text


async def test_without_a_day_only_the_registration_is_shown(
    client: AsyncClient,
) -> None:
    page = await enter(client, channel="letter")

    case = await client.get(f"/desk/cases/{receipt(page)[0]}")
    assert "来信 · 2026-11-02 09:00" in case.text


@pytest.mark.usefixtures("closed")
async def test_a_call_that_came_in_time_is_not_late(
    client: AsyncClient, premises: Premises
) -> None:
    page = await enter(client, channel="phone", dated="2026-11-02")

    assert not (await opinion(premises, page)).late


async def test_a_call_is_about_a_notice_that_is_open_unless_somebody_says_otherwise(
    client: AsyncClient, premises: Premises
) -> None:
    async with premises.database.writing() as session:
        await make.notice(session, slug="over", closes_on=START.date().replace(day=1))
    premises.house.shelf.expire()

    page = await client.get("/desk/enter")

    options = re.findall(r'<option value="([^"/]+)', page.text.partition("about")[2])
    assert options.index(make.SLUG) < options.index("over")


async def test_consent_to_publish_is_kept_with_its_version_and_who_entered_it(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    page = await enter(client, may_publish="true", consent_version=version_now())

    kept = await opinion(premises, page)
    assert (kept.may_publish, kept.consent_version) == (True, version_now())
    async with premises.database.reading() as session:
        (event,) = await session.scalars(
            select(AuditEvent).where(AuditEvent.action == Action.REGISTERED)
        )
    assert event.staff_id == clerk.staff_id
    assert event.facts["may_publish_by"] == version_now()


async def test_without_the_tick_nobody_agreed_to_anything(
    client: AsyncClient, premises: Premises
) -> None:
    page = await enter(client, consent_version=version_now())

    kept = await opinion(premises, page)
    assert (kept.may_publish, kept.consent_version) == (False, None)


async def test_a_consent_text_that_changed_meanwhile_is_read_again(
    client: AsyncClient,
) -> None:
    page = await enter(client, may_publish="true", consent_version="0123456789ab")

    assert page.status_code == 422
    assert 'id="wrong-may_publish"' in page.text
    assert version_now() in page.text
    assert re.search(r'id="may_publish"[^>]* checked', page.text)


async def test_the_outcome_pages_honour_what_was_said_on_the_telephone(
    client: AsyncClient, premises: Premises
) -> None:
    for agreed in ({}, {"may_publish": "true", "consent_version": version_now()}):
        number = receipt(await enter(client, **agreed))[0]
        await at_desk.take(client, premises, number, "answer", text="已经修好。")
        sheet = await client.get(f"/desk/cases/{number}/publish")

        (drafted,) = re.findall(
            r'<textarea[^>]*name="question"[^>]*>([^<]*)</textarea>', sheet.text
        ) or [""]
        assert ("来电人问路灯什么时候修。" in drafted) == bool(agreed)
