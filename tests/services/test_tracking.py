"""Tracking below the web: identity, history, the item a case is about."""

from datetime import date

import pytest
from sqlalchemy import select

from app.domain.receipt import new_query_code, new_receipt_number
from app.domain.record import Action
from app.domain.vocabulary import Channel, Fate, Role
from app.errors import InvalidInput
from app.models import Arrival
from app.premises import Premises
from app.services import additions, notices, past_sections, tracking, triage
from app.services.additions import Addendum
from app.services.intake import KeyReused, Registration
from app.services.shelf import NoSuchSection
from app.services.tracked import Tracked
from app.services.tracking import NoSuchOpinion
from tests import at_desk, make
from tests.fakes import START, FakeClock


async def identify(premises: Premises, number: str, code: str) -> int:
    async with premises.database.reading() as session:
        return await tracking.identify(session, premises.house.seal, number, code)


async def follow(premises: Premises, registration: Registration) -> Tracked:
    await premises.shelf()
    async with premises.database.reading() as session:
        return await tracking.follow(session, premises.house, registration.opinion_id)


async def add(premises: Premises, registration: Registration, **changes: str) -> bool:
    facts = {"text": "补充一句。", "token": "a token"} | changes
    addendum = Addendum(
        opinion_id=registration.opinion_id,
        channel=Channel.WEB,
        text=facts["text"],
        seal=premises.house.seal,
    )
    async with premises.database.writing() as session:
        return await additions.add(
            session, addendum, retry_token=facts["token"], now=premises.clock()
        )


async def renew(premises: Premises, source: bytes) -> None:
    async with premises.database.writing() as session:
        await notices.import_notice(
            session, source, slug=make.SLUG,
            opens_on=date(2026, 10, 1), closes_on=None, today=START.date(), now=START,
        )  # fmt: skip
        await notices.publish(session, make.SLUG, now=START)
    premises.house.shelf.expire()
    await premises.shelf()


def without_parking() -> bytes:
    """Return the sample notice without its item 2.1.2."""
    before, _, rest = make.notice_source().decode().partition("2.老城区停车难")
    return (before + rest[rest.index("3.老旧电梯") :]).encode()


async def test_number_and_code_together_open_an_opinion(premises: Premises) -> None:
    registered = await premises.register(make.submission())
    opened = await identify(
        premises, registered.receipt_number, registered.query_code or ""
    )

    assert opened == registered.opinion_id


async def test_neither_opens_it_alone(premises: Premises) -> None:
    registered = await premises.register(make.submission())
    other = await premises.register(make.submission(text="另一条意见。"))

    for number, code in (
        (registered.receipt_number, new_query_code()),
        (registered.receipt_number, other.query_code),
        (new_receipt_number(), registered.query_code),
    ):
        with pytest.raises(NoSuchOpinion):
            await identify(premises, number, code or "")


async def test_a_mistyped_code_is_told_without_a_look(premises: Premises) -> None:
    registered = await premises.register(make.submission())

    with pytest.raises(InvalidInput) as wrong:
        await identify(premises, registered.receipt_number, "0")
    assert wrong.value.field == "code"


async def test_the_history_begins_with_the_registration(premises: Premises) -> None:
    tracked = await follow(premises, await premises.register(make.submission()))

    assert [(step.action, step.at) for step in tracked.history] == [
        (Action.REGISTERED, START)
    ]


async def test_a_change_of_hands_within_an_office_is_no_step(
    premises: Premises, clock: FakeClock
) -> None:
    registered = await premises.register(make.submission())
    clerk = await at_desk.hire(premises, Role.CLERK)
    async with premises.database.writing() as session:
        await triage.assign(
            session, clerk, registered.receipt_number,
            revision=1, assignee_id=clerk.staff_id, now=clock(),
        )  # fmt: skip

    tracked = await follow(premises, registered)

    assert [step.action for step in tracked.history] == [Action.REGISTERED]


async def test_what_was_added_is_in_the_history(
    premises: Premises, clock: FakeClock
) -> None:
    registered = await premises.register(make.submission())
    clock.advance(hours=1)
    await add(premises, registered)

    tracked = await follow(premises, registered)

    assert [step.action for step in tracked.history] == [
        Action.REGISTERED, Action.ADDED,
    ]  # fmt: skip
    assert [item.text for item in tracked.additions] == ["补充一句。"]


async def test_the_same_addition_is_kept_once(premises: Premises) -> None:
    registered = await premises.register(make.submission())

    assert await add(premises, registered)
    assert not await add(premises, registered)


async def test_another_addition_under_the_same_token_is_refused(
    premises: Premises,
) -> None:
    registered = await premises.register(make.submission())
    await add(premises, registered)

    with pytest.raises(KeyReused):
        await add(premises, registered, text="别的话。")


async def test_the_same_token_for_another_opinion_is_another_addition(
    premises: Premises,
) -> None:
    one = await premises.register(make.submission())
    other = await premises.register(make.submission(text="另一条意见。"))

    assert await add(premises, one)
    assert await add(premises, other)


async def test_an_addition_is_stored_sealed_as_it_came(premises: Premises) -> None:
    registered = await premises.register(make.submission())
    await add(premises, registered)

    async with premises.database.reading() as session:
        arrival = await session.scalar(
            select(Arrival).where(Arrival.fate == Fate.JOINED)
        )
    assert arrival is not None
    assert "补充一句。".encode() not in arrival.sealed
    plain = premises.house.seal.open(arrival.sealed, purpose="arrival")
    assert "补充一句。" in plain.decode()


async def test_an_item_is_named_as_the_public_reads_it_now(premises: Premises) -> None:
    registered = await premises.register(make.submission(section="2.1.3"))
    await renew(premises, without_parking())

    section = (await follow(premises, registered)).matters[0].section

    assert section is not None
    assert (section.path, section.heading) == ("2.1.2", "老旧电梯带病运行")
    assert section.current


async def test_an_item_taken_out_is_named_as_it_was(premises: Premises) -> None:
    registered = await premises.register(make.submission(section="2.1.2"))
    await renew(premises, without_parking())

    section = (await follow(premises, registered)).matters[0].section

    assert section is not None
    assert (section.path, section.heading) == ("2.1.2", "老城区停车难")
    assert not section.current


async def test_a_past_section_says_where_it_stands_now(premises: Premises) -> None:
    last = "2.1.4"
    await renew(premises, without_parking())
    notice = premises.house.shelf.notice(make.SLUG)
    assert last not in notice.nodes

    async with premises.database.reading() as session:
        past = await past_sections.find(session, notice, last)
        with pytest.raises(NoSuchSection):
            await past_sections.find(session, notice, "9.9")

    assert (past.version, past.now_at) == (1, "2.1.3")
