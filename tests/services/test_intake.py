import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.submission import ContactDetails, File, Submission
from app.domain.vocabulary import Channel, Fate, Method, Status
from app.models import (
    Arrival,
    Attachment,
    AuditEvent,
    Base,
    Case,
    Classification,
    Contact,
    Opinion,
    OutboxMessage,
    Strand,
)
from app.premises import Premises
from app.services import arrivals, intake
from app.services.drafting import Draft, draw_up
from app.services.intake import KeyReused, NoticeClosed, NoticeNotOpen, Registration
from app.services.shelf import NoSuchNotice, NoSuchSection
from app.settings import Settings
from tests import make
from tests.fakes import START, FakeClock

FILE = File(file_name="灯.txt", media_type="text/plain", content=b"very dark")
TABLES = (
    Opinion, Contact, Case, Strand, Classification, Attachment, Arrival, AuditEvent,
    OutboxMessage,
)  # fmt: skip

ITEM = "2.1.1"
"""An item of the sample notice."""

Table = TypeVar("Table", bound=Base)


async def stored(premises: Premises) -> Counter[str]:
    """Return how many rows each table of the intake has, empty ones left out."""
    async with premises.database.reading() as session:
        counts = {
            table.__name__: await session.scalar(
                select(func.count()).select_from(table)
            )
            for table in TABLES
        }
        rows = await session.scalar(text("SELECT count(*) FROM opinion_search"))
    return +Counter({**counts, "search": rows})


async def the_only(premises: Premises, table: type[Table]) -> Table:
    async with premises.database.reading() as session:
        return (await session.scalars(select(table))).one()


async def raw_rows(premises: Premises, table: type[Base]) -> str:
    """Return everything that ``table`` holds."""
    async with premises.database.reading() as session:
        rows = await session.execute(select(table.__table__))
        return repr(rows.all())


async def at_once(submissions: list[Submission], *doors: Premises) -> list[Any]:
    """Send every one of ``submissions`` through every door at the same time."""
    return await asyncio.gather(
        *(door.register(one) for one in submissions for door in doors),
        return_exceptions=True,
    )


def drafts(premises: Premises, number: int) -> list[Draft]:
    return [
        draw_up(premises.house, make.submission(text=f"路灯{n}")) for n in range(number)
    ]


def spoilt(draft: Draft, table: type[Base], **changes: Any) -> Draft:
    """Return ``draft`` with something in its row of ``table`` changed."""
    (row,) = draft.rows[table]
    return replace(draft, rows={**draft.rows, table: [row | changes]})


async def store(
    premises: Premises, batch: list[Draft]
) -> list[Registration | Exception]:
    async with premises.database.writing() as session:
        return await intake.register_all(session, batch)


async def test_an_opinion_is_stored_with_all_that_belongs_to_it(
    premises: Premises,
) -> None:
    before = await stored(premises)

    await premises.register(make.submission(section=ITEM, files=(FILE,)))

    assert await stored(premises) - before == {
        "Opinion": 1, "Contact": 1, "Case": 1, "Strand": 1, "Classification": 2,
        "Attachment": 1, "Arrival": 1, "AuditEvent": 1, "OutboxMessage": 1, "search": 1,
    }  # fmt: skip


async def test_what_was_said_is_stored_word_for_word(premises: Premises) -> None:
    registration = await premises.register(make.submission())
    opinion = await the_only(premises, Opinion)

    assert opinion.receipt_number == registration.receipt_number
    assert (opinion.subject, opinion.text) == ("路灯不亮", make.TEXT)
    assert opinion.registered_at == START


async def test_a_case_waits_in_the_leading_offices_queue_until_it_is_due(
    premises: Premises,
) -> None:
    await premises.register(make.submission())
    case = await the_only(premises, Case)

    assert case.status is Status.REGISTERED
    assert case.office_id == premises.house.shelf.lead_office_id
    assert case.due_at == datetime(2026, 11, 17, 15, 59, 59, tzinfo=UTC)


async def test_the_arrival_has_its_fate_from_the_beginning(premises: Premises) -> None:
    await premises.register(make.submission())

    async with premises.database.reading() as session:
        assert await arrivals.count_fates(session) == {Fate.OPENED: 1}


async def test_the_code_is_nowhere_to_be_read(premises: Premises) -> None:
    registration = await premises.register(make.submission(retry_token="token"))

    for table in TABLES:
        held = await raw_rows(premises, table)
        assert str(registration.query_code) not in held


async def test_a_name_and_an_address_are_nowhere_to_be_read(premises: Premises) -> None:
    await premises.register(make.submission(files=(FILE,)))

    for table in TABLES:
        held = await raw_rows(premises, table)
        for personal in ("张三", make.EMAIL, "very dark"):
            assert personal not in held


async def test_a_choice_goes_before_a_guess_and_both_are_kept(
    premises: Premises,
) -> None:
    chosen = premises.house.shelf.notice(make.SLUG).section_id(ITEM)

    await premises.register(make.submission(section=ITEM))

    case = await the_only(premises, Case)
    async with premises.database.reading() as session:
        methods = await session.scalars(select(Classification.method))
    assert case.section_id == chosen
    assert set(methods) == {Method.CITIZEN, Method.MODEL}


async def test_the_same_token_twice_at_once_is_one_opinion(premises: Premises) -> None:
    before = await stored(premises)

    answers = await at_once([make.submission(retry_token="token")] * 8, premises)

    receipts = {(a.receipt_number, a.query_code) for a in answers}
    assert len(receipts) == 1
    assert [a.repeated for a in answers].count(False) == 1
    assert (await stored(premises) - before)["Opinion"] == 1


async def test_two_processes_agree_on_one_receipt(
    premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    sent = [make.submission(retry_token=f"token {n}") for n in range(8)]

    async with Premises(settings, clock=clock) as other:
        answers = await at_once(sent, premises, other)

    pairs = zip(answers[::2], answers[1::2], strict=True)
    assert all(
        (one.receipt_number, one.query_code) == (two.receipt_number, two.query_code)
        for one, two in pairs
    )
    assert (await stored(premises))["Opinion"] == 8


async def test_a_repeat_after_a_restart_gets_the_same_receipt(
    premises: Premises, settings: Settings, clock: FakeClock
) -> None:
    first = await premises.register(make.submission(retry_token="token"))
    clock.advance(days=1)
    later = make.submission(retry_token="token", received_at=clock())

    async with Premises(settings, clock=clock) as restarted:
        again = await restarted.register(later)

    assert again.repeated
    assert again.receipt_number == first.receipt_number
    assert again.query_code == first.query_code
    assert again.registered_at == first.registered_at


async def test_a_token_used_for_something_else_is_refused(premises: Premises) -> None:
    first = await premises.register(make.submission(retry_token="token"))
    before = await stored(premises)

    with pytest.raises(KeyReused) as refused:
        await premises.register(make.submission(retry_token="token", text="另一件事"))

    assert refused.value.receipt_number == first.receipt_number
    assert await stored(premises) == before


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "别的"},
        {"section": ITEM},
        {"contact": ContactDetails(name="李四")},
        {"anonymous": True},
        {"files": (FILE,)},
    ],
)
async def test_whatever_differs_makes_it_something_else(
    premises: Premises, change: dict[str, Any]
) -> None:
    await premises.register(make.submission(retry_token="token"))

    with pytest.raises(KeyReused):
        await premises.register(make.submission(retry_token="token", **change))


async def test_the_same_words_without_a_token_are_two_opinions(
    premises: Premises,
) -> None:
    answers = await at_once([make.submission()] * 2, premises)

    assert len({a.receipt_number for a in answers}) == 2


async def test_doors_do_not_share_their_tokens(premises: Premises) -> None:
    await premises.register(make.submission(retry_token="token"))

    answer = await premises.register(
        make.submission(retry_token="token", channel=Channel.API)
    )

    assert not answer.repeated


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        (Opinion, {"version_id": 0}),
        (Case, {"office_id": 0}),
        (Strand, {"case_id": 0}),
        (Arrival, {"opinion_id": 0}),
        (AuditEvent, {"case_id": 0}),
        (OutboxMessage, {"opinion_id": 0}),
    ],
)
async def test_one_that_cannot_be_stored_takes_no_other_with_it(
    premises: Premises, table: type[Base], changes: dict[str, Any]
) -> None:
    before = await stored(premises)
    first, second, third = drafts(premises, 3)

    answers = await store(premises, [first, spoilt(second, table, **changes), third])

    assert [type(answer) for answer in answers[::2]] == [Registration] * 2
    assert isinstance(answers[1], DBAPIError)
    assert set((await stored(premises) - before).values()) == {2}


async def test_nothing_at_all_is_stored_of_one_that_fails_at_its_last_row(
    premises: Premises,
) -> None:
    before = await stored(premises)
    (draft,) = drafts(premises, 1)

    (answer,) = await store(premises, [spoilt(draft, OutboxMessage, case_id=0)])

    assert isinstance(answer, DBAPIError)
    assert await stored(premises) == before


async def test_of_an_anonymous_person_no_contact_is_kept(premises: Premises) -> None:
    await premises.register(make.submission(anonymous=True))

    assert (await stored(premises))["Contact"] == 0


async def test_a_person_with_an_address_gets_an_acknowledgement(
    premises: Premises,
) -> None:
    await premises.register(make.submission())

    assert (await stored(premises))["OutboxMessage"] == 1


@pytest.mark.parametrize(
    "change",
    [
        {"anonymous": True},
        {"contact": ContactDetails()},
        {"contact": ContactDetails(name="张三", phone="0600-1234567")},
        {"contact": ContactDetails(name="张三", email="")},
        {"may_mail": False},
    ],
)
async def test_nobody_else_gets_a_letter(
    premises: Premises, change: dict[str, Any]
) -> None:
    await premises.register(make.submission(**change))

    assert (await stored(premises))["OutboxMessage"] == 0


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"notice": "no-such"}, NoSuchNotice),
        ({"section": "99.9"}, NoSuchSection),
    ],
)
async def test_what_is_about_nothing_of_ours_is_refused(
    premises: Premises, change: dict[str, Any], error: type[Exception]
) -> None:
    before = await stored(premises)

    with pytest.raises(error):
        await premises.register(make.submission(**change))
    assert await stored(premises) == before


async def test_the_window_opens_and_closes_at_midnight_of_the_office(
    bare_premises: Premises,
) -> None:
    async with bare_premises.database.writing() as session:
        await make.house(session)
        await make.notice(
            session,
            slug="short",
            opens_on=date(2026, 10, 1),
            closes_on=date(2026, 10, 1),
        )
    midnight = datetime(2026, 9, 30, 16, tzinfo=UTC)
    moments = {
        midnight - timedelta(seconds=1): NoticeNotOpen,
        midnight: Registration,
        midnight + timedelta(days=1, seconds=-1): Registration,
        midnight + timedelta(days=1): NoticeClosed,
    }

    answers = await at_once(
        [make.submission(notice="short", received_at=moment) for moment in moments],
        bare_premises,
    )

    assert [type(answer) for answer in answers] == list(moments.values())
